#include "clients/cpp/stream.h"

#include <deque>
#include <map>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status.h"
#include "google/rpc/status.pb.h"
#include "service/base/mutex.h"

namespace comity::client {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// One thread of its own reads acknowledgements, so that the window opens whether or not the caller is receiving just then.
class GrpcEventStream : public EventStream {
 public:
  GrpcEventStream(v1::EventService::StubInterface& stub, std::unique_ptr<grpc::ClientContext> context, std::chrono::milliseconds patience)
      : context_(std::move(context)), patience_(patience), call_(stub.IngestEvents(context_.get())), reader_([this] { ReadAll(); }) {}

  ~GrpcEventStream() override {
    context_->TryCancel();
    reader_.join();
  }

  absl::Status Send(int64_t sequence, const v1::IngestEventBatchRequest& batch) override {
    const size_t size = batch.ByteSizeLong();
    {
      MutexLock lock(mutex_);
      while (!ended_ && !sizes_.empty() && outstanding_bytes_ + size > kStreamWindowBytes) AwaitProgress();
      if (ended_) return Broken();
      if (!sizes_.emplace(sequence, size).second) return absl::InvalidArgumentError(absl::StrCat("sequence ", sequence, " is outstanding"));
      if (sizes_.size() == 1) last_progress_ = std::chrono::steady_clock::now();
      outstanding_bytes_ += size;
    }
    v1::IngestEventsRequest request;
    request.set_sequence(sequence);
    *request.mutable_batch() = batch;
    if (call_->Write(request)) return absl::OkStatus();
    MutexLock lock(mutex_);
    while (!ended_) AwaitProgress();
    return Broken();
  }

  absl::StatusOr<v1::IngestEventsResponse> Receive() override {
    MutexLock lock(mutex_);
    while (answers_.empty() && !ended_) AwaitProgress();
    if (answers_.empty()) return end_status_.ok() ? absl::OutOfRangeError("the stream has ended") : end_status_;
    v1::IngestEventsResponse answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }

  absl::Status Finish() override {
    call_->WritesDone();
    MutexLock lock(mutex_);
    if (sizes_.empty()) last_progress_ = std::chrono::steady_clock::now();
    finishing_ = true;
    while (!ended_) AwaitProgress();
    if (end_status_.ok() && !sizes_.empty()) return absl::UnavailableError("the server ended the stream without acknowledging everything");
    return end_status_;
  }

 private:
  void ReadAll() {
    v1::IngestEventsResponse answer;
    while (call_->Read(&answer)) {
      MutexLock lock(mutex_);
      const auto found = sizes_.find(answer.sequence());
      if (found != sizes_.end()) {
        outstanding_bytes_ -= found->second;
        sizes_.erase(found);
      }
      answers_.push_back(std::move(answer));
      answer.Clear();
      last_progress_ = std::chrono::steady_clock::now();
      changed_.SignalAll();
    }
    const absl::Status status = FromGrpc(call_->Finish());
    MutexLock lock(mutex_);
    end_status_ = stalled_ ? absl::UnavailableError("the server acknowledged nothing for too long") : status;
    ended_ = true;
    changed_.SignalAll();
  }

  void AwaitProgress() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const SteadyTime give_up = last_progress_ + patience_;
    const bool owed = !sizes_.empty() || finishing_;
    if (owed && std::chrono::steady_clock::now() >= give_up && !stalled_) {
      stalled_ = true;
      context_->TryCancel();
    }
    changed_.WaitFor(mutex_, std::min<std::chrono::nanoseconds>(patience_, std::chrono::milliseconds(200)));
  }

  absl::Status Broken() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return end_status_.ok() ? absl::UnavailableError("the server ended the stream") : end_status_;
  }

  const std::unique_ptr<grpc::ClientContext> context_;
  const std::chrono::milliseconds patience_;
  const std::unique_ptr<grpc::ClientReaderWriterInterface<v1::IngestEventsRequest, v1::IngestEventsResponse>> call_;
  Mutex mutex_;
  CondVar changed_;
  std::map<int64_t, size_t> sizes_ ABSL_GUARDED_BY(mutex_);  // outstanding, by sequence
  size_t outstanding_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<v1::IngestEventsResponse> answers_ ABSL_GUARDED_BY(mutex_);
  SteadyTime last_progress_ ABSL_GUARDED_BY(mutex_) = std::chrono::steady_clock::now();
  bool finishing_ ABSL_GUARDED_BY(mutex_) = false;
  bool stalled_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status end_status_ ABSL_GUARDED_BY(mutex_);
  std::thread reader_;  // last: it uses the rest
};

}  // namespace

absl::Status FromGrpc(const grpc::Status& status) {
  google::rpc::Status proto;
  if (status.ok() || !proto.ParseFromString(status.error_details())) proto.Clear();
  proto.set_code(status.error_code());
  proto.set_message(status.error_message());
  return FromProto(proto);
}

std::unique_ptr<EventStream> NewGrpcStream(v1::EventService::StubInterface& stub, std::unique_ptr<grpc::ClientContext> context,
                                           std::chrono::milliseconds patience) {
  return std::make_unique<GrpcEventStream>(stub, std::move(context), patience);
}

}  // namespace comity::client

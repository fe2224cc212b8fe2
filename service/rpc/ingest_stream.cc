#include "service/rpc/ingest_stream.h"

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "service/base/error.h"
#include "service/base/failpoint.h"
#include "service/rpc/status.h"
#include "service/rpc/unary_call.h"

namespace comity::rpc {
namespace {

absl::Status Stopping() {
  return Error(absl::StatusCode::kUnavailable, ErrorReason::kStopping,
               "the service stops; open a new stream and send what has no answer again");
}

absl::Status NoBatch() {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kBatchInvalid, "the message holds no batch",
               {{"batch", "is required, with 1 to 1000 facts"}});
}

bool IsRefusalOfCaller(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnauthenticated || status.code() == absl::StatusCode::kPermissionDenied;
}

}  // namespace

// gRPC's reactor. It is shared: gRPC holds it until OnDone, and so does everything still in flight.
class IngestStream : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>, public std::enable_shared_from_this<IngestStream> {
 public:
  IngestStream(IngestStreams& streams, const MethodRule& rule, const grpc::CallbackServerContext& context)
      : streams_(streams), rule_(rule), credentials_(CredentialsOf(context)) {}

  void Start();
  // Ends the stream before anything was admitted, and leaves the record that admission would have left.
  void Refuse(const absl::Status& status);
  // Ends the stream with `status` once everything taken in has been acknowledged.
  void End(const absl::Status& status);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override { End(absl::CancelledError()); }
  void OnDone() override { streams_.Forget(shared_from_this()); }

 private:
  void Admit();
  void Take(const grpc::ByteBuffer& bytes);
  void Acknowledge(int64_t sequence, size_t size, absl::StatusOr<v1::IngestEventBatchResponse> result);
  void Release(size_t size);
  // Starts what can be started; true when the caller must call Conclude after it has let go of the lock.
  bool Advance() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Conclude();

  IngestStreams& streams_;
  const MethodRule& rule_;
  const Credentials credentials_;
  Mutex mutex_;
  grpc::ByteBuffer incoming_;                                                           // gRPC writes it while a read runs
  std::deque<grpc::ByteBuffer> outgoing_ ABSL_GUARDED_BY(mutex_);                       // the first is being written while `writing_`
  size_t taken_ ABSL_GUARDED_BY(mutex_) = 0, taken_bytes_ ABSL_GUARDED_BY(mutex_) = 0;  // not yet acknowledged
  bool admitted_ ABSL_GUARDED_BY(mutex_) = false;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false, writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool half_closed_ ABSL_GUARDED_BY(mutex_) = false, finished_ ABSL_GUARDED_BY(mutex_) = false;
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;  // nobody reads our answers any more
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);
};

void IngestStream::Start() {
  {
    MutexLock lock(mutex_);
    ++taken_;  // admission counts as work: the stream does not end under it
  }
  streams_.runtime_.backlog.EnterAnyhow(0);
  if (streams_.runtime_.ingest_pool.Post([self = shared_from_this()] { self->Admit(); })) return;
  Refuse(WithReason(absl::ResourceExhaustedError("")));
  Release(0);
}

void IngestStream::Refuse(const absl::Status& status) {
  Gate& gate = streams_.runtime_.gate;
  gate.LeaveSoon(gate.Begin(rule_), status);
  End(status);
}

// One audit record for each stream, durable before the first batch is taken.
void IngestStream::Admit() {
  Gate& gate = streams_.runtime_.gate;
  Passage passage = gate.Begin(rule_);
  const absl::Status status = gate.Leave(passage, gate.Admit(credentials_, passage));
  if (!status.ok()) End(status);
  {
    MutexLock lock(mutex_);
    admitted_ = status.ok();
  }
  Release(0);
}

void IngestStream::OnReadDone(bool ok) {
  std::optional<grpc::ByteBuffer> bytes;
  bool conclude;
  {
    MutexLock lock(mutex_);
    reading_ = false;
    if (!ok) {
      half_closed_ = true;
    } else if (!end_.has_value()) {
      bytes.emplace();
      bytes->Swap(&incoming_);
      ++taken_;
      taken_bytes_ += bytes->Length();
    }
    conclude = Advance();
  }
  if (conclude) return Conclude();
  if (!bytes.has_value()) return;
  const size_t size = bytes->Length();
  streams_.runtime_.backlog.EnterAnyhow(size);  // what a stream may have on its way is bounded by its window
  if (streams_.runtime_.ingest_pool.Post([self = shared_from_this(), taken = *std::move(bytes)] { self->Take(taken); })) return;
  End(WithReason(absl::ResourceExhaustedError("")));
  Release(size);
}

// The token is looked at again for each batch, so that one that is revoked stops a stream as it stops a call.
void IngestStream::Take(const grpc::ByteBuffer& bytes) {
  failpoint::PassOnly(Failpoint::kServiceStreamBatch);
  const size_t size = bytes.Length();
  v1::IngestEventsRequest message;
  Passage passage = streams_.runtime_.gate.Begin(rule_);
  absl::Status status = ParseMessage(bytes, message);
  const bool readable = status.ok();
  if (readable) status = streams_.runtime_.gate.Admit(credentials_, passage);
  if (!readable || IsRefusalOfCaller(status)) {
    End(status);
    return Release(size);
  }
  if (status.ok() && !message.has_batch()) status = NoBatch();
  if (!status.ok()) return Acknowledge(message.sequence(), size, status);
  streams_.ingest_(passage.caller, std::move(*message.mutable_batch()),
                   [self = shared_from_this(), size, sequence = message.sequence()](absl::StatusOr<v1::IngestEventBatchResponse> result) {
                     self->Acknowledge(sequence, size, std::move(result));
                   });
}

void IngestStream::Acknowledge(int64_t sequence, size_t size, absl::StatusOr<v1::IngestEventBatchResponse> result) {
  failpoint::PassOnly(Failpoint::kServiceStreamAck);
  v1::IngestEventsResponse response;
  response.set_sequence(sequence);
  *response.mutable_status() = ToRpcStatus(result.status());
  if (result.ok()) response.mutable_results()->Swap(result->mutable_results());
  grpc::ByteBuffer bytes = SerializeMessage(response);
  {
    MutexLock lock(mutex_);
    if (!broken_) outgoing_.push_back(std::move(bytes));
  }
  Release(size);
}

void IngestStream::Release(size_t size) {
  streams_.runtime_.backlog.Leave(size);
  bool conclude;
  {
    MutexLock lock(mutex_);
    --taken_;
    taken_bytes_ -= size;
    conclude = Advance();
  }
  if (conclude) Conclude();
}

void IngestStream::OnWriteDone(bool ok) {
  bool conclude;
  {
    MutexLock lock(mutex_);
    writing_ = false;
    outgoing_.pop_front();
    if (!ok) {
      broken_ = true;
      outgoing_.clear();
      if (!end_.has_value()) end_ = absl::CancelledError();
    }
    conclude = Advance();
  }
  if (conclude) Conclude();
}

void IngestStream::End(const absl::Status& status) {
  bool conclude;
  {
    MutexLock lock(mutex_);
    if (!end_.has_value()) end_ = status;
    conclude = Advance();
  }
  if (conclude) Conclude();
}

bool IngestStream::Advance() {
  if (finished_) return false;
  if (!writing_ && !outgoing_.empty()) {
    writing_ = true;
    StartWrite(&outgoing_.front());
  }
  if (admitted_ && !reading_ && !half_closed_ && !end_.has_value() && taken_bytes_ < IngestStreams::kWindowBytes) {
    reading_ = true;
    StartRead(&incoming_);
  }
  finished_ = (half_closed_ || end_.has_value()) && taken_ == 0 && !writing_ && outgoing_.empty();
  return finished_;
}

void IngestStream::Conclude() {
  absl::Status status;
  {
    MutexLock lock(mutex_);
    status = end_.value_or(absl::OkStatus());
  }
  Finish(ToGrpcStatus(status));
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* IngestStreams::Open(const MethodRule& rule,
                                                                                 grpc::CallbackServerContext& context) {
  auto stream = std::make_shared<IngestStream>(*this, rule, context);
  bool stopping;
  {
    MutexLock lock(mutex_);
    open_.insert(stream);
    stopping = stopping_;
  }
  if (stopping) {
    stream->Refuse(Stopping());
  } else {
    stream->Start();
  }
  return stream.get();
}

void IngestStreams::Forget(const std::shared_ptr<IngestStream>& stream) {
  MutexLock lock(mutex_);
  open_.erase(stream);
}

void IngestStreams::Stop() {
  std::vector<std::shared_ptr<IngestStream>> open;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    open.assign(open_.begin(), open_.end());
  }
  for (const auto& stream : open) stream->End(Stopping());
}

}  // namespace comity::rpc

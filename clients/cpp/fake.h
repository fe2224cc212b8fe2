// Fakes with behaviour, for tests of whoever uses the client.
#ifndef COMITY_CLIENTS_CPP_FAKE_H_
#define COMITY_CLIENTS_CPP_FAKE_H_

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "clients/cpp/client.h"
#include "service/base/mutex.h"

namespace comity::client {

// Takes batches in as the service does: a fact it has seen is a DUPLICATE, one without a subject is SET_ASIDE, others are STORED.
// Safe to call from any thread.
class FakeSink : public EventSink {
 public:
  absl::StatusOr<v1::IngestEventBatchResponse> Push(const v1::IngestEventBatchRequest& batch) override;

  // The next pushes fail with these, in order, and take nothing in.
  void FailNext(const absl::Status& error, int times = 1);
  // Takes in but loses the answer: what a broken connection after the commit looks like.
  void LoseNextAnswer(absl::Status error);

  // What was stored, in order, without duplicates.
  std::vector<v1::Fact> facts() const;
  int64_t push_count() const;  // failed ones included

 private:
  struct Failure {
    absl::Status error;
    bool after_commit = false;
  };
  mutable Mutex mutex_;
  std::deque<Failure> failures_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::Fact> facts_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> seen_ ABSL_GUARDED_BY(mutex_);
  int64_t push_count_ ABSL_GUARDED_BY(mutex_) = 0;
};

// A client whose unary methods are answered by functions and whose pushes and streams go to a FakeSink. For one thread.
class FakeClient : public Client {
 public:
  using Method = std::function<absl::Status(const google::protobuf::Message& request, google::protobuf::Message* response)>;

  absl::StatusOr<v1::IngestEventBatchResponse> Push(const v1::IngestEventBatchRequest& batch) override { return sink_.Push(batch); }
  absl::Status Call(std::string_view method, const google::protobuf::Message& request, google::protobuf::Message* response) override;
  std::unique_ptr<EventStream> OpenStream() override;

  // `method` as `DeedService/GetDeed`. Others are UNIMPLEMENTED.
  void Answer(const std::string& method, Method answer) { methods_[method] = std::move(answer); }
  template <typename Request, typename Response>
  void On(const std::string& method, std::function<absl::StatusOr<Response>(const Request&)> answer) {
    Answer(method, [answer = std::move(answer)](const google::protobuf::Message& request, google::protobuf::Message* response) {
      absl::StatusOr<Response> made = answer(static_cast<const Request&>(request));
      if (made.ok()) static_cast<Response&>(*response) = *std::move(made);
      return made.status();
    });
  }
  FakeSink& sink() { return sink_; }
  // Methods called, in order.
  const std::vector<std::string>& calls() const { return calls_; }

 private:
  std::map<std::string, Method> methods_;
  std::vector<std::string> calls_;
  FakeSink sink_;
};

}  // namespace comity::client

#endif  // COMITY_CLIENTS_CPP_FAKE_H_

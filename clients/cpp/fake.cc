#include "clients/cpp/fake.h"

#include "absl/strings/str_cat.h"

namespace comity::client {
namespace {

// Close to the service's own notion: object, transition and instant or revision make the fact.
std::string KeyOf(const v1::Fact& fact) {
  const std::string when = fact.revision().empty() ? fact.occur_time().SerializeAsString() : fact.revision();
  return absl::StrCat(fact.suite(), "/", fact.instance(), "/", static_cast<int>(fact.kind()), "/", fact.object_id(), "/", when);
}

// Acknowledges at once; what a Push would refuse comes back as the batch's status.
class FakeStream : public EventStream {
 public:
  explicit FakeStream(FakeSink& sink) : sink_(sink) {}

  absl::Status Send(int64_t sequence, const v1::IngestEventBatchRequest& batch) override {
    absl::StatusOr<v1::IngestEventBatchResponse> pushed = sink_.Push(batch);
    if (absl::IsUnavailable(pushed.status())) return pushed.status();
    v1::IngestEventsResponse answer;
    answer.set_sequence(sequence);
    if (pushed.ok()) {
      *answer.mutable_results() = pushed->results();
    } else {
      answer.mutable_status()->set_code(static_cast<int>(pushed.status().code()));
      answer.mutable_status()->set_message(std::string(pushed.status().message()));
    }
    answers_.push_back(std::move(answer));
    return absl::OkStatus();
  }
  absl::StatusOr<v1::IngestEventsResponse> Receive() override {
    if (answers_.empty()) return absl::OutOfRangeError("nothing is outstanding");
    v1::IngestEventsResponse answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }
  absl::Status Finish() override { return absl::OkStatus(); }

 private:
  FakeSink& sink_;
  std::deque<v1::IngestEventsResponse> answers_;
};

}  // namespace

absl::StatusOr<v1::IngestEventBatchResponse> FakeSink::Push(const v1::IngestEventBatchRequest& batch) {
  MutexLock lock(mutex_);
  ++push_count_;
  Failure failure;
  if (!failures_.empty()) {
    failure = std::move(failures_.front());
    failures_.pop_front();
    if (!failure.after_commit) return failure.error;
  }
  v1::IngestEventBatchResponse response;
  for (const v1::Fact& fact : batch.facts()) {
    v1::IngestResult& result = *response.add_results();
    if (!fact.has_subject()) {
      result.set_disposition(v1::IngestResult::DISPOSITION_SET_ASIDE);
      result.mutable_status()->set_code(static_cast<int>(absl::StatusCode::kInvalidArgument));
      result.mutable_status()->set_message("subject is required");
      continue;
    }
    const bool is_new = seen_.insert(KeyOf(fact)).second;
    result.set_event(absl::StrCat("events/fake-", std::hash<std::string>{}(KeyOf(fact))));
    result.set_disposition(is_new ? v1::IngestResult::DISPOSITION_STORED : v1::IngestResult::DISPOSITION_DUPLICATE);
    if (is_new) facts_.push_back(fact);
  }
  if (failure.after_commit) return failure.error;
  return response;
}

void FakeSink::FailNext(const absl::Status& error, int times) {
  MutexLock lock(mutex_);
  for (int i = 0; i < times; ++i) failures_.push_back({error, false});
}

void FakeSink::LoseNextAnswer(absl::Status error) {
  MutexLock lock(mutex_);
  failures_.push_back({std::move(error), true});
}

std::vector<v1::Fact> FakeSink::facts() const {
  MutexLock lock(mutex_);
  return facts_;
}

int64_t FakeSink::push_count() const {
  MutexLock lock(mutex_);
  return push_count_;
}

absl::Status FakeClient::Call(std::string_view method, const google::protobuf::Message& request, google::protobuf::Message* response) {
  constexpr std::string_view kPrefix = "/comity.v1.";
  if (method.starts_with(kPrefix)) method.remove_prefix(kPrefix.size());
  calls_.emplace_back(method);
  const auto found = methods_.find(std::string(method));
  if (found == methods_.end()) return absl::UnimplementedError(absl::StrCat("the fake has no ", std::string(method)));
  return found->second(request, response);
}

std::unique_ptr<EventStream> FakeClient::OpenStream() { return std::make_unique<FakeStream>(sink_); }

}  // namespace comity::client

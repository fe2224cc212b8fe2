#include "tests/support/load.h"

#include <algorithm>

#include "comity/v1/admin.pb.h"
#include "comity/v1/deed.pb.h"
#include "comity/v1/directory.pb.h"
#include "service/net/http.h"
#include "tests/support/traffic.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;
using Kind = Operation::Kind;
using Outcome = Operation::Outcome;
using Answer = Operation::Answer;

constexpr milliseconds kDeadline(3000);
constexpr milliseconds kRest(500);    // between two webhooks of a resting sender: enough for all that came before to be delivered
constexpr char kStranger[] = "9001";  // the account that is linked and unlinked
constexpr int64_t kStrangersTickets = 100;
constexpr int64_t kEach = 1'000'000;  // so many tickets has a client

net::Response Post(const std::string& url, const std::string& delivery, const std::string& body) {
  const auto response = net::Fetch("POST", url, HookHeaders(delivery, body), body, {std::chrono::seconds(5)});
  return response.ok() ? *response : net::Response{0, {}, ""};
}

bool MayHaveHappened(const absl::Status& status) {
  // What the service refuses before it does anything, or after undoing it, has had no effect.
  return !absl::IsResourceExhausted(status) && !absl::IsInvalidArgument(status);
}

// Two facts a ticket, of which the second resolves it.
std::vector<Answer> AnswersOf(const google::protobuf::RepeatedPtrField<v1::IngestResult>& results) {
  std::vector<Answer> answers;
  for (int i = 1; i < results.size(); i += 2) {
    const auto disposition = results[i].disposition();
    answers.push_back(disposition == v1::IngestResult::DISPOSITION_STORED      ? Answer::kStored
                      : disposition == v1::IngestResult::DISPOSITION_DUPLICATE ? Answer::kDuplicate
                                                                               : Answer::kRefused);
  }
  return answers;
}

std::vector<std::string> KeysOf(int64_t first, int tickets) {
  std::vector<std::string> keys;
  for (int64_t ticket = first; ticket < first + tickets; ++ticket) keys.push_back(TicketKey(ticket));
  return keys;
}

bool IsStrangers(const std::string& key) {
  for (int64_t ticket = kStrangersTickets; ticket < kStrangersTickets + 5; ++ticket) {
    if (key == TicketKey(ticket)) return true;
  }
  return false;
}

}  // namespace

Load::Load(Deployment& deployment) : deployment_(deployment) {
  v1::IngestEventBatchRequest strangers = TicketBatch(kStrangersTickets, 5);
  for (v1::Fact& fact : *strangers.mutable_facts()) fact.mutable_actor()->set_id(kStranger);
  deployment.Connector()->Push(strangers).status().IgnoreError();
  for (int worker = 1; worker <= 2; ++worker) {
    threads_.emplace_back([this, worker] { Push(worker); });
    threads_.emplace_back([this, worker] { Hook(worker); });
  }
  threads_.emplace_back([this] { Stream(5); });
  threads_.emplace_back([this] { Spoil(); });
  threads_.emplace_back([this] { Link(); });
  threads_.emplace_back([this] { Read(); });
}

Load::~Load() { Stop(); }

void Load::Stop() {
  stop_ = true;
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

size_t Load::by_webhook() const {
  MutexLock lock(mutex_);
  return hooks_.size();
}

void Load::Push(int worker) {
  const auto connector = deployment_.ConnectorOfOneAttempt(kDeadline);
  for (int64_t first = kEach * worker; !stop_; first += 20) {
    bool acknowledged = false;
    while (!acknowledged && !stop_) {
      Operation put{.kind = Kind::kPut, .client = worker, .keys = KeysOf(first, 20)};
      const size_t place = history_.Begin(put);
      const auto response = connector->Push(TicketBatch(first, 20));
      acknowledged = response.ok();
      put.outcome = acknowledged ? Outcome::kOk : MayHaveHappened(response.status()) ? Outcome::kUnknown : Outcome::kFailed;
      if (acknowledged) put.answers = AnswersOf(response->results());
      history_.End(place, put);
    }
    if (acknowledged) by_call_ += 20;
  }
}

void Load::Stream(int worker) {
  const auto connector = deployment_.ConnectorOfOneAttempt(kDeadline);
  std::unique_ptr<client::EventStream> stream;
  int64_t sequence = 0;
  for (int64_t first = kEach * worker; !stop_; first += 5) {
    bool acknowledged = false;
    while (!acknowledged && !stop_) {
      if (stream == nullptr) stream = connector->OpenStream();
      Operation put{.kind = Kind::kPut, .client = worker, .keys = KeysOf(first, 5)};
      Operation send{.kind = Kind::kSend, .client = worker, .sequence = ++sequence, .id = "events"};
      const size_t put_place = history_.Begin(put), send_place = history_.Begin(send);
      absl::Status status = stream->Send(sequence, TicketBatch(first, 5));
      v1::IngestEventsResponse response;
      if (status.ok()) {
        const auto received = stream->Receive();
        status = received.status();
        if (received.ok()) response = *received;
      }
      const bool answered = status.ok();
      send.outcome = answered ? Outcome::kOk : Outcome::kUnknown;
      send.acknowledged = answered && response.sequence() == sequence ? 1 : 0;
      acknowledged = answered && response.status().code() == 0;
      put.outcome = acknowledged ? Outcome::kOk : Outcome::kUnknown;
      if (acknowledged) put.answers = AnswersOf(response.results());
      history_.End(put_place, put);
      history_.End(send_place, send);
      if (!answered) stream.reset();
    }
    if (acknowledged) by_stream_ += 5;
  }
  if (stream != nullptr) stream->Finish().IgnoreError();
}

// 204 says that the bytes are on the disk, and the deed comes later: the operation ends when everything has been delivered.
void Load::Hook(int worker) {
  for (int64_t ticket = kEach * (worker + 2); !stop_; ++ticket) {
    WaitUntil([this] { return stop_ || !rest_; }, kRest);
    Operation put{.kind = Kind::kPut, .client = worker, .keys = {TicketKey(ticket)}, .answers = {Answer::kStored}};
    const size_t place = history_.Begin(put);
    while (!stop_) {
      if (Post(deployment_.hook_url(), "d" + std::to_string(ticket), ClosedHookBody(ticket)).status != 204) continue;
      put.outcome = Outcome::kOk;
      MutexLock lock(mutex_);
      hooks_.emplace_back(place, put);
      break;
    }
  }
}

void Load::Spoil() {
  for (int64_t number = 0; !stop_; ++number) {
    WaitUntil([this] { return stop_ || !rest_; }, milliseconds(60'000));
    Post(deployment_.hook_url(), "u" + std::to_string(number), "{" + std::to_string(number));
    WaitUntil([this] { return stop_.load(); }, milliseconds(50));
  }
}

void Load::Link() {
  const auto steward = deployment_.StewardOfOneAttempt(kDeadline);
  for (int64_t number = 0; !stop_; ++number) {
    const bool link = number % 2 == 0;
    for (int repeat = 0; repeat < 2 && !stop_;) {  // once until it is answered, and once more: the answer must be the same
      Operation request{.kind = Kind::kRequest, .client = 7, .id = "link-" + std::to_string(number), .body = link ? "link" : "unlink"};
      v1::LinkAccountRequest linking;
      linking.set_account(std::string("accounts/github:github.com:") + kStranger);
      linking.set_person("people/p1");
      linking.set_request_id(request.id);
      v1::UnlinkAccountRequest unlinking;
      unlinking.set_account(linking.account());
      unlinking.set_request_id(request.id);
      const size_t place = history_.Begin(request);
      v1::LinkAccountResponse linked;
      v1::UnlinkAccountResponse unlinked;
      const absl::Status status = link ? steward->Call("/comity.v1.DirectoryService/LinkAccount", linking, &linked)
                                       : steward->Call("/comity.v1.DirectoryService/UnlinkAccount", unlinking, &unlinked);
      request.outcome = status.ok() ? Outcome::kOk : Outcome::kUnknown;
      request.answer = link ? linked.SerializeAsString() : unlinked.SerializeAsString();
      history_.End(place, request);
      if (status.ok()) ++repeat;
    }
    WaitUntil([this] { return stop_.load(); }, milliseconds(20));
  }
}

void Load::Read() {
  const auto steward = deployment_.StewardOfOneAttempt(kDeadline);
  for (int round = 0; !stop_; ++round) {
    Operation head{.kind = Kind::kHead, .client = 8};
    const size_t place = history_.Begin(head);
    v1::Status status;
    const bool answered = steward->Call("/comity.v1.AdminService/GetStatus", v1::GetStatusRequest(), &status).ok();
    head.outcome = answered ? Outcome::kOk : Outcome::kUnknown;
    head.sequence = status.ledger_entry_count();
    history_.End(place, head);
    if (round % 40 == 0) ReadOnce(*steward);
    WaitUntil([this] { return stop_.load(); }, milliseconds(50));
  }
}

void Load::ReadOnce(client::Client& steward) {
  Operation read{.kind = Kind::kRead, .client = 8};
  const size_t place = history_.Begin(read);
  v1::ListDeedsRequest request;
  request.set_page_size(1000);
  bool answered = true;
  do {
    v1::ListDeedsResponse page;
    answered = steward.Call("/comity.v1.DeedService/ListDeeds", request, &page).ok();
    for (const v1::Deed& deed : page.deeds()) {
      if (!IsStrangers(deed.subject())) ++read.seen[deed.subject()];
    }
    request.set_page_token(page.next_page_token());
  } while (answered && !request.page_token().empty());
  read.outcome = answered ? Outcome::kOk : Outcome::kUnknown;
  history_.End(place, read);
}

std::vector<Operation> Load::Conclude() {
  std::vector<std::pair<size_t, Operation>> hooks;
  {
    MutexLock lock(mutex_);
    hooks = hooks_;
  }
  // All hooks are of one source and handed over in order: once the last of both senders is there, all are.
  const auto steward = deployment_.Steward();
  const auto health = [&] {
    const auto response = net::Fetch("GET", deployment_.hook_url().substr(0, deployment_.hook_url().find("/in/")) + "/health", {}, "", {});
    return response.ok() ? response->body : std::string();
  };
  WaitUntil([&] { return health().find("\"records\": 0") != std::string::npos; }, milliseconds(60'000));
  for (auto& [place, put] : hooks) history_.End(place, put);
  ReadOnce(*steward);
  return history_.Take();
}

}  // namespace comity::testing

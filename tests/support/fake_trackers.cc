#include "tests/support/fake_trackers.h"

#include <algorithm>
#include <stdexcept>

#include "absl/strings/escaping.h"

namespace comity::testing {

const FakeTicket::Act* FakeTicket::ClosedBefore(size_t count) const {
  const Act* closed = nullptr;
  for (size_t i = 0; i < std::min(count, acts.size()); ++i) {
    if (acts[i].what == What::kReopen) closed = nullptr;
    if (acts[i].what == What::kClose || acts[i].what == What::kCloseUndone) closed = &acts[i];
  }
  return closed;
}

FakeTracker::FakeTracker(std::unique_ptr<TrackerDialect> dialect) : dialect_(std::move(dialect)) {
  auto server = net::Server::Start({}, [this](net::Request request, net::Responder respond) { respond(Serve(request)); });
  if (!server.ok()) throw std::runtime_error(server.status().ToString());
  server_ = *std::move(server);
}
FakeTracker::~FakeTracker() = default;

std::string FakeTracker::url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }

TrackerHook FakeTracker::Open(int person, absl::Time at) {
  MutexLock lock(mutex_);
  FakeTicket& ticket = tickets_.emplace_back();
  ticket.number = static_cast<int>(tickets_.size());
  ticket.asker = person;
  ticket.created = at;
  TrackerHook hook = dialect_->Tell(ticket, 0);
  hook.kind = v1::FACT_KIND_OPENED;
  return hook;
}

TrackerHook FakeTracker::Act(int number, FakeTicket::What what, int person, absl::Time at) {
  MutexLock lock(mutex_);
  FakeTicket& ticket = tickets_.at(static_cast<size_t>(number) - 1);
  ticket.acts.push_back({what, person, at, ++next_id_});
  TrackerHook hook = dialect_->Tell(ticket, ticket.acts.size());
  hook.kind = what == FakeTicket::What::kComment  ? v1::FACT_KIND_COMMENTED
              : what == FakeTicket::What::kReopen ? v1::FACT_KIND_REOPENED
                                                  : v1::FACT_KIND_RESOLVED;
  return hook;
}

int FakeTracker::tickets() const {
  MutexLock lock(mutex_);
  return static_cast<int>(tickets_.size());
}

void FakeTracker::Refuse(int times) {
  MutexLock lock(mutex_);
  refusals_ = times;
}
int64_t FakeTracker::requests() const {
  MutexLock lock(mutex_);
  return requests_;
}
int64_t FakeTracker::refused() const {
  MutexLock lock(mutex_);
  return refused_;
}
int64_t FakeTracker::unauthorised() const {
  MutexLock lock(mutex_);
  return unauthorised_;
}

net::Response FakeTracker::Serve(const net::Request& request) {
  // Each suite has its own way to show a token; all of them show this one.
  const std::string_view shown = net::FindHeader(request.headers, "Authorization");
  const std::string token = kTrackerToken;
  const bool known = shown == "token " + token || shown == "Basic " + absl::Base64Escape(token) ||
                     net::FindHeader(request.headers, "PRIVATE-TOKEN") == token;
  MutexLock lock(mutex_);
  if (!known) {
    ++unauthorised_;
    return {401, {}, "{}"};
  }
  ++requests_;
  if (refusals_ > 0) {
    --refusals_;
    ++refused_;
    return {429, {{"Retry-After", "1"}}, "{}"};
  }
  return dialect_->Answer(tickets_, request);
}

}  // namespace comity::testing

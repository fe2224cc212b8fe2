#include "tests/support/fake_github.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "tests/support/answers.h"

namespace comity::testing {
namespace {

constexpr char kRepository[] =
    R"({"id":9,"full_name":"acme/work","private":false,"visibility":"public","default_branch":"main","owner":{"login":"acme","id":8,"type":"Organization"}})";

std::string TimeText(absl::Time time) {
  return time == absl::InfinitePast() ? "null" : absl::FormatTime("\"%Y-%m-%dT%H:%M:%SZ\"", time, absl::UTCTimeZone());
}
std::string UserJson(int person) {
  return R"({"login":"u)" + std::to_string(person) + R"(","id":)" + std::to_string(1000 + person) + R"(,"type":"User"})";
}
std::string Payload(const std::string& action, int sender, const std::string& more) {
  return R"({"action":")" + action + R"(",)" + more + R"(,"repository":)" + kRepository + R"(,"sender":)" + UserJson(sender) + "}";
}

}  // namespace

FakeGitHub::FakeGitHub() {
  auto server = net::Server::Start({}, [this](net::Request request, net::Responder respond) { respond(Serve(request)); });
  if (!server.ok()) throw std::runtime_error(server.status().ToString());
  server_ = *std::move(server);
}
FakeGitHub::~FakeGitHub() = default;

std::string FakeGitHub::url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }

int FakeGitHub::next_number() const {
  MutexLock lock(mutex_);
  return static_cast<int>(items_.size()) + 1;
}

FakeGitHub::Item& FakeGitHub::Touch(int number, absl::Time at) {
  Item& item = items_.at(static_cast<size_t>(number) - 1);
  item.updated = std::max(item.updated, at);
  return item;
}

std::string FakeGitHub::Event(Item& item, const std::string& event, int person, absl::Time at, const std::string& more) {
  item.timeline.push_back(R"({"id":)" + std::to_string(++next_id_) + R"(,"event":")" + event + R"(","actor":)" + UserJson(person) +
                          R"(,"created_at":)" + TimeText(at) + more + "}");
  return item.timeline.back();
}

std::string FakeGitHub::IssueJson(const Item& item) {
  const std::string number = std::to_string(item.number);
  return R"({"id":)" + std::to_string(5000 + item.number) + R"(,"node_id":")" + (item.change ? "PR_kwDNG1nNH0M" : "I_x") +
         R"(","number":)" + number + R"(,"title":"t","html_url":"https://github.com/acme/work/issues/)" + number + R"(","user":)" +
         UserJson(item.asker) + R"(,"labels":[],"assignees":[],"state":")" + (item.closed == absl::InfinitePast() ? "open" : "closed") +
         R"(","state_reason":)" + (item.reason.empty() ? "null" : "\"" + item.reason + "\"") + R"(,"created_at":)" +
         TimeText(item.created) + R"(,"updated_at":)" + TimeText(item.updated) + R"(,"closed_at":)" + TimeText(item.closed) +
         (item.change ? R"(,"pull_request":{"url":"x"})" : "") + R"(,"body":"marmalade"})";
}

std::string FakeGitHub::ChangeJson(const Item& item) {
  const std::string number = std::to_string(item.number);
  const bool merged = item.merged != absl::InfinitePast();
  return R"({"id":)" + std::to_string(7000 + item.number) + R"(,"number":)" + number +
         R"(,"title":"c","html_url":"https://github.com/acme/work/pull/)" + number + R"(","user":)" + UserJson(item.asker) +
         R"(,"labels":[],"base":{"ref":"main"},"merged":)" + (merged ? "true" : "false") + R"(,"merged_at":)" + TimeText(item.merged) +
         R"(,"merged_by":)" + (merged ? UserJson(item.merger) : "null") + R"(,"created_at":)" + TimeText(item.created) +
         R"(,"updated_at":)" + TimeText(item.updated) + R"(,"body":")" + item.body + R"("})";
}

FakeGitHub::Hook FakeGitHub::OpenTicket(int person, absl::Time at) {
  MutexLock lock(mutex_);
  items_.push_back({});
  Item& item = items_.back();
  item.number = static_cast<int>(items_.size());
  item.asker = person;
  item.created = item.updated = at;
  return {"issues", Payload("opened", person, R"("issue":)" + IssueJson(item))};
}
FakeGitHub::Hook FakeGitHub::OpenChange(int person, absl::Time at, const std::string& body) {
  MutexLock lock(mutex_);
  items_.push_back({});
  Item& item = items_.back();
  item.number = static_cast<int>(items_.size());
  item.change = true;
  item.asker = person;
  item.body = body;
  item.created = item.updated = at;
  return {"pull_request", Payload("opened", person, R"("pull_request":)" + ChangeJson(item))};
}
FakeGitHub::Hook FakeGitHub::Comment(int number, int person, absl::Time at) {
  MutexLock lock(mutex_);
  Item& item = Touch(number, at);
  const std::string comment = Event(item, "commented", person, at,
                                    R"(,"user":)" + UserJson(person) + R"(,"updated_at":)" + TimeText(at) + R"(,"body":"marmalade")");
  return {"issue_comment", Payload("created", person, R"("issue":)" + IssueJson(item) + R"(,"comment":)" + comment)};
}
FakeGitHub::Hook FakeGitHub::Assign(int number, int person, int target, absl::Time at) {
  MutexLock lock(mutex_);
  Item& item = Touch(number, at);
  // The actor of this event is the assignee, as in the real API; who did it is the assigner.
  Event(item, "assigned", target, at, R"(,"assignee":)" + UserJson(target) + R"(,"assigner":)" + UserJson(person));
  return {"issues", Payload("assigned", person, R"("issue":)" + IssueJson(item) + R"(,"assignee":)" + UserJson(target))};
}
FakeGitHub::Hook FakeGitHub::Close(int number, int person, absl::Time at, const std::string& reason) {
  MutexLock lock(mutex_);
  Item& item = Touch(number, at);
  item.closed = at;
  item.reason = reason;
  Event(item, "closed", person, at, R"(,"state_reason":")" + reason + "\"");
  return {"issues", Payload("closed", person, R"("issue":)" + IssueJson(item))};
}
FakeGitHub::Hook FakeGitHub::Reopen(int number, int person, absl::Time at) {
  MutexLock lock(mutex_);
  Item& item = Touch(number, at);
  item.closed = absl::InfinitePast();
  item.reason = "reopened";
  Event(item, "reopened", person, at);
  return {"issues", Payload("reopened", person, R"("issue":)" + IssueJson(item))};
}
FakeGitHub::Hook FakeGitHub::RequestReview(int number, int person, int target, absl::Time at) {
  MutexLock lock(mutex_);
  Item& item = Touch(number, at);
  Event(item, "review_requested", person, at,
        R"(,"review_requester":)" + UserJson(person) + R"(,"requested_reviewer":)" + UserJson(target));
  return {"pull_request",
          Payload("review_requested", person, R"("pull_request":)" + ChangeJson(item) + R"(,"requested_reviewer":)" + UserJson(target))};
}
FakeGitHub::Hook FakeGitHub::Review(int number, int person, absl::Time at, const std::string& state) {
  MutexLock lock(mutex_);
  Item& item = Touch(number, at);
  const std::string review = R"("id":)" + std::to_string(++next_id_) + R"(,"user":)" + UserJson(person) + R"(,"state":")" + state +
                             R"(","submitted_at":)" + TimeText(at);
  item.timeline.push_back(R"({"event":"reviewed",)" + review + "}");
  return {"pull_request_review", Payload("submitted", person, R"("pull_request":)" + ChangeJson(item) + R"(,"review":{)" + review + "}")};
}
FakeGitHub::Hook FakeGitHub::Merge(int number, int person, absl::Time at) {
  MutexLock lock(mutex_);
  Item& item = Touch(number, at);
  item.merged = item.closed = at;
  item.merger = person;
  Event(item, "merged", person, at);
  Event(item, "closed", person, at);
  return {"pull_request", Payload("closed", person, R"("pull_request":)" + ChangeJson(item))};
}

void FakeGitHub::Interfere(std::function<std::unique_ptr<net::Response>(const std::string& path)> interfere) {
  MutexLock lock(mutex_);
  interfere_ = std::move(interfere);
}
void FakeGitHub::LimitRate(int64_t remaining, absl::Time reset) {
  MutexLock lock(mutex_);
  remaining_ = remaining;
  reset_ = reset;
}
int64_t FakeGitHub::requests() const {
  MutexLock lock(mutex_);
  return requests_;
}
int64_t FakeGitHub::not_modified() const {
  MutexLock lock(mutex_);
  return not_modified_;
}
int64_t FakeGitHub::refused() const {
  MutexLock lock(mutex_);
  return refused_;
}
std::vector<std::string> FakeGitHub::paths() const {
  MutexLock lock(mutex_);
  return paths_;
}

net::Response FakeGitHub::Serve(const net::Request& request) {
  MutexLock lock(mutex_);
  if (net::FindHeader(request.headers, "Authorization") != std::string("Bearer ") + kReadToken) {
    ++refused_;
    return {401, {}, R"({"message":"Bad credentials"})"};
  }
  ++requests_;
  paths_.push_back(request.path + (request.query.empty() ? "" : "?" + request.query));
  if (interfere_) {
    if (const auto instead = interfere_(paths_.back())) return *instead;
  }
  net::Response response =
      remaining_ == 0 ? net::Response{403, {}, R"({"message":"API rate limit exceeded"})"} : Route(request.path, request.query);
  if (response.status == 200) {
    const std::string etag = "\"" + std::to_string(std::hash<std::string>{}(response.body)) + "\"";
    if (net::FindHeader(request.headers, "If-None-Match") == etag) {
      ++not_modified_;
      response = {304, {}, ""};
    } else if (remaining_ > 0) {
      --remaining_;
    }
    response.headers.emplace_back("ETag", etag);
  }
  if (remaining_ >= 0) {
    response.headers.emplace_back("X-RateLimit-Remaining", std::to_string(remaining_));
    response.headers.emplace_back("X-RateLimit-Reset", std::to_string(absl::ToUnixSeconds(reset_)));
  }
  return response;
}

net::Response FakeGitHub::Route(const std::string& path, const std::string& query) {
  const std::string repository = "/repos/acme/work", issues = repository + "/issues", pulls = repository + "/pulls/";
  if (path == "/orgs/acme/repos") return JsonAnswer("[" + std::string(kRepository) + "]");
  if (path == repository) return JsonAnswer(kRepository);
  if (path == issues) {
    const absl::Time since = Instant(query, "since", absl::UnixEpoch());
    std::vector<const Item*> changed;
    for (const Item& item : items_) {
      if (item.updated >= since) changed.push_back(&item);
    }
    std::stable_sort(changed.begin(), changed.end(), [](const Item* a, const Item* b) { return a->updated < b->updated; });
    std::vector<std::string> all;
    all.reserve(changed.size());
    for (const Item* item : changed) all.push_back(IssueJson(*item));
    return JsonAnswer(PageOf(all, query, "per_page"));
  }
  const bool pull = path.starts_with(pulls);
  const int number = std::atoi(path.substr(pull ? pulls.size() : std::min(path.size(), issues.size() + 1)).c_str());
  if (number < 1 || static_cast<size_t>(number) > items_.size()) return {404, {}, R"({"message":"Not Found"})"};
  const Item& item = items_[static_cast<size_t>(number) - 1];
  if (pull) return item.change ? JsonAnswer(ChangeJson(item)) : net::Response{404, {}, ""};
  return path.ends_with("/timeline") ? JsonAnswer(PageOf(item.timeline, query, "per_page")) : net::Response{404, {}, ""};
}

}  // namespace comity::testing

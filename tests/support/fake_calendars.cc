#include "tests/support/fake_calendars.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "tests/support/answers.h"

namespace comity::testing {
namespace {

constexpr size_t kPage = 2;  // small, so that few meetings make many pages

std::string TimeText(absl::Time time) { return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone()); }
std::string Plain(absl::Time time) { return absl::FormatTime("%Y-%m-%dT%H:%M:%S.0000000", time, absl::UTCTimeZone()); }

net::Response Later(int status) { return {status, {{"Retry-After", "1"}}, "{}"}; }

}  // namespace

FakeCalendars::FakeCalendars() {
  auto server = net::Server::Start({}, [this](net::Request request, net::Responder respond) { respond(Serve(request)); });
  if (!server.ok()) throw std::runtime_error(server.status().ToString());
  server_ = *std::move(server);
}
FakeCalendars::~FakeCalendars() = default;

std::string FakeCalendars::url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }

FakeCalendars::Meeting& FakeCalendars::Find(const std::string& name, absl::Time original) {
  for (Meeting& meeting : meetings_) {
    if (meeting.name == name && meeting.original == original) return meeting;
  }
  meetings_.push_back({name, {}, original, false, 0});
  return meetings_.back();
}

void FakeCalendars::Meet(const std::string& name, absl::Time start) { MeetInSeries(name, absl::InfinitePast(), start); }

void FakeCalendars::MeetInSeries(const std::string& name, absl::Time original, absl::Time start) {
  MutexLock lock(mutex_);
  Meeting& meeting = Find(name, original);
  meeting.start = start;
  meeting.change = ++change_;
}

void FakeCalendars::Cancel(const std::string& name) {
  MutexLock lock(mutex_);
  Meeting& meeting = Find(name, absl::InfinitePast());
  meeting.cancelled = true;
  meeting.change = ++change_;
}

void FakeCalendars::ForgetSyncTokens() {
  MutexLock lock(mutex_);
  forgotten_ = ++change_;
}
void FakeCalendars::RevokeTokens() {
  MutexLock lock(mutex_);
  revoked_ = tokens_;
}
void FakeCalendars::Refuse(int times, int status) {
  MutexLock lock(mutex_);
  refusals_ = times;
  refusal_ = status;
}
void FakeCalendars::RefuseToken(int times, int status) {
  MutexLock lock(mutex_);
  token_refusals_ = times;
  token_refusal_ = status;
}
int64_t FakeCalendars::tokens_given() const {
  MutexLock lock(mutex_);
  return tokens_;
}
int64_t FakeCalendars::requests() const {
  MutexLock lock(mutex_);
  return requests_;
}
std::vector<std::string> FakeCalendars::paths() const {
  MutexLock lock(mutex_);
  return paths_;
}
std::vector<std::string> FakeCalendars::bodies_elsewhere() const {
  MutexLock lock(mutex_);
  return elsewhere_;
}

net::Response FakeCalendars::Serve(const net::Request& request) {
  MutexLock lock(mutex_);
  if (request.path.ends_with("/token")) return GiveToken(request);
  std::string all = request.path + "?" + request.query + request.body;
  for (const auto& [name, value] : request.headers) all += name + ":" + value;
  elsewhere_.push_back(all);
  const std::string shown(net::FindHeader(request.headers, "Authorization"));
  const std::string known = "Bearer access-";
  if (!shown.starts_with(known) || std::atoll(shown.c_str() + known.size()) <= revoked_) return JsonAnswer("{}", 401);
  if (refusals_ > 0) {
    --refusals_;
    return Later(refusal_);
  }
  ++requests_;
  paths_.push_back(request.path + "?" + request.query);
  if (request.path.starts_with("/calendars/ana%40acme.example/events")) return Google(request.query, request.path.ends_with("/events"));
  if (request.path == "/users/ana%40acme.example/calendarView/delta") return Graph(request.query);
  return JsonAnswer("{}", 404);
}

net::Response FakeCalendars::GiveToken(const net::Request& request) {
  if (token_refusals_ > 0) {
    --token_refusals_;
    return token_refusal_ == 400 ? JsonAnswer(R"({"error": "invalid_grant", "error_description": "marmalade"})", 400)
                                 : Later(token_refusal_);
  }
  if (request.method != "POST" || request.body.find(kClientSecret) == std::string::npos)
    return JsonAnswer(R"({"error": "invalid_client"})", 401);
  return JsonAnswer(R"({"token_type": "Bearer", "expires_in": 3599, "access_token": "access-)" + std::to_string(++tokens_) + "\"}");
}

std::vector<const FakeCalendars::Meeting*> FakeCalendars::Since(int64_t change, absl::Time from, absl::Time to) const {
  std::vector<const Meeting*> found;
  for (const Meeting& meeting : meetings_) {
    if (meeting.change > change && meeting.start + absl::Hours(1) > from && meeting.start < to) found.push_back(&meeting);
  }
  return found;
}

net::Response FakeCalendars::Google(const std::string& query, bool list) {
  if (!list) return JsonAnswer("{}", 404);
  const std::string token = Parameter(query, "syncToken");
  const int64_t since = token.empty() ? 0 : std::atoll(token.c_str() + 4);
  if (!token.empty() && since < forgotten_) return JsonAnswer(R"({"error": {"code": 410}})", 410);
  const bool windowed = !Parameter(query, "timeMax").empty();
  const absl::Time from = token.empty() ? Instant(query, "timeMin", absl::InfinitePast()) : absl::InfinitePast();
  const auto found = Since(since, from, windowed ? Instant(query, "timeMax", absl::InfinitePast()) : absl::InfiniteFuture());
  const auto first = static_cast<size_t>(Number(query, "pageToken", 0));
  const bool named = query.find("items(") != std::string::npos;
  std::string items;
  for (size_t i = first; i < std::min(found.size(), first + kPage) && named; ++i) {
    const Meeting& meeting = *found[i];
    const bool in_series = meeting.original != absl::InfinitePast();
    items += std::string(items.empty() ? "" : ",") + R"({"id": ")" + meeting.name + "_" + std::to_string(i) + R"(", "iCalUID": ")" +
             meeting.name + R"(@acme.example", "status": ")" + (meeting.cancelled ? "cancelled" : "confirmed") +
             R"(", "start": {"dateTime": ")" + TimeText(meeting.start) + R"("}, "end": {"dateTime": ")" +
             TimeText(meeting.start + absl::Hours(1)) + R"("}, )" +
             (in_series ? R"("recurringEventId": ")" + meeting.name + R"(", "originalStartTime": {"dateTime": ")" +
                              TimeText(meeting.original) + R"("}, )"
                        : "") +
             R"("organizer": {"email": "ana@acme.example", "self": true}, "attendees": [{"email": "bob@acme.example",)" +
             R"( "responseStatus": "accepted", "displayName": "marmalade"}], "updated": "2026-09-01T09:30:00Z"})";
  }
  const bool more = first + kPage < found.size();
  return JsonAnswer(
      "{\"items\": [" + items + "], " +
      (more ? "\"nextPageToken\": \"" + std::to_string(first + kPage) : "\"nextSyncToken\": \"sync" + std::to_string(change_)) + "\"}");
}

net::Response FakeCalendars::Graph(const std::string& query) {
  // A token is `SINCE.FIRST.FROM.TO`; times in seconds.
  int64_t since = 0, first = 0, from = 0, to = 0;
  std::string token = Parameter(query, "$deltatoken");
  const bool is_delta = !token.empty();
  if (!is_delta) token = Parameter(query, "$skiptoken");
  if (token.empty()) {
    from = absl::ToUnixSeconds(Instant(query, "startDateTime", absl::InfinitePast()));
    to = absl::ToUnixSeconds(Instant(query, "endDateTime", absl::InfinitePast()));
  } else if (std::sscanf(token.c_str(), "%ld.%ld.%ld.%ld", &since, &first, &from, &to) != 4) {
    return JsonAnswer("{}", 400);
  }
  if (is_delta && since < forgotten_) return JsonAnswer(R"({"error": {"code": "SyncStateNotFound"}})", 410);
  const auto found = Since(since, absl::FromUnixSeconds(from), absl::FromUnixSeconds(to));
  std::string items;
  const auto begin = static_cast<size_t>(first);
  for (size_t i = begin; i < std::min(found.size(), begin + kPage); ++i) {
    const Meeting& meeting = *found[i];
    const bool in_series = meeting.original != absl::InfinitePast();
    items +=
        std::string(items.empty() ? "" : ",") + R"({"id": "AA)" + std::to_string(i) + R"(", "uid": ")" + meeting.name +
        R"(@acme.example", "isCancelled": )" + (meeting.cancelled ? "true" : "false") + R"(, "isOrganizer": true, "type": ")" +
        (in_series ? R"(exception", "seriesMasterId": "AAm", "originalStart": ")" + TimeText(meeting.original) : "singleInstance") +
        R"(", "subject": "marmalade", "start": {"dateTime": ")" + Plain(meeting.start) + R"(", "timeZone": "UTC"}, "end": {"dateTime": ")" +
        Plain(meeting.start + absl::Hours(1)) +
        R"(", "timeZone": "UTC"}, "organizer": {"emailAddress": {"address": "Ana@acme.example"}}, "attendees": [{"type": "required",)" +
        R"( "emailAddress": {"address": "Bob@acme.example"}, "status": {"response": "accepted"}}],)" +
        R"( "lastModifiedDateTime": "2026-09-01T09:30:00Z"})";
  }
  const bool more = begin + kPage < found.size();
  const std::string next = std::to_string(more ? since : change_) + "." + std::to_string(more ? first + static_cast<int64_t>(kPage) : 0) +
                           "." + std::to_string(from) + "." + std::to_string(to);
  // The link leads elsewhere: nobody may follow it.
  return JsonAnswer(std::string("{\"value\": [") + items + "], \"@odata." + (more ? "nextLink" : "deltaLink") +
                    "\": \"https://evil.example/v1.0/users/ana/calendarView/delta?$" + (more ? "skip" : "delta") + "token=" + next + "\"}");
}

}  // namespace comity::testing

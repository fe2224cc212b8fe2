#include "plugins/jira/polling.h"

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/jira/mapping.h"
#include "plugins/jira/payloads.h"
#include "plugins/jira/requests.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/times.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::jira {
namespace {

using sdk::Json;
using sdk::JsonObject;
using sdk::Micros;
using sdk::MicrosOf;

constexpr size_t kMaxStatuses = 2000, kMaxToken = 4000;
constexpr int64_t kMaxPages = 1000;
constexpr size_t kMaxIdDigits = 20;
constexpr size_t kMaxHistories = 10'000;  // of one answer

// How far the walk through one project's tickets has come.
struct Walk {
  absl::Time since, floor, complete, position;
  void AddTo(JsonObject& note) const {
    note.Raw("since", Micros(since)).Raw("floor", Micros(floor)).Raw("complete", Micros(complete)).Raw("position", Micros(position));
  }
};

// One answer, read in the light of the note that went with its request.
class Absorber {
 public:
  Absorber(const sdk::Manifest& manifest, const sdk::Source& source, const Reading& reading, const Scope& scope, const sdk::Poll& poll,
           const sdk::Fetch& fetch, Json note, Json answer)
      : manifest_(manifest),
        source_(source),
        reading_(reading),
        scope_(scope),
        poll_(poll),
        fetch_(fetch),
        note_(note),
        answer_(answer),
        floor_(MicrosOf(note.At("/floor"))) {}

  absl::StatusOr<sdk::Step> Read() {
    const std::string_view what = note_.At("/what").Text();
    if (what == "statuses") return Statuses();
    if (what == "search") return Search();
    return what == "changelog" ? Changelog() : Comments();
  }

 private:
  absl::StatusOr<sdk::Step> Statuses() {
    if (!answer_.is_array()) return sdk::UnreadableAnswer("a list of statuses", manifest_.title);
    JsonObject statuses;
    for (const Json status : answer_.Items(kMaxStatuses)) {
      const std::string id = status.At("/id").IdText();
      const std::string_view category = status.At("/statusCategory/key").Text();
      if (sdk::IsDigits(id, kMaxIdDigits) && !category.empty()) statuses.Raw(id, category == "done" ? "true" : "false");
    }
    const std::string known = statuses.Take();
    if (known == "{}") return sdk::UnreadableAnswer("a list of statuses", manifest_.title);
    for (const std::string& project : scope_.projects) {
      const sdk::WalkCursor cursor = sdk::WalkCursor::Of(poll_, project);
      Ask(project, known, {cursor.Since(poll_), cursor.Floor(poll_), cursor.complete, cursor.position}, 1, 0, "");
    }
    return std::move(step_);
  }

  // By the instant of the last one seen, not by page, so that what changes meanwhile shifts nothing; pages only within one second.
  void Ask(const std::string& project, const std::string& statuses, const Walk& walk, int64_t page, int64_t start, std::string_view token) {
    JsonObject note;
    note.Text("what", "search").Text("project", project).Raw("statuses", statuses);
    note.Raw("page", std::to_string(page)).Raw("start", std::to_string(start));
    walk.AddTo(note);
    step_.next.push_back(AskForTickets(scope_, {project, walk.since, start, std::string(token)}, note.Take()));
  }

  absl::StatusOr<sdk::Step> Search() {
    if (!answer_.At("/issues").is_array()) return sdk::UnreadableAnswer("a list of tickets", manifest_.title);
    const std::vector<Json> issues = answer_.At("/issues").Items(2 * kPageSize);
    Walk walk{MicrosOf(note_.At("/since")), floor_, MicrosOf(note_.At("/complete")), MicrosOf(note_.At("/position"))};
    absl::Time last = walk.since;
    for (const Json issue : issues) {
      const std::string id = issue.At("/id").IdText();
      const std::optional<absl::Time> updated = sdk::TimeOf(issue.At("/fields/updated"));
      if (!updated || !sdk::IsDigits(id, kMaxIdDigits)) {
        ++step_.unreadable;
        continue;
      }
      const absl::Time seen = std::min(*updated, poll_.now);  // a clock that lies must not hide what comes later
      last = std::max(last, absl::FromUnixSeconds(absl::ToUnixSeconds(seen)));
      walk.position = std::max(walk.position, seen);
      Issue(id, issue);
      JsonObject note;
      note.Text("what", "comments").Raw("start", "0").Raw("floor", Micros(floor_)).Raw("issue", SlimIssue(issue));
      note.Text("commit", sdk::WalkCursor{walk.complete, walk.position}.ToText());
      step_.next.push_back(AskForComments(id, 0, fetch_.stream, note.Take()));
    }
    const auto count = static_cast<int64_t>(issues.size());
    const int64_t start = note_.At("/start").Integer().value_or(0) + count, page = note_.At("/page").Integer().value_or(1);
    const std::string_view token = answer_.At("/nextPageToken").Text();
    const bool more = scope_.cloud ? !token.empty() && !answer_.At("/isLast").IsTrue() : start < answer_.At("/total").Integer().value_or(0);
    const std::string statuses = note_.At("/statuses").ToText(), project(note_.At("/project").Text());
    if (!more || count == 0) {
      step_.commit = sdk::Commit{fetch_.stream, sdk::WalkCursor{walk.position, walk.position}.ToText()};
    } else if (last > walk.since) {
      walk.since = last;
      Ask(project, statuses, walk, 1, 0, "");
    } else if (page < kMaxPages && token.size() <= kMaxToken) {
      Ask(project, statuses, walk, page + 1, start, token);
    }
    return std::move(step_);
  }

  // What the search tells of a ticket; where its changelog is not all there, the rest is asked for.
  void Issue(const std::string& id, Json issue) {
    const std::string slim = SlimIssue(issue);
    const auto document = sdk::JsonDocument::Parse(slim);
    if (!document.ok()) return;
    const Json log = issue.At("/changelog");
    const std::vector<Json> histories = log.At("/histories").Items(kMaxHistories);
    const int64_t total = log.At("/total").Integer().value_or(0);
    const bool whole = total <= static_cast<int64_t>(histories.size());
    if (scope_.cloud && !whole && !ReachesTo(floor_, histories)) {
      AskForChangelog(id, slim, total);
      return;
    }
    Rewinder rewinder(document->root(), note_.At("/statuses"), reading_);
    Rewind(rewinder, histories);
    if (whole) Map(rewinder.Created(), document->root().At("/fields/created"));
  }

  // A list from the newest on, with something that is too old to be wanted at its end.
  static bool ReachesTo(absl::Time floor, const std::vector<Json>& list) {
    if (list.empty()) return false;
    const auto first = sdk::TimeOf(list.front().At("/created")), last = sdk::TimeOf(list.back().At("/created"));
    return first && last && *first >= *last && *last < floor;
  }

  // The API's list is from the oldest on; what is wanted is at its end.
  void AskForChangelog(const std::string& id, const std::string& issue, int64_t end) {
    const int64_t start = std::max<int64_t>(0, end - kListSize);
    JsonObject note;
    note.Text("what", "changelog").Raw("floor", Micros(floor_)).Raw("start", std::to_string(start)).Raw("issue", issue);
    note.Value("statuses", note_.At("/statuses"));
    step_.next.push_back(AskForEntries(id, start, end, fetch_.stream, note.Take()));
  }

  absl::StatusOr<sdk::Step> Changelog() {
    if (!answer_.At("/values").is_array()) return sdk::UnreadableAnswer("a ticket's changelog", manifest_.title);
    const std::vector<Json> histories = answer_.At("/values").Items(kMaxHistories);
    const int64_t start = note_.At("/start").Integer().value_or(0);
    Rewinder rewinder(note_.At("/issue"), note_.At("/statuses"), reading_);
    const absl::Time oldest = Rewind(rewinder, histories);
    const std::string id = note_.At("/issue/id").IdText();
    if (start == 0) {
      Map(rewinder.Created(), note_.At("/issue/fields/created"));
    } else if (oldest >= floor_ && !histories.empty()) {
      AskForChangelog(id, rewinder.Issue(), start);
    }
    return std::move(step_);
  }

  // Takes the ticket back, entry by entry from the newest on; the instant of the oldest.
  absl::Time Rewind(Rewinder& rewinder, const std::vector<Json>& histories) {
    std::vector<std::pair<absl::Time, Json>> newest_first;
    for (const Json history : histories) {
      const std::optional<absl::Time> when = sdk::TimeOf(history.At("/created"));
      if (when) {
        newest_first.emplace_back(*when, history);
      } else {
        ++step_.unreadable;
      }
    }
    // Within one instant the greater id is the newer.
    std::sort(newest_first.begin(), newest_first.end(), [](const auto& a, const auto& b) {
      const std::string id_a = a.second.At("/id").IdText(), id_b = b.second.At("/id").IdText();
      return std::make_tuple(a.first, id_a.size(), id_a) > std::make_tuple(b.first, id_b.size(), id_b);
    });
    for (const auto& [when, history] : newest_first) {
      for (const std::string& payload : rewinder.Before(history)) {
        if (when >= floor_) Map(payload);
      }
    }
    return newest_first.empty() ? absl::InfinitePast() : newest_first.back().first;
  }

  absl::StatusOr<sdk::Step> Comments() {
    if (!answer_.At("/comments").is_array()) return sdk::UnreadableAnswer("a list of comments", manifest_.title);
    const std::vector<Json> comments = answer_.At("/comments").Items(2 * kListSize);
    for (const Json comment : comments) Map(CommentPayload(note_.At("/issue"), comment), comment.At("/created"));
    const int64_t begin = note_.At("/start").Integer().value_or(0), start = begin + static_cast<int64_t>(comments.size());
    const bool more = !comments.empty() && start < answer_.At("/total").Integer().value_or(0) && start < kMaxPages * kListSize;
    if (more && !ReachesTo(floor_, comments)) {
      JsonObject note;
      note.Text("what", "comments").Raw("start", std::to_string(start)).Copy(note_, {"floor", "issue", "commit"});
      step_.next.push_back(AskForComments(note_.At("/issue/id").IdText(), start, fetch_.stream, note.Take()));
    } else {
      step_.commit = sdk::Commit{fetch_.stream, std::string(note_.At("/commit").Text())};
    }
    return std::move(step_);
  }

  void Map(const std::string& payload, Json when) {
    const std::optional<absl::Time> time = sdk::TimeOf(when);
    if (!time || *time >= floor_) Map(payload);
  }
  void Map(const std::string& payload) {
    const auto document = sdk::JsonDocument::Parse(payload);
    if (!document.ok()) {
      ++step_.unreadable;
      return;
    }
    auto parsed = MapEvent(document->root(), source_, reading_);
    if (!parsed.ok()) {
      ++step_.unreadable;
      return;
    }
    for (v1::Fact& fact : parsed->facts) step_.facts.push_back(std::move(fact));
  }

  const sdk::Manifest& manifest_;
  const sdk::Source& source_;
  const Reading& reading_;
  const Scope& scope_;
  const sdk::Poll& poll_;
  const sdk::Fetch& fetch_;
  const Json note_, answer_;
  const absl::Time floor_;
  sdk::Step step_;
};

}  // namespace

sdk::Step PlanPoll(const Scope& scope) {
  sdk::Step step;
  step.next.push_back(AskForStatuses(scope, JsonObject().Text("what", "statuses").Take()));
  return step;
}

absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Manifest& manifest, const sdk::Source& source, const Reading& reading, const Scope& scope,
                                     const sdk::Poll& poll, const sdk::Fetch& fetch, const net::Response& response) {
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument note, sdk::JsonDocument::Parse(fetch.note));
  if (IsForStrangers(response)) {
    return Error(
        absl::StatusCode::kNotFound, ErrorReason::kPeerUnavailable,
        "the read token is refused, though the API answers; put a valid one into read_token_file: EMAIL:API-TOKEN for Jira Cloud, a "
        "personal access token for Data Center");
  }
  const Json commit = note.root().At("/commit");
  const bool of_ticket = commit.exists() || note.root().At("/what").Text() == "changelog";
  if (of_ticket && (response.status == 404 || response.status == 410)) {  // deleted or moved away since it was listed
    sdk::Step gone;
    if (commit.exists()) gone.commit = sdk::Commit{fetch.stream, std::string(commit.Text())};
    return gone;
  }
  if (response.status != 200) {
    const std::string project(note.root().At("/project").Text());
    return Error(
        absl::StatusCode::kNotFound, ErrorReason::kPeerUnavailable,
        absl::StrCat("the API answers ", response.status,
                     project.empty() ? std::string(": the read token may not ask this; is api_base right?")
                                     : ": project " + project + " is not there, was renamed, or the read token may not browse it"));
  }
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument answer, sdk::JsonDocument::Parse(response.body));
  return Absorber(manifest, source, reading, scope, poll, fetch, note.root(), answer.root()).Read();
}

}  // namespace comity::jira

#include "plugins/linear/polling.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "plugins/linear/requests.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/times.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::linear {
namespace {

using sdk::Json;
using sdk::JsonObject;
using sdk::MicrosOf;

constexpr size_t kMaxTeams = 200, kMaxTeamKey = 20, kMaxPageCursor = 500, kMaxId = 100, kMaxOldKeys = 100;
constexpr int64_t kMaxPages = 2000, kMaxHistoryPages = 40;

// One answer, read in the light of the note that went with its request.
class Absorber {
 public:
  Absorber(const sdk::Manifest& manifest, const sdk::Source& source, const Reading& reading, const std::vector<std::string>& teams,
           const sdk::Poll& poll, const sdk::Fetch& fetch, Json note, Json data)
      : manifest_(manifest), source_(source), reading_(reading), teams_(teams), poll_(poll), fetch_(fetch), note_(note), data_(data) {}

  absl::StatusOr<sdk::Step> Issues() {
    const Json list = data_.At("/issues");
    if (!list.At("/nodes").is_array()) return sdk::UnreadableAnswer("a list of issues", manifest_.title);
    Walk walk = WalkOfNote();
    for (const Json issue : list.At("/nodes").Items(kIssues)) {
      if (!See(issue.At("/updatedAt"), walk)) continue;
      const Json created = issue.At("/createdAt");
      IssueMapper opened(issue, source_, reading_);
      Keep(opened.Opened(CreatorOf(issue)), opened, created);
      Entries(issue, issue.At("/history"), 1);
    }
    GoOn(list, walk);
    return std::move(step_);
  }

  absl::StatusOr<sdk::Step> History() {
    const Json issue = data_.At("/issue");
    if (!issue.At("/history/nodes").is_array()) return sdk::UnreadableAnswer("an issue's history", manifest_.title);
    Entries(issue, issue.At("/history"), note_.At("/page").Integer().value_or(1));
    return std::move(step_);
  }

  absl::StatusOr<sdk::Step> Comments() {
    const Json list = data_.At("/comments");
    if (!list.At("/nodes").is_array()) return sdk::UnreadableAnswer("a list of comments", manifest_.title);
    Walk walk = WalkOfNote();
    for (const Json comment : list.At("/nodes").Items(kComments)) {
      if (!See(comment.At("/createdAt"), walk)) continue;
      auto fact = MapComment(comment, source_, reading_);
      if (!fact.ok()) ++step_.unreadable;
      if (fact.ok() && *fact) step_.facts.push_back(**std::move(fact));
    }
    GoOn(list, walk);
    return std::move(step_);
  }

 private:
  Walk WalkOfNote() const {
    return {MicrosOf(note_.At("/since")), MicrosOf(note_.At("/floor")), MicrosOf(note_.At("/last")),
            note_.At("/page").Integer().value_or(1), ""};
  }
  // A clock that lies must not hide what comes later.
  bool See(Json changed, Walk& walk) {
    const std::optional<absl::Time> when = sdk::TimeOf(changed);
    if (!when) {
      ++step_.unreadable;
      return false;
    }
    walk.last = std::max(walk.last, std::min(*when, poll_.now));
    return true;
  }
  // The list begins with the newest: only its end says that all until `last` is known.
  void GoOn(Json list, Walk walk) {
    const std::string after(list.At("/pageInfo/endCursor").Text());
    const bool more = list.At("/pageInfo/hasNextPage").IsTrue() && !after.empty() && after.size() <= kMaxPageCursor;
    if (more && walk.page < kMaxPages) {
      walk.after = after;
      ++walk.page;
      step_.next.push_back(AskForList(fetch_.stream, teams_, walk));
    } else {
      step_.commit = sdk::Commit{fetch_.stream, sdk::WalkCursor{walk.last, walk.last}.ToText()};
    }
  }

  static std::optional<v1::Account> CreatorOf(Json issue) {
    auto creator = AccountOf(issue.At("/creator"));
    return creator ? creator : BotOf(issue.At("/botActor"));
  }

  // What lies before the walk's beginning is known. Entries come newest first, but within a page nothing rests on it.
  void Entries(Json issue, Json history, int64_t page) {
    const std::vector<Json> entries = history.At("/nodes").Items(kMaxEntries);
    // The issue tells the instant of its last end alone.
    bool ended = note_.At("/ended").IsTrue();
    std::optional<absl::Time> end;
    for (const Json entry : entries) {
      const auto time = sdk::TimeOf(entry.At("/createdAt"));
      if (time && !ended && Ends(issue, entry)) end = std::max(end.value_or(*time), *time);
    }
    absl::Time oldest = absl::InfiniteFuture();
    for (const Json entry : entries) {
      const Json when = entry.At("/createdAt");
      if (const auto time = sdk::TimeOf(when)) {
        oldest = std::min(oldest, *time);
        const bool is_end = !ended && end == time && Ends(issue, entry);
        ended = ended || is_end;
        Entry(issue, entry, when, is_end);
      } else {
        ++step_.unreadable;
      }
    }
    const std::string id = issue.At("/id").IdText(), after(history.At("/pageInfo/endCursor").Text());
    const bool more = history.At("/pageInfo/hasNextPage").IsTrue() && !after.empty() && after.size() <= kMaxPageCursor;
    if (!more || id.empty() || id.size() > kMaxId || page >= kMaxHistoryPages || oldest < MicrosOf(note_.At("/floor"))) return;
    step_.next.push_back(AskForHistory(id, after, fetch_.stream,
                                       JsonObject()
                                           .Text("what", "history")
                                           .Raw("page", std::to_string(page + 1))
                                           .Raw("ended", ended ? "true" : "false")
                                           .Copy(note_, {"floor"})
                                           .Take()));
  }

  // Whether this is how the issue came to where it is.
  static bool Ends(Json issue, Json entry) {
    const Standing now = StandingOf(issue.At("/state"));
    return (now == Standing::kDone || now == Standing::kDropped) && StandingOf(entry.At("/toState")) == now &&
           StandingOf(entry.At("/fromState")) != now;
  }

  void Entry(Json issue, Json entry, Json when, bool is_end) {
    std::optional<v1::Account> actor = AccountOf(entry.At("/actor"));
    const bool by_bot = entry.At("/botActor").is_object(), automation = entry.At("/autoClosed").IsTrue() || (actor && by_bot);
    if (!actor) actor = BotOf(entry.At("/botActor"));
    constexpr std::string_view kPath = "/history/createdAt";
    IssueMapper mapper(issue, source_, reading_);

    if (const std::string_view team = entry.At("/fromTeam/key").Text(); !team.empty()) {
      Keep(mapper.Moved(actor, OldKey(issue, team), when, kPath), mapper, when);
    }
    if (const auto target = AccountOf(entry.At("/toAssignee"))) {
      Keep(mapper.Assigned(actor, *target, when, kPath), mapper, when);
    }
    if (entry.At("/toPriority").Integer() == 1 && entry.At("/fromPriority").Integer() != 1) {
      Keep(mapper.Escalated(actor, when, kPath), mapper, when);
    }
    const Json to = entry.At("/toState");
    const Standing before = StandingOf(entry.At("/fromState")), after = StandingOf(to);
    if (after == Standing::kUnknown) return;
    if (before == after) {  // another state of the same type may mean another end
      const bool ended = after == Standing::kDone || after == Standing::kDropped;
      if (!ended || MeaningOf(to, reading_) == MeaningOf(entry.At("/fromState"), reading_)) return;
    }
    if (after == Standing::kOpen) {
      const bool had_ended = before == Standing::kDone || before == Standing::kDropped;
      if (had_ended) Keep(mapper.Reopened(actor, when, kPath, automation), mapper, when);
      return;
    }
    // The issue's own instant is a webhook's too; an entry may join what one person did within some minutes, and then bears the first's.
    const Json own = issue.At(after == Standing::kDone ? "/completedAt" : "/canceledAt");
    const auto finished = sdk::TimeOf(own), told = sdk::TimeOf(when);
    const bool fits = is_end && finished && told && *finished >= *told - kJoined && *finished <= *told + kJoined;
    const Json instant = fits ? own : when;
    Keep(mapper.Resolved(actor, to, instant, kPath, automation), mapper, instant);
  }
  static constexpr absl::Duration kJoined = absl::Minutes(30);

  static std::string_view OldKey(Json issue, std::string_view team) {
    std::string_view found;
    for (const Json key : issue.At("/previousIdentifiers").Items(kMaxOldKeys)) {
      const std::string_view text = key.Text();
      if (text.size() > team.size() && text.starts_with(team) && text[team.size()] == '-') found = text;
    }
    return found;
  }

  void Keep(const absl::Status& status, IssueMapper& mapper, Json when) {
    if (!status.ok()) ++step_.unreadable;
    const std::optional<absl::Time> time = sdk::TimeOf(when);
    const bool wanted = time && *time >= MicrosOf(note_.At("/floor"));
    for (v1::Fact& fact : mapper.Take()) {
      if (wanted) step_.facts.push_back(std::move(fact));
    }
  }

  const sdk::Manifest& manifest_;
  const sdk::Source& source_;
  const Reading& reading_;
  const std::vector<std::string>& teams_;
  const sdk::Poll& poll_;
  const sdk::Fetch& fetch_;
  const Json note_, data_;
  sdk::Step step_;
};

}  // namespace

std::vector<std::string> ReadTeams(std::string_view text, std::vector<std::string>* faults) {
  std::vector<std::string> teams = sdk::SplitList(absl::AsciiStrToUpper({text.data(), text.size()}));
  const bool sound = std::all_of(teams.begin(), teams.end(), [](const std::string& team) {
    return team.size() <= kMaxTeamKey && std::all_of(team.begin(), team.end(), [](unsigned char c) { return absl::ascii_isalnum(c); });
  });
  if (!sound || teams.size() > kMaxTeams) {
    faults->push_back("config.teams must be at most 200 keys of teams such as PAY, OPS, with commas between them: what issues begin with");
    teams.clear();
  }
  return teams;
}

sdk::Step PlanPoll(const std::vector<std::string>& teams, const sdk::Poll& poll) {
  sdk::Step step;
  for (const std::string_view stream : {kIssueStream, kCommentStream}) {
    const sdk::WalkCursor cursor = sdk::WalkCursor::Of(poll, stream);
    step.next.push_back(AskForList(stream, teams, {cursor.Since(poll), cursor.Floor(poll), cursor.position, 1, ""}));
  }
  return step;
}

absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Manifest& manifest, const sdk::Source& source, const Reading& reading,
                                     const std::vector<std::string>& teams, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                     const net::Response& response) {
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument note, sdk::JsonDocument::Parse(fetch.note));
  const std::string_view what = note.root().At("/what").Text();
  absl::StatusOr<sdk::JsonDocument> answer = sdk::JsonDocument::Parse(response.body);
  const Json code = answer.ok() ? answer->root().At("/errors/0/extensions/code") : Json();
  // An issue that was deleted since it was listed: its history is not there any more.
  const bool gone = code.Text() == "INPUT_ERROR" && !answer->root().At("/data/issue").is_object();
  if (what == "history" && gone) return sdk::Step{};
  if (response.status != 200 || code.exists()) {
    const std::string_view name = code.Text();
    const bool refused = name == "AUTHENTICATION_ERROR" || name == "FORBIDDEN";
    return Error(absl::StatusCode::kNotFound, ErrorReason::kPeerUnavailable,
                 absl::StrCat("the API answers ", response.status,
                              refused ? ": the API key is refused or may not read this; put a valid one into read_token_file"
                                      : ": is api_base right, and may the key's owner see the teams of config.teams?"));
  }
  COMITY_RETURN_IF_ERROR(answer.status());
  Absorber absorber(manifest, source, reading, teams, poll, fetch, note.root(), answer->root().At("/data"));
  if (what == "history") return absorber.History();
  return what == kIssueStream ? absorber.Issues() : absorber.Comments();
}

}  // namespace comity::linear

#include "plugins/github/polling.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "plugins/github/deliveries.h"
#include "plugins/github/payloads.h"
#include "plugins/github/requests.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/times.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::github {
namespace {

using sdk::Json;
using sdk::JsonObject;
using sdk::Micros;

constexpr size_t kMaxRepositories = 1000;

// One answer, read in the light of the note that went with its request.
class Absorber {
 public:
  Absorber(const sdk::Source& source, const Reading& reading, const sdk::Poll& poll, const sdk::Fetch& fetch, Json note, Json answer)
      : source_(source), reading_(reading), poll_(poll), fetch_(fetch), note_(note), answer_(answer) {}

  absl::StatusOr<sdk::Step> Read() {
    const std::string_view what = note_.At("/what").Text();
    if (what == "change") return Change();
    if (what == "repository") {
      if (!answer_.is_object()) return sdk::UnreadableAnswer("a repository", "GitHub");
      AddRepository(answer_);
      return std::move(step_);
    }
    if (!answer_.is_array()) return sdk::UnreadableAnswer("a list", "GitHub");
    if (what == "organisation") {
      Organisation();
    } else if (what == "issues") {
      Issues();
    } else {
      Timeline();
    }
    return std::move(step_);
  }

 private:
  int64_t Page() const { return note_.At("/page").Integer().value_or(1); }
  absl::Time Instant(std::string_view pointer) const { return absl::FromUnixMicros(note_.At(pointer).Integer().value_or(0)); }
  void Next(std::string path, std::string stream, std::string note) {
    step_.next.push_back(Get(std::move(path), std::move(stream), std::move(note)));
  }

  void Organisation() {
    const std::vector<Json> items = answer_.Items(kPageSize + 1);
    for (const Json repository : items) {
      if (!repository.At("/disabled").IsTrue()) AddRepository(repository);
    }
    if (items.size() < kPageSize || Page() >= kMaxPages) return;
    const std::string path = absl::StrCat(fetch_.path.substr(0, fetch_.path.rfind('=') + 1), Page() + 1);
    Next(path, "", JsonObject().Text("what", "organisation").Raw("page", std::to_string(Page() + 1)).Take());
  }

  void AddRepository(Json repository) {
    const std::string id = repository.At("/id").IdText();
    const std::string_view name = repository.At("/full_name").Text();
    if (id.empty() || id.size() > 100 || !sdk::IsFullName(name)) {
      ++step_.unreadable;
      return;
    }
    const sdk::WalkCursor cursor = sdk::WalkCursor::Of(poll_, id);
    Ask(std::string(name), SlimRepository(repository), id, {cursor.Since(poll_), cursor.Floor(poll_), cursor.complete, cursor.position}, 1);
  }

  struct Walk {
    absl::Time since, floor, complete, position;
  };

  // By the instant of the last one seen, not by page, so that what changes meanwhile shifts nothing; pages only within one second.
  void Ask(const std::string& name, std::string_view repository, const std::string& stream, const Walk& walk, int64_t page) {
    Next(absl::StrCat("/repos/", name, "/issues?state=all&sort=updated&direction=asc&per_page=", kPageSize,
                      "&since=", sdk::UtcText(walk.since), "&page=", page),
         stream,
         JsonObject()
             .Text("what", "issues")
             .Raw("repository", repository)
             .Raw("page", std::to_string(page))
             .Raw("since", Micros(walk.since))
             .Raw("floor", Micros(walk.floor))
             .Raw("complete", Micros(walk.complete))
             .Raw("position", Micros(walk.position))
             .Take());
  }

  void Issues() {
    const std::vector<Json> items = answer_.Items(kPageSize + 1);
    const std::string repository = note_.At("/repository").ToText();
    const std::string name(note_.At("/repository/full_name").Text());
    Walk walk{Instant("/since"), Instant("/floor"), Instant("/complete"), Instant("/position")};
    absl::Time last = walk.since;
    for (const Json issue : items) {
      const std::optional<absl::Time> updated = sdk::TimeOf(issue.At("/updated_at"));
      const std::optional<int64_t> number = issue.At("/number").Integer();
      if (!updated || !number || *number <= 0) {
        ++step_.unreadable;
        continue;
      }
      const absl::Time seen = std::min(*updated, poll_.now);  // a clock that lies must not hide what comes later
      last = std::max(last, absl::FromUnixSeconds(absl::ToUnixSeconds(seen)));
      walk.position = std::max(walk.position, seen);
      const bool is_change = issue.At("/pull_request").exists();
      std::string note = JsonObject()
                             .Text("what", is_change ? "change" : "timeline")
                             .Raw("page", "1")
                             .Raw("repository", repository)
                             .Raw("issue", SlimIssue(issue))
                             .Copy(issue, {"closed_at", "state_reason"})
                             .Raw("floor", Micros(walk.floor))
                             .Text("commit", sdk::WalkCursor{walk.complete, walk.position}.ToText())
                             .Take();
      Next(is_change ? absl::StrCat("/repos/", name, "/pulls/", *number) : TimelinePath(name, *number, 1), fetch_.stream, std::move(note));
    }
    if (items.size() < kPageSize) {
      step_.settled = true;
      step_.commit = sdk::Commit{fetch_.stream, sdk::WalkCursor{walk.position, walk.position}.ToText()};
    } else if (last > walk.since) {
      walk.since = last;
      Ask(name, repository, fetch_.stream, walk, 1);
    } else if (Page() < kMaxPages) {
      Ask(name, repository, fetch_.stream, walk, Page() + 1);
    }
  }

  static std::string TimelinePath(std::string_view name, int64_t number, int64_t page) {
    return absl::StrCat("/repos/", std::string(name), "/issues/", number, "/timeline?per_page=", kPageSize, "&page=", page);
  }

  absl::StatusOr<sdk::Step> Change() {
    if (!answer_.is_object() || !answer_.At("/id").exists()) return sdk::UnreadableAnswer("a pull request", "GitHub");
    const std::string slim = SlimChange(answer_);
    const auto told = [&](std::string_view action, std::string_view instant, std::string_view sender) {
      JsonObject change;
      change.Members(slim).Copy(answer_, {"body", "merged_at"}).Value("updated_at", answer_.At(instant));
      change.Value("merged_by", answer_.At("/merged_by"));
      change.Raw("base", JsonObject().Copy(answer_.At("/base"), {"ref"}).Take());
      Map("pull_request", Payload(action, answer_.At(instant), answer_.At(sender)).Raw("pull_request", change.Take()).Take());
    };
    told("opened", "/created_at", "/user");
    if (answer_.At("/merged").IsTrue()) told("closed", "/merged_at", "/merged_by");
    const std::optional<int64_t> number = answer_.At("/number").Integer();
    JsonObject note;
    note.Text("what", "timeline").Raw("page", "1").Raw("change", slim);
    note.Copy(note_, {"repository", "issue", "floor", "commit"});
    Next(TimelinePath(note_.At("/repository/full_name").Text(), number.value_or(0), 1), fetch_.stream, note.Take());
    return std::move(step_);
  }

  void Timeline() {
    const std::vector<Json> events = answer_.Items(kPageSize + 1);
    // A transferred ticket brings its history along under a new id; what happened before belongs to the old one.
    size_t from = 0;
    for (size_t i = 0; i < events.size(); ++i) {
      if (events[i].At("/event").Text() == "transferred") from = i;
    }
    if (Page() == 1 && !note_.At("/change").exists()) {
      Map("issues", Payload("opened", note_.At("/issue/created_at"), note_.At("/issue/user"))
                        .Raw("issue", Issue(note_.At("/issue/created_at")))
                        .Take());
    }
    for (size_t i = from; i < events.size(); ++i) Event(events[i]);
    if (events.size() >= kPageSize && Page() < kMaxPages) {
      const int64_t number = note_.At("/issue/number").Integer().value_or(0), page = Page() + 1;
      JsonObject note;
      note.Text("what", "timeline").Raw("page", std::to_string(page));
      note.Copy(note_, {"repository", "issue", "change", "closed_at", "state_reason", "floor", "commit"});
      Next(TimelinePath(note_.At("/repository/full_name").Text(), number, page), fetch_.stream, note.Take());
      return;
    }
    step_.settled = Page() == 1;
    step_.commit = sdk::Commit{fetch_.stream, std::string(note_.At("/commit").Text())};
  }

  void Event(Json event) {
    const std::string_view kind = event.At("/event").Text();
    const Json when = event.At("/created_at"), actor = event.At("/actor");
    const bool is_change = note_.At("/change").exists();
    if (kind == "commented") {
      JsonObject comment;
      comment.Copy(event, {"id", "user", "created_at"}).Value("updated_at", when);
      if (event.At("/performed_via_github_app").exists()) comment.Raw("performed_via_github_app", "{}");
      Map("issue_comment", Payload("created", when, event.At("/user")).Raw("issue", Issue(when)).Raw("comment", comment.Take()).Take());
    } else if (is_change) {
      OfChange(kind, event, when, actor);
    } else if (kind == "closed") {
      // The timeline may not say why; the ticket does, for its last closing.
      Json reason = event.At("/state_reason");
      if (!reason.exists() && note_.At("/closed_at").Text() == when.Text()) reason = note_.At("/state_reason");
      JsonObject issue;
      issue.Members(Issue(when)).Value("closed_at", when).Value("state_reason", reason);
      Map("issues", Payload("closed", when, actor).Raw("issue", issue.Take()).Take());
    } else if (kind == "reopened") {
      Map("issues", Payload("reopened", when, actor).Raw("issue", Issue(when)).Take());
    } else if (kind == "assigned") {
      const Json assigner = event.At("/assigner");
      Map("issues", Payload("assigned", when, assigner.exists() ? assigner : actor)
                        .Raw("issue", Issue(when))
                        .Value("assignee", event.At("/assignee"))
                        .Take());
    }
  }

  void OfChange(std::string_view kind, Json event, Json when, Json actor) {
    if (kind == "reopened") {
      Map("pull_request", Payload("reopened", when, actor).Raw("pull_request", ChangeAt(when)).Take());
    } else if (kind == "review_requested") {
      const Json requester = event.At("/review_requester");
      Map("pull_request", Payload("review_requested", when, requester.exists() ? requester : actor)
                              .Raw("pull_request", ChangeAt(when))
                              .Copy(event, {"requested_reviewer", "requested_team"})
                              .Take());
    } else if (kind == "reviewed") {
      const Json submitted = event.At("/submitted_at");
      JsonObject review;
      review.Copy(event, {"id", "user", "submitted_at"}).Text("state", StateOf(event));
      Map("pull_request_review",
          Payload("submitted", submitted, event.At("/user")).Raw("pull_request", ChangeAt(submitted)).Raw("review", review.Take()).Take());
    } else if (kind == "review_dismissed") {
      const Json id = event.At("/dismissed_review/review_id");
      JsonObject review;
      review.Value("id", id).Value("submitted_at", when);
      for (const Json other : answer_.Items(kPageSize + 1)) {
        if (other.At("/event").Text() == "reviewed" && other.At("/id").IdText() == id.IdText()) review.Value("user", other.At("/user"));
      }
      Map("pull_request_review", Payload("dismissed", when, actor).Raw("pull_request", ChangeAt(when)).Raw("review", review.Take()).Take());
    }
  }

  // Its state when it was submitted: a dismissed one shows it only where it was dismissed.
  std::string StateOf(Json reviewed) const {
    const std::string state = absl::AsciiStrToLower({reviewed.At("/state").Text().data(), reviewed.At("/state").Text().size()});
    if (state != "dismissed") return state;
    for (const Json event : answer_.Items(kPageSize + 1)) {
      const Json dismissed = event.At("/dismissed_review");
      if (dismissed.At("/review_id").IdText() == reviewed.At("/id").IdText()) return std::string(dismissed.At("/state").Text());
    }
    return state;
  }

  // The ticket as a hook would have shown it at that instant.
  std::string Issue(Json when) const { return JsonObject().Members(note_.At("/issue").ToText()).Value("updated_at", when).Take(); }
  std::string ChangeAt(Json when) const { return JsonObject().Members(note_.At("/change").ToText()).Value("updated_at", when).Take(); }

  // What every payload begins with. `when` decides whether the fact is wanted.
  JsonObject Payload(std::string_view action, Json when, Json sender) {
    const std::optional<absl::Time> time = sdk::TimeOf(when);
    wanted_ = !time || *time >= Instant("/floor");
    JsonObject payload;
    payload.Text("action", action).Value("repository", note_.At("/repository")).Value("sender", sender);
    return payload;
  }

  void Map(std::string_view event, const std::string& payload) {
    if (!wanted_) return;
    const auto document = sdk::JsonDocument::Parse(payload);
    if (!document.ok()) {
      ++step_.unreadable;
      return;
    }
    auto parsed = MapEvent(event, document->root(), source_, reading_, poll_.now);
    if (!parsed.ok()) {
      ++step_.unreadable;
      return;
    }
    for (v1::Fact& fact : parsed->facts) step_.facts.push_back(std::move(fact));
  }

  const sdk::Source& source_;
  const Reading& reading_;
  const sdk::Poll& poll_;
  const sdk::Fetch& fetch_;
  const Json note_, answer_;
  bool wanted_ = true;
  sdk::Step step_;
};

}  // namespace

Scope ReadScope(std::string_view organisation, std::string_view repositories, std::vector<std::string>* faults) {
  Scope scope{std::string(organisation), {}};
  if (!organisation.empty() && !sdk::IsPathName(organisation)) {
    faults->push_back("config.organisation must be the organisation's name as in its address: letters, digits, dashes");
  }
  std::set<std::string> seen;
  for (absl::string_view part : absl::StrSplit(absl::string_view(repositories.data(), repositories.size()), ',', absl::SkipWhitespace())) {
    const std::string name(absl::StripAsciiWhitespace(part));
    if (!sdk::IsFullName(name)) {
      faults->push_back("config.repositories must be names such as acme/billing, with commas between them");
      break;
    }
    if (seen.insert(absl::AsciiStrToLower(name)).second) scope.repositories.push_back(name);
  }
  if (scope.repositories.size() > kMaxRepositories) faults->push_back("config.repositories are more than 1000; name the organisation");
  return scope;
}

sdk::Step PlanPoll(const Scope& scope) {
  sdk::Step step;
  // First: GitHub forgets deliveries within days, and the walk through repositories may take many rounds. The repositories that are named
  // are asked even within the organisation: one of them may have a hook of its own.
  if (scope.recovers_deliveries) {
    if (!scope.organisation.empty()) step.next.push_back(AskForHooks("/orgs/" + scope.organisation));
    for (const std::string& name : scope.repositories) step.next.push_back(AskForHooks("/repos/" + name));
  }
  if (!scope.organisation.empty()) {
    step.next.push_back(Get(absl::StrCat("/orgs/", scope.organisation, "/repos?type=all&sort=full_name&per_page=", kPageSize, "&page=1"),
                            "", JsonObject().Text("what", "organisation").Raw("page", "1").Take()));
  }
  for (const std::string& name : scope.repositories) {
    if (!scope.organisation.empty() && absl::AsciiStrToLower(name).starts_with(absl::AsciiStrToLower(scope.organisation) + "/")) continue;
    step.next.push_back(Get("/repos/" + name, "", JsonObject().Text("what", "repository").Take()));
  }
  return step;
}

absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Source& source, const Reading& reading, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                     const net::Response& response) {
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument note, sdk::JsonDocument::Parse(fetch.note));
  if (IsAboutDeliveries(note.root())) return AbsorbDeliveries(source, reading, poll, fetch, note.root(), response);
  const Json commit = note.root().At("/commit");
  sdk::Step done;
  if (commit.exists()) done.commit = sdk::Commit{fetch.stream, std::string(commit.Text())};
  if (response.status == 304) return done;
  if (response.status != 200) {
    // A ticket that was deleted or moved away since it was listed: there is nothing to read any more.
    if (commit.exists() && response.status >= 300 && response.status != 403) return done;
    return Error(absl::StatusCode::kNotFound, ErrorReason::kPeerUnavailable,
                 absl::StrCat("the API answers ", response.status,
                              ": a repository or organisation is not there, was renamed, or the read token may not see it"));
  }
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument answer, sdk::JsonDocument::Parse(response.body));
  return Absorber(source, reading, poll, fetch, note.root(), answer.root()).Read();
}

}  // namespace comity::github

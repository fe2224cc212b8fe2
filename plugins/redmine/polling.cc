#include "plugins/redmine/polling.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/times.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::redmine {
namespace {

using sdk::Json;
using sdk::JsonObject;
using sdk::Micros;

constexpr size_t kPageSize = 100, kMaxStatuses = 300, kMaxJournals = 10'000, kMaxRelations = 1000, kMaxProjects = 1000;
constexpr int64_t kMaxOffset = 100'000;  // of issues that changed within one second
constexpr std::string_view kEverything = "issues";

// The API's own numbers as text; a journal without one comes first and is found unreadable.
int64_t NumberOf(Json journal) { return journal.At("/id").Integer().value_or(0); }

// A relation that comes or goes has a journal, but does not make the issue a changed one: it may be found much later, with the next change.
bool FromRelation(const v1::Fact& fact) {
  return fact.kind() == v1::FACT_KIND_BLOCKED || fact.kind() == v1::FACT_KIND_UNBLOCKED || fact.resolution() == v1::RESOLUTION_DUPLICATE;
}

// One answer, read in the light of the note that went with its request.
class Absorber {
 public:
  Absorber(const sdk::Manifest& manifest, const sdk::Source& source, const Reading& reading, const sdk::Poll& poll, const sdk::Fetch& fetch,
           Json note, Json answer)
      : manifest_(manifest), source_(source), reading_(reading), poll_(poll), fetch_(fetch), note_(note), answer_(answer) {}

  absl::StatusOr<sdk::Step> StatusesKnown(const std::vector<std::string>& projects) {
    const std::vector<Json> items = answer_.At("/issue_statuses").Items(kMaxStatuses);
    std::string statuses;
    for (const Json status : items) {
      if (!status.At("/id").exists()) continue;
      absl::StrAppend(&statuses, statuses.empty() ? "[" : ",", JsonObject().Copy(status, {"id", "name", "is_closed"}).Take());
    }
    if (statuses.empty()) return sdk::UnreadableAnswer("a list of statuses", manifest_.title);
    statuses += ']';
    for (const std::string& project : projects) Begin(project, statuses);
    if (projects.empty()) Begin("", statuses);
    return std::move(step_);
  }

  absl::StatusOr<sdk::Step> Issues() {
    if (!answer_.At("/issues").is_array()) return sdk::UnreadableAnswer("a list of issues", manifest_.title);
    const std::vector<Json> items = answer_.At("/issues").Items(kPageSize);
    Walk walk{Instant("/since"), Instant("/floor"), Instant("/complete"), Instant("/position")};
    const std::string statuses = note_.At("/statuses").ToText();
    absl::Time last = walk.since;
    for (const Json issue : items) {
      const std::optional<absl::Time> updated = sdk::TimeOf(issue.At("/updated_on"));
      const std::string id = issue.At("/id").IdText();
      if (!updated || !sdk::IsDigits(id)) {
        ++step_.unreadable;
        continue;
      }
      const absl::Time seen = std::min(*updated, poll_.now);  // a clock that lies must not hide what comes later
      last = std::max(last, absl::FromUnixSeconds(absl::ToUnixSeconds(seen)));
      walk.position = std::max(walk.position, seen);
      step_.next.push_back({absl::StrCat("/issues/", id, ".json?include=journals,relations"), "application/json", fetch_.stream,
                            JsonObject()
                                .Text("what", "issue")
                                .Raw("statuses", statuses)
                                .Raw("floor", Micros(walk.floor))
                                .Text("commit", sdk::WalkCursor{walk.complete, walk.position}.ToText())
                                .Take()});
    }
    const std::string project(note_.At("/project").Text());
    const int64_t offset = note_.At("/offset").Integer().value_or(0) + static_cast<int64_t>(kPageSize);
    if (items.size() < kPageSize) {
      step_.settled = true;
      step_.commit = sdk::Commit{fetch_.stream, sdk::WalkCursor{walk.position, walk.position}.ToText()};
    } else if (last > walk.since) {
      walk.since = last;
      Ask(project, statuses, walk, 0);
    } else if (offset <= kMaxOffset) {
      Ask(project, statuses, walk, offset);
    }
    return std::move(step_);
  }

  absl::StatusOr<sdk::Step> Issue() {
    const Json issue = answer_.At("/issue");
    if (!issue.is_object()) return sdk::UnreadableAnswer("an issue", manifest_.title);
    Statuses statuses(reading_.statuses);
    for (const Json status : note_.At("/statuses").Items(kMaxStatuses)) statuses.Add(status);
    std::vector<Json> journals = issue.At("/journals").Items(kMaxJournals);
    std::stable_sort(journals.begin(), journals.end(), [](Json a, Json b) { return NumberOf(a) < NumberOf(b); });

    IssueMapper mapper(issue, source_, reading_);
    History history;
    std::string assignee;
    Rewind(issue, journals, history, assignee);
    if (!mapper.Opened(assignee).ok()) ++step_.unreadable;
    for (const Json journal : journals) {
      if (!mapper.Journal(journal, &statuses, history).ok()) ++step_.unreadable;
    }
    for (v1::Fact& fact : mapper.Take()) {
      const absl::Time when = absl::FromUnixSeconds(fact.occur_time().seconds()) + absl::Nanoseconds(fact.occur_time().nanos());
      if (when >= (FromRelation(fact) ? poll_.begin : Instant("/floor"))) step_.facts.push_back(std::move(fact));
    }
    step_.settled = true;
    step_.commit = sdk::Commit{fetch_.stream, std::string(note_.At("/commit").Text())};
    return std::move(step_);
  }

 private:
  struct Walk {
    absl::Time since, floor, complete, position;
  };
  absl::Time Instant(std::string_view pointer) const { return sdk::MicrosOf(note_.At(pointer)); }

  void Begin(const std::string& project, const std::string& statuses) {
    const sdk::WalkCursor cursor = sdk::WalkCursor::Of(poll_, project.empty() ? kEverything : project);
    Ask(project, statuses, {cursor.Since(poll_), cursor.Floor(poll_), cursor.complete, cursor.position}, 0);
  }

  // By the instant of the last one seen, not by offset, so that what changes meanwhile shifts nothing; offsets only within one second.
  void Ask(const std::string& project, const std::string& statuses, const Walk& walk, int64_t offset) {
    step_.next.push_back({absl::StrCat("/issues.json?", project.empty() ? "" : "project_id=" + project + "&",
                                       "status_id=*&sort=updated_on:asc,id:asc&limit=", kPageSize, "&offset=", offset, "&updated_on=%3E%3D",
                                       sdk::UtcText(walk.since)),
                          "application/json", project.empty() ? std::string(kEverything) : project,
                          JsonObject()
                              .Text("what", "issues")
                              .Text("project", project)
                              .Raw("statuses", statuses)
                              .Raw("offset", std::to_string(offset))
                              .Raw("since", Micros(walk.since))
                              .Raw("floor", Micros(walk.floor))
                              .Raw("complete", Micros(walk.complete))
                              .Raw("position", Micros(walk.position))
                              .Take()});
  }

  // How it was when it was opened: what the first change found, else what still is.
  static void Rewind(Json issue, const std::vector<Json>& journals, History& history, std::string& assignee) {
    std::optional<std::string> status, assigned;
    std::set<std::string> told;
    for (const Json journal : journals) {
      for (const Detail& detail : DetailsOf(journal)) {
        if (detail.property == "attr" && detail.name == "status_id" && !status) status = detail.before;
        if (detail.property == "attr" && detail.name == "assigned_to_id" && !assigned) assigned = detail.before;
        if (detail.property == "relation" && detail.name == "duplicates" && !detail.after.empty()) told.insert(detail.after);
      }
    }
    history.status = status.value_or(issue.At("/status/id").IdText());
    assignee = assigned.value_or(issue.At("/assigned_to/id").IdText());
    for (const Json relation : issue.At("/relations").Items(kMaxRelations)) {
      const std::string other = relation.At("/issue_to_id").IdText();
      const bool duplicates =
          relation.At("/relation_type").Text() == "duplicates" && relation.At("/issue_id").IdText() == issue.At("/id").IdText();
      if (duplicates && sdk::IsDigits(other) && !told.contains(other)) history.duplicates.insert(other);
    }
  }

  const sdk::Manifest& manifest_;
  const sdk::Source& source_;
  const Reading& reading_;
  const sdk::Poll& poll_;
  const sdk::Fetch& fetch_;
  const Json note_, answer_;
  sdk::Step step_;
};

}  // namespace

std::vector<std::string> ReadProjects(std::string_view text, std::vector<std::string>* faults) {
  std::vector<std::string> projects = sdk::SplitList(text);
  if (!std::all_of(projects.begin(), projects.end(), [](const std::string& project) { return sdk::IsPathName(project); })) {
    faults->push_back("config.projects must be identifiers as in a project's address, such as billing, web-shop, with commas between them");
    projects.clear();
  }
  if (projects.size() > kMaxProjects)
    faults->push_back("config.projects are more than 1000; leave it out and limit what the token may see");
  return projects;
}

sdk::Step PlanPoll() {
  sdk::Step step;
  step.next.push_back({"/issue_statuses.json", "application/json", "", JsonObject().Text("what", "statuses").Take()});
  return step;
}

absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Manifest& manifest, const sdk::Source& source, const Reading& reading,
                                     const std::vector<std::string>& projects, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                     const net::Response& response) {
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument note, sdk::JsonDocument::Parse(fetch.note));
  const std::string_view what = note.root().At("/what").Text();
  const bool is_issue = what == "issue";
  sdk::Step done;
  if (is_issue) done.commit = sdk::Commit{fetch.stream, std::string(note.root().At("/commit").Text())};
  if (response.status == 304) return done;
  if (response.status != 200) {
    // Deleted since it was listed, or made private, or moved to where the token may not look: there is nothing to read any more.
    if (is_issue && response.status >= 300) return done;
    return Error(absl::StatusCode::kNotFound, ErrorReason::kPeerUnavailable,
                 absl::StrCat("the API answers ", response.status,
                              ": a project is not there, the token may not see it, or Administration > Settings > API > Enable REST web "
                              "service is off"));
  }
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument answer, sdk::JsonDocument::Parse(response.body));
  Absorber absorber(manifest, source, reading, poll, fetch, note.root(), answer.root());
  if (is_issue) return absorber.Issue();
  return what == "issues" ? absorber.Issues() : absorber.StatusesKnown(projects);
}

}  // namespace comity::redmine

#include "plugins/azure/polling.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/azure/mapping.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/text_checks.h"
#include "plugins/sdk/times.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::azure_devops {
namespace {

using sdk::Json;
using sdk::JsonObject;
using sdk::Micros;
using sdk::MicrosOf;

constexpr size_t kPageSize = 200;  // what the API gives at most of items and of updates
constexpr size_t kMaxProjects = 200, kMaxProjectName = 64;
constexpr int64_t kMaxUpdates = 20'000;  // of one item
constexpr std::string_view kVersion = "api-version=6.0";
constexpr std::string_view kFields =
    "System.Title,System.TeamProject,System.AreaPath,System.WorkItemType,System.State,System.Reason,System.Tags,System.CreatedBy,"
    "System.CreatedDate,System.ChangedDate";

// How far the walk through one project's items has come. `second`: only those that changed within it, by number from `after` on: more
// changed at once than fit into a page.
struct Walk {
  std::string project;
  absl::Time since, floor, complete, position;
  bool second = false;
  std::string after = "0";

  std::string ToNote(std::string_view what) const {
    return JsonObject()
        .Text("what", what)
        .Text("project", project)
        .Raw("since", Micros(since))
        .Raw("floor", Micros(floor))
        .Raw("complete", Micros(complete))
        .Raw("position", Micros(position))
        .Raw("second", second ? "true" : "false")
        .Text("after", after)
        .Take();
  }
  static Walk Of(Json note) {
    return {std::string(note.At("/project").Text()), MicrosOf(note.At("/since")),    MicrosOf(note.At("/floor")),
            MicrosOf(note.At("/complete")),          MicrosOf(note.At("/position")), note.At("/second").IsTrue(),
            std::string(note.At("/after").Text())};
  }
};

sdk::Fetch AskForNumbers(const Walk& walk) {
  const std::string from =
      absl::StrCat("SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.ChangedDate] >= '",
                   sdk::UtcText(walk.since), "'");
  const std::string query = walk.second ? absl::StrCat(from, " AND [System.ChangedDate] < '", sdk::UtcText(walk.since + absl::Seconds(1)),
                                                       "' AND [System.Id] > ", walk.after, " ORDER BY [System.Id] ASC")
                                        : absl::StrCat(from, " ORDER BY [System.ChangedDate] ASC, [System.Id] ASC");
  sdk::Fetch fetch{
      absl::StrCat("/", sdk::UrlEncoded(walk.project), "/_apis/wit/wiql?timePrecision=true&$top=", kPageSize, "&", std::string(kVersion)),
      "application/json", walk.project, walk.ToNote("numbers")};
  fetch.method = "POST";
  fetch.body = JsonObject().Text("query", query).Take();
  fetch.headers = {{"Content-Type", "application/json"}};
  return fetch;
}

sdk::Fetch AskForUpdates(const std::string& id, int64_t skip, const std::string& stream, std::string note) {
  return {absl::StrCat("/_apis/wit/workItems/", id, "/updates?$top=", kPageSize, "&$skip=", skip, "&", std::string(kVersion)),
          "application/json", stream, std::move(note)};
}

// One answer, read in the light of the note that went with its request.
class Absorber {
 public:
  Absorber(const sdk::Manifest& manifest, const sdk::Source& source, const Reading& reading, const sdk::Poll& poll, const sdk::Fetch& fetch,
           Json note, Json answer)
      : manifest_(manifest), source_(source), reading_(reading), poll_(poll), fetch_(fetch), note_(note), answer_(answer) {}

  absl::StatusOr<sdk::Step> Numbers() {
    if (!answer_.At("/workItems").is_array()) return sdk::UnreadableAnswer("the numbers of work items", manifest_.title);
    Walk walk = Walk::Of(note_);
    std::string ids;
    size_t count = 0;
    for (const Json item : answer_.At("/workItems").Items(kPageSize)) {
      ++count;
      const std::string id = item.At("/id").IdText();
      if (sdk::IsDigits(id)) absl::StrAppend(&ids, ids.empty() ? "" : ",", id);
    }
    if (ids.empty()) {
      End(walk, count);
      return std::move(step_);
    }
    const std::string note = JsonObject().Members(walk.ToNote("items")).Raw("full", count == kPageSize ? "true" : "false").Take();
    step_.next.push_back(
        {absl::StrCat("/_apis/wit/workitems?ids=", ids, "&fields=", std::string(kFields), "&errorPolicy=omit&", std::string(kVersion)),
         "application/json", fetch_.stream, note});
    return std::move(step_);
  }

  absl::StatusOr<sdk::Step> Items() {
    if (!answer_.At("/value").is_array()) return sdk::UnreadableAnswer("a list of work items", manifest_.title);
    Walk walk = Walk::Of(note_);
    absl::Time last = walk.since;
    for (const Json item : answer_.At("/value").Items(kPageSize)) {
      if (!item.exists()) continue;  // deleted meanwhile
      const std::string id = item.At("/id").IdText();
      const std::optional<absl::Time> changed = sdk::TimeOf(FieldOf(item.At("/fields"), "System.ChangedDate"));
      if (!changed || !sdk::IsDigits(id)) {
        ++step_.unreadable;
        continue;
      }
      const absl::Time seen = std::min(*changed, poll_.now);  // a clock that lies must not hide what comes later
      last = std::max(last, absl::FromUnixSeconds(absl::ToUnixSeconds(seen)));
      // Within one second numbers go on, not instants: nothing is passed over until its last page is read.
      if (!walk.second) walk.position = std::max(walk.position, seen);
      if (std::make_pair(id.size(), id) > std::make_pair(walk.after.size(), walk.after)) walk.after = id;
      const std::string note = JsonObject()
                                   .Text("what", "updates")
                                   .Raw("floor", Micros(walk.floor))
                                   .Raw("skip", "0")
                                   .Raw("item", JsonObject().Text("id", id).Value("fields", item.At("/fields")).Take())
                                   .Text("commit", sdk::WalkCursor{walk.complete, walk.position}.ToText())
                                   .Take();
      step_.next.push_back(AskForUpdates(id, 0, fetch_.stream, note));
    }
    if (!note_.At("/full").IsTrue()) {
      End(walk, 0);
    } else if (walk.second) {
      if (walk.after == note_.At("/after").Text()) {
        End(walk, 0);
      } else {
        step_.next.push_back(AskForNumbers(walk));
      }
    } else if (last > walk.since) {
      walk.since = last;
      step_.next.push_back(AskForNumbers(walk));
    } else {
      walk.second = true;
      walk.after = "0";
      step_.next.push_back(AskForNumbers(walk));
    }
    return std::move(step_);
  }

  absl::StatusOr<sdk::Step> Updates() {
    if (!answer_.At("/value").is_array()) return sdk::UnreadableAnswer("the updates of a work item", manifest_.title);
    const std::vector<Json> updates = answer_.At("/value").Items(kPageSize);
    const Json item = note_.At("/item"), fields = item.At("/fields");
    const std::string id = item.At("/id").IdText();
    const int64_t skip = note_.At("/skip").Integer().value_or(0);
    ItemMapper mapper(id, fields, source_, reading_);
    Moment moment = Moment::Before(fields, updates);
    for (const Json update : updates) {
      // The first one tells of everything that it was set; the item itself tells when and by whom.
      const bool first = update.At("/id").IdText() == "1";
      if (first) moment.Pass(update);
      if (!(first ? mapper.Opened(moment) : mapper.Update(update, moment)).ok()) ++step_.unreadable;
    }
    for (v1::Fact& fact : mapper.Take()) {
      const absl::Time when = absl::FromUnixSeconds(fact.occur_time().seconds()) + absl::Nanoseconds(fact.occur_time().nanos());
      if (when >= MicrosOf(note_.At("/floor"))) step_.facts.push_back(std::move(fact));
    }
    if (updates.size() == kPageSize && skip < kMaxUpdates) {
      const int64_t next = skip + static_cast<int64_t>(kPageSize);
      step_.next.push_back(AskForUpdates(
          id, next, fetch_.stream,
          JsonObject().Text("what", "updates").Raw("skip", std::to_string(next)).Copy(note_, {"floor", "item", "commit"}).Take()));
    } else {
      step_.commit = sdk::Commit{fetch_.stream, std::string(note_.At("/commit").Text())};
    }
    return std::move(step_);
  }

 private:
  // The last page: of a second, after which the list goes on, or of everything.
  void End(Walk walk, size_t count) {
    if (walk.second) {
      walk.since += absl::Seconds(1);
      walk.second = false;
      step_.next.push_back(AskForNumbers(walk));
    } else if (count < kPageSize) {
      step_.commit = sdk::Commit{fetch_.stream, sdk::WalkCursor{walk.position, walk.position}.ToText()};
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
  const bool sound = std::all_of(projects.begin(), projects.end(), [](const std::string& project) {
    return project.size() <= kMaxProjectName && sdk::IsPlainLine(project) && project != "." && project != ".." &&
           project.find_first_of("/\\:*?\"<>|#{}%&") == project.npos;
  });
  if (!sound || projects.size() > kMaxProjects) {
    faults->push_back("config.projects must be at most 200 names of projects such as Shop, Web Shop, with commas between them");
    projects.clear();
  }
  return projects;
}

sdk::Step PlanPoll(const std::vector<std::string>& projects, const sdk::Poll& poll) {
  sdk::Step step;
  for (const std::string& project : projects) {
    const sdk::WalkCursor cursor = sdk::WalkCursor::Of(poll, project);
    step.next.push_back(AskForNumbers({project, cursor.Since(poll), cursor.Floor(poll), cursor.complete, cursor.position}));
  }
  return step;
}

absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Manifest& manifest, const sdk::Source& source, const Reading& reading,
                                     const sdk::Poll& poll, const sdk::Fetch& fetch, const net::Response& response) {
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument note, sdk::JsonDocument::Parse(fetch.note));
  const std::string_view what = note.root().At("/what").Text();
  if (what == "updates" && (response.status == 404 || response.status == 410)) {  // deleted since it was listed
    sdk::Step gone;
    gone.commit = sdk::Commit{fetch.stream, std::string(note.root().At("/commit").Text())};
    return gone;
  }
  if (response.status != 200) {
    // A token that is not taken is answered with the page to sign in: 203, or a redirection to it.
    const bool refused = response.status == 203 || response.status == 302;
    return Error(absl::StatusCode::kNotFound, ErrorReason::kPeerUnavailable,
                 absl::StrCat("the API answers ", response.status, ": project ", fetch.stream,
                              refused ? " is not shown to this token, which is no longer valid or is not one of this organization"
                                      : " is not there, was renamed, or the token lacks the scope Work Items (Read)"));
  }
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument answer, sdk::JsonDocument::Parse(response.body));
  Absorber absorber(manifest, source, reading, poll, fetch, note.root(), answer.root());
  if (what == "updates") return absorber.Updates();
  return what == "items" ? absorber.Items() : absorber.Numbers();
}

}  // namespace comity::azure_devops

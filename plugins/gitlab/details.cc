#include "plugins/gitlab/details.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plugins/gitlab/payloads.h"
#include "plugins/sdk/times.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::gitlab {
namespace {

using sdk::Json;
using sdk::JsonObject;
using sdk::Micros;

constexpr size_t kMaxApprovals = 100;
// GitLab notes a closing on the ticket and beside it, one after the other.
constexpr absl::Duration kApart = absl::Seconds(5);
constexpr std::string_view kApproved = "approved this merge request";  // as GitLab itself notes it, in every language

// One answer about a ticket or merge request, read in the light of the note that went with its request.
class Details {
 public:
  Details(const Asked& asked, Json note, Json answer)
      : asked_(asked),
        note_(note),
        answer_(answer),
        floor_(sdk::MicrosOf(note.At("/floor"))),
        teller_(asked, note.At("/project"), floor_, step_) {}

  absl::StatusOr<sdk::Step> Read() {
    const std::string_view what = note_.At("/what").Text();
    if (what == "approvals" ? answer_.exists() && !answer_.is_object() : !answer_.is_array()) {
      return sdk::UnreadableAnswer(what == "approvals" ? "a merge request's approvals" : "a list", asked_.manifest.title);
    }
    if (what == "states") States();
    if (what == "approvals") Approvals();
    if (what == "versions") Versions();
    if (what == "notes") Notes();
    return std::move(step_);
  }

 private:
  int64_t Page() const { return note_.At("/page").Integer().value_or(1); }

  // The next question about the same thing; `known` are members of its note.
  void Ask(std::string_view what, const std::string& below, int64_t page, const std::string& known = "") {
    JsonObject note;
    note.Text("what", what).Raw("page", std::to_string(page)).Members(known);
    note.Copy(note_, {"project", "issue", "change", "closed_at", "updated_at", "closed_by", "sha", "commented", "path", "floor", "commit"});
    step_.next.push_back(
        {absl::StrCat(std::string(note_.At("/path").Text()), below), "application/json", asked_.fetch.stream, note.Take()});
  }
  void AskStates(int64_t page, bool told) {
    Ask("states", absl::StrCat("/resource_state_events?per_page=", kPageSize, "&page=", page), page,
        JsonObject().Raw("told", told ? "true" : "false").Take());
  }
  // Newest first: what is older than the floor need not be read again. `known` are approvals whose instants are still to be found.
  void AskNotes(int64_t page, const std::string& known = "") {
    if (known.empty() && !note_.At("/commented").IsTrue()) return Done();
    const std::string_view filter = known.empty() ? "only_comments" : "all_notes";
    Ask("notes",
        absl::StrCat("/notes?sort=desc&order_by=created_at&activity_filter=", std::string(filter), "&per_page=", kPageSize, "&page=", page),
        page, known);
  }
  void Done() {
    // Only what is asked last may stand for all that was asked before it.
    step_.settled = Page() == 1 && note_.At("/what").Text() == "notes";
    step_.commit = sdk::Commit{asked_.fetch.stream, std::string(note_.At("/commit").Text())};
  }

  void States() {
    const std::vector<Json> events = answer_.Items(kPageSize + 1);
    const std::optional<absl::Time> closed_at = sdk::TimeOf(note_.At("/closed_at"));  // of a ticket that is closed now
    bool told = note_.At("/told").IsTrue();
    for (const Json event : events) {
      const std::optional<absl::Time> when = sdk::TimeOf(event.At("/created_at"));
      const std::string_view state = event.At("/state").Text();
      if (!when) continue;
      if (state == "closed") {
        const bool last = closed_at && absl::AbsDuration(*when - *closed_at) <= kApart;
        told = told || last;
        Closed(last ? *closed_at : *when, event.At("/user"), last);
      } else if (state == "reopened" || state == "opened") {
        teller_.Tell("issue", "reopen", *when, SlimUser(event.At("/user")), Issue(false));
      }
    }
    if (events.size() >= kPageSize && Page() < kMaxPages) return AskStates(Page() + 1, told);
    // A move, and what was closed before GitLab 13, has no event.
    if (closed_at && !told) Closed(*closed_at, note_.At("/closed_by"), true);
    AskNotes(1);
  }
  void Closed(absl::Time when, Json user, bool last) {
    JsonObject issue = Issue(last);
    // How a closed ticket was closed may be said later, by a label: so its last closing is told again whenever it changed.
    Teller teller(asked_, note_.At("/project"), last ? asked_.poll.begin : floor_, step_);
    teller.Tell("issue", "close", when, SlimUser(user), std::move(issue.Text("closed_at", HookTime(when))), "",
                last ? sdk::TimeOf(note_.At("/updated_at")).value_or(when) : when);
  }
  // What became of it counts for its last closing alone.
  JsonObject Issue(bool last) const {
    JsonObject issue;
    issue.Copy(note_.At("/issue"), {"id", "iid", "title", "url", "created_at", "labels", "author_id", "author", "confidential"});
    if (last) issue.Copy(note_.At("/issue"), {"moved_to_id", "closed_as_duplicate"});
    return issue;
  }

  // Who approves the change now. Which state of it they saw is found among its versions, and when, where GitLab does not say, in its notes.
  void Approvals() {
    std::string known;
    for (const Json approval : answer_.At("/approved_by").Items(kMaxApprovals)) {
      const std::optional<absl::Time> when = sdk::TimeOf(approval.At("/approved_at"));
      const Json user = approval.At("/user");
      if (!user.At("/id").exists() || (when && *when < floor_)) continue;
      absl::StrAppend(&known, known.empty() ? "" : ",",
                      JsonObject().Raw("user", SlimUser(user)).Raw("at", when ? Micros(*when) : "").Take());
    }
    if (known.empty()) return AskNotes(1);
    Ask("versions", absl::StrCat("/versions?per_page=", kPageSize, "&page=1"), 1, JsonObject().Raw("approvals", "[" + known + "]").Take());
  }

  void Versions() {
    std::string heads, waiting;
    for (const Json version : answer_.Items(kPageSize)) {
      const std::optional<absl::Time> when = sdk::TimeOf(version.At("/created_at"));
      if (!when) continue;
      absl::StrAppend(&heads, heads.empty() ? "" : ",",
                      JsonObject().Raw("at", Micros(*when)).Value("sha", version.At("/head_commit_sha")).Take());
    }
    heads = "[" + heads + "]";
    const auto document = sdk::JsonDocument::Parse(heads);
    for (const Json approval : note_.At("/approvals").Items(kMaxApprovals)) {
      if (approval.At("/at").exists()) {
        if (document.ok()) Approved(approval.At("/user"), sdk::MicrosOf(approval.At("/at")), document->root());
      } else {
        absl::StrAppend(&waiting, waiting.empty() ? "" : ",", approval.At("/user").ToText());
      }
    }
    AskNotes(1, waiting.empty() ? "" : JsonObject().Raw("waiting", "[" + waiting + "]").Raw("heads", heads).Take());
  }

  void Approved(Json user, absl::Time when, Json heads) {
    Json sha = note_.At("/sha"), first;
    absl::Time latest = absl::InfinitePast(), earliest = absl::InfiniteFuture();
    for (const Json head : heads.Items(kPageSize)) {
      const absl::Time at = sdk::MicrosOf(head.At("/at"));
      if (at < earliest) earliest = at, first = head.At("/sha");
      if (at <= when && at > latest) latest = at, sha = head.At("/sha");
    }
    if (latest == absl::InfinitePast() && first.exists()) sha = first;
    JsonObject change;
    change.Members(note_.At("/change").ToText()).Raw("last_commit", JsonObject().Value("id", sha).Take());
    teller_.Tell("merge_request", "approval", when, SlimUser(user), std::move(change));
  }

  void Notes() {
    const std::vector<Json> notes = answer_.Items(kPageSize + 1);
    const std::vector<Json> waiting = note_.At("/waiting").Items(kMaxApprovals);
    bool older = false;
    for (const Json note : notes) {
      const std::optional<absl::Time> when = sdk::TimeOf(note.At("/created_at"));
      if (!when) continue;
      older = older || *when < floor_;
      const Json author = note.At("/author");
      if (!note.At("/system").IsTrue()) {
        Noted(note, *when);
      } else if (note.At("/body").Text() == kApproved && std::any_of(waiting.begin(), waiting.end(), [&](Json user) {
                   return user.At("/id").IdText() == author.At("/id").IdText();
                 })) {
        Approved(author, *when, note_.At("/heads"));
      }
    }
    if (notes.size() < kPageSize || older || Page() >= kMaxPages) return Done();
    AskNotes(Page() + 1, waiting.empty() ? "" : JsonObject().Copy(note_, {"waiting", "heads"}).Take());
  }
  void Noted(Json note, absl::Time when) {
    JsonObject object, beside;
    object.Copy(note, {"id", "internal", "confidential"}).Value("author_id", note.At("/author/id")).Text("created_at", HookTime(when));
    const bool on_issue = note_.At("/issue").exists();
    beside.Raw(on_issue ? "issue" : "merge_request",
               JsonObject().Members(note_.At(on_issue ? "/issue" : "/change").ToText()).Text("updated_at", HookTime(when)).Take());
    teller_.Tell("note", "create", when, SlimUser(note.At("/author")), std::move(object), beside.Take());
  }

  const Asked& asked_;
  const Json note_, answer_;
  const absl::Time floor_;
  sdk::Step step_;
  Teller teller_;
};

}  // namespace

void Teller::Tell(std::string_view kind, std::string_view action, absl::Time when, std::string_view user, JsonObject object,
                  std::string_view beside, absl::Time seen) {
  if (when < floor_) return;
  object.Text("action", action).Text("updated_at", HookTime(std::max(when, seen)));
  const std::string payload = JsonObject()
                                  .Text("object_kind", kind)
                                  .Raw("user", user)
                                  .Value("project", project_)
                                  .Raw("object_attributes", object.Take())
                                  .Members(beside)
                                  .Take();
  const auto document = sdk::JsonDocument::Parse(payload);
  auto parsed = document.ok() ? MapPayload(document->root(), asked_.source, asked_.reading, asked_.poll.now) : document.status();
  if (!parsed.ok()) {
    ++step_.unreadable;
    return;
  }
  for (v1::Fact& fact : parsed->facts) step_.facts.push_back(std::move(fact));
}

void Listed(const Asked& asked, Json project, Json item, bool is_issue, absl::Time floor, const std::string& commit, sdk::Step& step) {
  Teller teller(asked, project, floor, step);
  const std::string kind = is_issue ? "issue" : "merge_request", slim = is_issue ? SlimIssue(item) : SlimChange(item);
  const auto tell = [&](std::string_view action, std::string_view instant, Json user) {
    JsonObject object;
    object.Members(slim).Copy(item, {"description"});  // read here for what it closes, and not kept
    if (const auto when = sdk::TimeOf(item.At(instant))) teller.Tell(kind, action, *when, SlimUser(user), std::move(object));
  };
  tell("open", "/created_at", item.At("/author"));
  const Json merger = item.At("/merge_user");
  const std::string_view state = item.At("/state").Text();
  if (!is_issue && state == "merged") tell("merge", "/merged_at", merger.exists() ? merger : item.At("/merged_by"));

  const std::string path = absl::StrCat("/projects/", project.At("/id").IdText(), is_issue ? "/issues/" : "/merge_requests/",
                                        item.At("/iid").Integer().value_or(0));
  JsonObject note;
  note.Text("what", is_issue ? "states" : "approvals").Value("project", project).Raw(is_issue ? "issue" : "change", slim);
  if (state == "closed") note.Copy(item, {"closed_at", "updated_at"}).Raw("closed_by", SlimUser(item.At("/closed_by")));
  note.Copy(item, {"sha"})
      .Raw("commented", item.At("/user_notes_count").Integer() == 0 ? "false" : "true")
      .Text("path", path)
      .Raw("floor", Micros(floor))
      .Text("commit", commit);
  step.next.push_back({path + (is_issue ? absl::StrCat("/resource_state_events?per_page=", kPageSize, "&page=1") : "/approvals"),
                       "application/json", asked.fetch.stream, note.Take()});
}

absl::StatusOr<sdk::Step> AbsorbDetails(const Asked& asked, Json note, const net::Response& response) {
  if (response.status != 200) return Details(asked, note, Json()).Read();
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument answer, sdk::JsonDocument::Parse(response.body));
  return Details(asked, note, answer.root()).Read();
}

}  // namespace comity::gitlab

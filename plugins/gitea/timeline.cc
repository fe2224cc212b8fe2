#include "plugins/gitea/timeline.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/times.h"
#include "plugins/sdk/walk.h"

namespace comity::gitea {
namespace {

using sdk::Json;
using sdk::JsonObject;

constexpr size_t kMaxLabels = 100;    // of one ticket or change; more are not looked at
constexpr size_t kMaxReviews = 1000;  // of one change
constexpr size_t kSurelyCut = 20;     // no server is set to cut its pages shorter
constexpr absl::Duration kSameClosing = absl::Seconds(10);

std::string SlimUser(Json user) { return user.exists() ? JsonObject().Copy(user, {"id", "login", "username"}).Take() : ""; }

std::string SlimLabels(Json labels) {
  std::string list;
  for (const Json label : labels.Items(kMaxLabels)) list += (list.empty() ? "" : ",") + JsonObject().Copy(label, {"name"}).Take();
  return "[" + list + "]";
}

// A ticket or change without any text that somebody wrote but its title. Instants of changes are left out: they belong to the single facts.
std::string SlimThing(Json thing) {
  return JsonObject()
      .Copy(thing, {"id", "number", "title", "html_url", "created_at", "merged"})
      .Raw("user", SlimUser(thing.At("/user")))
      .Raw("labels", SlimLabels(thing.At("/labels")))
      .Take();
}

std::string TypeOf(std::string_view state) {
  if (state == "APPROVED") return "pull_request_review_approved";
  if (state == "REQUEST_CHANGES") return "pull_request_review_rejected";
  if (state == "COMMENT") return "pull_request_review_comment";
  return "";
}

class Reader {
 public:
  explicit Reader(const Answer& answer) : answer_(answer), note_(answer.note), body_(answer.body) {}

  absl::StatusOr<sdk::Step> Read() {
    const std::string_view what = note_.At("/what").Text();
    if (what == "change") return Change();
    if (!answer_.is_list()) return sdk::UnreadableAnswer("a list", answer_.manifest.title);
    if (what == "reviews") {
      Reviews();
    } else {
      Timeline();
    }
    return std::move(step_);
  }

 private:
  std::string Path(std::string_view of, std::string_view after) const {
    return absl::StrCat("/api/v1/repos/", std::string(note_.At("/repository/full_name").Text()), "/", std::string(of), "/",
                        note_.At("/number").Integer().value_or(0), "/", std::string(after));
  }
  // The next request of this thing; what is known of it goes along.
  void Next(std::string path, std::string_view what, int64_t page, JsonObject more) {
    JsonObject note;
    note.Text("what", what).Raw("page", std::to_string(page));
    note.Copy(note_, {"repository", "issue", "number", "closed_at", "floor", "commit"}).Members(more.Take());
    step_.next.push_back(Get(std::move(path), answer_.fetch.stream, note.Take()));
  }
  void AskForReviews(int64_t page, JsonObject more) {
    Next(absl::StrCat(Path("pulls", "reviews"), "?limit=", kPageSize, "&page=", page), "reviews", page, std::move(more));
  }
  void AskForTimeline(int64_t page, JsonObject more) {
    const std::string since = sdk::UtcText(sdk::MicrosOf(note_.At("/floor")));
    Next(absl::StrCat(Path("issues", "timeline"), "?since=", since, "&limit=", kPageSize, "&page=", page), "timeline", page,
         std::move(more));
  }

  absl::StatusOr<sdk::Step> Change() {
    if (!body_.is_object() || !body_.At("/id").exists()) return sdk::UnreadableAnswer("a pull request", answer_.manifest.title);
    const std::string slim = SlimThing(body_);
    const auto told = [&](std::string_view action, std::string_view instant, std::string_view sender) {
      JsonObject change;
      change.Members(slim).Copy(body_, {"body", "merged_at", "merged_by"}).Value("updated_at", body_.At(instant));
      change.Raw("base", JsonObject().Copy(body_.At("/base"), {"ref"}).Take());
      Map("pull_request", Payload(action, body_.At(instant), body_.At(sender)).Raw("pull_request", change.Take()).Take());
    };
    told("opened", "/created_at", "/user");
    if (body_.At("/merged").IsTrue()) told("closed", "/merged_at", "/merged_by");
    JsonObject more;
    AskForReviews(1, std::move(more.Raw("change", slim)));
    return std::move(step_);
  }

  // Their states, by id; the timeline has the instants.
  void Reviews() {
    std::string list;
    const auto add = [&](const std::string& one) { list += (list.empty() ? "" : ",") + one; };
    const std::vector<Json> known = note_.At("/reviews").Items(kMaxReviews), found = body_.Items(kMaxItems);
    int64_t code = note_.At("/code").Integer().value_or(0);
    for (const Json review : known) add(review.ToText());
    for (const Json review : found) {
      code += std::clamp<int64_t>(review.At("/comments_count").Integer().value_or(0), 0, 100'000);
      if (TypeOf(review.At("/state").Text()).empty()) continue;
      add(JsonObject().Copy(review, {"id", "state"}).Raw("user", SlimUser(review.At("/user"))).Take());
    }
    const int64_t seen = note_.At("/seen").Integer().value_or(0) + static_cast<int64_t>(found.size());
    JsonObject more;
    more.Copy(note_, {"change"}).Raw("reviews", "[" + list + "]").Raw("code", std::to_string(code));
    if (!found.empty() && answer_.total.value_or(0) > seen && seen < static_cast<int64_t>(kMaxReviews)) {
      AskForReviews(answer_.Page() + 1, std::move(more.Raw("seen", std::to_string(seen))));
    } else {
      AskForTimeline(1, std::move(more));
    }
  }

  void Timeline() {
    const bool is_change = note_.At("/change").exists();
    if (answer_.Page() == 1 && !is_change) {
      const Json created = note_.At("/issue/created_at");
      Map("issues", Payload("opened", created, note_.At("/issue/user")).Raw("issue", Issue(created)).Take());
    }
    const std::vector<Json> events = body_.Items(kMaxItems);
    for (const Json event : events) {
      if (is_change) {
        OfChange(event);
      } else {
        OfIssue(event);
      }
    }
    if (MayGoOn(events.size())) {
      AskForTimeline(answer_.Page() + 1, std::move(JsonObject().Copy(note_, {"change", "reviews", "code"})));
      return;
    }
    step_.commit = sdk::Commit{answer_.fetch.stream, std::string(note_.At("/commit").Text())};
  }

  // Gitea counts a page's items before it leaves out comments on code, and says nowhere how many there are in all: a short page, even an
  // empty one, need not be the last.
  bool MayGoOn(size_t shown) const {
    const int64_t page = answer_.Page(), code = note_.At("/code").Integer().value_or(0), least = static_cast<int64_t>(kSurelyCut);
    if (page >= kMaxPages) return false;
    if (shown > 0 && page > 1) return true;
    return page == 1 ? static_cast<int64_t>(shown) + code >= least : page <= code / least;
  }

  void OfIssue(Json event) {
    const std::string_view kind = event.At("/type").Text();
    const Json when = event.At("/created_at"), actor = event.At("/user");
    if (kind == "comment") {
      Map("issue_comment", Payload("created", when, actor).Raw("issue", Issue(when)).Raw("comment", Comment(event)).Take());
    } else if (kind == "close") {
      const Json closed = ClosedAt(when);
      Map("issues", Payload("closed", closed, actor).Raw("issue", Issue(when, closed)).Take());
    } else if (kind == "label" && SaysHowItWasClosed(when)) {
      Map("issues", Payload("label_updated", when, actor).Raw("issue", Issue(when, note_.At("/closed_at"))).Take());
    } else if (kind == "reopen") {
      Map("issues", Payload("reopened", when, actor).Raw("issue", Issue(when)).Take());
    } else if (kind == "assignees" && !event.At("/removed_assignee").IsTrue() && event.At("/assignee").exists()) {
      Map("issues", Payload("assigned", when, actor).Raw("issue", Issue(when)).Value("assignee", event.At("/assignee")).Take());
    }
  }

  void OfChange(Json event) {
    const std::string_view kind = event.At("/type").Text();
    const Json when = event.At("/created_at"), actor = event.At("/user");
    const auto told = [&](std::string_view action) { return std::move(Payload(action, when, actor).Raw("pull_request", ChangeAt(when))); };
    if (kind == "comment") {
      Map("issue_comment", told("created").Raw("is_pull", "true").Raw("comment", Comment(event)).Take());
    } else if (kind == "reopen") {
      Map("pull_request", told("reopened").Take());
    } else if (kind == "review_request" && !event.At("/removed_assignee").IsTrue()) {
      Map("pull_request", told("review_requested")
                              .Value("requested_reviewer", event.At("/assignee"))
                              .Value("requested_team", event.At("/assignee_team"))
                              .Take());
    } else if (kind == "review" || kind == "dismiss_review") {
      const std::string id = event.At("/review_id").IdText();
      for (const Json review : note_.At("/reviews").Items(kMaxReviews)) {
        if (id.empty() || review.At("/id").IdText() != id) continue;
        JsonObject slim;
        slim.Text("type", TypeOf(review.At("/state").Text())).Copy(review, {"id", "user"});
        Map("pull_request", told(kind == "review" ? "reviewed" : "dismissed").Raw("review", slim.Take()).Take());
        return;
      }
    }
  }

  // A label given after the closing, which is one of this source's.
  bool SaysHowItWasClosed(Json when) const {
    const std::optional<absl::Time> labelled = sdk::TimeOf(when), closed = sdk::TimeOf(note_.At("/closed_at"));
    return labelled && closed && *labelled > *closed && *closed >= answer_.poll.begin;
  }

  // The instant that the hook of this closing had. Gitea takes it a moment before it writes the timeline.
  Json ClosedAt(Json when) const {
    const Json last = note_.At("/closed_at");
    const std::optional<absl::Time> told = sdk::TimeOf(when), known = sdk::TimeOf(last);
    return told && known && absl::AbsDuration(*told - *known) <= kSameClosing ? last : when;
  }

  static std::string Comment(Json event) {
    return JsonObject().Copy(event, {"id", "user", "created_at"}).Value("updated_at", event.At("/created_at")).Take();
  }
  // The ticket as a hook would have shown it at that instant.
  std::string Issue(Json when, Json closed = {}) const {
    return JsonObject().Members(note_.At("/issue").ToText()).Value("updated_at", when).Value("closed_at", closed).Take();
  }
  std::string ChangeAt(Json when) const { return JsonObject().Members(note_.At("/change").ToText()).Value("updated_at", when).Take(); }

  // What every payload begins with. `when` decides whether the fact is wanted.
  JsonObject Payload(std::string_view action, Json when, Json sender) {
    const std::optional<absl::Time> time = sdk::TimeOf(when);
    wanted_ = !time || *time >= sdk::MicrosOf(note_.At("/floor"));
    JsonObject payload;
    payload.Text("action", action).Value("repository", note_.At("/repository")).Value("sender", sender);
    return payload;
  }

  void Map(std::string_view event, const std::string& payload) {
    if (!wanted_) return;
    const auto document = sdk::JsonDocument::Parse(payload);
    auto parsed = document.ok() ? MapEvent(event, document->root(), answer_.source, answer_.reading, {"", answer_.poll.now})
                                : absl::StatusOr<sdk::Parsed>(document.status());
    if (!parsed.ok()) {
      ++step_.unreadable;
      return;
    }
    for (v1::Fact& fact : parsed->facts) step_.facts.push_back(std::move(fact));
  }

  const Answer& answer_;
  const Json note_, body_;
  bool wanted_ = true;
  sdk::Step step_;
};

}  // namespace

sdk::Fetch Get(std::string path, std::string stream, std::string note) {
  return {std::move(path), "application/json", std::move(stream), std::move(note)};
}

sdk::Fetch AskForThing(Json repository, Json item, std::string stream, absl::Time floor, const std::string& commit) {
  const bool is_change = item.At("/pull_request").exists();
  const std::string base = absl::StrCat("/api/v1/repos/", std::string(repository.At("/full_name").Text()));
  const int64_t number = item.At("/number").Integer().value_or(0);
  std::string note = JsonObject()
                         .Text("what", is_change ? "change" : "timeline")
                         .Raw("page", "1")
                         .Value("repository", repository)
                         .Raw("issue", is_change ? "" : SlimThing(item))
                         .Raw("number", std::to_string(number))
                         .Copy(item, {"closed_at"})
                         .Raw("floor", sdk::Micros(floor))
                         .Text("commit", commit)
                         .Take();
  std::string path = is_change
                         ? absl::StrCat(base, "/pulls/", number)
                         : absl::StrCat(base, "/issues/", number, "/timeline?since=", sdk::UtcText(floor), "&limit=", kPageSize, "&page=1");
  return Get(std::move(path), std::move(stream), std::move(note));
}

absl::StatusOr<sdk::Step> ReadThing(const Answer& answer) { return Reader(answer).Read(); }

std::string SlimRepository(Json repository) {
  return JsonObject()
      .Copy(repository, {"id", "full_name", "html_url", "private", "internal", "default_branch"})
      .Raw("owner", SlimUser(repository.At("/owner")))
      .Take();
}

}  // namespace comity::gitea

#include "plugins/gitea/mapping.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "plugins/github/closing_keywords.h"
#include "plugins/sdk/fact_builder.h"
#include "plugins/sdk/seal.h"
#include "plugins/sdk/walk.h"

namespace comity::gitea {
namespace {

using sdk::FactBuilder;
using sdk::Json;

constexpr size_t kMaxLabels = 100;
constexpr int64_t kActionsUser = -2;  // whom scheduled and triggered workflows act as: `gitea-actions`, `forgejo-actions`

// Nobody for a missing or deleted account (`Ghost`, -1). Gitea does not say what sort of account it is, but for those it makes itself.
std::optional<v1::Account> AccountOf(Json user) {
  const std::optional<int64_t> number = user.At("/id").Integer();
  const std::string_view login = user.At(user.At("/login").exists() ? "/login" : "/username").Text();
  if (!number || (*number <= 0 && *number != kActionsUser)) return std::nullopt;
  v1::Account account;
  account.set_id(std::to_string(*number));
  account.set_login(std::string(login));
  if (*number == kActionsUser || login.ends_with("[bot]")) account.set_kind(v1::ACCOUNT_KIND_BOT);
  return account;
}

std::optional<v1::Account> TeamAccountOf(Json team) {
  const std::string id = team.At("/id").IdText();
  if (id.empty()) return std::nullopt;
  v1::Account account;
  account.set_id("team:" + id);  // teams and users number independently
  account.set_login(std::string(team.At("/name").Text()));
  account.set_kind(v1::ACCOUNT_KIND_TEAM);
  return account;
}

bool Names(const std::vector<std::string>& labels, std::string_view label) {
  return std::any_of(labels.begin(), labels.end(), [&](const std::string& one) {
    return absl::EqualsIgnoreCase(one, {label.data(), label.size()});
  });
}

v1::ReviewState ReviewStateOf(std::string_view type) {
  if (type.ends_with("_approved")) return v1::REVIEW_STATE_APPROVED;
  if (type.ends_with("_rejected")) return v1::REVIEW_STATE_CHANGES_REQUESTED;
  if (type.ends_with("_comment")) return v1::REVIEW_STATE_COMMENTED;
  return v1::REVIEW_STATE_UNSPECIFIED;
}

// Maps one payload. A method per event and action; each adds facts, or says why there are none.
class Mapper {
 public:
  Mapper(Json payload, const sdk::Source& source, const Reading& reading, const Receipt& receipt)
      : payload_(payload), repository_(payload.At("/repository")), source_(source), reading_(reading), receipt_(receipt) {}

  sdk::Parsed Take() { return std::move(parsed_); }
  void Ignore(std::string_view why) { parsed_.ignored = std::string(why); }

  absl::Status IssueOpened() { return Add(OnIssue(v1::FACT_KIND_OPENED).OccurTime(Issue("/created_at"), "/issue/created_at")); }
  absl::Status IssueClosed() { return Resolved(AccountOf(payload_.At("/sender"))); }
  absl::Status IssueReopened() { return Add(OnIssueNow(v1::FACT_KIND_REOPENED)); }
  absl::Status IssueDeleted() { return Add(OnIssueNow(v1::FACT_KIND_DELETED)); }
  // Labels often come after the closing. Then this is another observation of it: it says why, and leaves open who it was.
  absl::Status IssueLabelled() { return Issue("/closed_at").exists() ? Resolved(std::nullopt) : Ignored("labels of an open ticket"); }
  // The hook tells all who are assigned now, not who was added: with several, only the poll knows.
  absl::Status IssueAssigned() {
    Json added = payload_.At("/assignee");
    if (!added.exists()) {
      const std::vector<Json> all = Issue("/assignees").Items(2);
      if (all.size() > 1) return Ignored("assigned beside others");
      added = all.empty() ? Issue("/assignee") : all.front();
    }
    return AddWithTarget(OnIssueNow(v1::FACT_KIND_ASSIGNED), AccountOf(added));
  }

  // Of a pull request the payload's issue has another id than the pull request itself, which old versions leave out.
  absl::Status CommentCreated() {
    if (sdk::IsSealed(payload_.At("/comment/body").Text())) return Ignored("comment by Comity itself");
    const bool on_change = payload_.At("/is_pull").IsTrue() || Issue("/pull_request").exists();
    if (on_change && !Change("/id").exists()) return Ignored("comment on a change of unknown id");
    const Json id = payload_.At("/comment/id");
    if (!id.exists()) return Missing("/comment/id");
    return Add((on_change ? OnChange(v1::FACT_KIND_COMMENTED) : OnIssue(v1::FACT_KIND_COMMENTED))
                   .ObjectId("comment:" + id.IdText())
                   .OccurTime(payload_.At("/comment/created_at"), "/comment/created_at")
                   .Version(payload_.At("/comment/updated_at"))
                   .Actor(AccountOf(payload_.At("/comment/user"))));
  }

  absl::Status ChangeOpened() {
    COMITY_RETURN_IF_ERROR(Add(OnChange(v1::FACT_KIND_OPENED).OccurTime(Change("/created_at"), "/pull_request/created_at")));
    return AddLinked("/created_at");
  }
  absl::Status ChangeEdited() {
    if (!payload_.At("/changes/body").exists() && !payload_.At("/changes/title").exists()) return Ignored("edit of no text");
    if (Change("/merged").IsTrue()) return Ignored("edit after the merge");  // it closes nothing any more, whatever it says now
    COMITY_RETURN_IF_ERROR(AddLinked("/updated_at"));
    return parsed_.facts.empty() ? Ignored("edit without closing keyword") : absl::OkStatus();
  }
  absl::Status ChangeClosed() {
    if (!Change("/merged").IsTrue()) return Ignored("change closed without merge");
    FactBuilder merged = OnChange(v1::FACT_KIND_CHANGE_MERGED).OccurTime(Change("/merged_at"), "/pull_request/merged_at");
    if (Change("/merged_by").exists()) merged.Actor(AccountOf(Change("/merged_by")));
    const std::string_view base = Change("/base/ref").Text();
    merged.fact().set_default_branch(!base.empty() && base == repository_.At("/default_branch").Text());
    COMITY_RETURN_IF_ERROR(Add(merged));
    return AddLinked("/merged_at");
  }
  absl::Status ChangeReopened() { return Add(OnChangeNow(v1::FACT_KIND_REOPENED)); }
  absl::Status ReviewRequested() {
    const Json team = payload_.At("/requested_team");
    return AddWithTarget(OnChangeNow(v1::FACT_KIND_REVIEW_REQUESTED),
                         team.exists() ? TeamAccountOf(team) : AccountOf(payload_.At("/requested_reviewer")));
  }

  // The hook has neither the review's id nor its time. Submitting it is what changed the pull request last, and the reviewer is the sender.
  absl::Status ReviewSubmitted() {
    const v1::ReviewState state = ReviewStateOf(payload_.At("/review/type").Text());
    if (state == v1::REVIEW_STATE_UNSPECIFIED) return Ignored("review without result");
    FactBuilder review = OnChangeNow(v1::FACT_KIND_CHANGE_REVIEWED);
    review.ObjectId("review:" + review.fact().subject().id() + "/" + review.fact().actor().id());
    review.fact().set_review_state(state);
    return Add(review);
  }
  // Its object is none of a review's, so that it takes back the latest of the reviewer's, not their first.
  absl::Status ReviewDismissed() {
    const std::string id = payload_.At("/review/id").IdText();
    if (id.empty()) return Missing("/review/id");
    return Add(OnChangeNow(v1::FACT_KIND_REVIEW_DISMISSED).ObjectId("review:" + id).Target(AccountOf(payload_.At("/review/user"))));
  }

  absl::Status PageEdited() { return OnPage(v1::FACT_KIND_PAGE_EDITED); }
  absl::Status PageDeleted() { return OnPage(v1::FACT_KIND_DELETED); }

 private:
  Json Issue(std::string_view pointer) const { return payload_.At("/issue").At(pointer); }
  Json Change(std::string_view pointer) const { return payload_.At("/pull_request").At(pointer); }

  absl::Status Ignored(std::string_view why) {
    Ignore(why);
    return absl::OkStatus();
  }
  static absl::Status Missing(std::string_view path) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFactInvalid,
                 "the payload lacks " + std::string(path) + "; without it the fact has no id of its own",
                 {{std::string(path), "is missing"}});
  }
  absl::Status Add(const FactBuilder& builder) {
    COMITY_ASSIGN_OR_RETURN(v1::Fact fact, builder.Build());
    parsed_.facts.push_back(std::move(fact));
    return absl::OkStatus();
  }
  // The target is part of what makes the fact: two in one second are two facts.
  absl::Status AddWithTarget(FactBuilder builder, std::optional<v1::Account> target) {
    if (!target) return Ignored("nobody to assign or ask");
    builder.ObjectId(builder.fact().object_id() + "/" + target->id());
    builder.Target(std::move(target));
    return Add(builder);
  }

  // The first label that says why; without one it is done.
  absl::Status Resolved(std::optional<v1::Account> actor) {
    FactBuilder closed = OnIssue(v1::FACT_KIND_RESOLVED).OccurTime(Issue("/closed_at"), "/issue/closed_at").Actor(std::move(actor));
    closed.fact().set_resolution(v1::RESOLUTION_DONE);
    for (const Json label : Issue("/labels").Items(kMaxLabels)) {
      const std::string_view name = label.At("/name").Text();
      const bool duplicate = Names(reading_.duplicate_labels, name);
      if (!duplicate && !Names(reading_.wont_do_labels, name)) continue;
      closed.fact().set_resolution(duplicate ? v1::RESOLUTION_DUPLICATE : v1::RESOLUTION_WONT_DO);
      if (!closed.fact().confidential()) closed.fact().set_resolution_text(sdk::CutText(name, 100));
      break;
    }
    return Add(closed);
  }

  absl::Status OnPage(v1::FactKind kind) {
    const std::string repository_id = repository_.At("/id").IdText();
    const std::string page(payload_.At("/page").Text());
    if (repository_id.empty()) return Missing("/repository/id");
    if (page.empty()) return Missing("/page");
    const std::string name(repository_.At("/full_name").Text()), address(repository_.At("/html_url").Text());
    FactBuilder edited = Start(kind);
    edited.Subject(v1::SUBJECT_KIND_PAGE, repository_id + "/" + page, "/repository/id")
        .Key(name + "/wiki/" + page)
        .Title(page)
        .Uri(address.empty() ? "" : address + "/wiki/" + sdk::UrlEncoded(page))
        .Revision(receipt_.delivery)
        .OccurTime(receipt_.time);
    return Add(edited);
  }

  FactBuilder Start(v1::FactKind kind) const {
    FactBuilder builder(source_, kind, reading_.assurance);
    const Json owner = repository_.At("/owner");
    // Internal: public within an organisation that is not.
    const bool is_private = repository_.At("/private").IsTrue() || repository_.At("/internal").IsTrue();
    builder.Actor(AccountOf(payload_.At("/sender")))
        .Place("repo", repository_.At("/full_name").Text())
        .Place("namespace", owner.At(owner.At("/login").exists() ? "/login" : "/username").Text())
        .Confidential(is_private && reading_.private_is_confidential);
    return builder;
  }
  // Subject and the fields that issues and pull requests have alike.
  FactBuilder OnThing(v1::FactKind kind, v1::SubjectKind subject, std::string_view path) const {
    const Json thing = payload_.At(path);
    const std::string_view name = repository_.At("/full_name").Text();
    const std::string number = thing.At("/number").IdText();
    FactBuilder builder = Start(kind);
    builder.Subject(subject, thing.At("/id").IdText(), std::string(path) + "/id")
        .Key(name.empty() || number.empty() ? "" : std::string(name) + "#" + number)
        .Uri(thing.At("/html_url").Text())
        .Title(thing.At("/title").Text())
        .OpenTime(thing.At("/created_at"))
        .Version(thing.At("/updated_at"));
    for (const Json label : thing.At("/labels").Items(kMaxLabels)) builder.Label(label.At("/name").Text());
    return builder;
  }
  FactBuilder OnIssue(v1::FactKind kind) const { return OnThing(kind, v1::SUBJECT_KIND_ISSUE, "/issue").Asker(AccountOf(Issue("/user"))); }
  FactBuilder OnChange(v1::FactKind kind) const {
    return OnThing(kind, v1::SUBJECT_KIND_CHANGE, "/pull_request").Author(AccountOf(Change("/user")));
  }
  // For transitions without a time of their own.
  FactBuilder OnIssueNow(v1::FactKind kind) const { return OnIssue(kind).OccurTime(Issue("/updated_at"), "/issue/updated_at"); }
  FactBuilder OnChangeNow(v1::FactKind kind) const { return OnChange(kind).OccurTime(Change("/updated_at"), "/pull_request/updated_at"); }

  // What the pull request says it closes, as it stands in this payload; nothing is added when it names no ticket.
  absl::Status AddLinked(std::string_view when) {
    const std::string text = std::string(Change("/title").Text()) + "\n\n" + std::string(Change("/body").Text());
    const std::vector<std::string> keys = github::ClosedKeys(text, repository_.At("/full_name").Text(), source_.instance);
    if (keys.empty()) return absl::OkStatus();
    FactBuilder linked = OnChange(v1::FACT_KIND_LINKED).OccurTime(Change(when), "/pull_request" + std::string(when));
    for (const std::string& key : keys) linked.Link(v1::LINK_KIND_CLOSES, v1::SUBJECT_KIND_ISSUE, "", key);
    return Add(linked);
  }

  const Json payload_, repository_;
  const sdk::Source& source_;
  const Reading& reading_;
  const Receipt& receipt_;
  sdk::Parsed parsed_;
};

// What a payload is about. The names of events overlap: `pull_request_comment` is coarsely a review and finely a comment.
std::string_view FamilyOf(std::string_view event, Json payload) {
  if (event == "issue_comment" || (event == "pull_request_comment" && payload.At("/comment").exists())) return "comment";
  if (event == "issues" || event.starts_with("issue_")) return "issue";
  if (event.starts_with("pull_request")) return payload.At("/review").exists() ? "review" : "change";
  return event == "wiki" ? event : "";
}

struct Rule {
  std::string_view family, action;
  absl::Status (Mapper::*map)();
};
constexpr Rule kRules[] = {
    {"issue", "opened", &Mapper::IssueOpened},
    {"issue", "closed", &Mapper::IssueClosed},
    {"issue", "reopened", &Mapper::IssueReopened},
    {"issue", "assigned", &Mapper::IssueAssigned},
    {"issue", "label_updated", &Mapper::IssueLabelled},
    {"issue", "label_cleared", &Mapper::IssueLabelled},
    {"issue", "deleted", &Mapper::IssueDeleted},
    {"comment", "created", &Mapper::CommentCreated},
    {"change", "opened", &Mapper::ChangeOpened},
    {"change", "edited", &Mapper::ChangeEdited},
    {"change", "closed", &Mapper::ChangeClosed},
    {"change", "reopened", &Mapper::ChangeReopened},
    {"change", "review_requested", &Mapper::ReviewRequested},
    {"review", "reviewed", &Mapper::ReviewSubmitted},
    {"review", "dismissed", &Mapper::ReviewDismissed},
    {"wiki", "created", &Mapper::PageEdited},
    {"wiki", "edited", &Mapper::PageEdited},
    {"wiki", "deleted", &Mapper::PageDeleted},
};

}  // namespace

absl::StatusOr<sdk::Parsed> MapEvent(std::string_view event, Json payload, const sdk::Source& source, const Reading& reading,
                                     const Receipt& receipt) {
  Mapper mapper(payload, source, reading, receipt);
  const std::string_view family = FamilyOf(event, payload), action = payload.At("/action").Text();
  for (const Rule& rule : kRules) {
    if (rule.family != family || rule.action != action) continue;
    COMITY_RETURN_IF_ERROR((mapper.*rule.map)());
    return mapper.Take();
  }
  mapper.Ignore(family.empty() ? "event not used" : "action not used");
  return mapper.Take();
}

}  // namespace comity::gitea

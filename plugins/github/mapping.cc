#include "plugins/github/mapping.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "plugins/github/closing_keywords.h"
#include "plugins/github/payloads.h"
#include "plugins/sdk/fact_builder.h"
#include "plugins/sdk/seal.h"

namespace comity::github {
namespace {

using sdk::FactBuilder;
using sdk::Json;

constexpr size_t kMaxWikiPages = 100;

// Nobody for a missing, deleted (`ghost`) or id-less account.
std::optional<v1::Account> AccountOf(Json user) {
  const std::string id = user.At("/id").IdText();
  const std::string_view login = user.At("/login").Text(), type = user.At("/type").Text();
  if (id.empty() || login == "ghost") return std::nullopt;
  const bool bot = type == "Bot" || (login.size() > 5 && login.substr(login.size() - 5) == "[bot]");
  v1::Account account;
  account.set_id(id);
  account.set_login(std::string(login));
  account.set_kind(bot                      ? v1::ACCOUNT_KIND_BOT
                   : type == "User"         ? v1::ACCOUNT_KIND_HUMAN
                   : type == "Organization" ? v1::ACCOUNT_KIND_TEAM
                                            : v1::ACCOUNT_KIND_UNSPECIFIED);
  return account;
}

std::optional<v1::Account> TeamAccountOf(Json team) {
  const std::string id = team.At("/id").IdText();
  if (id.empty()) return std::nullopt;
  v1::Account account;
  account.set_id("team:" + id);  // teams and users number independently
  account.set_login(std::string(team.At("/slug").Text()));
  account.set_kind(v1::ACCOUNT_KIND_TEAM);
  return account;
}

std::string KeyOf(Json repository, Json thing) {
  const std::string_view name = repository.At("/full_name").Text();
  const std::string number = thing.At("/number").IdText();
  return name.empty() || number.empty() ? "" : std::string(name) + "#" + number;
}

v1::Resolution ResolutionOf(std::string_view reason) {
  if (reason.empty()) return v1::RESOLUTION_UNSPECIFIED;
  if (reason == "completed") return v1::RESOLUTION_DONE;
  if (reason == "not_planned") return v1::RESOLUTION_WONT_DO;
  if (reason == "duplicate") return v1::RESOLUTION_DUPLICATE;
  return v1::RESOLUTION_UNKNOWN;
}

v1::ReviewState ReviewStateOf(std::string_view state) {
  if (state == "approved") return v1::REVIEW_STATE_APPROVED;
  if (state == "changes_requested") return v1::REVIEW_STATE_CHANGES_REQUESTED;
  if (state == "commented") return v1::REVIEW_STATE_COMMENTED;
  return v1::REVIEW_STATE_UNSPECIFIED;
}

// Maps one payload. A method per event and action; each adds facts, or says why there are none.
class Mapper {
 public:
  Mapper(Json payload, const sdk::Source& source, const Reading& reading, absl::Time receive_time)
      : payload_(payload), repository_(payload.At("/repository")), source_(source), reading_(reading), receive_time_(receive_time) {}

  sdk::Parsed Take() { return std::move(parsed_); }
  void Ignore(std::string_view why) { parsed_.ignored = std::string(why); }

  absl::Status IssueOpened() {
    FactBuilder opened = OnIssue(v1::FACT_KIND_OPENED).OccurTime(payload_.At("/issue/created_at"), "/issue/created_at");
    opened.fact().set_automation(ThroughApp("/issue"));
    COMITY_RETURN_IF_ERROR(Add(opened));
    const Json old = payload_.At("/changes/old_issue");
    if (!old.exists()) return absl::OkStatus();
    return Add(OnIssue(v1::FACT_KIND_MOVED)
                   .OccurTime(payload_.At("/issue/updated_at"), "/issue/updated_at")
                   .Link(v1::LINK_KIND_MOVED_FROM, v1::SUBJECT_KIND_ISSUE, old.At("/id").IdText(),
                         KeyOf(payload_.At("/changes/old_repository"), old)));
  }
  absl::Status IssueClosed() {
    const std::string_view reason = payload_.At("/issue/state_reason").Text();
    FactBuilder closed = OnIssue(v1::FACT_KIND_RESOLVED).OccurTime(payload_.At("/issue/closed_at"), "/issue/closed_at");
    closed.fact().set_resolution(ResolutionOf(reason));
    closed.fact().set_resolution_text(sdk::CutText(reason, 100));
    return Add(closed);
  }
  absl::Status IssueReopened() { return Add(OnIssueNow(v1::FACT_KIND_REOPENED)); }
  absl::Status IssueDeleted() { return Add(OnIssueNow(v1::FACT_KIND_DELETED)); }
  absl::Status IssueAssigned() { return AddWithTarget(OnIssueNow(v1::FACT_KIND_ASSIGNED), AccountOf(payload_.At("/assignee"))); }
  absl::Status IssueTransferred() {
    const Json moved = payload_.At("/changes/new_issue");
    return Add(OnIssueNow(v1::FACT_KIND_MOVED)
                   .Link(v1::LINK_KIND_MOVED_TO, v1::SUBJECT_KIND_ISSUE, moved.At("/id").IdText(),
                         KeyOf(payload_.At("/changes/new_repository"), moved)));
  }

  // Comments on pull requests arrive as comments on issues, with the id of an issue that stands for the pull request.
  absl::Status CommentCreated() {
    if (sdk::IsSealed(payload_.At("/comment/body").Text())) return Ignored("comment by Comity itself");
    const bool on_change = payload_.At("/issue/pull_request").exists();
    FactBuilder comment = OnIssue(v1::FACT_KIND_COMMENTED);
    if (on_change) {
      const std::optional<std::string> id = ChangeIdOfNodeId(payload_.At("/issue/node_id").Text());
      if (!id) return Ignored("comment on a change of unknown id");
      comment.Subject(v1::SUBJECT_KIND_CHANGE, *id, "/issue/node_id").Author(AccountOf(payload_.At("/issue/user"))).Asker(std::nullopt);
    }
    const Json id = payload_.At("/comment/id");
    comment.ObjectId("comment:" + id.IdText())
        .OccurTime(payload_.At("/comment/created_at"), "/comment/created_at")
        .Version(payload_.At("/comment/updated_at"))
        .Actor(AccountOf(payload_.At("/comment/user")));
    comment.fact().set_automation(ThroughApp("/comment"));
    return id.exists() ? Add(comment) : Missing("/comment/id");
  }

  // GitHub tells both ends; either way the subject is the ticket that waits.
  absl::Status BlockedBy() { return Dependency(v1::FACT_KIND_BLOCKED, repository_, payload_.At("/blocking_issue_repo")); }
  absl::Status NotBlockedBy() { return Dependency(v1::FACT_KIND_UNBLOCKED, repository_, payload_.At("/blocking_issue_repo")); }
  absl::Status Blocking() { return Dependency(v1::FACT_KIND_BLOCKED, payload_.At("/blocked_issue_repo"), repository_); }
  absl::Status NotBlocking() { return Dependency(v1::FACT_KIND_UNBLOCKED, payload_.At("/blocked_issue_repo"), repository_); }

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
  absl::Status ChangeReopened() {
    return Add(OnChange(v1::FACT_KIND_REOPENED).OccurTime(Change("/updated_at"), "/pull_request/updated_at"));
  }
  absl::Status ReviewRequested() {
    const Json team = payload_.At("/requested_team");
    return AddWithTarget(OnChange(v1::FACT_KIND_REVIEW_REQUESTED).OccurTime(Change("/updated_at"), "/pull_request/updated_at"),
                         team.exists() ? TeamAccountOf(team) : AccountOf(payload_.At("/requested_reviewer")));
  }

  absl::Status ReviewSubmitted() {
    const v1::ReviewState state = ReviewStateOf(payload_.At("/review/state").Text());
    if (state == v1::REVIEW_STATE_UNSPECIFIED) return Ignored("review without result");
    FactBuilder review = OnReview(v1::FACT_KIND_CHANGE_REVIEWED)
                             .OccurTime(payload_.At("/review/submitted_at"), "/review/submitted_at")
                             .Actor(AccountOf(payload_.At("/review/user")));
    review.fact().set_review_state(state);
    return payload_.At("/review/id").exists() ? Add(review) : Missing("/review/id");
  }
  absl::Status ReviewDismissed() {
    if (!payload_.At("/review/id").exists()) return Missing("/review/id");
    return Add(OnReview(v1::FACT_KIND_REVIEW_DISMISSED)
                   .OccurTime(Change("/updated_at"), "/pull_request/updated_at")
                   .Target(AccountOf(payload_.At("/review/user"))));
  }

  absl::Status DiscussionCreated() {
    return Add(OnDiscussion(v1::FACT_KIND_OPENED).OccurTime(payload_.At("/discussion/created_at"), "/discussion/created_at"));
  }
  absl::Status DiscussionAnswered() {
    FactBuilder answered = OnDiscussion(v1::FACT_KIND_ANSWERED)
                               .OccurTime(payload_.At("/discussion/answer_chosen_at"), "/discussion/answer_chosen_at")
                               .Author(AccountOf(payload_.At("/answer/user")));
    if (payload_.At("/discussion/answer_chosen_by").exists()) answered.Actor(AccountOf(payload_.At("/discussion/answer_chosen_by")));
    return Add(answered);
  }
  absl::Status DiscussionUnanswered() {
    return Add(OnDiscussion(v1::FACT_KIND_ANSWER_UNMARKED)
                   .OccurTime(payload_.At("/discussion/updated_at"), "/discussion/updated_at")
                   .Author(AccountOf(payload_.At("/old_answer/user"))));
  }
  absl::Status DiscussionTransferred() {
    const Json moved = payload_.At("/changes/new_discussion");
    return Add(OnDiscussion(v1::FACT_KIND_MOVED)
                   .OccurTime(payload_.At("/discussion/updated_at"), "/discussion/updated_at")
                   .Link(v1::LINK_KIND_MOVED_TO, v1::SUBJECT_KIND_DISCUSSION, moved.At("/id").IdText(),
                         KeyOf(payload_.At("/changes/new_repository"), moved)));
  }

  // One push can touch many pages. GitHub names neither authors nor times: the pusher and the receipt stand in, hence tentative.
  absl::Status WikiPushed() {
    const std::string repository_id = repository_.At("/id").IdText();
    if (repository_id.empty()) return Missing("/repository/id");
    for (const Json page : payload_.At("/pages").Items(kMaxWikiPages)) {
      const std::string name(page.At("/page_name").Text());
      if (name.empty() || page.At("/sha").Text().empty()) return Missing("/pages/…/page_name or /pages/…/sha");
      FactBuilder edited = Start(v1::FACT_KIND_PAGE_EDITED, repository_);
      edited.Subject(v1::SUBJECT_KIND_PAGE, repository_id + "/" + name, "/repository/id")
          .Key(std::string(repository_.At("/full_name").Text()) + "/wiki/" + name)
          .Title(page.At("/title").Text())
          .Uri(page.At("/html_url").Text())
          .Revision(page.At("/sha").Text())
          .OccurTime(receive_time_);
      edited.fact().set_tentative(reading_.wiki_tentative);
      COMITY_RETURN_IF_ERROR(Add(edited));
    }
    return parsed_.facts.empty() ? Ignored("wiki push without pages") : absl::OkStatus();
  }

 private:
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

  bool ThroughApp(std::string_view thing) const {
    return reading_.app_is_automation && payload_.At(thing).At("/performed_via_github_app").exists();
  }

  FactBuilder Start(v1::FactKind kind, Json repository) const {
    const std::string_view visibility = repository.At("/visibility").Text();
    const bool confidential = visibility.empty() ? repository.At("/private").IsTrue() : visibility == "private";
    FactBuilder builder(source_, kind, reading_.assurance);
    builder.Actor(AccountOf(payload_.At("/sender")))
        .Place("repo", repository.At("/full_name").Text())
        .Place("namespace", repository.At("/owner/login").Text())
        .Confidential(confidential && reading_.private_is_confidential);
    return builder;
  }
  // Subject and the fields that issues, pull requests and discussions have alike.
  FactBuilder OnThing(v1::FactKind kind, v1::SubjectKind subject, Json repository, std::string_view path) const {
    const Json thing = payload_.At(path);
    FactBuilder builder = Start(kind, repository);
    builder.Subject(subject, thing.At("/id").IdText(), std::string(path) + "/id")
        .Key(KeyOf(repository, thing))
        .Uri(thing.At("/html_url").Text())
        .Title(thing.At("/title").Text())
        .OpenTime(thing.At("/created_at"))
        .Version(thing.At("/updated_at"));
    for (const Json label : thing.At("/labels").Items(kMaxLabels)) builder.Label(label.At("/name").Text());
    return builder;
  }
  FactBuilder OnIssue(v1::FactKind kind) const {
    return OnThing(kind, v1::SUBJECT_KIND_ISSUE, repository_, "/issue").Asker(AccountOf(payload_.At("/issue/user")));
  }
  // For transitions without a time of their own.
  FactBuilder OnIssueNow(v1::FactKind kind) const { return OnIssue(kind).OccurTime(payload_.At("/issue/updated_at"), "/issue/updated_at"); }
  FactBuilder OnChange(v1::FactKind kind) const {
    return OnThing(kind, v1::SUBJECT_KIND_CHANGE, repository_, "/pull_request").Author(AccountOf(Change("/user")));
  }
  FactBuilder OnReview(v1::FactKind kind) const {
    const Json version = payload_.At("/review/updated_at");
    return OnChange(kind)
        .ObjectId("review:" + payload_.At("/review/id").IdText())
        .Version(version.exists() ? version : payload_.At("/review/submitted_at"));
  }
  FactBuilder OnDiscussion(v1::FactKind kind) const {
    return OnThing(kind, v1::SUBJECT_KIND_DISCUSSION, repository_, "/discussion").Asker(AccountOf(payload_.At("/discussion/user")));
  }

  absl::Status Dependency(v1::FactKind kind, Json blocked_repository, Json blocking_repository) {
    const Json blocking = payload_.At("/blocking_issue");
    const std::string blocking_id = blocking.At("/id").IdText();
    if (blocking_id.empty()) return Missing("/blocking_issue/id");
    FactBuilder builder = OnThing(kind, v1::SUBJECT_KIND_ISSUE, blocked_repository, "/blocked_issue");
    builder.ObjectId(builder.fact().object_id() + "/" + blocking_id)
        .OccurTime(payload_.At("/blocked_issue/updated_at"), "/blocked_issue/updated_at")
        .Asker(AccountOf(payload_.At("/blocked_issue/user")))
        .Link(v1::LINK_KIND_BLOCKED_BY, v1::SUBJECT_KIND_ISSUE, blocking_id, KeyOf(blocking_repository, blocking));
    return Add(builder);
  }

  // What the pull request says it closes, as it stands in this payload; nothing is added when it names no ticket.
  absl::Status AddLinked(std::string_view when) {
    const std::string text = std::string(Change("/title").Text()) + "\n\n" + std::string(Change("/body").Text());
    const std::vector<std::string> keys = ClosedKeys(text, repository_.At("/full_name").Text(), source_.instance);
    if (keys.empty()) return absl::OkStatus();
    FactBuilder linked = OnChange(v1::FACT_KIND_LINKED).OccurTime(Change(when), "/pull_request" + std::string(when));
    for (const std::string& key : keys) linked.Link(v1::LINK_KIND_CLOSES, v1::SUBJECT_KIND_ISSUE, "", key);
    return Add(linked);
  }

  const Json payload_, repository_;
  const sdk::Source& source_;
  const Reading& reading_;
  const absl::Time receive_time_;
  sdk::Parsed parsed_;
};

struct Rule {
  std::string_view event, action;
  absl::Status (Mapper::*map)();
};
constexpr Rule kRules[] = {
    {"issues", "opened", &Mapper::IssueOpened},
    {"issues", "closed", &Mapper::IssueClosed},
    {"issues", "reopened", &Mapper::IssueReopened},
    {"issues", "assigned", &Mapper::IssueAssigned},
    {"issues", "transferred", &Mapper::IssueTransferred},
    {"issues", "deleted", &Mapper::IssueDeleted},
    {"issue_comment", "created", &Mapper::CommentCreated},
    {"issue_dependencies", "blocked_by_added", &Mapper::BlockedBy},
    {"issue_dependencies", "blocked_by_removed", &Mapper::NotBlockedBy},
    {"issue_dependencies", "blocking_added", &Mapper::Blocking},
    {"issue_dependencies", "blocking_removed", &Mapper::NotBlocking},
    {"pull_request", "opened", &Mapper::ChangeOpened},
    {"pull_request", "edited", &Mapper::ChangeEdited},
    {"pull_request", "closed", &Mapper::ChangeClosed},
    {"pull_request", "reopened", &Mapper::ChangeReopened},
    {"pull_request", "review_requested", &Mapper::ReviewRequested},
    {"pull_request_review", "submitted", &Mapper::ReviewSubmitted},
    {"pull_request_review", "dismissed", &Mapper::ReviewDismissed},
    {"discussion", "created", &Mapper::DiscussionCreated},
    {"discussion", "answered", &Mapper::DiscussionAnswered},
    {"discussion", "unanswered", &Mapper::DiscussionUnanswered},
    {"discussion", "transferred", &Mapper::DiscussionTransferred},
    {"gollum", "", &Mapper::WikiPushed},  // has no action
};

}  // namespace

bool IsUsed(std::string_view event, std::string_view action) {
  return std::any_of(std::begin(kRules), std::end(kRules),
                     [&](const Rule& rule) { return rule.event == event && (action.empty() || rule.action == action); });
}

absl::StatusOr<sdk::Parsed> MapEvent(std::string_view event, Json payload, const sdk::Source& source, const Reading& reading,
                                     absl::Time receive_time) {
  Mapper mapper(payload, source, reading, receive_time);
  const std::string_view action = payload.At("/action").Text();
  bool known_event = false;
  for (const Rule& rule : kRules) {
    if (rule.event != event) continue;
    known_event = true;
    if (rule.action != action) continue;
    COMITY_RETURN_IF_ERROR((mapper.*rule.map)());
    return mapper.Take();
  }
  mapper.Ignore(event == "ping" ? "ping" : known_event ? "action not used" : "event not used");
  return mapper.Take();
}

}  // namespace comity::github

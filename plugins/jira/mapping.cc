#include "plugins/jira/mapping.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/jira/parts.h"
#include "plugins/sdk/fact_builder.h"
#include "plugins/sdk/times.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::jira {
namespace {

using sdk::FactBuilder;
using sdk::IsNamed;
using sdk::Json;

constexpr size_t kMaxItems = 200, kMaxComponents = 10, kMaxLabels = 100, kMaxLabelPlaces = 9;

bool IsDone(Json status) { return status.At("/statusCategory/key").Text() == "done"; }

// Maps one payload. A method per event; each adds facts, or says why there are none.
class Mapper {
 public:
  Mapper(Json payload, const sdk::Source& source, const Reading& reading)
      : payload_(payload), issue_(payload.At("/issue")), fields_(issue_.At("/fields")), source_(source), reading_(reading) {}

  sdk::Parsed Take() { return std::move(parsed_); }
  absl::Status Ignored(std::string_view why) {
    parsed_.ignored = std::string(why);
    return absl::OkStatus();
  }

  absl::Status IssueCreated() {
    const auto created = [&](v1::FactKind kind) { return OnIssue(kind).OccurTime(fields_.At("/created"), "/issue/fields/created"); };
    COMITY_RETURN_IF_ERROR(Add(created(v1::FACT_KIND_OPENED)));
    const std::optional<v1::Account> assignee = AccountOf(fields_.At("/assignee"));
    return assignee ? AddAssigned(created(v1::FACT_KIND_ASSIGNED), *assignee) : absl::OkStatus();
  }
  absl::Status IssueDeleted() { return Add(OnIssue(v1::FACT_KIND_DELETED).OccurTime(payload_.At("/timestamp"), "/timestamp")); }

  absl::Status IssueUpdated() {
    COMITY_RETURN_IF_ERROR(Changed());
    // An edit of a comment, or its removal, tells the comment again.
    const Json comment = payload_.At("/comment");
    const std::string_view type = payload_.At("/issue_event_type_name").Text();
    const bool is_new = comment.exists() && type != "issue_comment_edited" && type != "issue_comment_deleted" &&
                        comment.At("/created").Text() == comment.At("/updated").Text();
    if (is_new && !IsPrivate(comment)) COMITY_RETURN_IF_ERROR(AddComment(comment));
    return parsed_.facts.empty() ? Ignored("update of nothing that counts") : absl::OkStatus();
  }

  absl::Status CommentCreated() {
    const Json comment = payload_.At("/comment");
    return IsPrivate(comment) ? Ignored("comment that is not for everybody") : AddComment(comment);
  }

  absl::Status LinkCreated() {
    if (IsLink("/inwardName", reading_.blocked_by)) return AddLink(v1::FACT_KIND_BLOCKED, "destination", "source");
    if (IsLink("/outwardName", reading_.duplicates)) return AddLink(v1::FACT_KIND_LINKED, "source", "destination");
    return Ignored("link of a type not used");
  }
  absl::Status LinkDeleted() {
    if (IsLink("/inwardName", reading_.blocked_by)) return AddLink(v1::FACT_KIND_UNBLOCKED, "destination", "source");
    return Ignored("link of a type not used");
  }

 private:
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
  // The target is part of what makes the fact: two in one instant are two facts.
  absl::Status AddAssigned(FactBuilder builder, const v1::Account& target) {
    builder.ObjectId(builder.fact().object_id() + "/" + target.id());
    return Add(builder.Target(target));
  }

  Json Item(std::string_view field) const {
    for (const Json item : payload_.At("/changelog/items").Items(kMaxItems)) {
      if (IsItemOf(item, field)) return item;
    }
    return {};
  }

  absl::Status Changed() {
    const Json key = Item("Key"), assignee = Item("assignee"), priority = Item("priority");
    const bool moves = key.exists() || Item("project").exists();
    if (const std::string_view old = key.At("/fromString").Text(); !old.empty()) {
      COMITY_RETURN_IF_ERROR(AddChange(Change(v1::FACT_KIND_MOVED).Link(v1::LINK_KIND_MOVED_FROM, v1::SUBJECT_KIND_ISSUE, "", old)));
    }
    if (const std::string id = assignee.At("/to").IdText(); !id.empty()) {
      std::optional<v1::Account> target = AccountOf(fields_.At("/assignee"));
      if (!target || target->id() != id) target = AccountWithId(id);
      if (target) COMITY_RETURN_IF_ERROR(AddAssignedBy(*target));
    }
    COMITY_RETURN_IF_ERROR(Transition(moves));
    if (IsNamedItem(priority, "/to", "/toString") && !IsNamedItem(priority, "/from", "/fromString")) {
      COMITY_RETURN_IF_ERROR(AddChange(Change(v1::FACT_KIND_ESCALATED).Label(priority.At("/toString").Text())));
    }
    return absl::OkStatus();
  }

  absl::Status Transition(bool moves) {
    const Json status = Item("status"), resolution = Item("resolution"), current = fields_.At("/status");
    if (!status.exists() && !resolution.exists()) return absl::OkStatus();
    const std::string_view from = resolution.At("/fromString").Text(), to = resolution.At("/toString").Text();
    const std::string from_id = resolution.At("/from").IdText(), to_id = resolution.At("/to").IdText();
    const bool sets = !to.empty() || !to_id.empty();
    // A webhook shows the ticket as it is when it is sent: perhaps changed once more.
    const bool shown = !status.exists() || current.At("/id").IdText() == status.At("/to").IdText();
    const std::string_view name = status.exists() ? status.At("/toString").Text() : current.At("/name").Text();
    const bool cleared = resolution.exists() && !sets, told = shown && current.At("/statusCategory/key").exists();
    const bool named = IsDoneName(status, "/to", "/toString");
    if (!told && !named && !sets && !cleared) return absl::OkStatus();  // nobody knows what that status is
    const bool done = told ? IsDone(current) : named || sets;
    const std::string_view category = status.At("/fromCategory").Text();
    const bool was_known = !category.empty();
    const bool was_done = !status.exists() ? done : was_known ? category == "done" : IsDoneName(status, "/from", "/fromString");

    if (!done) {
      const bool leaves = cleared || (status.exists() && was_done);
      return leaves ? AddChange(Change(v1::FACT_KIND_REOPENED)) : absl::OkStatus();
    }
    if (moves || cleared) return absl::OkStatus();
    if (sets) {
      const v1::Resolution meaning = MeaningOf(reading_, to_id, to, name);
      // Who corrects the reason, or closes what was done, did not do it; another reason is told, since it takes credit back.
      if (was_done && (meaning == v1::RESOLUTION_DONE || meaning == MeaningOf(reading_, from_id, from, ""))) return absl::OkStatus();
      return AddResolved(meaning, to);
    }
    const Json set_before = fields_.At("/resolution");
    if (was_done || (set_before.exists() && !was_known)) return absl::OkStatus();  // closing what was resolved earlier
    const std::string_view reason = set_before.At("/name").Text();
    return AddResolved(MeaningOf(reading_, set_before.At("/id").IdText(), reason, name), reason.empty() ? name : reason);
  }
  absl::Status AddResolved(v1::Resolution meaning, std::string_view reason) {
    FactBuilder resolved = Change(v1::FACT_KIND_RESOLVED);
    resolved.fact().set_resolution(meaning);
    resolved.fact().set_resolution_text(sdk::CutText(reason, 100));
    return AddChange(resolved);
  }
  bool IsDoneName(Json item, std::string_view id, std::string_view name) const {
    return IsNamed(reading_.done_statuses, item.At(id).IdText()) || IsNamed(reading_.done_statuses, item.At(name).Text());
  }
  bool IsNamedItem(Json item, std::string_view id, std::string_view name) const {
    return IsNamed(reading_.escalation, item.At(id).IdText()) || IsNamed(reading_.escalation, item.At(name).Text());
  }

  // A webhook's changelog has no time of its own. The ticket's is right unless it changed again before it was sent; then the event's is.
  FactBuilder Change(v1::FactKind kind) const {
    const Json updated = fields_.At("/updated"), timestamp = payload_.At("/timestamp");
    const auto changed = sdk::TimeOf(updated), told = sdk::TimeOf(timestamp);
    const bool late = told && (!changed || *changed > *told);
    FactBuilder change = OnIssue(kind);
    change.OccurTime(late ? timestamp : updated, late ? "/timestamp" : "/issue/fields/updated");
    return change.Revision(payload_.At("/changelog/id").IdText());
  }
  absl::Status AddChange(const FactBuilder& change) {
    return payload_.At("/changelog/id").IdText().empty() ? Missing("/changelog/id") : Add(change);
  }
  absl::Status AddAssignedBy(const v1::Account& target) {
    return payload_.At("/changelog/id").IdText().empty() ? Missing("/changelog/id") : AddAssigned(Change(v1::FACT_KIND_ASSIGNED), target);
  }

  absl::Status AddComment(Json comment) {
    const std::string id = comment.At("/id").IdText();
    if (id.empty()) return Missing("/comment/id");
    FactBuilder builder = OnIssue(v1::FACT_KIND_COMMENTED);
    builder.ObjectId("comment:" + id)
        .OccurTime(comment.At("/created"), "/comment/created")
        .Version(comment.At("/updated"))
        .Actor(AccountOf(comment.At("/author")));
    return Add(builder);
  }

  bool IsLink(std::string_view end, const sdk::NameList& names) const {
    return IsNamed(names, payload_.At("/issueLink/issueLinkType").At(end).Text());
  }
  // Webhooks of links tell ids and nothing else: neither who nor which project. The poll tells more, but of a removed link no id.
  absl::Status AddLink(v1::FactKind kind, std::string_view subject_end, std::string_view target_end) {
    const std::string subject_path = absl::StrCat("/issueLink/", std::string(subject_end), "IssueId");
    const Json link = payload_.At("/issueLink"), other = payload_.At("/otherIssue");
    const std::string subject = payload_.At(subject_path).IdText(), id = link.At("/id").IdText();
    const std::string target = link.At(absl::StrCat("/", std::string(target_end), "IssueId")).IdText();
    const std::string_view target_key = other.At("/key").Text();
    if (target.empty() && target_key.empty()) return Missing(absl::StrCat("/issueLink/", std::string(target_end), "IssueId"));
    if (id.empty() && payload_.At("/changelog/id").IdText().empty()) return Missing("/issueLink/id");
    FactBuilder linked = issue_.exists() ? OnIssue(kind) : Start(kind);
    linked.Subject(v1::SUBJECT_KIND_ISSUE, subject, subject_path);
    linked.ObjectId(absl::StrCat(subject, "/", target.empty() ? std::string(target_key) : target))
        .OccurTime(payload_.At("/timestamp"), "/timestamp")
        .Revision(id.empty() ? payload_.At("/changelog/id").IdText() : "link:" + id)
        .Link(kind == v1::FACT_KIND_LINKED ? v1::LINK_KIND_DUPLICATE_OF : v1::LINK_KIND_BLOCKED_BY, v1::SUBJECT_KIND_ISSUE, target,
              target_key);
    return Add(linked);
  }

  FactBuilder Start(v1::FactKind kind) const {
    FactBuilder builder(source_, kind, reading_.assurance);
    builder.Actor(AccountOf(payload_.At("/user")));
    return builder;
  }
  FactBuilder OnIssue(v1::FactKind kind) const {
    FactBuilder builder = Start(kind);
    const std::string_view key = issue_.At("/key").Text(), project = fields_.At("/project/key").Text();
    const bool confidential = fields_.At("/security").exists();
    const std::string id = issue_.At("/id").IdText();
    builder.Subject(v1::SUBJECT_KIND_ISSUE, id.empty() ? IssueIdInAddress(payload_.At("/comment/self").Text()) : id, "/issue/id")
        .Key(key)
        .Uri(AddressOf(issue_.At("/self").Text(), key))
        .OpenTime(fields_.At("/created"))
        .Version(fields_.At("/updated"))
        .Asker(AccountOf(fields_.At("/reporter")))
        .Confidential(confidential);
    for (const Json component : fields_.At("/components").Items(kMaxComponents)) {
      const std::string_view name = component.At("/name").Text();
      if (!name.empty() && !project.empty()) builder.Place("component", absl::StrCat(std::string(project), "/", std::string(name)));
    }
    builder.Place("project", project);
    // Events of comments show a part of the ticket, which does not say whether everybody may see it.
    if (confidential || !fields_.At("/created").exists()) return builder;
    builder.Title(fields_.At("/summary").Text());
    size_t places = 0;
    for (const Json label : fields_.At("/labels").Items(kMaxLabels)) {
      builder.Label(label.Text());
      if (places++ < kMaxLabelPlaces) builder.Place("label", label.Text());
    }
    return builder;
  }
  // Jira may live below a path of its host; another host's addresses are not passed on.
  std::string AddressOf(std::string_view self, std::string_view key) const {
    if (!sdk::IsPathName(key)) return "";
    std::string base = "https://" + source_.instance;
    for (const char* scheme : {"https://", "http://"}) {
      const std::string here = scheme + source_.instance;
      const size_t rest = self.find("/rest/");
      if (self.starts_with(here) && rest != self.npos && rest >= here.size() && (self[here.size()] == '/' || self[here.size()] == ':')) {
        base = self.substr(0, rest);
      }
    }
    return absl::StrCat(base, "/browse/", std::string(key));
  }

  const Json payload_, issue_, fields_;
  const sdk::Source& source_;
  const Reading& reading_;
  sdk::Parsed parsed_;
};

struct Rule {
  std::string_view event;
  absl::Status (Mapper::*map)();
};
constexpr Rule kRules[] = {
    {"jira:issue_created", &Mapper::IssueCreated}, {"jira:issue_updated", &Mapper::IssueUpdated},
    {"jira:issue_deleted", &Mapper::IssueDeleted}, {"comment_created", &Mapper::CommentCreated},
    {"issuelink_created", &Mapper::LinkCreated},   {"issuelink_deleted", &Mapper::LinkDeleted},
};

}  // namespace

absl::StatusOr<sdk::Parsed> MapEvent(Json payload, const sdk::Source& source, const Reading& reading) {
  Mapper mapper(payload, source, reading);
  const std::string_view event = payload.At("/webhookEvent").Text();
  for (const Rule& rule : kRules) {
    if (rule.event != event) continue;
    COMITY_RETURN_IF_ERROR((mapper.*rule.map)());
    return mapper.Take();
  }
  (void)mapper.Ignored("event not used");
  return mapper.Take();
}

}  // namespace comity::jira

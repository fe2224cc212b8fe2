#include "plugins/linear/mapping.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/base/error.h"

namespace comity::linear {
namespace {

using sdk::FactBuilder;
using sdk::IsNamed;
using sdk::Json;

constexpr size_t kMaxLabels = 50, kMaxChanges = 200, kMaxOldKeys = 100;
constexpr int64_t kUrgent = 1;
constexpr std::string_view kHome = "https://linear.app/";

// Whether an object names a member, be it null: what was empty before is told so.
bool Has(Json object, std::string_view name) {
  const auto members = object.Members(kMaxChanges);
  return std::any_of(members.begin(), members.end(), [&](const auto& member) { return member.first == name; });
}

// An agent is a user whose `app` is true.
std::optional<v1::Account> UserOf(std::string id, bool is_app) {
  std::optional<v1::Account> account = AccountWithId(std::move(id));
  if (account) account->set_kind(is_app ? v1::ACCOUNT_KIND_BOT : v1::ACCOUNT_KIND_HUMAN);
  return account;
}

// Who a webhook says did it: a user, an OAuth client or an integration.
std::optional<v1::Account> ActorOf(Json actor) {
  const std::string_view type = actor.At("/type").Text();
  return UserOf(actor.At("/id").IdText(), actor.At("/app").IsTrue() || (!type.empty() && type != "user"));
}

// Who asked: somebody outside whom an integration speaks for, else its creator, else the integration itself.
std::optional<v1::Account> AskerOf(Json issue) {
  if (const Json outside = issue.At("/externalUserCreator"); outside.At("/id").exists()) return AccountWithId(outside.At("/id").IdText());
  if (std::string id = issue.At("/externalUserCreatorId").IdText(); !id.empty()) return AccountWithId(std::move(id));
  if (auto creator = AccountOf(issue.At("/creator"))) return creator;
  if (std::string id = issue.At("/creatorId").IdText(); !id.empty()) return UserOf(std::move(id), false);
  return BotOf(issue.At("/botActor"));
}

// `https://linear.app/acme/issue/PAY-12` without the title that follows: what is not to be told must not be in an address.
std::string_view AddressOf(std::string_view url) {
  constexpr std::string_view kIssue = "/issue/";
  const size_t at = url.starts_with(kHome) ? url.find(kIssue, kHome.size()) : url.npos;
  return at == url.npos ? std::string_view() : url.substr(0, url.find_first_of("/?#", at + kIssue.size()));
}

// Names of projects say as much as titles do.
void Place(Json issue, bool confidential, FactBuilder& builder) {
  const std::string team(issue.At("/team/key").Text()), project(issue.At("/project/name").Text());
  if (!team.empty() && !project.empty() && !confidential) builder.Place("component", absl::StrCat(team, "/", project));
  builder.Place("project", team);
}

bool IsConfidential(Json issue, const Reading& reading) {
  const std::string_view team = issue.At("/team/key").Text();
  if (issue.At("/team/private").IsTrue()) return true;
  return !reading.confidential_teams.empty() &&
         (team.empty() ||
          std::find(reading.confidential_teams.begin(), reading.confidential_teams.end(), team) != reading.confidential_teams.end());
}

// What happened to an issue between two states of it.
class HookMapper {
 public:
  HookMapper(Json payload, const sdk::Source& source, const Reading& reading)
      : payload_(payload),
        issue_(payload.At("/data")),
        before_(payload.At("/updatedFrom")),
        actor_(ActorOf(payload.At("/actor"))),
        reading_(reading),
        mapper_(issue_, source, reading) {}

  absl::StatusOr<std::vector<v1::Fact>> Take(std::string_view action) {
    if (action == "create") {
      COMITY_RETURN_IF_ERROR(Created());
    } else if (action == "update") {
      COMITY_RETURN_IF_ERROR(Updated());
    } else if (action == "remove") {
      COMITY_RETURN_IF_ERROR(mapper_.Deleted(actor_, When(), kWhen));
    }
    return mapper_.Take();
  }

 private:
  static constexpr std::string_view kWhen = "/createdAt";
  Json When() const { return payload_.At(kWhen); }

  absl::Status Created() {
    COMITY_RETURN_IF_ERROR(mapper_.Opened(actor_));
    const std::optional<v1::Account> assignee = Assignee();
    return assignee ? mapper_.Assigned(actor_, *assignee, issue_.At("/createdAt"), "/data/createdAt") : absl::OkStatus();
  }
  absl::Status Updated() {
    if (Has(before_, "teamId")) {
      const std::vector<Json> old = issue_.At("/previousIdentifiers").Items(kMaxOldKeys);
      COMITY_RETURN_IF_ERROR(mapper_.Moved(actor_, old.empty() ? "" : old.back().Text(), When(), kWhen));
    }
    if (const auto assignee = Assignee(); assignee && Has(before_, "assigneeId")) {
      COMITY_RETURN_IF_ERROR(mapper_.Assigned(actor_, *assignee, When(), kWhen));
    }
    if (Has(before_, "priority") && before_.At("/priority").Integer() != kUrgent && issue_.At("/priority").Integer() == kUrgent) {
      COMITY_RETURN_IF_ERROR(mapper_.Escalated(actor_, When(), kWhen));
    }
    return Transition();
  }
  // A payload does not tell which state was left, but the instants that Linear sets when an issue comes to an end, before and after.
  absl::Status Transition() {
    const Json state = issue_.At("/state");
    const bool automation = issue_.At("/autoClosedAt").exists() && Has(before_, "autoClosedAt");
    switch (StandingOf(state)) {
      case Standing::kDone:
        // From one state of this type to another, of which a payload does not tell the former: what is not done takes credit back; that it
        // is done after all, the poll alone can tell.
        if (Has(before_, "stateId") && !Has(before_, "completedAt") && MeaningOf(state, reading_) != v1::RESOLUTION_DONE) {
          return mapper_.Resolved(actor_, state, When(), kWhen, automation);
        }
        return Began("completedAt") ? mapper_.Resolved(actor_, state, issue_.At("/completedAt"), "/data/completedAt", automation)
                                    : absl::OkStatus();
      case Standing::kDropped:
        return Began("canceledAt") ? mapper_.Resolved(actor_, state, issue_.At("/canceledAt"), "/data/canceledAt", automation)
                                   : absl::OkStatus();
      case Standing::kOpen:
        return before_.At("/completedAt").exists() || before_.At("/canceledAt").exists()
                   ? mapper_.Reopened(actor_, When(), kWhen, automation)
                   : absl::OkStatus();
      case Standing::kUnknown:
        break;
    }
    return absl::OkStatus();
  }
  bool Began(std::string_view name) const { return Has(before_, name) && !before_.At(absl::StrCat("/", std::string(name))).exists(); }
  std::optional<v1::Account> Assignee() const {
    if (auto assignee = AccountOf(issue_.At("/assignee"))) return assignee;
    return UserOf(issue_.At("/assigneeId").IdText(), false);
  }

  const Json payload_, issue_, before_;
  const std::optional<v1::Account> actor_;
  const Reading& reading_;
  IssueMapper mapper_;
};

}  // namespace

Standing StandingOf(Json state) {
  const std::string_view type = state.At("/type").Text();
  if (type.empty()) return Standing::kUnknown;
  if (type == "completed") return Standing::kDone;
  return type == "canceled" || type == "duplicate" ? Standing::kDropped : Standing::kOpen;
}

v1::Resolution MeaningOf(Json state, const Reading& reading) {
  const auto named = [&](const sdk::NameList& states) {
    return IsNamed(states, state.At("/name").Text()) || IsNamed(states, state.At("/id").IdText());
  };
  if (named(reading.wont_do)) return v1::RESOLUTION_WONT_DO;
  if (state.At("/type").Text() == "duplicate" || named(reading.duplicate)) return v1::RESOLUTION_DUPLICATE;
  return StandingOf(state) == Standing::kDone ? v1::RESOLUTION_DONE : v1::RESOLUTION_WONT_DO;
}

std::optional<v1::Account> AccountOf(Json user) { return UserOf(user.At("/id").IdText(), user.At("/app").IsTrue()); }

std::optional<v1::Account> AccountWithId(std::string id) {
  if (id.empty()) return std::nullopt;
  v1::Account account;
  account.set_id(std::move(id));
  return account;
}

std::optional<v1::Account> BotOf(Json bot) {
  const std::string id = bot.At("/id").IdText(), type(bot.At("/type").Text());
  return UserOf(id.empty() && !type.empty() ? absl::StrCat("integration:", type) : id, true);
}

absl::Status IssueMapper::Opened(std::optional<v1::Account> actor) {
  return Add(On(v1::FACT_KIND_OPENED, std::move(actor), issue_.At("/createdAt"), "/data/createdAt"));
}
absl::Status IssueMapper::Deleted(std::optional<v1::Account> actor, Json when, std::string_view path) {
  return Add(On(v1::FACT_KIND_DELETED, std::move(actor), when, path));
}
absl::Status IssueMapper::Resolved(std::optional<v1::Account> actor, Json state, Json when, std::string_view path, bool automation) {
  FactBuilder resolved = On(v1::FACT_KIND_RESOLVED, std::move(actor), when, path);
  resolved.fact().set_resolution(MeaningOf(state, reading_));
  resolved.fact().set_resolution_text(sdk::CutText(state.At("/name").Text(), 100));
  resolved.fact().set_automation(automation);
  return Add(resolved);
}
absl::Status IssueMapper::Reopened(std::optional<v1::Account> actor, Json when, std::string_view path, bool automation) {
  FactBuilder reopened = On(v1::FACT_KIND_REOPENED, std::move(actor), when, path);
  reopened.fact().set_automation(automation);
  return Add(reopened);
}
// The target is part of what makes the fact: two in one instant are two facts.
absl::Status IssueMapper::Assigned(std::optional<v1::Account> actor, const v1::Account& target, Json when, std::string_view path) {
  FactBuilder assigned = On(v1::FACT_KIND_ASSIGNED, std::move(actor), when, path);
  return Add(assigned.ObjectId(absl::StrCat(assigned.fact().object_id(), "/", target.id())).Target(target));
}
absl::Status IssueMapper::Moved(std::optional<v1::Account> actor, std::string_view old_key, Json when, std::string_view path) {
  FactBuilder moved = On(v1::FACT_KIND_MOVED, std::move(actor), when, path);
  return Add(moved.Link(v1::LINK_KIND_MOVED_FROM, v1::SUBJECT_KIND_ISSUE, "", old_key));
}
absl::Status IssueMapper::Escalated(std::optional<v1::Account> actor, Json when, std::string_view path) {
  return Add(On(v1::FACT_KIND_ESCALATED, std::move(actor), when, path).Label("Urgent"));
}

FactBuilder IssueMapper::On(v1::FactKind kind, std::optional<v1::Account> actor, Json when, std::string_view path) const {
  const bool confidential = IsConfidential(issue_, reading_);
  FactBuilder builder(source_, kind, reading_.assurance);
  builder.Subject(v1::SUBJECT_KIND_ISSUE, issue_.At("/id").IdText(), "/data/id")
      .Key(issue_.At("/identifier").Text())
      .Uri(AddressOf(issue_.At("/url").Text()))
      .Title(issue_.At("/title").Text())
      .OccurTime(when, path)
      .OpenTime(issue_.At("/createdAt"))
      .Version(issue_.At("/updatedAt"))
      .Actor(std::move(actor))
      .Asker(AskerOf(issue_))
      .Confidential(confidential);
  Place(issue_, confidential, builder);
  const Json labels = issue_.At("/labels");
  for (const Json label : (labels.is_array() ? labels : labels.At("/nodes")).Items(kMaxLabels)) builder.Label(label.At("/name").Text());
  return builder;
}

absl::Status IssueMapper::Add(const FactBuilder& builder) {
  COMITY_ASSIGN_OR_RETURN(v1::Fact fact, builder.Build());
  facts_.push_back(std::move(fact));
  return absl::OkStatus();
}

// Without title and asker: a payload of a comment shows little of its issue, and the same fact must come of both.
absl::StatusOr<std::optional<v1::Fact>> MapComment(Json comment, const sdk::Source& source, const Reading& reading) {
  const Json issue = comment.At("/issue");
  std::string issue_id = issue.At("/id").IdText();
  if (issue_id.empty()) issue_id = comment.At("/issueId").IdText();
  if (issue_id.empty()) return std::nullopt;
  const std::string id = comment.At("/id").IdText();
  if (id.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFactInvalid, "the comment has no id",
                 {{"/data/id", "is missing: the immutable id of the comment"}});
  }
  std::optional<v1::Account> author = AccountOf(comment.At("/user"));
  if (!author) author = UserOf(comment.At("/userId").IdText(), false);
  if (!author) author = AccountWithId(comment.At("/externalUser/id").IdText());
  if (!author) author = BotOf(comment.At("/botActor"));
  FactBuilder builder(source, v1::FACT_KIND_COMMENTED, reading.assurance);
  builder.Subject(v1::SUBJECT_KIND_ISSUE, issue_id, "/data/issueId")
      .ObjectId("comment:" + id)
      .Key(issue.At("/identifier").Text())
      .OccurTime(comment.At("/createdAt"), "/data/createdAt")
      .Version(comment.At("/updatedAt"))
      .Actor(std::move(author))
      .Confidential(IsConfidential(issue, reading));
  builder.Place("project", issue.At("/team/key").Text());
  COMITY_ASSIGN_OR_RETURN(v1::Fact fact, builder.Build());
  return fact;
}

absl::StatusOr<sdk::Parsed> MapHook(Json payload, const sdk::Source& source, const Reading& reading) {
  const std::string_view type = payload.At("/type").Text(), action = payload.At("/action").Text();
  sdk::Parsed parsed;
  if (type == "Issue") {
    COMITY_ASSIGN_OR_RETURN(parsed.facts, HookMapper(payload, source, reading).Take(action));
    if (parsed.facts.empty()) parsed.ignored = action == "update" ? "update of nothing that counts" : "action not used";
  } else if (type == "Comment" && action == "create") {
    COMITY_ASSIGN_OR_RETURN(std::optional<v1::Fact> fact, MapComment(payload.At("/data"), source, reading));
    if (fact) {
      parsed.facts.push_back(*std::move(fact));
    } else {
      parsed.ignored = "comment that is not on an issue";
    }
  } else {
    parsed.ignored = "event not used";
  }
  return parsed;
}

}  // namespace comity::linear

#include "plugins/redmine/mapping.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "plugins/redmine/pages.h"
#include "plugins/sdk/seal.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::redmine {
namespace {

using sdk::FactBuilder;
using sdk::Json;

constexpr size_t kMaxDetails = 300, kMaxStatuses = 500, kMaxDuplicates = 100;

absl::Status Missing(std::string_view path) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFactInvalid,
               "the payload lacks " + std::string(path) + "; without it the fact has no id of its own",
               {{std::string(path), "is missing"}});
}

bool IsOneOf(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool IsBlank(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return absl::ascii_isspace(c); });
}

Json First(Json value, std::string_view one, std::string_view other) { return value.At(one).exists() ? value.At(one) : value.At(other); }

// One journal, part by part.
struct Change {
  bool has_status = false, is_duplicate_now = false;
  std::string from, to;                      // ids of statuses
  std::string assignee;                      // id
  std::vector<std::string> blockers, freed;  // issues it waits for from now on, and no longer
};

Change ReadDetails(Json journal, History& history) {
  Change change;
  for (const Detail& detail : DetailsOf(journal)) {
    const bool added = sdk::IsDigits(detail.after);
    const std::string& other = added ? detail.after : detail.before;
    if (detail.property == "relation" && sdk::IsDigits(other)) {
      // Each end has a journal of its own; the ticket that waits speaks for both.
      if (detail.name == "blocked") (added ? change.blockers : change.freed).push_back(other);
      if (detail.name == "duplicates") {
        if (added) {
          history.duplicates.insert(other);
        } else {
          history.duplicates.erase(other);
        }
        change.is_duplicate_now |= added;
      }
    } else if (detail.property == "attr" && detail.name == "status_id") {
      change.has_status = true;
      change.from = detail.before;
      change.to = detail.after;
    } else if (detail.property == "attr" && detail.name == "assigned_to_id") {
      change.assignee = detail.after;
    }
  }
  return change;
}

}  // namespace

std::vector<Detail> DetailsOf(Json journal) {
  std::vector<Detail> details;
  for (const Json detail : journal.At("/details").Items(kMaxDetails)) {
    details.push_back({detail.At("/property").Text(), First(detail, "/name", "/prop_key").Text(), detail.At("/old_value").IdText(),
                       First(detail, "/new_value", "/value").IdText()});
  }
  return details;
}

absl::Status IssueMapper::Opened(std::string_view assignee) {
  const Json created = issue_.At("/created_on"), author = issue_.At("/author");
  COMITY_RETURN_IF_ERROR(Add(On(v1::FACT_KIND_OPENED, created, "/issue/created_on", AccountOf(author))));
  if (!sdk::IsDigits(assignee)) return absl::OkStatus();
  FactBuilder assigned = On(v1::FACT_KIND_ASSIGNED, created, "/issue/created_on", AccountOf(author));
  v1::Account target;
  target.set_id(std::string(assignee));
  return Add(assigned.ObjectId(assigned.fact().object_id() + "/" + target.id()).Target(target));
}

absl::Status IssueMapper::Journal(Json journal, const Statuses* statuses, History& history) {
  const std::string id = journal.At("/id").IdText();
  if (!sdk::IsDigits(id)) return Missing("/journal/id");
  const Change change = ReadDetails(journal, history);
  const auto told = [&](v1::FactKind kind) {
    return On(kind, journal.At("/created_on"), "/journal/created_on", AccountOf(journal.At("/user"))).Revision(id);
  };

  const std::optional<bool> is_private = journal.At("/private_notes").Boolean();
  const std::string_view notes = journal.At("/notes").Text();
  const bool has_notes = journal.At("/has_notes").IsTrue() || (!IsBlank(notes) && !sdk::IsSealed(notes));
  if (has_notes && !is_private.value_or(!reading_.notes_are_public)) {
    COMITY_RETURN_IF_ERROR(Add(told(v1::FACT_KIND_COMMENTED)));
  }
  if (sdk::IsDigits(change.assignee)) {
    FactBuilder assigned = told(v1::FACT_KIND_ASSIGNED);
    v1::Account target;
    target.set_id(change.assignee);
    COMITY_RETURN_IF_ERROR(Add(assigned.ObjectId(assigned.fact().object_id() + "/" + target.id()).Target(target)));
  }
  const auto wait = [&](v1::FactKind kind, const std::string& blocker) {
    FactBuilder waits = told(kind);
    waits.ObjectId(waits.fact().object_id() + "/" + blocker);
    return Add(waits.Link(v1::LINK_KIND_BLOCKED_BY, v1::SUBJECT_KIND_ISSUE, blocker, "#" + blocker));
  };
  for (const std::string& blocker : change.blockers) COMITY_RETURN_IF_ERROR(wait(v1::FACT_KIND_BLOCKED, blocker));
  for (const std::string& blocker : change.freed) COMITY_RETURN_IF_ERROR(wait(v1::FACT_KIND_UNBLOCKED, blocker));

  if (change.has_status) history.status = change.to;
  if (statuses == nullptr) return absl::OkStatus();
  const Status* now = statuses->Find(history.status);
  if (now == nullptr) return absl::OkStatus();
  std::optional<Transition> transition;
  if (change.has_status) {
    const Status* before = statuses->Find(change.from);
    transition = TransitionOf(before == nullptr ? Status{} : *before, *now);
  } else if (change.is_duplicate_now && (now->standing == Standing::kDone || now->standing == Standing::kClosed)) {
    // Closed first, and told to be a duplicate after that: as if closed again for this reason.
    transition = Transition{v1::FACT_KIND_RESOLVED, v1::RESOLUTION_DUPLICATE};
  }
  if (!transition) return absl::OkStatus();
  FactBuilder moved = told(transition->kind);
  if (transition->kind == v1::FACT_KIND_RESOLVED) {
    // A duplicate is closed along with its original, by the same person: one act, not two.
    moved.fact().set_resolution(history.duplicates.empty() ? transition->resolution : v1::RESOLUTION_DUPLICATE);
    moved.fact().set_resolution_text(now->name);
    for (const std::string& other : history.duplicates) {
      moved.Link(v1::LINK_KIND_DUPLICATE_OF, v1::SUBJECT_KIND_ISSUE, other, "#" + other);
    }
  }
  return Add(moved);
}

absl::Status IssueMapper::Deleted(Json when) { return Add(On(v1::FACT_KIND_DELETED, when, "/timestamp", std::nullopt)); }

FactBuilder IssueMapper::On(v1::FactKind kind, Json when, std::string_view path, std::optional<v1::Account> actor) const {
  std::string id = issue_.At("/id").IdText();
  if (!sdk::IsDigits(id)) id.clear();
  const std::string project(issue_.At("/project/name").Text()), category(issue_.At("/category/name").Text());
  FactBuilder builder(source_, kind, reading_.assurance);
  builder.Subject(v1::SUBJECT_KIND_ISSUE, id, "/issue/id")
      .Key("#" + id)
      .Uri(reading_.address + "/issues/" + id)
      .Title(issue_.At("/subject").Text())
      .OccurTime(when, path)
      .OpenTime(issue_.At("/created_on"))
      .Version(when)
      .Actor(std::move(actor))
      .Asker(AccountOf(issue_.At("/author")))
      .Place("component", project.empty() || category.empty() ? "" : project + "/" + category)
      .Place("project", project)
      .Label(issue_.At("/tracker/name").Text())
      .Label(issue_.At("/priority/name").Text())
      .Confidential(issue_.At("/is_private").IsTrue() || IsOneOf(reading_.confidential_projects, project));
  return builder;
}

// Names of people are left out: Redmine knows them by number, and their logins are told to administrators alone.
std::optional<v1::Account> IssueMapper::AccountOf(Json user) const {
  const std::string id = user.At("/id").IdText();
  if (!sdk::IsDigits(id) || IsOneOf(reading_.nobody, user.At("/name").Text())) return std::nullopt;
  v1::Account account;
  account.set_id(id);
  return account;
}

absl::Status IssueMapper::Add(const FactBuilder& builder) {
  COMITY_ASSIGN_OR_RETURN(v1::Fact fact, builder.Build());
  facts_.push_back(std::move(fact));
  return absl::OkStatus();
}

absl::StatusOr<sdk::Parsed> MapHook(Json payload, const sdk::Source& source, const Reading& reading) {
  const std::string_view type = payload.At("/type").Text();
  const Json issue = payload.At("/data/issue"), journal = payload.At("/data/journal");
  sdk::Parsed parsed;
  if (IsOfPages(type)) return MapPage(payload, source, reading);
  if (type != "issue.created" && type != "issue.updated" && type != "issue.deleted") {
    parsed.ignored = "event that is not used";
    return parsed;
  }
  if (!issue.is_object()) return Missing("/data/issue");
  IssueMapper mapper(issue, source, reading);
  if (type == "issue.created") {
    COMITY_RETURN_IF_ERROR(mapper.Opened(issue.At("/assigned_to/id").IdText()));
  } else if (type == "issue.deleted") {
    COMITY_RETURN_IF_ERROR(mapper.Deleted(payload.At("/timestamp")));
  } else if (!journal.exists()) {
    // It holds only what the hook's owner may see; without it, nobody is known to have done anything.
    parsed.ignored = "update without a journal";
    return parsed;
  } else {
    // A hook names the status an issue has now, not the one it had: whether that one was already an end, only the options tell. The plugin
    // tells both, and what the issue is a duplicate of.
    Statuses statuses(reading.statuses);
    const std::vector<Json> told = payload.At("/data/statuses").Items(kMaxStatuses);
    if (told.empty()) statuses.AddThoseOfTheOptions();
    for (const Json status : told) statuses.Add(status);
    statuses.Add(issue.At("/status"));
    History history{issue.At("/status/id").IdText(), {}};
    for (const Json other : payload.At("/data/duplicates").Items(kMaxDuplicates)) {
      if (std::string id = other.IdText(); sdk::IsDigits(id)) history.duplicates.insert(std::move(id));
    }
    const bool known = !told.empty() || !reading.statuses.ids.empty();
    COMITY_RETURN_IF_ERROR(mapper.Journal(journal, known ? &statuses : nullptr, history));
  }
  parsed.facts = mapper.Take();
  if (parsed.facts.empty()) parsed.ignored = "journal that tells no fact";
  return parsed;
}

}  // namespace comity::redmine

#include "plugins/azure/mapping.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::azure_devops {
namespace {

using sdk::FactBuilder;
using sdk::Json;

constexpr size_t kMaxRelations = 100, kMaxTags = 50;
constexpr std::string_view kState = "System.State", kReason = "System.Reason", kArea = "System.AreaPath", kProject = "System.TeamProject",
                           kAssignee = "System.AssignedTo", kComments = "System.CommentCount", kHistory = "System.History",
                           kChanged = "System.ChangedDate", kCreated = "System.CreatedDate", kCreator = "System.CreatedBy";
// How a relation reads from the item that has it.
constexpr std::string_view kPredecessor = "System.LinkTypes.Dependency-Reverse", kDuplicateOf = "System.LinkTypes.Duplicate-Reverse";

absl::Status Missing(std::string_view path, std::string_view remedy) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFactInvalid,
               absl::StrCat("the payload lacks ", std::string(path), "; ", std::string(remedy)), {{std::string(path), "is missing"}});
}

// What a field was and is; `Now` is nothing where the update left it alone.
Json Before(Json update, std::string_view name) { return FieldOf(update.At("/fields"), name).At("/oldValue"); }
Json Now(Json update, std::string_view name) { return FieldOf(update.At("/fields"), name).At("/newValue"); }

struct Tracked {
  std::string_view name;
  std::string Moment::*value;
};
constexpr Tracked kTracked[] = {{kState, &Moment::state}, {kReason, &Moment::reason}, {kArea, &Moment::area}, {kProject, &Moment::project}};

// `…/_apis/wit/workItems/6453`: 6453.
std::string ItemIn(std::string_view url) {
  const size_t slash = url.rfind('/');
  const std::string_view id = slash == url.npos ? std::string_view() : url.substr(slash + 1);
  return sdk::IsDigits(id) && url.substr(0, slash).ends_with("orkItems") ? std::string(id) : "";
}

bool IsTestNotification(Json payload) { return payload.At("/subscriptionId").Text() == "00000000-0000-0000-0000-000000000000"; }

absl::StatusOr<std::vector<v1::Fact>> MapItem(Json payload, std::string_view event, const sdk::Source& source, const Reading& reading) {
  const Json resource = payload.At("/resource");
  const bool updated = event == "workitem.updated";
  const Json fields = resource.At(updated ? "/revision/fields" : "/fields");
  // Of an update the id is its number.
  const std::string_view id_path = updated ? "/resource/workItemId" : "/resource/id";
  const std::string id = payload.At(id_path).IdText();
  constexpr std::string_view kRemedy = "choose All for the resource details that the service hook sends";
  if (!sdk::IsDigits(id)) return Missing(id_path, kRemedy);
  if (!fields.is_object()) return Missing(updated ? "/resource/revision/fields" : "/resource/fields", kRemedy);
  ItemMapper mapper(id, fields, source, reading);
  Moment moment = Moment::Before(fields, updated ? std::vector<Json>{resource} : std::vector<Json>{});
  if (event == "workitem.created") {
    COMITY_RETURN_IF_ERROR(mapper.Opened(moment));
  } else if (event == "workitem.deleted") {
    COMITY_RETURN_IF_ERROR(mapper.Deleted(moment, payload.At("/createdDate"), "/createdDate"));
  } else if (event == "workitem.commented") {
    const std::string revision = resource.At("/rev").IdText();
    if (revision.empty()) return Missing("/resource/rev", kRemedy);
    COMITY_RETURN_IF_ERROR(mapper.Commented(moment, revision, FieldOf(fields, kChanged), "/resource/fields/System.ChangedDate"));
  } else {
    COMITY_RETURN_IF_ERROR(mapper.Update(resource, moment));
  }
  return mapper.Take();
}

}  // namespace

Json FieldOf(Json fields, std::string_view name) { return fields.At("/" + std::string(name)); }

std::string AreaOf(std::string_view path) { return absl::StrReplaceAll({path.data(), path.size()}, {{"\\", "/"}}); }

bool IsConfidentialArea(const Reading& reading, std::string_view area) {
  if (area.empty()) return !reading.confidential_areas.empty();  // it may be one of those
  return std::any_of(reading.confidential_areas.begin(), reading.confidential_areas.end(), [&](const std::string& hidden) {
    const std::string_view whole = area.substr(0, hidden.size());
    return sdk::IsNamed({hidden}, whole) && (area.size() == hidden.size() || area[hidden.size()] == '/');
  });
}

Moment Moment::Before(Json fields, const std::vector<Json>& updates) {
  Moment moment;
  for (const Tracked& tracked : kTracked) {
    moment.*tracked.value = FieldOf(fields, tracked.name).Text();
    for (const Json update : updates) {
      if (!Now(update, tracked.name).exists()) continue;
      moment.*tracked.value = azure_devops::Before(update, tracked.name).Text();
      break;
    }
  }
  return moment;
}

void Moment::Pass(Json update) {
  for (const Tracked& tracked : kTracked) {
    if (const Json now = Now(update, tracked.name); now.exists()) this->*tracked.value = now.Text();
  }
}

absl::Status ItemMapper::Opened(const Moment& moment) {
  return Add(On(v1::FACT_KIND_OPENED, moment, FieldOf(fields_, kCreated), "System.CreatedDate", FieldOf(fields_, kCreator)));
}
absl::Status ItemMapper::Deleted(const Moment& moment, Json when, std::string_view path) {
  return Add(On(v1::FACT_KIND_DELETED, moment, when, path, {}));
}
absl::Status ItemMapper::Commented(const Moment& moment, const std::string& revision, Json when, std::string_view path) {
  return Add(On(v1::FACT_KIND_COMMENTED, moment, when, path, FieldOf(fields_, "System.ChangedBy")).Revision(revision));
}

absl::Status ItemMapper::Update(Json update, Moment& moment) {
  const Moment before = moment;
  moment.Pass(update);
  // The date of the revision is that of its end: the year 9999 as long as it is the last.
  const Json when = Now(update, kChanged), actor = update.At("/revisedBy");
  const absl::Status links = Links(update, moment, when);  // a link that cannot be read hides nothing else
  const std::string revision = update.At("/rev").IdText();
  const auto told = [&](v1::FactKind kind) { return On(kind, moment, when, "System.ChangedDate", actor).Revision(revision); };
  const auto needs_revision = [&] {
    return revision.empty() ? Missing("/resource/rev", "it is the number of the change") : absl::OkStatus();
  };

  const std::optional<int64_t> comments = Now(update, kComments).Integer();
  const bool counted = !comments || *comments > Before(update, kComments).Integer().value_or(0);  // old servers do not count
  if (counted && !Now(update, kHistory).Text().empty()) {
    COMITY_RETURN_IF_ERROR(needs_revision());
    COMITY_RETURN_IF_ERROR(Add(told(v1::FACT_KIND_COMMENTED)));
  }
  if (const auto target = AccountOf(Now(update, kAssignee))) {
    COMITY_RETURN_IF_ERROR(needs_revision());
    FactBuilder assigned = told(v1::FACT_KIND_ASSIGNED);
    COMITY_RETURN_IF_ERROR(Add(assigned.ObjectId(absl::StrCat(id_, "/", target->id())).Target(target)));
  }
  if (!Now(update, kState).exists() && !Now(update, kReason).exists()) return links;
  const auto transition = TransitionOf(reading_, {before.state, before.reason}, {moment.state, moment.reason});
  if (!transition) return links;
  COMITY_RETURN_IF_ERROR(needs_revision());
  FactBuilder moved = told(transition->kind);
  if (transition->kind == v1::FACT_KIND_RESOLVED) {
    moved.fact().set_resolution(transition->resolution);
    moved.fact().set_resolution_text(sdk::CutText(moment.reason.empty() ? moment.state : moment.reason, 100));
  }
  COMITY_RETURN_IF_ERROR(Add(moved));
  return links;
}

absl::Status ItemMapper::Links(Json update, const Moment& moment, Json when) {
  const auto each = [&](std::string_view pointer, std::string_view type, v1::FactKind kind, v1::LinkKind link) {
    for (const Json relation : update.At(pointer).Items(kMaxRelations)) {
      const std::string other = ItemIn(relation.At("/url").Text());
      if (relation.At("/rel").Text() != type || other.empty()) continue;
      const std::string number = update.At("/id").IdText();
      if (number.empty()) return Missing("/resource/id", "it is the number of the update");
      FactBuilder linked = On(kind, moment, when.exists() ? when : update.At("/revisedDate"), "/revisedDate", update.At("/revisedBy"));
      linked.ObjectId(absl::StrCat(id_, "/", other)).Revision("update:" + number).Link(link, v1::SUBJECT_KIND_ISSUE, other, "#" + other);
      COMITY_RETURN_IF_ERROR(Add(linked));
    }
    return absl::OkStatus();
  };
  COMITY_RETURN_IF_ERROR(each("/relations/added", kPredecessor, v1::FACT_KIND_BLOCKED, v1::LINK_KIND_BLOCKED_BY));
  COMITY_RETURN_IF_ERROR(each("/relations/removed", kPredecessor, v1::FACT_KIND_UNBLOCKED, v1::LINK_KIND_BLOCKED_BY));
  return each("/relations/added", kDuplicateOf, v1::FACT_KIND_LINKED, v1::LINK_KIND_DUPLICATE_OF);
}

FactBuilder ItemMapper::On(v1::FactKind kind, const Moment& moment, Json when, std::string_view path, Json actor) const {
  // Title and tags are those of now, whatever the area was.
  const std::string area = AreaOf(moment.area), area_now = AreaOf(FieldOf(fields_, kArea).Text());
  const bool confidential = IsConfidentialArea(reading_, area) || IsConfidentialArea(reading_, area_now);
  FactBuilder builder(source_, kind, reading_.assurance);
  builder.Subject(v1::SUBJECT_KIND_ISSUE, id_, "/resource/workItemId")
      .Key("#" + id_)
      .Uri(absl::StrCat(reading_.address, "/_workitems/edit/", id_))
      .Title(FieldOf(fields_, "System.Title").Text())
      .OccurTime(when, path)
      .OpenTime(FieldOf(fields_, kCreated))
      .Version(when)
      .Actor(AccountOf(actor))
      .Asker(AccountOf(FieldOf(fields_, kCreator)))
      .Place("area", area)
      .Place("project", moment.project)
      .Label(FieldOf(fields_, "System.WorkItemType").Text())
      .Confidential(confidential);
  size_t tags = 0;
  const std::string_view all = FieldOf(fields_, "System.Tags").Text();
  for (const absl::string_view tag : absl::StrSplit(absl::string_view(all.data(), all.size()), ';', absl::SkipWhitespace())) {
    if (tags++ >= kMaxTags) break;
    builder.Label(std::string(absl::StripAsciiWhitespace(tag)));
  }
  return builder;
}

absl::Status ItemMapper::Add(const FactBuilder& builder) {
  COMITY_ASSIGN_OR_RETURN(v1::Fact fact, builder.Build());
  facts_.push_back(std::move(fact));
  return absl::OkStatus();
}

absl::StatusOr<sdk::Parsed> MapHook(Json payload, const sdk::Source& source, const Reading& reading) {
  const std::string_view event = payload.At("/eventType").Text();
  sdk::Parsed parsed;
  if (IsTestNotification(payload)) {
    parsed.ignored = "test notification";
    return parsed;
  }
  if (event.starts_with("git.pullrequest.")) return MapChange(payload, source, reading);
  if (event != "workitem.created" && event != "workitem.updated" && event != "workitem.commented" && event != "workitem.deleted") {
    parsed.ignored = "event not used";
    return parsed;
  }
  COMITY_ASSIGN_OR_RETURN(parsed.facts, MapItem(payload, event, source, reading));
  if (parsed.facts.empty()) parsed.ignored = "update of nothing that counts";
  return parsed;
}

}  // namespace comity::azure_devops

#include "plugins/confluence/mapping.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/sdk/fact_builder.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::confluence {
namespace {

using sdk::FactBuilder;
using sdk::Json;

constexpr int64_t kMaxUndone = 50;  // versions that one restoring takes back
constexpr int kMaxPaths = 9, kMaxPlaces = 18;

bool IsConfidential(const Page& page, const Reading& reading) {
  return page.restricted ||
         std::find(reading.confidential_spaces.begin(), reading.confidential_spaces.end(), page.space) != reading.confidential_spaces.end();
}

FactBuilder On(v1::FactKind kind, const Page& page, const sdk::Source& source, const Reading& reading) {
  const bool confidential = IsConfidential(page, reading);
  FactBuilder builder(source, kind, reading.assurance);
  builder.Subject(v1::SUBJECT_KIND_PAGE, sdk::IsDigits(page.id) ? page.id : "", "/id")
      .Uri(absl::StrCat(reading.address, "/pages/viewpage.action?pageId=", page.id))
      .Title(page.title)
      .Author(page.creator)
      .Confidential(confidential);
  if (!page.space.empty() && !page.title.empty()) builder.Key(absl::StrCat(page.space, "/", page.title));
  // The pages above it by their titles, the nearest first; then labels, then the space. Names of what is confidential stay where they are.
  std::vector<std::string> paths;
  for (const std::string& title : page.ancestors) {
    paths.push_back(absl::StrCat(paths.empty() ? page.space : paths.back(), "/", title));
  }
  if (!confidential) {
    for (auto path = paths.rbegin(); path != paths.rend() && builder.fact().places_size() < kMaxPaths; ++path) builder.Place("path", *path);
    for (const std::string& label : page.labels) {
      if (builder.fact().places_size() < kMaxPlaces) builder.Place("label", label);
    }
  }
  builder.Place("space", page.space);
  return builder;
}

absl::Status Add(const FactBuilder& builder, std::vector<v1::Fact>& facts) {
  COMITY_ASSIGN_OR_RETURN(v1::Fact fact, builder.Build());
  facts.push_back(std::move(fact));
  return absl::OkStatus();
}

// Which version was restored: Confluence itself says so in the version's comment, and nowhere else.
std::optional<int64_t> RestoredVersion(std::string_view comment) {
  constexpr std::string_view kWords = "Reverted from v. ";
  if (!comment.starts_with(kWords) || !sdk::IsDigits(comment.substr(kWords.size()), 9)) return std::nullopt;
  return std::stoll(std::string(comment.substr(kWords.size())));
}

// Who edited: in a page that several edit at once, all who did, with the one who published first.
std::vector<v1::Account> EditorsOf(Json version) {
  std::vector<v1::Account> editors;
  const auto add = [&](Json user) {
    const std::optional<v1::Account> account = AccountOf(user);
    const auto same = [&](const v1::Account& other) { return other.id() == account->id(); };
    if (account && std::none_of(editors.begin(), editors.end(), same)) editors.push_back(*account);
  };
  add(version.At("/by"));
  for (const Json user : version.At("/collaborators/users").Items(kMaxCollaborators)) add(user);
  return editors;
}

// A page as a hook names it: sometimes by its id alone.
Page HookPageOf(Json page) {
  Page known{page.At("/id").IdText(), std::string(page.At("/spaceKey").Text()), std::string(page.At("/title").Text())};
  const std::string_view creator = page.At("/creatorKey").Text();
  if (creator.empty()) return known;
  known.creator.emplace();
  known.creator->set_id(std::string(creator));
  known.creator->set_login(std::string(page.At("/creatorName").Text()));
  return known;
}

}  // namespace

absl::Status MapVersion(const Page& page, Json version, const sdk::Source& source, const Reading& reading, std::vector<v1::Fact>& facts) {
  if (version.At("/hidden").IsTrue()) return absl::OkStatus();
  const int64_t number = version.At("/number").Integer().value_or(0);
  if (number < 1) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFactInvalid,
                 "the version lacks its number; without it the edit has no id", {{"/number", "must be 1 or more"}});
  }
  const std::optional<int64_t> restored = RestoredVersion(version.At("/message").Text());
  const auto told = [&](v1::FactKind kind) { return On(kind, page, source, reading).OccurTime(version.At("/when"), "/when"); };
  const std::vector<v1::Account> editors = EditorsOf(version);
  for (size_t i = 0; i < std::max<size_t>(editors.size(), 1); ++i) {
    FactBuilder edited = told(v1::FACT_KIND_PAGE_EDITED).Revision(std::to_string(number));
    if (!editors.empty()) edited.Actor(editors[i]);
    if (i > 0) edited.ObjectId(absl::StrCat(page.id, "/", editors[i].id()));
    edited.fact().set_minor(version.At("/minorEdit").IsTrue());
    edited.fact().set_revert(restored.has_value());
    edited.fact().set_tentative(editors.size() > 1);  // who wrote what is not told
    COMITY_RETURN_IF_ERROR(Add(edited, facts));
  }
  if (!restored || *restored < 1) return absl::OkStatus();
  // By the edit's version alone, so that no other edit of the page is taken for it.
  for (int64_t undone = std::max(*restored + 1, number - kMaxUndone); undone < number; ++undone) {
    FactBuilder reverted = told(v1::FACT_KIND_REVERTED).ObjectId(std::to_string(undone));
    if (!editors.empty()) reverted.Actor(editors.front());
    COMITY_RETURN_IF_ERROR(Add(reverted.Revision(absl::StrCat(page.id, "@", number)), facts));
  }
  return absl::OkStatus();
}

absl::StatusOr<sdk::Parsed> MapHook(Json payload, const sdk::Source& source, const Reading& reading) {
  sdk::Parsed parsed;
  const std::string_view event = payload.At("/event").Text();
  const bool blog = event.starts_with("blog_"), comment = event == "comment_created";
  const Json content = payload.At(comment ? "/comment/parent" : blog ? "/blog" : "/page");
  const std::string_view what = blog ? event.substr(5) : event.starts_with("page_") ? event.substr(5) : std::string_view();
  const bool created = what == "created", updated = what == "updated", moved = what == "moved";
  const bool gone = what == "trashed" || what == "removed";
  if (!comment && !created && !updated && !moved && !gone) {
    parsed.ignored = "event that is not used";
    return parsed;
  }
  if (comment && !sdk::IsDigits(content.At("/id").IdText())) {
    parsed.ignored = "comment without its page";
    return parsed;
  }
  const Page page = HookPageOf(content);
  if (page.space.empty() && sdk::IsDigits(page.id) && !reading.confidential_spaces.empty()) {
    parsed.ignored = "a page without its space, which polling tells";  // it may be in one of those
    return parsed;
  }
  std::optional<v1::Account> actor;
  if (const std::string_view key = payload.At("/userKey").Text(); !key.empty()) {
    actor.emplace();
    actor->set_id(std::string(key));
  }
  const Json timestamp = payload.At("/timestamp"), modified = content.At("/modificationDate");
  const auto told = [&](v1::FactKind kind) { return On(kind, page, source, reading).OccurTime(timestamp, "/timestamp").Actor(actor); };
  if (comment) {
    const std::string id = payload.At("/comment/id").IdText();
    FactBuilder commented = told(v1::FACT_KIND_COMMENTED);
    if (sdk::IsDigits(id)) commented.ObjectId(absl::StrCat(page.id, "/comment/", id));
    COMITY_RETURN_IF_ERROR(Add(commented, parsed.facts));
  } else if (gone) {
    COMITY_RETURN_IF_ERROR(Add(told(v1::FACT_KIND_DELETED), parsed.facts));
  } else if (moved) {
    FactBuilder to = told(v1::FACT_KIND_MOVED);
    const std::string key = page.space.empty() || page.title.empty() ? "" : absl::StrCat(page.space, "/", page.title);
    COMITY_RETURN_IF_ERROR(Add(to.Link(v1::LINK_KIND_MOVED_TO, v1::SUBJECT_KIND_PAGE, page.id, key), parsed.facts));
  } else {
    const int64_t number = content.At("/version").Integer().value_or(created ? 1 : 0);
    if (number < 1) {
      parsed.ignored = "edit without its version, which polling tells";
      return parsed;
    }
    FactBuilder edited = told(v1::FACT_KIND_PAGE_EDITED).Revision(std::to_string(number));
    if (modified.exists()) edited.OccurTime(modified, "/page/modificationDate");
    edited.fact().set_minor(payload.At("/updateTrigger").Text() == "minor_edit" || content.At("/minorEdit").IsTrue());
    COMITY_RETURN_IF_ERROR(Add(edited, parsed.facts));
  }
  return parsed;
}

}  // namespace comity::confluence

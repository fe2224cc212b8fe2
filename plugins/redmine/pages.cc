#include "plugins/redmine/pages.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/sdk/fact_builder.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::redmine {
namespace {

using sdk::FactBuilder;
using sdk::Json;

// Not the names of Redmine's own webhooks (`wiki_page.updated`), which have other contents.
constexpr std::string_view kSaved = "wiki_page.version", kRemoved = "wiki_page.removed";
constexpr size_t kMaxUndone = 100;

std::string DigitsAt(Json payload, std::string_view pointer) {
  std::string id = payload.At(pointer).IdText();
  if (!sdk::IsDigits(id)) id.clear();
  return id;
}

std::optional<v1::Account> AccountAt(Json payload, std::string_view pointer) {
  std::string id = DigitsAt(payload, pointer);
  if (id.empty()) return std::nullopt;
  v1::Account account;
  account.set_id(std::move(id));
  return account;
}

// What all facts of one save have alike.
FactBuilder On(v1::FactKind kind, Json payload, std::string_view time, const sdk::Source& source, const Reading& reading) {
  const Json page = payload.At("/data/page"), project = page.At("/project");
  const std::string identifier(project.At("/identifier").Text()), title(page.At("/title").Text());
  const bool is_addressed = sdk::IsPathName(identifier) && !title.empty();
  FactBuilder builder(source, kind, reading.assurance);
  builder.Subject(v1::SUBJECT_KIND_PAGE, DigitsAt(page, "/id"), "/data/page/id")
      .Key(is_addressed ? identifier + "/" + title : "")
      .Uri(is_addressed ? absl::StrCat(reading.address, "/projects/", identifier, "/wiki/", sdk::UrlEncoded(title)) : "")
      .Title(title)
      .OccurTime(payload.At(time), time)
      .Author(AccountAt(page, "/author/id"))
      .Place("project", project.At("/name").Text())
      .Confidential(std::find(reading.confidential_projects.begin(), reading.confidential_projects.end(), project.At("/name").Text()) !=
                    reading.confidential_projects.end());
  return builder;
}

absl::Status Add(const FactBuilder& builder, sdk::Parsed& parsed) {
  COMITY_ASSIGN_OR_RETURN(v1::Fact fact, builder.Build());
  parsed.facts.push_back(std::move(fact));
  return absl::OkStatus();
}

}  // namespace

bool IsOfPages(std::string_view type) { return type == kSaved || type == kRemoved; }

absl::StatusOr<sdk::Parsed> MapPage(Json payload, const sdk::Source& source, const Reading& reading) {
  sdk::Parsed parsed;
  if (payload.At("/type").Text() == kRemoved) {
    COMITY_RETURN_IF_ERROR(Add(On(v1::FACT_KIND_DELETED, payload, "/timestamp", source, reading), parsed));
    return parsed;
  }
  const std::string number = DigitsAt(payload, "/data/version/number");
  if (number.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFactInvalid, "the payload lacks /data/version/number",
                 {{"/data/version/number", "must be the version's number"}});
  }
  const auto told = [&](v1::FactKind kind) {
    return On(kind, payload, "/data/version/updated_on", source, reading).Actor(AccountAt(payload, "/data/version/author/id"));
  };
  const std::vector<Json> undone = payload.At("/data/version/undone").Items(kMaxUndone);
  // Versions are counted by page, so the page's id is part of their name: a revert names one edit and no other.
  const std::string version_of = DigitsAt(payload, "/data/page/id") + "@";
  FactBuilder edited = told(v1::FACT_KIND_PAGE_EDITED).Revision(version_of + number);
  edited.fact().set_revert(!undone.empty());
  COMITY_RETURN_IF_ERROR(Add(edited, parsed));
  for (const Json version : undone) {
    const std::string other = version.IdText();
    if (!sdk::IsDigits(other)) continue;
    COMITY_RETURN_IF_ERROR(Add(told(v1::FACT_KIND_REVERTED).Revision(version_of + number), parsed));
    // Numbers, which name nothing: readable in a confidential project too, as the edit's own revision is.
    parsed.facts.back().set_object_id(version_of + other);
  }
  return parsed;
}

}  // namespace comity::redmine

// Pages and people, as the REST API shows them.
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugins/confluence/mapping.h"
#include "plugins/sdk/json_object.h"

namespace comity::confluence {
namespace {

using sdk::Json;
using sdk::JsonObject;

// The people and groups who alone may see it; those of the pages above hold for it too.
bool IsRestricted(Json content) {
  const Json read = content.At("/restrictions/read/restrictions");
  for (const std::string_view who : {"/user", "/group"}) {
    if (read.At(absl::StrCat(std::string(who), "/size")).Integer().value_or(0) > 0) return true;
    if (!read.At(absl::StrCat(std::string(who), "/results")).Items(1).empty()) return true;
  }
  return false;
}

std::string ListOf(const std::string& items) { return "[" + items + "]"; }

}  // namespace

std::optional<v1::Account> AccountOf(Json user) {
  const std::string_view type = user.At("/type").Text(), status = user.At("/status").Text(), standing = user.At("/accountStatus").Text();
  if (type == "anonymous" || type == "unknown") return std::nullopt;
  if (absl::EqualsIgnoreCase({status.data(), status.size()}, "deactivated") || standing == "inactive" || standing == "closed") {
    return std::nullopt;
  }
  v1::Account account;
  // Cloud: accountId. Data Center: userKey; the user name may change.
  const std::string_view id = user.At("/accountId").Text().empty() ? user.At("/userKey").Text() : user.At("/accountId").Text();
  if (id.empty()) return std::nullopt;
  account.set_id(std::string(id));
  const std::string_view name = user.At("/username").Text().empty() ? user.At("/displayName").Text() : user.At("/username").Text();
  if (name.find('@') == std::string_view::npos) account.set_login(std::string(name));
  const std::string_view kind = user.At("/accountType").Text();
  if (kind == "app") account.set_kind(v1::ACCOUNT_KIND_BOT);
  if (kind == "atlassian" || kind == "customer") account.set_kind(v1::ACCOUNT_KIND_HUMAN);
  return account;
}

std::string SlimContent(Json content) {
  JsonObject slim;
  slim.Copy(content, {"id", "title"});
  slim.Raw("space", JsonObject().Copy(content.At("/space"), {"key"}).Take());
  const std::string creator = JsonObject()
                                  .Copy(content.At("/history/createdBy"), {"type", "status", "accountStatus", "accountId", "userKey",
                                                                           "username", "displayName", "accountType"})
                                  .Take();
  slim.Raw("history", JsonObject().Raw("createdBy", creator).Take());
  std::string ancestors, labels;
  bool restricted = IsRestricted(content);
  for (const Json ancestor : content.At("/ancestors").Items(kMaxAncestors)) {
    restricted |= IsRestricted(ancestor);
    absl::StrAppend(&ancestors, ancestors.empty() ? "" : ",", JsonObject().Copy(ancestor, {"title"}).Take());
  }
  for (const Json label : content.At("/metadata/labels/results").Items(kMaxLabels)) {
    absl::StrAppend(&labels, labels.empty() ? "" : ",", JsonObject().Copy(label, {"name"}).Take());
  }
  slim.Raw("ancestors", ListOf(ancestors));
  slim.Raw("metadata", JsonObject().Raw("labels", JsonObject().Raw("results", ListOf(labels)).Take()).Take());
  return slim.Raw("restricted", restricted ? "true" : "false").Take();
}

Page PageOf(Json content) {
  Page page{content.At("/id").IdText(), std::string(content.At("/space/key").Text()), std::string(content.At("/title").Text())};
  page.creator = AccountOf(content.At("/history/createdBy"));
  for (const Json ancestor : content.At("/ancestors").Items(kMaxAncestors)) page.ancestors.emplace_back(ancestor.At("/title").Text());
  for (const Json label : content.At("/metadata/labels/results").Items(kMaxLabels)) page.labels.emplace_back(label.At("/name").Text());
  page.restricted = content.At("/restricted").IsTrue();
  return page;
}

}  // namespace comity::confluence

#include "plugins/jira/parts.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace comity::jira {
namespace {

using sdk::Json;

constexpr size_t kMaxProperties = 20;
constexpr std::string_view kErased = "unknown";                     // the Cloud's id of accounts that were erased
constexpr std::string_view kInternalComment = "sd.public.comment";  // Data Center's mark of what customers do not see

}  // namespace

std::string AccountIdOf(Json user) {
  std::string id = user.At("/accountId").IdText();
  if (id == kErased) return "";
  if (id.empty()) id = user.At("/key").IdText();
  return id.empty() ? user.At("/name").IdText() : id;
}

std::optional<v1::Account> AccountOf(Json user) {
  v1::Account account;
  account.set_id(AccountIdOf(user));
  if (account.id().empty()) return std::nullopt;
  const std::string_view type = user.At("/accountType").Text(), name = user.At("/name").Text(), shown = user.At("/displayName").Text();
  // The Cloud has no login names. Customers are often called by their e-mail address, which is nobody's business here.
  const std::string_view login = user.At("/accountId").exists() ? shown : name;
  if (login.find('@') == login.npos) account.set_login(std::string(login));
  account.set_kind(type == "app" || type == "bot"              ? v1::ACCOUNT_KIND_BOT
                   : type == "atlassian" || type == "customer" ? v1::ACCOUNT_KIND_HUMAN
                                                               : v1::ACCOUNT_KIND_UNSPECIFIED);
  return account;
}

// Somebody of whom only the id is told.
std::optional<v1::Account> AccountWithId(const std::string& id) {
  if (id == kErased) return std::nullopt;
  v1::Account account;
  account.set_id(id);
  return account;
}

bool IsPrivate(Json comment) {
  if (comment.At("/jsdPublic").Boolean() == false || comment.At("/visibility").exists()) return true;
  for (const Json property : comment.At("/properties").Items(kMaxProperties)) {
    const Json internal = property.At("/value/internal");
    if (property.At("/key").Text() == kInternalComment && (internal.IsTrue() || internal.Text() == "true")) return true;
  }
  return false;
}

// `https://jira.example.org/rest/api/2/issue/10012/comment/10100`: 10012.
std::string_view IssueIdInAddress(std::string_view comment_self) {
  constexpr std::string_view kIssue = "/issue/", kComment = "/comment/";
  const size_t from = comment_self.rfind(kIssue), to = comment_self.rfind(kComment);
  if (from == comment_self.npos || to == comment_self.npos || to <= from + kIssue.size()) return "";
  const std::string_view id = comment_self.substr(from + kIssue.size(), to - from - kIssue.size());
  return std::all_of(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; }) ? id : "";
}

bool IsItemOf(Json item, std::string_view field) {
  const std::string_view name = item.At("/field").Text();
  return item.At("/fieldtype").Text() != "custom" && absl::EqualsIgnoreCase({name.data(), name.size()}, {field.data(), field.size()});
}

}  // namespace comity::jira

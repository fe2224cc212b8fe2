#include "plugins/gitlab/accounts.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/ascii.h"

namespace comity::gitlab {
namespace {

constexpr std::string_view kOwnBots[] = {"alert-bot",           "support-bot",         "security-bot", "automation-bot",
                                         "migration-bot",       "visual-review-bot",   "admin-bot",    "security-policy-bot",
                                         "suggested-reviewers", "duo-code-review-bot", "llm-bot",      "GitLabDuo",
                                         "gitlab-bot",          "gitlab-security-bot"};

// `project_17_bot_3f9a`, before GitLab 16 `project_17_bot` and `project_17_bot2`.
bool IsTokenName(std::string_view name, std::string_view owner) {
  if (!name.starts_with(owner)) return false;
  name.remove_prefix(owner.size());
  const size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  return digits > 0 && name.substr(digits).starts_with("_bot");
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return absl::AsciiStrToLower({a.data(), a.size()}) == absl::AsciiStrToLower({b.data(), b.size()});
}

}  // namespace

bool IsBotName(std::string_view username) {
  return IsTokenName(username, "project_") || IsTokenName(username, "group_") || username == "service_account" ||
         username.starts_with("service_account_") ||
         std::any_of(std::begin(kOwnBots), std::end(kOwnBots), [&](std::string_view bot) { return EqualsIgnoringCase(username, bot); });
}

bool IsGhostName(std::string_view username) { return username == "ghost"; }

std::optional<v1::Account> AccountOf(sdk::Json user) {
  const std::string_view username = user.At("/username").Text();
  if (IsGhostName(username)) return std::nullopt;
  std::optional<v1::Account> account = AccountOfId(user.At("/id"));
  if (!account || username.empty()) return account;
  account->set_login(std::string(username));
  account->set_kind(IsBotName(username) || user.At("/bot").IsTrue() ? v1::ACCOUNT_KIND_BOT : v1::ACCOUNT_KIND_HUMAN);
  return account;
}

std::optional<v1::Account> AccountOfId(sdk::Json id) {
  std::string text = id.IdText();
  if (text.empty()) return std::nullopt;
  v1::Account account;
  account.set_id(std::move(text));
  return account;
}

}  // namespace comity::gitlab

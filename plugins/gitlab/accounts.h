// Who somebody is in GitLab, by what a user name gives away.
#ifndef COMITY_PLUGINS_GITLAB_ACCOUNTS_H_
#define COMITY_PLUGINS_GITLAB_ACCOUNTS_H_

#include <optional>
#include <string_view>

#include "comity/v1/event.pb.h"
#include "plugins/sdk/json.h"

namespace comity::gitlab {

// Access tokens of projects and groups, service accounts, and GitLab's own: by their user names, which nobody else may have.
bool IsBotName(std::string_view username);
// The account to which GitLab gives what deleted users leave behind.
bool IsGhostName(std::string_view username);

// Nobody for a missing or deleted user and for one without id, as before GitLab 13.
std::optional<v1::Account> AccountOf(sdk::Json user);
// Where GitLab tells only the number.
std::optional<v1::Account> AccountOfId(sdk::Json id);

}  // namespace comity::gitlab

#endif  // COMITY_PLUGINS_GITLAB_ACCOUNTS_H_

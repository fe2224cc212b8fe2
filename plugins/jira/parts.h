// The parts that Jira's payloads are made of: people, comments, entries of a changelog.
#ifndef COMITY_PLUGINS_JIRA_PARTS_H_
#define COMITY_PLUGINS_JIRA_PARTS_H_

#include <optional>
#include <string>
#include <string_view>

#include "comity/v1/event.pb.h"
#include "plugins/sdk/json.h"

namespace comity::jira {

// The account's immutable id: accountId in the Cloud, else key, else name; empty for nobody.
std::string AccountIdOf(sdk::Json user);
std::optional<v1::Account> AccountOf(sdk::Json user);
// Somebody of whom only the id is told.
std::optional<v1::Account> AccountWithId(const std::string& id);

// For agents, a role or a group alone.
bool IsPrivate(sdk::Json comment);
// Old Data Centers tell no more of a comment's ticket than the address of the comment; empty if there is none in it.
std::string_view IssueIdInAddress(std::string_view comment_self);

// Whether an entry of a changelog is about this field. Those that admins add are `custom` and may have any name.
bool IsItemOf(sdk::Json item, std::string_view field);

}  // namespace comity::jira

#endif  // COMITY_PLUGINS_JIRA_PARTS_H_

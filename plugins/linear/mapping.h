// From what Linear tells to facts: the payloads of its webhooks, and the histories of its API.
#ifndef COMITY_PLUGINS_LINEAR_MAPPING_H_
#define COMITY_PLUGINS_LINEAR_MAPPING_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/fact_builder.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/name_lists.h"

namespace comity::linear {

// How a source wants its workspace to be read. Keys of teams are in upper case.
struct Reading {
  sdk::NameList wont_do, duplicate;  // states, whatever type they have
  std::vector<std::string> confidential_teams;
  v1::Assurance assurance = v1::ASSURANCE_SIGNED;
};

// Where a state stands, by its type.
enum class Standing { kUnknown, kOpen, kDone, kDropped };
Standing StandingOf(sdk::Json state);
// What an end in this state means; DONE, WONT_DO or DUPLICATE.
v1::Resolution MeaningOf(sdk::Json state, const Reading& reading);

// Facts about one issue, as a webhook's `data` or the API's node shows it.
class IssueMapper {
 public:
  IssueMapper(sdk::Json issue, const sdk::Source& source, const Reading& reading) : issue_(issue), source_(source), reading_(reading) {}

  std::vector<v1::Fact> Take() { return std::move(facts_); }

  absl::Status Opened(std::optional<v1::Account> actor);
  absl::Status Deleted(std::optional<v1::Account> actor, sdk::Json when, std::string_view path);
  // `state` was entered. `automation`: by Linear itself or an integration in somebody's name.
  absl::Status Resolved(std::optional<v1::Account> actor, sdk::Json state, sdk::Json when, std::string_view path, bool automation);
  absl::Status Reopened(std::optional<v1::Account> actor, sdk::Json when, std::string_view path, bool automation);
  absl::Status Assigned(std::optional<v1::Account> actor, const v1::Account& target, sdk::Json when, std::string_view path);
  // `old_key`: what it was called in its old team.
  absl::Status Moved(std::optional<v1::Account> actor, std::string_view old_key, sdk::Json when, std::string_view path);
  absl::Status Escalated(std::optional<v1::Account> actor, sdk::Json when, std::string_view path);

 private:
  sdk::FactBuilder On(v1::FactKind kind, std::optional<v1::Account> actor, sdk::Json when, std::string_view path) const;
  absl::Status Add(const sdk::FactBuilder& builder);

  const sdk::Json issue_;
  const sdk::Source& source_;
  const Reading& reading_;
  std::vector<v1::Fact> facts_;
};

// A person of the API or of a payload's `data`; nobody without an id.
std::optional<v1::Account> AccountOf(sdk::Json user);
// Who is known by an id alone.
std::optional<v1::Account> AccountWithId(std::string id);
// An integration: a bot of this name and no other.
std::optional<v1::Account> BotOf(sdk::Json bot);

// A comment as a webhook's `data` or the API's node shows it; nothing for one that is not on an issue.
absl::StatusOr<std::optional<v1::Fact>> MapComment(sdk::Json comment, const sdk::Source& source, const Reading& reading);
// One delivery. Errors: INVALID_ARGUMENT that names what is missing.
absl::StatusOr<sdk::Parsed> MapHook(sdk::Json payload, const sdk::Source& source, const Reading& reading);

}  // namespace comity::linear

#endif  // COMITY_PLUGINS_LINEAR_MAPPING_H_

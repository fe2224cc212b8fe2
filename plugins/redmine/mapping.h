// From an issue and its journals to facts: the same whether a webhook or the REST API told. Pure: no clock, network or log.
#ifndef COMITY_PLUGINS_REDMINE_MAPPING_H_
#define COMITY_PLUGINS_REDMINE_MAPPING_H_

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/redmine/statuses.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/fact_builder.h"
#include "plugins/sdk/json.h"

namespace comity::redmine {

// How a source wants to be read; the options of the manifest.
struct Reading {
  std::string address;  // `https://redmine.acme.example`
  StatusNames statuses;
  std::vector<std::string> nobody;                 // names of accounts that are nobody
  std::vector<std::string> confidential_projects;  // by name
  bool notes_are_public = false;                   // where it is not said whether a note is private, it is not
  v1::Assurance assurance = v1::ASSURANCE_SIGNED;
};

// How an issue stands between two journals, as far as one must know it to understand what the next one did.
struct History {
  std::string status;                // id
  std::set<std::string> duplicates;  // the issues that it duplicates
};

// One issue's facts. `issue` is as the API shows it; a journal as the API (`name`, `new_value`) or a webhook (`prop_key`, `value`) does.
class IssueMapper {
 public:
  IssueMapper(sdk::Json issue, const sdk::Source& source, const Reading& reading) : issue_(issue), source_(source), reading_(reading) {}

  // OPENED, and ASSIGNED to whoever `assignee` was then. Errors: INVALID_ARGUMENT that names the paths that are missing.
  absl::Status Opened(std::string_view assignee);
  // What one journal did, by its notes (or `has_notes`, where they are not sent) and details; `statuses` may be nullptr where they are not
  // known: then it tells no change of status.
  absl::Status Journal(sdk::Json journal, const Statuses* statuses, History& history);
  absl::Status Deleted(sdk::Json when);

  std::vector<v1::Fact> Take() { return std::move(facts_); }

 private:
  sdk::FactBuilder On(v1::FactKind kind, sdk::Json when, std::string_view path, std::optional<v1::Account> actor) const;
  std::optional<v1::Account> AccountOf(sdk::Json user) const;
  absl::Status Add(const sdk::FactBuilder& builder);
  sdk::Json issue_;
  const sdk::Source& source_;
  const Reading& reading_;
  std::vector<v1::Fact> facts_;
};

// Maps a webhook's body, or what the plugin inside Redmine sends: the same with what a webhook leaves out, `/data/statuses` and
// `/data/duplicates`, and without texts. What means nothing here comes back as `Parsed::ignored`. Errors: as above.
absl::StatusOr<sdk::Parsed> MapHook(sdk::Json payload, const sdk::Source& source, const Reading& reading);

// A detail of a journal, whichever names its parts have.
struct Detail {
  std::string_view property, name;
  std::string before, after;  // ids as texts; empty for none
};
std::vector<Detail> DetailsOf(sdk::Json journal);

}  // namespace comity::redmine

#endif  // COMITY_PLUGINS_REDMINE_MAPPING_H_

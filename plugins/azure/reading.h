// How a source wants its Azure DevOps to be read: every process has states and reasons of its own.
#ifndef COMITY_PLUGINS_AZURE_READING_H_
#define COMITY_PLUGINS_AZURE_READING_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "comity/v1/event.pb.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/name_lists.h"

namespace comity::azure_devops {

struct Reading {
  sdk::NameList done_states, removed_states;  // where a work item ends
  sdk::NameList done_reasons, wont_do_reasons, duplicate_reasons;
  sdk::NameList main_branches;       // where a repository does not say which one counts
  sdk::NameList confidential_areas;  // with `/` between levels; what is below them too
  std::string address;               // of the organization
  v1::Assurance assurance = v1::ASSURANCE_TOKEN;
};

std::vector<sdk::Option> ReadingOptions();
Reading ReadReading(const sdk::Manifest& manifest, const sdk::Source& source, v1::Assurance assurance);
// What is wrong with the options: one name with two meanings.
std::vector<std::string> FaultsOf(const Reading& reading);

// What a change of state means; nullopt if nothing. `from` is empty for an item's first state.
struct Transition {
  v1::FactKind kind = v1::FACT_KIND_RESOLVED;
  v1::Resolution resolution = v1::RESOLUTION_UNSPECIFIED;
};
struct Standing {
  std::string_view state, reason;
};
std::optional<Transition> TransitionOf(const Reading& reading, Standing from, Standing to);

// A person, service or group; nobody for a mere name and address, which is all that hooks tell of some.
std::optional<v1::Account> AccountOf(sdk::Json identity);

}  // namespace comity::azure_devops

#endif  // COMITY_PLUGINS_AZURE_READING_H_

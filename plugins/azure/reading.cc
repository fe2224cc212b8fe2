#include "plugins/azure/reading.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "plugins/azure/mapping.h"

namespace comity::azure_devops {
namespace {

using sdk::IsNamed;
using sdk::Json;

// Lists of which no two may share a name.
constexpr int kStates = 1, kReasons = 2;

// The states and reasons of the processes Basic, Agile, Scrum and CMMI.
const sdk::ListOption<Reading> kLists[] = {
    {{"done_states", "states in which a work item is done", "Resolved, Closed, Done, Completed, Inactive"}, &Reading::done_states, kStates},
    {{"removed_states", "states in which it will not be done", "Removed"}, &Reading::removed_states, kStates},
    {{"done_reasons", "reasons that mean done, besides those that begin with `Moved to state`; any in no list earns nothing",
      "Fixed, Fixed and verified, Verified, Completed, Completed and verified, Acceptance tests pass, Validation test passed, Work "
      "finished, "
      "Code complete and unit tests pass, Code complete and system test passed, Stories complete, Features complete, Resolved, Closed, "
      "Done, "
      "Tests passed, Implemented, Issue resolved, Risk accepted"},
     &Reading::done_reasons,
     kReasons},
    {{"wont_do_reasons", "reasons that mean that it will not be done",
      "As Designed, Cannot Reproduce, Deferred, Obsolete, Cut, Rejected, Abandoned, Won't Fix, Not Fixed, Not a Bug, Removed from the "
      "backlog, "
      "Copied to Backlog, Overtaken by Events, No Longer Needed, Cancelled, Canceled"},
     &Reading::wont_do_reasons,
     kReasons},
    {{"duplicate_reasons", "reasons that mean that it is the same as another", "Duplicate"}, &Reading::duplicate_reasons, kReasons},
    {{"main_branches", "branches that count, where a hook does not tell a repository's default branch", "main, master"},
     &Reading::main_branches},
    {{"confidential_areas", "area paths whose titles and labels are not sent to the service: Shop/Security", ""},
     &Reading::confidential_areas},
};
constexpr std::string_view kMoved = "moved to state", kNobody = "00000000-0000-0000-0000-000000000000";

v1::Resolution MeaningOf(const Reading& reading, Standing standing) {
  if (IsNamed(reading.removed_states, standing.state)) {
    return IsNamed(reading.duplicate_reasons, standing.reason) ? v1::RESOLUTION_DUPLICATE : v1::RESOLUTION_WONT_DO;
  }
  if (IsNamed(reading.duplicate_reasons, standing.reason)) return v1::RESOLUTION_DUPLICATE;
  if (IsNamed(reading.wont_do_reasons, standing.reason)) return v1::RESOLUTION_WONT_DO;
  const bool done = standing.reason.empty() || IsNamed(reading.done_reasons, standing.reason) ||
                    absl::AsciiStrToLower(std::string(standing.reason)).starts_with(kMoved);
  return done ? v1::RESOLUTION_DONE : v1::RESOLUTION_UNKNOWN;
}

}  // namespace

std::vector<sdk::Option> ReadingOptions() { return sdk::OptionsOf(kLists); }

Reading ReadReading(const sdk::Manifest& manifest, const sdk::Source& source, v1::Assurance assurance) {
  Reading reading;
  reading.assurance = assurance;
  reading.address = "https://" + source.instance;
  sdk::ReadLists(kLists, manifest, source, reading);
  // As Azure DevOps shows them, with a backslash, or as facts do.
  for (std::string& area : reading.confidential_areas) {
    area = AreaOf(area);
    area.erase(0, area.find_first_not_of('/'));
    area.erase(area.find_last_not_of('/') + 1);
  }
  return reading;
}

std::vector<std::string> FaultsOf(const Reading& reading) { return sdk::NamedTwice(kLists, reading); }

std::optional<Transition> TransitionOf(const Reading& reading, Standing from, Standing to) {
  const auto ended = [&](Standing standing) {
    return IsNamed(reading.done_states, standing.state) || IsNamed(reading.removed_states, standing.state);
  };
  if (from.state.empty() || to.state.empty()) return std::nullopt;
  if (!ended(to)) return ended(from) ? std::make_optional(Transition{v1::FACT_KIND_REOPENED, v1::RESOLUTION_UNSPECIFIED}) : std::nullopt;
  const v1::Resolution meaning = MeaningOf(reading, to);
  if (ended(from)) {
    // Closing what was resolved is not solving it; another end, or the same for another reason, takes back what was given.
    const v1::Resolution before = MeaningOf(reading, from);
    const bool still_done = meaning == v1::RESOLUTION_DONE || meaning == v1::RESOLUTION_UNKNOWN;
    if (meaning == before || (still_done && IsNamed(reading.done_states, from.state))) return std::nullopt;
  }
  return Transition{v1::FACT_KIND_RESOLVED, meaning};
}

std::optional<v1::Account> AccountOf(Json identity) {
  v1::Account account;
  account.set_id(identity.At("/id").IdText());
  if (account.id().empty() || account.id() == kNobody) return std::nullopt;
  const std::string_view descriptor = identity.At("/descriptor").Text(), kind = descriptor.substr(0, descriptor.find('.'));
  const auto is = [&](std::initializer_list<std::string_view> kinds) { return std::find(kinds.begin(), kinds.end(), kind) != kinds.end(); };
  if (identity.At("/isContainer").IsTrue() || is({"vssgp", "aadgp", "wingp"})) {
    account.set_kind(v1::ACCOUNT_KIND_TEAM);
  } else if (is({"svc", "s2s", "aadsp", "acs", "agg"})) {
    account.set_kind(v1::ACCOUNT_KIND_BOT);
  } else if (is({"aad", "msa", "win"})) {
    account.set_kind(v1::ACCOUNT_KIND_HUMAN);
  }
  return account;
}

}  // namespace comity::azure_devops

#include "plugins/redmine/statuses.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugins/sdk/fact_builder.h"
#include "plugins/sdk/walk.h"

namespace comity::redmine {
namespace {

constexpr size_t kMaxStatuses = 500, kMaxName = 100;

bool Holds(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& one) {
    return absl::EqualsIgnoreCase({one.data(), one.size()}, {name.data(), name.size()});
  });
}

Standing StandingOf(const StatusNames& names, std::string_view name, bool closed) {
  if (Holds(names.wont_do, name)) return Standing::kWontDo;
  if (Holds(names.duplicate, name)) return Standing::kDuplicate;
  if (Holds(names.resolved, name)) return Standing::kDone;
  return closed ? Standing::kClosed : Standing::kOpen;
}

v1::Resolution ResolutionOf(Standing standing) {
  switch (standing) {
    case Standing::kDone:
      return v1::RESOLUTION_DONE;
    case Standing::kWontDo:
      return v1::RESOLUTION_WONT_DO;
    case Standing::kDuplicate:
      return v1::RESOLUTION_DUPLICATE;
    default:
      return v1::RESOLUTION_UNKNOWN;
  }
}

}  // namespace

StatusNames ReadStatusNames(std::string_view resolved, std::string_view wont_do, std::string_view duplicate, std::string_view ids,
                            std::vector<std::string>* faults) {
  StatusNames names{sdk::SplitList(resolved), sdk::SplitList(wont_do), sdk::SplitList(duplicate), {}};
  for (const std::string& name : names.wont_do) {
    if (Holds(names.resolved, name)) {
      faults->push_back("config.resolved_statuses and config.wont_do_statuses name the same status; take it out of one");
    }
  }
  for (const std::string& name : names.duplicate) {
    if (Holds(names.resolved, name) || Holds(names.wont_do, name)) {
      faults->push_back("config.duplicate_statuses names a status that another list names too; take it out of one");
    }
  }
  for (const std::string& part : sdk::SplitList(ids)) {
    const size_t equals = part.find('=');
    const std::string id = part.substr(0, equals);
    if (equals == std::string::npos || !sdk::IsDigits(id) || equals + 1 >= part.size()) {
      faults->push_back(
          "config.status_ids must be ids and names such as 3=Resolved, 5=Closed, 6=Rejected; /issue_statuses.json shows them");
      break;
    }
    names.ids.emplace_back(id, part.substr(equals + 1));
  }
  return names;
}

// Closed → another closed one is tidying up. `Rejected` → `Resolved` (which Redmine does not take for closed) is somebody's work after all.
std::optional<Transition> TransitionOf(const Status& from, const Status& to) {
  const bool ended = from.standing != Standing::kOpen, ends = to.standing != Standing::kOpen;
  if (!ends) return ended ? std::optional(Transition{v1::FACT_KIND_REOPENED, v1::RESOLUTION_UNSPECIFIED}) : std::nullopt;
  const Transition resolved{v1::FACT_KIND_RESOLVED, ResolutionOf(to.standing)};
  if (!ended) return resolved;
  const bool refused = to.standing == Standing::kWontDo || to.standing == Standing::kDuplicate;
  if (refused && to.standing != from.standing) return resolved;
  if (to.standing == Standing::kDone && from.standing != Standing::kDone && !to.closed) return resolved;
  return std::nullopt;
}

void Statuses::Add(std::string id, std::string_view name, bool closed) {
  if (!sdk::IsDigits(id) || name.empty() || by_id_.size() >= kMaxStatuses) return;
  by_id_[std::move(id)] = Status{sdk::CutText(name, kMaxName), StandingOf(names_, name, closed), closed};
}

void Statuses::AddThoseOfTheOptions() {
  for (const auto& [id, name] : names_.ids) Add(id, name, true);
}

const Status* Statuses::Find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second;
}

}  // namespace comity::redmine

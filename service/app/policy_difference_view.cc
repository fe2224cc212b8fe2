#include "service/app/policy_difference_view.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "service/domain/deeds/accuracy.h"

namespace comity::app {

int32_t ToldPeople(const std::set<domain::PersonUid>& people) {
  const auto count = static_cast<int32_t>(people.size());
  return count < domain::kLeastPeople ? 0 : count;
}

v1::PolicyDifference ToDifference(const domain::DifferenceCounts& counts, int32_t people) {
  v1::PolicyDifference difference;
  difference.set_counted(counts.counted);
  difference.set_not_counted(counts.not_counted);
  difference.set_changed_shares(counts.changed_shares);
  difference.set_waits(counts.waits);
  difference.set_no_longer_waits(counts.no_longer_waits);
  difference.set_people(people);
  return difference;
}

v1::PolicyDifference ToDifference(const PolicyComparison::Row& row) { return ToDifference(row.counts, ToldPeople(row.people)); }

void AddRows(const PolicyComparison& comparison, const Names& names, v1::ComparePolicyResponse& response) {
  std::vector<std::pair<int64_t, v1::ComparePolicyResponse::Row>> rows;
  for (const auto& [pair, found] : comparison.rows) {
    auto& [changes, row] = rows.emplace_back();
    changes = found.counts.Sum();
    row.set_helper_team(names.TeamName(pair.helper));
    row.set_helped_team(names.TeamName(pair.helped));
    row.set_kind(static_cast<v1::Deed::Kind>(pair.kind));
    *row.mutable_difference() = ToDifference(found);
  }
  const auto order = [](const auto& entry) {
    return std::make_tuple(-entry.first, entry.second.helper_team(), entry.second.helped_team(), entry.second.kind());
  };
  std::sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) { return order(a) < order(b); });
  for (auto& [changes, row] : rows) *response.add_rows() = std::move(row);
}

}  // namespace comity::app

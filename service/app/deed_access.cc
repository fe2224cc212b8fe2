#include "service/app/deed_access.h"

#include <utility>
#include <vector>

#include "service/base/error.h"

namespace comity::app {

absl::StatusOr<OpenedDeed> OpenDeed(Context& context, store::Transaction& transaction, const Caller& caller, std::string_view name) {
  const absl::Status missing = Error(absl::StatusCode::kNotFound, ErrorReason::kDeedNotFound,
                                     "no such deed among those of your side; list them with `comity deeds list`");
  const auto hash = DeedHashFromName(name);
  if (!hash.has_value()) return missing;
  COMITY_ASSIGN_OR_RETURN(auto row, transaction.deeds().FindDeed(*hash));
  if (!row.has_value()) return missing;
  COMITY_ASSIGN_OR_RETURN(const auto directory, context.snapshots.DirectoryIn(transaction));
  const absl::Time now = context.clock.Now();
  COMITY_ASSIGN_OR_RETURN(DeedView view, LoadDeedView(transaction, *row, ViewerOf(caller, *directory, now), now));
  if (view.view == View::kNone) return missing;
  return OpenedDeed{*std::move(row), std::move(view), Names(transaction, directory), directory, now};
}

v1::Explanation ExplainRow(const store::DeedRow& row, const DeedView& view, Names& names) {
  const domain::Naming naming = names.For([&](domain::PersonUid person) { return MaySee(view, names.directory(), person); },
                                          view.view == View::kNamed, domain::DayOf(row.deed.occur_time));
  std::vector<std::string> evidence;
  for (const domain::EventKey& key : row.deed.evidence) evidence.push_back(key.ToName());
  evidence.push_back("policies/" + std::to_string(row.deed.policy));
  return ToExplanation(domain::Render(row.deed.steps, naming), evidence);
}

}  // namespace comity::app

// Opening a deed for a caller: found, seen by them, with names at hand.
#ifndef COMITY_SERVICE_APP_DEED_ACCESS_H_
#define COMITY_SERVICE_APP_DEED_ACCESS_H_

#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "service/app/caller.h"
#include "service/app/context.h"
#include "service/app/convert.h"

namespace comity::app {

struct OpenedDeed {
  store::DeedRow row;
  DeedView view;
  Names names;
  std::shared_ptr<const domain::Directory> directory;
  absl::Time now;
};

// Errors: NOT_FOUND (DEED_NOT_FOUND), the same for a deed that is not there and one that the caller is on no side of.
absl::StatusOr<OpenedDeed> OpenDeed(Context& context, store::Transaction& transaction, const Caller& caller, std::string_view name);

// Why this deed, as this reader may see it, and what they may say to it. Who oversees reads what those concerned may say.
v1::Explanation ExplainRow(const store::DeedRow& row, const DeedView& view, Names& names);

// Whether the viewer asked for it, or is in the helped team.
bool IsHelpedSide(const Viewer& viewer, const domain::Deed& deed);
// Whom thanks of `author` for the deed reach: its helpers who are known, have not declined and are still there, but for the author.
std::vector<domain::PersonUid> PeopleToThank(const domain::Deed& deed, const domain::Directory& directory, domain::PersonUid author);
// Whether the deed stands, is no trial's, and its thanks would reach somebody.
bool CanBeThankedFor(const domain::Deed& deed, const domain::Directory& directory, domain::PersonUid author);
// Adds to the remedies that the viewer may thank for it; not once they have.
absl::Status OfferThanks(store::Transaction& transaction, const store::DeedRow& row, const DeedView& view,
                         const domain::Directory& directory, v1::Explanation& explanation);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_DEED_ACCESS_H_

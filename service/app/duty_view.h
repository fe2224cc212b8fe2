// Rotations and assignments as a caller may see them. The only place where this is decided.
#ifndef COMITY_SERVICE_APP_DUTY_VIEW_H_
#define COMITY_SERVICE_APP_DUTY_VIEW_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "comity/v1/duty.pb.h"
#include "service/app/caller.h"
#include "service/app/context.h"
#include "service/app/duty_rounds.h"
#include "service/app/visibility.h"

namespace comity::app {

struct OpenedRotation {
  LoadedRotation loaded;
  Viewer viewer;
  std::shared_ptr<const domain::Directory> directory;
  absl::Time now;

  const domain::Rotation& rotation() const { return loaded.row.rotation; }
  bool of_team() const { return viewer.IsIn(rotation().team); }
  bool leads() const { return viewer.lead && of_team(); }
};

// Errors: NOT_FOUND (ROTATION_NOT_FOUND), the same for one that is not there and one that the caller may not see.
absl::StatusOr<OpenedRotation> OpenRotation(Context& context, store::Transaction& transaction, const Caller& caller, std::string_view name,
                                            std::string_view field);
// One of the caller's own team, with the round that `name` (`rotations/{rotation}/assignments/{round}`) means.
// Errors: NOT_FOUND (ASSIGNMENT_NOT_FOUND).
struct OpenedAssignment {
  OpenedRotation opened;
  int32_t round = 0;
};
absl::StatusOr<OpenedAssignment> OpenAssignment(Context& context, store::Transaction& transaction, const Caller& caller,
                                                std::string_view name);

v1::Rotation ToRotation(const domain::Rotation& rotation, const domain::Directory& directory, bool of_team);

// Assigned rounds that are shown, rising.
std::vector<int32_t> RoundsShown(const OpenedRotation& opened);
std::string AssignmentName(const domain::Rotation& rotation, int32_t round);

// Shows assignments of one rotation.
class AssignmentView {
 public:
  AssignmentView(const OpenedRotation& opened, std::vector<store::OfferRow> offers);
  v1::Assignment Of(int32_t round) const;

 private:
  // `people/…`; empty for nobody, and for somebody whose name the caller does not see.
  std::string PersonName(domain::Seat seat) const;
  std::string NameInWords(domain::Seat seat) const;
  void AddDraw(const domain::Reckoned& reckoned, v1::Assignment& assignment) const;

  const OpenedRotation& opened_;
  const std::vector<store::OfferRow> offers_;
  const std::vector<domain::Reckoned> reckoned_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_DUTY_VIEW_H_

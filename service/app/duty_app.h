// Use cases of duties: rotations, whose turn it is, giving turns away, absences, what a spotter looks through.
#ifndef COMITY_SERVICE_APP_DUTY_APP_H_
#define COMITY_SERVICE_APP_DUTY_APP_H_

#include <functional>

#include "absl/status/statusor.h"
#include "comity/v1/duty.pb.h"
#include "service/app/caller.h"
#include "service/app/context.h"

namespace comity::app {

struct OpenedRotation;

// One method for each of comity.v1.DutyService; requests and answers are the API's own messages, errors those its comments name. Blocks;
// safe to call from any thread.
class DutyApp {
 public:
  explicit DutyApp(Context& context) : context_(context) {}

  absl::StatusOr<v1::Rotation> CreateRotation(const Caller& caller, const v1::CreateRotationRequest& request);
  absl::StatusOr<v1::Rotation> GetRotation(const Caller& caller, const v1::GetRotationRequest& request);
  absl::StatusOr<v1::ListRotationsResponse> ListRotations(const Caller& caller, const v1::ListRotationsRequest& request);
  absl::StatusOr<v1::Rotation> UpdateRotation(const Caller& caller, const v1::UpdateRotationRequest& request);
  absl::StatusOr<v1::Rotation> ArchiveRotation(const Caller& caller, const v1::ArchiveRotationRequest& request);

  absl::StatusOr<v1::ListAssignmentsResponse> ListAssignments(const Caller& caller, const v1::ListAssignmentsRequest& request);
  absl::StatusOr<v1::Assignment> SkipAssignment(const Caller& caller, const v1::SkipAssignmentRequest& request);
  absl::StatusOr<v1::Assignment> OfferSwap(const Caller& caller, const v1::OfferSwapRequest& request);
  absl::StatusOr<v1::Assignment> AcceptSwap(const Caller& caller, const v1::AcceptSwapRequest& request);
  absl::StatusOr<v1::Assignment> DeclineSwap(const Caller& caller, const v1::DeclineSwapRequest& request);

  absl::StatusOr<v1::Absence> CreateAbsence(const Caller& caller, const v1::CreateAbsenceRequest& request);
  absl::StatusOr<v1::ListAbsencesResponse> ListAbsences(const Caller& caller, const v1::ListAbsencesRequest& request);
  absl::StatusOr<v1::DeleteAbsenceResponse> DeleteAbsence(const Caller& caller, const v1::DeleteAbsenceRequest& request);

  absl::StatusOr<v1::ListUnthankedResponse> ListUnthanked(const Caller& caller, const v1::ListUnthankedRequest& request);

 private:
  // Changes the rotation by `change` and what it keeps of it.
  absl::StatusOr<v1::Rotation> Change(store::Transaction& transaction, const Caller& caller, const std::string& name,
                                      const std::string& field, const std::string& etag,
                                      const std::function<void(domain::Rotation&)>& change);
  // The assignment as the caller sees it now, after a call that changed it.
  absl::StatusOr<v1::Assignment> AssignmentNow(const Caller& caller, const absl::StatusOr<v1::Assignment>& written);

  Context& context_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_DUTY_APP_H_

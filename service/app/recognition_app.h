// Use cases of recognition: what thanks are for, giving them, who sees them, comments and reports, invitations to thank.
#ifndef COMITY_SERVICE_APP_RECOGNITION_APP_H_
#define COMITY_SERVICE_APP_RECOGNITION_APP_H_

#include "absl/status/statusor.h"
#include "comity/v1/recognition.pb.h"
#include "service/app/caller.h"
#include "service/app/context.h"

namespace comity::app {

// One method for each of comity.v1.RecognitionService; requests and answers are the API's own messages, errors those its comments name.
// The caller has been authenticated and has a scope; what within it they may see is decided here. Blocks; safe to call from any thread.
class RecognitionApp {
 public:
  explicit RecognitionApp(Context& context) : context_(context) {}

  absl::StatusOr<v1::Programme> CreateProgramme(const Caller& caller, const v1::CreateProgrammeRequest& request);
  absl::StatusOr<v1::ListProgrammesResponse> ListProgrammes(const Caller& caller, const v1::ListProgrammesRequest& request);
  absl::StatusOr<v1::Programme> UpdateProgramme(const Caller& caller, const v1::UpdateProgrammeRequest& request);
  absl::StatusOr<v1::Behaviour> CreateBehaviour(const Caller& caller, const v1::CreateBehaviourRequest& request);
  absl::StatusOr<v1::ListBehavioursResponse> ListBehaviours(const Caller& caller, const v1::ListBehavioursRequest& request);
  absl::StatusOr<v1::ListBehaviourVersionsResponse> ListBehaviourVersions(const Caller& caller,
                                                                          const v1::ListBehaviourVersionsRequest& request);
  absl::StatusOr<v1::Behaviour> UpdateBehaviour(const Caller& caller, const v1::UpdateBehaviourRequest& request);
  absl::StatusOr<v1::Behaviour> AffirmBehaviour(const Caller& caller, const v1::AffirmBehaviourRequest& request);

  absl::StatusOr<v1::Recognition> CreateRecognition(const Caller& caller, const v1::CreateRecognitionRequest& request);
  absl::StatusOr<v1::Recognition> GetRecognition(const Caller& caller, const v1::GetRecognitionRequest& request);
  absl::StatusOr<v1::ListRecognitionsResponse> ListRecognitions(const Caller& caller, const v1::ListRecognitionsRequest& request);
  absl::StatusOr<v1::WithdrawRecognitionResponse> WithdrawRecognition(const Caller& caller, const v1::WithdrawRecognitionRequest& request);
  absl::StatusOr<v1::Recognition> SetConsent(const Caller& caller, const v1::SetConsentRequest& request);
  absl::StatusOr<v1::Recognition> CreateComment(const Caller& caller, const v1::CreateCommentRequest& request);
  absl::StatusOr<v1::Recognition> DeleteComment(const Caller& caller, const v1::DeleteCommentRequest& request);
  absl::StatusOr<v1::Report> ReportRecognition(const Caller& caller, const v1::ReportRecognitionRequest& request);
  absl::StatusOr<v1::ListReportsResponse> ListReports(const Caller& caller, const v1::ListReportsRequest& request);
  absl::StatusOr<v1::Report> ResolveReport(const Caller& caller, const v1::ResolveReportRequest& request);

  absl::StatusOr<v1::RecognitionPreference> GetRecognitionPreference(const Caller& caller,
                                                                     const v1::GetRecognitionPreferenceRequest& request);
  absl::StatusOr<v1::RecognitionPreference> SetRecognitionPreference(const Caller& caller,
                                                                     const v1::SetRecognitionPreferenceRequest& request);
  absl::StatusOr<v1::ListInvitationsResponse> ListInvitations(const Caller& caller, const v1::ListInvitationsRequest& request);
  absl::StatusOr<v1::DismissInvitationResponse> DismissInvitation(const Caller& caller, const v1::DismissInvitationRequest& request);

 private:
  Context& context_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_RECOGNITION_APP_H_

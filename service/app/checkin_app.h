// Use cases of check-ins: what teams ask and agreed on, answering, and what a team reads of the answers. Opening is checkin_rounds'.
#ifndef COMITY_SERVICE_APP_CHECKIN_APP_H_
#define COMITY_SERVICE_APP_CHECKIN_APP_H_

#include "absl/status/statusor.h"
#include "comity/v1/checkin.pb.h"
#include "service/app/caller.h"
#include "service/app/context.h"

namespace comity::app {

// One method for each of comity.v1.CheckInService; requests and answers are the API's own messages, errors those its comments name.
// The caller has been authenticated and has a scope; what within it they may see is decided here. Blocks; safe to call from any thread.
class CheckInApp {
 public:
  explicit CheckInApp(Context& context) : context_(context) {}

  absl::StatusOr<v1::CheckInTemplate> CreateCheckInTemplate(const Caller& caller, const v1::CreateCheckInTemplateRequest& request);
  absl::StatusOr<v1::ListCheckInTemplatesResponse> ListCheckInTemplates(const Caller& caller,
                                                                        const v1::ListCheckInTemplatesRequest& request);
  absl::StatusOr<v1::CheckInTemplate> UpdateCheckInTemplate(const Caller& caller, const v1::UpdateCheckInTemplateRequest& request);
  absl::StatusOr<v1::CheckInTemplate> ArchiveCheckInTemplate(const Caller& caller, const v1::ArchiveCheckInTemplateRequest& request);

  absl::StatusOr<v1::NormSet> CreateNormSet(const Caller& caller, const v1::CreateNormSetRequest& request);
  absl::StatusOr<v1::ListNormSetsResponse> ListNormSets(const Caller& caller, const v1::ListNormSetsRequest& request);
  absl::StatusOr<v1::ListNormSetVersionsResponse> ListNormSetVersions(const Caller& caller, const v1::ListNormSetVersionsRequest& request);
  absl::StatusOr<v1::NormSet> UpdateNormSet(const Caller& caller, const v1::UpdateNormSetRequest& request);

  absl::StatusOr<v1::ListCheckInsResponse> ListCheckIns(const Caller& caller, const v1::ListCheckInsRequest& request);
  absl::StatusOr<v1::AnswerCheckInResponse> AnswerCheckIn(const Caller& caller, const v1::AnswerCheckInRequest& request);
  absl::StatusOr<v1::ListCheckInResultsResponse> ListCheckInResults(const Caller& caller, const v1::ListCheckInResultsRequest& request);

 private:
  Context& context_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_CHECKIN_APP_H_

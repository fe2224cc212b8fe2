// Use cases of deeds: read, explain, put right, one's own numbers, policies, accuracy.
#ifndef COMITY_SERVICE_APP_DEED_APP_H_
#define COMITY_SERVICE_APP_DEED_APP_H_

#include <functional>

#include "absl/status/statusor.h"
#include "comity/v1/deed.pb.h"
#include "service/app/caller.h"
#include "service/app/context.h"

namespace comity::app {

// One method for each of comity.v1.DeedService; requests and answers are the API's own messages, errors those its comments name.
// The caller has been authenticated and has a scope; what within it they may see is decided here. Blocks; safe to call from any thread.
class DeedApp {
 public:
  explicit DeedApp(Context& context) : context_(context) {}

  absl::StatusOr<v1::Deed> GetDeed(const Caller& caller, const v1::GetDeedRequest& request);
  absl::StatusOr<v1::ListDeedsResponse> ListDeeds(const Caller& caller, const v1::ListDeedsRequest& request);
  absl::StatusOr<v1::ExplainDeedResponse> ExplainDeed(const Caller& caller, const v1::ExplainDeedRequest& request);
  absl::StatusOr<v1::Deed> ConfirmDeed(const Caller& caller, const v1::ConfirmDeedRequest& request);
  absl::StatusOr<v1::Deed> CorrectDeed(const Caller& caller, const v1::CorrectDeedRequest& request);
  absl::StatusOr<v1::Deed> AcceptDeed(const Caller& caller, const v1::AcceptDeedRequest& request);
  absl::StatusOr<v1::Deed> DeclineDeed(const Caller& caller, const v1::DeclineDeedRequest& request);
  absl::StatusOr<v1::Deed> ShareDeed(const Caller& caller, const v1::ShareDeedRequest& request);
  absl::StatusOr<v1::MyNumbers> GetMyNumbers(const Caller& caller, const v1::GetMyNumbersRequest& request);
  absl::StatusOr<v1::Policy> GetPolicy(const Caller& caller, const v1::GetPolicyRequest& request);
  absl::StatusOr<v1::ListPoliciesResponse> ListPolicies(const Caller& caller, const v1::ListPoliciesRequest& request);
  absl::StatusOr<v1::Policy> CreatePolicy(const Caller& caller, const v1::CreatePolicyRequest& request);
  absl::StatusOr<v1::Policy> UpdatePolicy(const Caller& caller, const v1::UpdatePolicyRequest& request);
  absl::StatusOr<v1::DeletePolicyResponse> DeletePolicy(const Caller& caller, const v1::DeletePolicyRequest& request);
  absl::StatusOr<v1::ComparePolicyResponse> ComparePolicy(const Caller& caller, const v1::ComparePolicyRequest& request);
  absl::StatusOr<v1::Policy> ApprovePolicy(const Caller& caller, const v1::ApprovePolicyRequest& request);
  absl::StatusOr<v1::Policy> ActivatePolicy(const Caller& caller, const v1::ActivatePolicyRequest& request);
  absl::StatusOr<v1::Restatement> CreateRestatement(const Caller& caller, const v1::CreateRestatementRequest& request);
  absl::StatusOr<v1::ListRestatementsResponse> ListRestatements(const Caller& caller, const v1::ListRestatementsRequest& request);
  absl::StatusOr<v1::Restatement> ApproveRestatement(const Caller& caller, const v1::ApproveRestatementRequest& request);
  absl::StatusOr<v1::Restatement> StartRestatement(const Caller& caller, const v1::StartRestatementRequest& request);
  absl::StatusOr<v1::DeleteRestatementResponse> DeleteRestatement(const Caller& caller, const v1::DeleteRestatementRequest& request);
  absl::StatusOr<v1::Accuracy> GetAccuracy(const Caller& caller, const v1::GetAccuracyRequest& request);

 private:
  Context& context_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_DEED_APP_H_

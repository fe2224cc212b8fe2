// Use cases of deeds: read, explain, put right, one's own numbers, policies.
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

 private:
  Context& context_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_DEED_APP_H_

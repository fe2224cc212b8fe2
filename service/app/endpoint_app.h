// Use cases of outbound webhooks: which addresses are told what, how they take it, sending once more.
#ifndef COMITY_SERVICE_APP_ENDPOINT_APP_H_
#define COMITY_SERVICE_APP_ENDPOINT_APP_H_

#include "absl/status/statusor.h"
#include "comity/v1/endpoint.pb.h"
#include "service/app/caller.h"
#include "service/app/context.h"

namespace comity::app {

// One method for each of comity.v1.EndpointService; requests and answers are the API's own messages, errors those its comments name. The
// context has `endpoint_secrets`. Blocks; safe to call from any thread.
class EndpointApp {
 public:
  explicit EndpointApp(Context& context) : context_(context) {}

  absl::StatusOr<v1::CreateEndpointResponse> CreateEndpoint(const Caller& caller, const v1::CreateEndpointRequest& request);
  absl::StatusOr<v1::Endpoint> GetEndpoint(const Caller& caller, const v1::GetEndpointRequest& request);
  absl::StatusOr<v1::ListEndpointsResponse> ListEndpoints(const Caller& caller, const v1::ListEndpointsRequest& request);
  absl::StatusOr<v1::Endpoint> UpdateEndpoint(const Caller& caller, const v1::UpdateEndpointRequest& request);
  absl::StatusOr<v1::DeleteEndpointResponse> DeleteEndpoint(const Caller& caller, const v1::DeleteEndpointRequest& request);
  absl::StatusOr<v1::Delivery> TestEndpoint(const Caller& caller, const v1::TestEndpointRequest& request);
  absl::StatusOr<v1::RotateEndpointSecretResponse> RotateEndpointSecret(const Caller& caller,
                                                                        const v1::RotateEndpointSecretRequest& request);
  absl::StatusOr<v1::ListDeliveriesResponse> ListDeliveries(const Caller& caller, const v1::ListDeliveriesRequest& request);
  absl::StatusOr<v1::Delivery> ReplayDelivery(const Caller& caller, const v1::ReplayDeliveryRequest& request);

 private:
  void WakeSender() const;

  Context& context_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_ENDPOINT_APP_H_

// Outbound webhooks in the API's form.
#ifndef COMITY_SERVICE_APP_ENDPOINT_VIEW_H_
#define COMITY_SERVICE_APP_ENDPOINT_VIEW_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "comity/v1/endpoint.pb.h"
#include "service/domain/directory/directory.h"
#include "service/store/store.h"

namespace comity::app {

v1::Endpoint ToEndpoint(const store::EndpointRow& row, const domain::Directory& directory, absl::Time now);
v1::Delivery ToDelivery(const store::DeliveryRow& delivery, std::string_view endpoint_id);

// Errors: NOT_FOUND (ENDPOINT_NOT_FOUND); INVALID_ARGUMENT (FIELD_INVALID) for a name that is none.
absl::StatusOr<store::EndpointRow> OpenEndpoint(store::Transaction& transaction, std::string_view name, std::string_view field);
// ABORTED (ETAG_STALE) unless `etag` is empty or that of the endpoint as it is. `field` is named in the error.
absl::Status CheckEndpointEtag(const store::EndpointRow& row, std::string_view etag, std::string_view field);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_ENDPOINT_VIEW_H_

// One webhook as it was received and found authentic; what the spool and dead letters keep.
#ifndef COMITY_PLUGINS_HOST_DELIVERY_H_
#define COMITY_PLUGINS_HOST_DELIVERY_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plugins/host/digest.h"
#include "plugins/sdk/connector.h"
#include "service/net/http.h"

namespace comity::host {

struct Delivery {
  std::string source;       // its id in the configuration
  std::string delivery_id;  // the suite's; empty if it gives none
  absl::Time receive_time;
  net::Headers headers;  // those that the manifest keeps; never credentials
  std::string body;      // raw

  // As its connector reads it. Valid as long as the delivery.
  sdk::Request AsRequest() const { return {"POST", "/in", "", &headers, body}; }
};

std::string EncodeDelivery(const Delivery& delivery);
// Errors: DATA_LOSS when these are not the bytes of one delivery.
absl::StatusOr<Delivery> DecodeDelivery(std::string_view bytes);

// The same for a redelivery, different for everything else: source, delivery id and body. The body counts too, so that a sender
// that uses one id for everything loses nothing.
using DeliveryKey = Digest;
DeliveryKey KeyOf(const Delivery& delivery);

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_DELIVERY_H_

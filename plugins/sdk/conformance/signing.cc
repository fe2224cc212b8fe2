#include "plugins/sdk/conformance/conformance.h"
#include "plugins/sdk/signatures.h"

namespace comity::sdk::conformance {

void SignStandardWebhook(Delivery& delivery, const std::string& secret, absl::Time when) {
  const std::string id(delivery.View().Header("webhook-id")), timestamp = std::to_string(absl::ToUnixSeconds(when));
  delivery.SetHeader("webhook-timestamp", timestamp);
  delivery.SetHeader("webhook-signature", StandardWebhooks::Sign(secret, id, timestamp, delivery.body).value_or(""));
}

}  // namespace comity::sdk::conformance

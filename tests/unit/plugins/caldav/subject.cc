#include <memory>

#include "plugins/caldav/caldav.h"
#include "plugins/sdk/signatures.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {

Subject CalDavSubject() {
  static const std::unique_ptr<Connector> connector = caldav::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.cases = COMITY_SOURCE_DIR "/plugins/caldav/cases";
  subject.signature_header = "webhook-signature";
  subject.other_secret = "whsec_bm90IHRoZSBzZWNyZXQgb2YgYW55Ym9keSBhdCBhbGw=";
  subject.signs_time = true;
  subject.sign = [](Delivery& delivery, const std::string& secret, absl::Time when) {
    const std::string id(delivery.View().Header("webhook-id")), timestamp = std::to_string(absl::ToUnixSeconds(when));
    delivery.SetHeader("webhook-timestamp", timestamp);
    delivery.SetHeader("webhook-signature", StandardWebhooks::Sign(secret, id, timestamp, delivery.body).value_or(""));
  };
  subject.polls = COMITY_SOURCE_DIR "/plugins/caldav/polls";
  subject.declassified_by = {{"SUMMARY", "keep_titles"}};
  return subject;
}

}  // namespace comity::sdk::conformance

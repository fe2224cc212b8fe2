#include <memory>

#include "plugins/mattermost/mattermost.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {

// Forms, not JSON: accounts and unknown commands have cases of their own.
Subject MattermostSubject() {
  static const std::unique_ptr<Connector> connector = mattermost::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.cases = COMITY_SOURCE_DIR "/plugins/mattermost/cases";
  subject.signature_header = "Authorization";
  subject.other_secret = "another-secret-of-nobody";
  subject.signs_body = false;
  subject.sign = [](Delivery& delivery, const std::string& secret, absl::Time) { delivery.SetHeader("Authorization", "Token " + secret); };
  return subject;
}

}  // namespace comity::sdk::conformance

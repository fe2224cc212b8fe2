#include <memory>

#include "plugins/slack/slack.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {

// Forms, not JSON: accounts and unknown commands have cases of their own.
Subject SlackSubject() {
  static const std::unique_ptr<Connector> connector = slack::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.cases = COMITY_SOURCE_DIR "/plugins/slack/cases";
  subject.signature_header = "X-Slack-Signature";
  subject.other_secret = "another-secret-of-nobody";
  subject.signs_time = true;
  subject.ahead = absl::Minutes(5);
  subject.sign = [](Delivery& delivery, const std::string& secret, absl::Time now) {
    const std::string timestamp = std::to_string(absl::ToUnixSeconds(now));
    delivery.SetHeader("X-Slack-Request-Timestamp", timestamp);
    delivery.SetHeader("X-Slack-Signature", slack::Sign(secret, timestamp, delivery.body));
  };
  return subject;
}

}  // namespace comity::sdk::conformance

#include <memory>

#include "plugins/caldav/caldav.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {

Subject CalDavSubject() {
  static const std::unique_ptr<Connector> connector = caldav::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.cases = COMITY_SOURCE_DIR "/plugins/caldav/cases";
  subject.signature_header = "webhook-signature";
  subject.other_secret = kStrangersWebhookSecret;
  subject.signs_time = true;
  subject.sign = SignStandardWebhook;
  subject.polls = COMITY_SOURCE_DIR "/plugins/caldav/polls";
  subject.declassified_by = {{"SUMMARY", "keep_titles"}};
  return subject;
}

}  // namespace comity::sdk::conformance

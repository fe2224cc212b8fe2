#include <memory>

#include "plugins/google/google.h"
#include "plugins/sdk/subscription.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {
namespace {

// A channel shows its token, which is made of its id.
void Sign(Delivery& delivery, const std::string& secret, absl::Time) {
  Source source;
  source.id = "google-acme";
  source.secrets = {secret};
  delivery.SetHeader("X-Goog-Channel-Token", SubscriptionToken(source, delivery.View().Header("X-Goog-Channel-ID")));
}

}  // namespace

Subject GoogleCalendarSubject() {
  static const std::unique_ptr<Connector> connector = google_calendar::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.polls = COMITY_SOURCE_DIR "/plugins/google/polls";
  subject.cases = COMITY_SOURCE_DIR "/plugins/google/cases";
  subject.signature_header = "X-Goog-Channel-Token";
  subject.other_secret = "another-secret-of-nobody";
  subject.sign = Sign;
  subject.declassified_by = {{"summary", "keep_titles"}};
  return subject;
}

}  // namespace comity::sdk::conformance

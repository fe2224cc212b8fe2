#include <memory>

#include "plugins/google/google.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {

Subject GoogleCalendarSubject() {
  static const std::unique_ptr<Connector> connector = google_calendar::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.polls = COMITY_SOURCE_DIR "/plugins/google/polls";
  return subject;
}

}  // namespace comity::sdk::conformance

#include <memory>

#include "plugins/icalendar/icalendar.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {

Subject ICalendarSubject() {
  static const std::unique_ptr<Connector> connector = icalendar::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.polls = COMITY_SOURCE_DIR "/plugins/icalendar/polls";
  subject.declassified_by = {{"SUMMARY", "keep_titles"}};
  return subject;
}

}  // namespace comity::sdk::conformance

#include <memory>

#include "plugins/rt/rt.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {

Subject RtSubject() {
  static const std::unique_ptr<Connector> connector = rt::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.polls = COMITY_SOURCE_DIR "/plugins/rt/polls";
  return subject;
}

}  // namespace comity::sdk::conformance

#include <memory>

#include "plugins/graph/graph.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {

Subject MicrosoftGraphSubject() {
  static const std::unique_ptr<Connector> connector = microsoft_graph::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.polls = COMITY_SOURCE_DIR "/plugins/graph/polls";
  return subject;
}

}  // namespace comity::sdk::conformance

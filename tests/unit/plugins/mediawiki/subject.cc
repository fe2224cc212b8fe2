#include <memory>

#include "plugins/mediawiki/mediawiki.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {

Subject MediaWikiSubject() {
  static const std::unique_ptr<Connector> connector = mediawiki::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.polls = COMITY_SOURCE_DIR "/plugins/mediawiki/polls";
  return subject;
}

}  // namespace comity::sdk::conformance

#include <memory>

#include "plugins/dokuwiki/dokuwiki.h"
#include "plugins/sdk/conformance/json_edit.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {

Subject DokuWikiSubject() {
  static const std::unique_ptr<Connector> connector = dokuwiki::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.cases = COMITY_SOURCE_DIR "/plugins/dokuwiki/cases";
  subject.polls = COMITY_SOURCE_DIR "/plugins/dokuwiki/polls";
  subject.signature_header = "webhook-signature";
  subject.other_secret = kStrangersWebhookSecret;
  subject.signs_time = true;
  subject.sign = SignStandardWebhook;
  subject.is_account = [](std::string_view, Json value) { return value.At("/login").exists(); };
  subject.as_bot = [](Json account) { return account.ToText(); };  // DokuWiki says of nobody that it is a machine
  subject.unknown = [](Json root) {
    return Rewrite(root, [](const std::string& here, std::string_view, Json) -> std::optional<std::string> {
      return here == "/event" ? std::optional<std::string>("\"page.frobnicated\"") : std::nullopt;
    });
  };
  return subject;
}

}  // namespace comity::sdk::conformance

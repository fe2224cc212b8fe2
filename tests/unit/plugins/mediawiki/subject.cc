#include <memory>

#include "plugins/mediawiki/mediawiki.h"
#include "plugins/sdk/conformance/json_edit.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {

Subject MediaWikiSubject() {
  static const std::unique_ptr<Connector> connector = mediawiki::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.cases = COMITY_SOURCE_DIR "/plugins/mediawiki/cases";
  subject.polls = COMITY_SOURCE_DIR "/plugins/mediawiki/polls";
  subject.signature_header = "webhook-signature";
  subject.other_secret = kStrangersWebhookSecret;
  subject.signs_time = true;
  subject.sign = SignStandardWebhook;
  // The actor is part of the change itself; cases of their own spoil it. An edit is a bot's, never an account.
  subject.is_account = [](std::string_view name, Json) { return name == "first"; };
  subject.as_bot = [](Json account) { return account.ToText(); };
  subject.unknown = [](Json root) {
    return Rewrite(root, [](const std::string& here, std::string_view, Json) -> std::optional<std::string> {
      return here == "/event" ? std::optional<std::string>("\"page.frobnicated\"") : std::nullopt;
    });
  };
  return subject;
}

}  // namespace comity::sdk::conformance

#include <memory>

#include "plugins/rt/rt.h"
#include "plugins/sdk/conformance/json_edit.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {

Subject RtSubject() {
  static const std::unique_ptr<Connector> connector = rt::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.cases = COMITY_SOURCE_DIR "/plugins/rt/cases";
  subject.polls = COMITY_SOURCE_DIR "/plugins/rt/polls";
  subject.signature_header = "webhook-signature";
  subject.other_secret = kStrangersWebhookSecret;
  subject.signs_time = true;
  subject.sign = SignStandardWebhook;
  subject.is_account = [](std::string_view name, Json) { return name == "Creator" || name == "Requestor"; };
  subject.as_bot = [](Json account) { return account.ToText(); };  // RT says of nobody that it is a machine
  subject.unknown = [](Json root) {
    return Rewrite(root, [](const std::string& here, std::string_view, Json) -> std::optional<std::string> {
      return here == "/event" ? std::optional<std::string>("\"ticket.frobnicated\"") : std::nullopt;
    });
  };
  return subject;
}

}  // namespace comity::sdk::conformance

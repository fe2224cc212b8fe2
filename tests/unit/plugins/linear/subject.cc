#include <memory>

#include "plugins/linear/linear.h"
#include "plugins/sdk/conformance/json_edit.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {

Subject LinearSubject() {
  static const std::unique_ptr<Connector> connector = linear::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.cases = COMITY_SOURCE_DIR "/plugins/linear/cases";
  subject.polls = COMITY_SOURCE_DIR "/plugins/linear/polls";
  subject.signature_header = "Linear-Signature";
  subject.other_secret = "lin_wh_another-secret-of-nobody";
  subject.signs_time = true;
  // The time of sending is in the body, and signed with it.
  subject.sign = [](Delivery& delivery, const std::string& secret, absl::Time when) {
    if (const auto document = JsonDocument::Parse(delivery.body); document.ok()) {
      delivery.body = Rewrite(document->root(), [&](const std::string& pointer, std::string_view, Json) -> std::optional<std::string> {
        return pointer == "/webhookTimestamp" ? std::optional<std::string>(std::to_string(absl::ToUnixMillis(when))) : std::nullopt;
      });
    }
    delivery.SetHeader("Linear-Signature", linear::Sign(secret, delivery.body));
  };
  subject.is_account = [](std::string_view name, Json) {
    return name == "actor" || name == "creator" || name == "assignee" || name == "user";
  };
  subject.as_bot = [](Json account) {
    return "{\"id\":\"" + account.At("/id").IdText() + "\",\"type\":\"oauthClient\",\"app\":true,\"name\":\"Deploy helper\"}";
  };
  subject.unknown = [](Json root) { return WithText(root, root.At("/type").exists() ? "/type" : "/action", "\"Frobnication\""); };
  return subject;
}

}  // namespace comity::sdk::conformance

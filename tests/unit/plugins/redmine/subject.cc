#include <memory>

#include "plugins/redmine/redmine.h"
#include "plugins/sdk/conformance/json_edit.h"
#include "plugins/sdk/signatures.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {
namespace {

// The plugin's deliveries have an id; those of Redmine's own webhooks have none.
bool IsOfThePlugin(const Delivery& delivery) { return !delivery.View().Header("webhook-id").empty(); }

}  // namespace

Subject RedmineSubject() {
  static const std::unique_ptr<Connector> connector = redmine::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.cases = COMITY_SOURCE_DIR "/plugins/redmine/cases";
  subject.polls = COMITY_SOURCE_DIR "/plugins/redmine/polls";
  subject.signature_header = "X-Redmine-Signature-256";
  subject.other_secret = kStrangersWebhookSecret;
  subject.is_standard = IsOfThePlugin;
  subject.sign = [](Delivery& delivery, const std::string& secret, absl::Time when) {
    if (IsOfThePlugin(delivery)) return SignStandardWebhook(delivery, secret, when);
    const HmacHex scheme{HashAlgorithm::kSha256, "sha256=", "X-Redmine-Signature-256"};
    delivery.SetHeader("X-Redmine-Signature-256", scheme.Sign(secret, delivery.body));
  };
  subject.is_account = [](std::string_view name, Json) { return name == "author" || name == "user" || name == "assigned_to"; };
  // Redmine does not tell machines from people; the directory does.
  subject.as_bot = [](Json account) { return "{\"id\":" + account.At("/id").IdText() + ",\"name\":\"Deploy Robot\"}"; };
  subject.unknown = [](Json root) {
    return Rewrite(root, [](const std::string& pointer, std::string_view, Json) -> std::optional<std::string> {
      return pointer == "/type" ? std::optional<std::string>("\"issue.frobnicated\"") : std::nullopt;
    });
  };
  return subject;
}

}  // namespace comity::sdk::conformance

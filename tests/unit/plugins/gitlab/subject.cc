#include <memory>

#include "plugins/gitlab/gitlab.h"
#include "plugins/sdk/conformance/json_edit.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {

Subject GitLabSubject() {
  static const std::unique_ptr<Connector> connector = gitlab::MakeConnector();
  const auto with_text = [](Json root, std::string_view pointer, const std::string& text) {
    return Rewrite(root, [&](const std::string& here, std::string_view, Json) -> std::optional<std::string> {
      return here == pointer ? std::optional<std::string>(text) : std::nullopt;
    });
  };
  Subject subject;
  subject.connector = connector.get();
  subject.cases = COMITY_SOURCE_DIR "/plugins/gitlab/cases";
  subject.polls = COMITY_SOURCE_DIR "/plugins/gitlab/polls";
  subject.signature_header = "webhook-signature";
  subject.other_secret = kStrangersWebhookSecret;
  subject.signs_time = true;
  subject.sign = [](Delivery& delivery, const std::string& secret, absl::Time when) {
    delivery.SetHeader("webhook-id", std::string(net::FindHeader(delivery.headers, "Idempotency-Key")));
    SignStandardWebhook(delivery, secret, when);
  };
  subject.is_account = [](std::string_view, Json value) { return value.At("/username").exists(); };
  subject.as_bot = [with_text](Json account) { return with_text(account, "/username", "\"project_17_bot_3f9a\""); };
  subject.unknown = [with_text](Json root) {
    return with_text(root, root.At("/object_attributes/action").exists() ? "/object_attributes/action" : "/object_kind", "\"frobnicated\"");
  };
  return subject;
}

}  // namespace comity::sdk::conformance

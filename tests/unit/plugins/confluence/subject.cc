#include <memory>

#include "plugins/confluence/confluence.h"
#include "plugins/sdk/conformance/json_edit.h"
#include "plugins/sdk/signatures.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {

Subject ConfluenceSubject() {
  static const std::unique_ptr<Connector> connector = confluence::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.cases = COMITY_SOURCE_DIR "/plugins/confluence/cases";
  subject.polls = COMITY_SOURCE_DIR "/plugins/confluence/polls";
  subject.signature_header = "X-Hub-Signature";
  subject.other_secret = "another-secret-of-nobody";
  subject.sign = [](Delivery& delivery, const std::string& secret, absl::Time) {
    const HmacHex scheme{HashAlgorithm::kSha256, "sha256=", "X-Hub-Signature"};
    delivery.SetHeader("X-Hub-Signature", scheme.Sign(secret, delivery.body));
  };
  // Hooks name people by their keys alone, and do not tell machines from people; the directory does.
  subject.is_account = [](std::string_view name, Json) { return name == "userKey" || name == "creatorKey"; };
  subject.as_bot = [](Json account) { return account.ToText(); };
  subject.unknown = [](Json root) { return WithText(root, "/event", "\"page_frobnicated\""); };
  return subject;
}

}  // namespace comity::sdk::conformance

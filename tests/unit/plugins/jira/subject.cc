#include <memory>

#include "plugins/jira/jira.h"
#include "plugins/sdk/conformance/json_edit.h"
#include "plugins/sdk/signatures.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {
Subject JiraSubject() {
  static const std::unique_ptr<Connector> connector = jira::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.cases = COMITY_SOURCE_DIR "/plugins/jira/cases";
  subject.polls = COMITY_SOURCE_DIR "/plugins/jira/polls";
  subject.signature_header = "X-Hub-Signature";
  subject.other_secret = "another-secret-of-nobody";
  subject.sign = [](Delivery& delivery, const std::string& secret, absl::Time) {
    const HmacHex scheme{HashAlgorithm::kSha256, "sha256=", "X-Hub-Signature"};
    delivery.SetHeader("X-Hub-Signature", scheme.Sign(secret, delivery.body));
  };
  subject.is_account = [](std::string_view, Json value) { return value.At("/accountId").exists(); };
  subject.as_bot = [](Json account) { return WithText(account, "/accountType", "\"app\""); };
  subject.unknown = [](Json root) { return WithText(root, "/webhookEvent", "\"sprint_frobnicated\""); };
  return subject;
}

}  // namespace comity::sdk::conformance

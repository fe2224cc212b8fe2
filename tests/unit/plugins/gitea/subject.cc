// Gitea and Forgejo as the conformance kit sees them.
#include <memory>

#include "plugins/gitea/gitea.h"
#include "plugins/sdk/conformance/json_edit.h"
#include "plugins/sdk/signatures.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {
namespace {

Subject SubjectOf(const Connector* connector, const std::string& folder, const std::string& signature_header) {
  Subject subject;
  subject.connector = connector;
  subject.cases = COMITY_SOURCE_DIR "/plugins/gitea/" + folder;
  subject.signature_header = signature_header;
  subject.other_secret = "another-secret-of-nobody";
  subject.sign = [signature_header](Delivery& delivery, const std::string& secret, absl::Time) {
    const HmacHex scheme{HashAlgorithm::kSha256, "", signature_header};
    delivery.SetHeader(signature_header, scheme.Sign(secret, delivery.body));
  };
  subject.is_account = [](std::string_view name, Json value) { return name != "owner" && value.At("/login").exists(); };
  subject.as_bot = [](Json account) { return WithText(account, "/login", "\"tidy[bot]\""); };
  subject.unknown = [](Json root) { return WithText(root, "/action", "\"frobnicated\""); };
  return subject;
}

}  // namespace

Subject GiteaSubject() {
  static const std::unique_ptr<Connector> connector = gitea::MakeConnector();
  Subject subject = SubjectOf(connector.get(), "cases", "X-Gitea-Signature");
  subject.polls = COMITY_SOURCE_DIR "/plugins/gitea/polls";
  return subject;
}

Subject ForgejoSubject() {
  static const std::unique_ptr<Connector> connector = gitea::MakeForgejoConnector();
  Subject subject = SubjectOf(connector.get(), "forgejo_cases", "X-Forgejo-Signature");
  subject.polls = COMITY_SOURCE_DIR "/plugins/gitea/forgejo_polls";
  return subject;
}

}  // namespace comity::sdk::conformance

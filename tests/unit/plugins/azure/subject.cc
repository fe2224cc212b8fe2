#include <memory>

#include "absl/strings/escaping.h"
#include "plugins/azure/azure.h"
#include "plugins/sdk/conformance/json_edit.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {

Subject AzureDevOpsSubject() {
  static const std::unique_ptr<Connector> connector = azure_devops::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.cases = COMITY_SOURCE_DIR "/plugins/azure/cases";
  subject.polls = COMITY_SOURCE_DIR "/plugins/azure/polls";
  subject.signature_header = "Authorization";
  subject.other_secret = "another-secret-of-nobody";
  subject.signs_body = false;
  subject.sign = [](Delivery& delivery, const std::string& secret, absl::Time) {
    delivery.SetHeader("Authorization", "Basic " + absl::Base64Escape("comity:" + secret));
  };
  subject.is_account = [](std::string_view, Json value) { return value.At("/descriptor").exists(); };
  subject.as_bot = [](Json account) { return WithText(account, "/descriptor", "\"svc.N2Q4\""); };
  subject.unknown = [](Json root) {
    return root.At("/eventType").exists() ? WithText(root, "/eventType", "\"workitem.frobnicated\"") : root.ToText();
  };
  return subject;
}

}  // namespace comity::sdk::conformance

#include "tests/unit/plugins/wake_subjects.h"

#include <optional>
#include <string>

#include "plugins/sdk/conformance/json_edit.h"
#include "plugins/sdk/subscription.h"

namespace comity::sdk::conformance {
namespace {

std::string TokenOf(std::string source, const std::string& secret, std::string_view name) {
  Source with;
  with.id = std::move(source);
  with.secrets = {secret};
  return SubscriptionToken(with, name);
}

}  // namespace

void AddGoogleHooks(Subject& subject) {
  subject.cases = COMITY_SOURCE_DIR "/plugins/google/cases";
  subject.signature_header = "X-Goog-Channel-Token";
  subject.other_secret = "another-secret-of-nobody";
  subject.sign = [](Delivery& delivery, const std::string& secret, absl::Time) {
    delivery.SetHeader("X-Goog-Channel-Token", TokenOf("google-acme", secret, delivery.View().Header("X-Goog-Channel-ID")));
  };
}

void AddGraphHooks(Subject& subject) {
  subject.cases = COMITY_SOURCE_DIR "/plugins/graph/cases";
  subject.other_secret = "another-secret-of-nobody";
  subject.sign = [](Delivery& delivery, const std::string& secret, absl::Time) {
    const absl::StatusOr<JsonDocument> document = JsonDocument::Parse(delivery.body);
    if (!document.ok()) return;
    delivery.body = Rewrite(document->root(), [&](const std::string&, std::string_view name, Json value) -> std::optional<std::string> {
      if (name != "clientState" || value.Text().size() != 32) return std::nullopt;
      return "\"" + TokenOf("graph-acme", secret, value.Text()) + "\"";
    });
  };
}

}  // namespace comity::sdk::conformance

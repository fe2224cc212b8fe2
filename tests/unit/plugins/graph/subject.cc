#include <memory>

#include "plugins/graph/graph.h"
#include "plugins/sdk/conformance/json_edit.h"
#include "plugins/sdk/subscription.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {
namespace {

constexpr size_t kNameBytes = 32;

// Cases write a subscription's name as its state; its token takes the name's place. What is no name stays as it is.
void Sign(Delivery& delivery, const std::string& secret, absl::Time) {
  const absl::StatusOr<JsonDocument> document = JsonDocument::Parse(delivery.body);
  if (!document.ok()) return;
  Source source;
  source.id = "graph-acme";
  source.secrets = {secret};
  delivery.body = Rewrite(document->root(), [&](const std::string&, std::string_view name, Json value) -> std::optional<std::string> {
    if (name != "clientState" || value.Text().size() != kNameBytes) return std::nullopt;
    return "\"" + SubscriptionToken(source, value.Text()) + "\"";
  });
}

}  // namespace

Subject MicrosoftGraphSubject() {
  static const std::unique_ptr<Connector> connector = microsoft_graph::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.polls = COMITY_SOURCE_DIR "/plugins/graph/polls";
  subject.cases = COMITY_SOURCE_DIR "/plugins/graph/cases";
  subject.other_secret = "another-secret-of-nobody";
  subject.sign = Sign;
  subject.declassified_by = {{"subject", "keep_titles"}};
  return subject;
}

}  // namespace comity::sdk::conformance

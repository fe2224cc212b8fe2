// The Azure DevOps connector: an Authorization header until the first line's end, then a body.
#include <memory>
#include <string>

#include "plugins/azure/azure.h"
#include "plugins/sdk/conformance/conformance.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::unique_ptr<comity::sdk::Connector> connector = comity::azure_devops::MakeConnector();
  static const comity::sdk::Source source{.id = "s",
                                          .suite = "azure-devops",
                                          .instance = "dev.azure.com/acme",
                                          .secrets = {"a secret that no input holds"},
                                          .config = {{"confidential_areas", "Shop/Security"}}};
  std::string_view body = comity::fuzz::Text(data, size);
  const std::string authorization(comity::fuzz::TakeUntil(body, '\n'));
  const absl::Time now = absl::FromUnixSeconds(1'788'343'200);
  const comity::net::Headers headers = {{"Content-Type", "application/json"}, {"Authorization", authorization}};
  const comity::sdk::Request request{"POST", "/in/s", "", &headers, body};
  comity::fuzz::Require(connector->Verify(request, source, now) == comity::sdk::Auth::kUnauthenticated, "nobody guesses the secret");
  const auto parsed = connector->Parse(request, source, now);
  if (!parsed.ok()) return 0;
  comity::fuzz::Require(parsed->facts.empty() != parsed->ignored.empty(), "facts, or a reason for none");
  for (const comity::v1::Fact& fact : parsed->facts) {
    comity::fuzz::Require(comity::sdk::conformance::OutOfBounds(fact).empty(), "facts are within the API's bounds");
    comity::fuzz::Require(!fact.object_id().empty() && !fact.subject().id().empty(), "facts have ids");
  }
  return 0;
}

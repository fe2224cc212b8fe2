// What the extension inside Request Tracker sends.
#include <memory>

#include "plugins/rt/rt.h"
#include "plugins/sdk/conformance/conformance.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::unique_ptr<comity::sdk::Connector> connector = comity::rt::MakeConnector();
  static const comity::sdk::Source source{
      .id = "s", .suite = "rt", .instance = "rt.acme.example", .secrets = {"secret"}, .config = {{"confidential_queues", "Payroll"}}};
  const comity::net::Headers headers = {{"Content-Type", "application/json"}};
  const comity::sdk::Request request{"POST", "/in/s", "", &headers, comity::fuzz::Text(data, size)};
  const auto parsed = connector->Parse(request, source, absl::FromUnixSeconds(1'788'343'200));
  if (!parsed.ok()) return 0;
  comity::fuzz::Require(parsed->facts.empty() != parsed->ignored.empty(), "facts, or a reason for none");
  for (const comity::v1::Fact& fact : parsed->facts) {
    comity::fuzz::Require(comity::sdk::conformance::OutOfBounds(fact).empty(), "facts are within the API's bounds");
    comity::fuzz::Require(!fact.confidential() || fact.subject().title().empty(), "what is confidential has no title");
  }
  return 0;
}

// The generic connector: a body.
#include <memory>

#include "plugins/generic/generic.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::unique_ptr<comity::sdk::Connector> connector = comity::generic::MakeConnector();
  static const comity::sdk::Source source{.id = "s", .suite = "generic", .instance = "i", .secrets = {}, .config = {}};
  const comity::net::Headers headers = {{"Content-Type", "application/cloudevents+json"}};
  const comity::sdk::Request request{"POST", "/in/s", "", &headers, comity::fuzz::Text(data, size)};
  const auto parsed = connector->Parse(request, source, absl::FromUnixSeconds(1'788'343'200));
  if (!parsed.ok()) return 0;
  for (const comity::v1::Fact& fact : parsed->facts) {
    comity::fuzz::Require(fact.suite() == source.suite && fact.instance() == source.instance, "a source speaks for itself alone");
    comity::fuzz::Require(fact.assurance() == comity::v1::ASSURANCE_SIGNED, "the sender does not say how sure the host is");
  }
  return 0;
}

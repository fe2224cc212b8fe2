// What the extension inside MediaWiki sends.
#include <memory>

#include "plugins/mediawiki/mediawiki.h"
#include "plugins/sdk/conformance/conformance.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using comity::fuzz::Require;
  static const std::unique_ptr<comity::sdk::Connector> connector = comity::mediawiki::MakeConnector();
  static const comity::sdk::Source source{.id = "s",
                                          .suite = "mediawiki",
                                          .instance = "wiki.acme.example",
                                          .secrets = {"secret"},
                                          .config = {{"confidential_namespaces", "3000"}}};
  const comity::net::Headers headers = {{"Content-Type", "application/json"}};
  const comity::sdk::Request request{"POST", "/in/s", "", &headers, comity::fuzz::Text(data, size)};
  const auto parsed = connector->Parse(request, source, absl::FromUnixSeconds(1'788'343'200));
  if (!parsed.ok()) return 0;
  Require(parsed->facts.empty() != parsed->ignored.empty(), "facts, or a reason for none");
  for (const comity::v1::Fact& fact : parsed->facts) {
    Require(comity::sdk::conformance::OutOfBounds(fact).empty(), "facts are within the API's bounds");
    Require(!fact.confidential() || (fact.subject().key().empty() && fact.subject().title().empty() && fact.subject().uri().empty()),
            "a confidential page has no name");
  }
  return 0;
}

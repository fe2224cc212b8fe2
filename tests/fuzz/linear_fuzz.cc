// The Linear connector: a body.
#include <memory>

#include "plugins/linear/linear.h"
#include "plugins/sdk/conformance/conformance.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::unique_ptr<comity::sdk::Connector> connector = comity::linear::MakeConnector();
  static const comity::sdk::Source source{.id = "s",
                                          .suite = "linear",
                                          .instance = "linear.app",
                                          .secrets = {"secret"},
                                          .config = {{"wont_do_states", "Known limit"}, {"confidential_teams", "SEC"}}};
  const std::string_view body = comity::fuzz::Text(data, size);
  const absl::Time now = absl::FromUnixSeconds(1'788'343'200);
  const comity::net::Headers headers = {{"Content-Type", "application/json"}, {"Linear-Signature", comity::linear::Sign("secret", body)}};
  const comity::sdk::Request request{"POST", "/in/s", "", &headers, body};
  const comity::sdk::Auth auth = connector->Verify(request, source, now);
  comity::fuzz::Require(auth == comity::sdk::Auth::kOk || auth == comity::sdk::Auth::kStale, "a good signature is old at worst");
  const auto parsed = connector->Parse(request, source, now);
  if (!parsed.ok()) return 0;
  comity::fuzz::Require(parsed->facts.empty() != parsed->ignored.empty(), "facts, or a reason for none");
  for (const comity::v1::Fact& fact : parsed->facts) {
    comity::fuzz::Require(comity::sdk::conformance::OutOfBounds(fact).empty(), "facts are within the API's bounds");
    comity::fuzz::Require(!fact.object_id().empty() && !fact.subject().id().empty(), "facts have ids");
  }
  return 0;
}

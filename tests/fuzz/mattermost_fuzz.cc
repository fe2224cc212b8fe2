// Mattermost's slash commands: a form.
#include <memory>

#include "plugins/mattermost/mattermost.h"
#include "plugins/sdk/conformance/conformance.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::unique_ptr<comity::sdk::Connector> connector = comity::mattermost::MakeConnector();
  static const comity::sdk::Source source{
      .id = "s", .suite = "mattermost", .instance = "chat.acme.example", .secrets = {"secret"}, .config = {}};
  static const comity::net::Headers headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  const comity::sdk::Request request{"POST", "/in/s", "", &headers, comity::fuzz::Text(data, size)};
  const absl::Time now = absl::FromUnixSeconds(1'788'343'200);
  const comity::sdk::Auth auth = connector->Verify(request, source, now);
  comity::fuzz::Require(
      auth != comity::sdk::Auth::kOk || request.body.find("secret") != request.body.npos || request.body.find('%') != request.body.npos,
      "who does not show the secret is nobody");
  const auto parsed = connector->Parse(request, source, now);
  if (!parsed.ok()) return 0;
  comity::fuzz::Require(parsed->facts.empty() != parsed->ignored.empty(), "facts, or a reason for none");
  comity::fuzz::Require(parsed->facts.size() <= 10, "ten people at most");
  comity::fuzz::Require(parsed->reply.status == 200 && parsed->reply.body.size() < 20'000, "every command is answered, shortly");
  for (const comity::v1::Fact& fact : parsed->facts) {
    comity::fuzz::Require(comity::sdk::conformance::OutOfBounds(fact).empty(), "facts are within the API's bounds");
    comity::fuzz::Require(fact.actor().id() != fact.target().id(), "nobody nominates themselves");
  }
  return 0;
}

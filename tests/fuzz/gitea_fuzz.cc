// The connector of Gitea and Forgejo: an event's name, a line feed, a body.
#include <memory>

#include "plugins/gitea/gitea.h"
#include "plugins/sdk/conformance/conformance.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::unique_ptr<comity::sdk::Connector> connector = comity::gitea::MakeConnector();
  static const comity::sdk::Source source{.id = "s", .suite = "gitea", .instance = "git.example", .secrets = {"secret"}, .config = {}};
  std::string_view rest = comity::fuzz::Text(data, size);
  const std::string event(comity::fuzz::TakeUntil(rest, '\n'));
  const comity::net::Headers headers = {{"X-Gitea-Event-Type", event}, {"Content-Type", "application/json"}};
  const comity::sdk::Request request{"POST", "/in/s", "", &headers, rest};
  const auto parsed = connector->Parse(request, source, absl::FromUnixSeconds(1'788'343'200));
  if (!parsed.ok()) return 0;
  comity::fuzz::Require(parsed->facts.empty() != parsed->ignored.empty(), "facts, or a reason for none");
  for (const comity::v1::Fact& fact : parsed->facts) {
    comity::fuzz::Require(comity::sdk::conformance::OutOfBounds(fact).empty(), "facts are within the API's bounds");
  }
  return 0;
}

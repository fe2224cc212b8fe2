// Confluence's API as the poll reads it. The first byte says which answer the rest is, and of which deployment: 0 and 2 the pages that
// changed, 1 and 3 a page's versions; the other is sound.
#include <memory>
#include <string>

#include "plugins/confluence/confluence.h"
#include "plugins/sdk/conformance/conformance.h"
#include "plugins/sdk/conformance/talk.h"
#include "tests/fuzz/input.h"

namespace {

constexpr std::string_view kPages =
    R"({"results":[{"id":"65601","type":"page","title":"t","space":{"key":"OPS"},"history":{"createdBy":{"type":"known","userKey":"k1"}},
"version":{"number":2,"when":"2026-09-02T09:30:00.000Z"}}]})";
constexpr std::string_view kVersions =
    R"({"results":[{"number":2,"when":"2026-09-02T09:30:00.000Z","by":{"type":"known","userKey":"k2"},"message":"Reverted from v. 1"}]})";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using comity::fuzz::Require;
  static const std::unique_ptr<comity::sdk::Connector> connector = comity::confluence::MakeConnector();
  if (size == 0) return 0;
  const std::string_view rest = comity::fuzz::Text(data + 1, size - 1);
  const bool versions = data[0] % 2 == 1, cloud = data[0] % 4 > 1;
  const comity::sdk::Source source{.id = "s",
                                   .suite = "confluence",
                                   .instance = cloud ? "acme.atlassian.net" : "wiki.acme.example",
                                   .secrets = {},
                                   .config = {{"confidential_spaces", "HR"}},
                                   .polls = true};
  const comity::sdk::Poll poll{absl::FromUnixSeconds(1'788'343'200), absl::FromUnixSeconds(1'788'256'800), absl::Minutes(5), {}};
  const auto walked = comity::sdk::conformance::Walk(
      *connector, source, poll,
      [&](const comity::sdk::Fetch& fetch) {
        const bool asked = fetch.path.find("/version?") != fetch.path.npos;
        return comity::net::Response{200, {}, std::string(asked == versions ? rest : asked ? kVersions : kPages)};
      },
      200);
  for (const std::string& path : walked.asked) {
    Require(path.starts_with("/rest/") && path.find_first_of("\n ") == path.npos && path.find("/../") == path.npos, "requests are paths");
  }
  for (const comity::v1::Fact& fact : walked.facts) {
    Require(comity::sdk::conformance::OutOfBounds(fact).empty(), "facts are within the API's bounds");
    Require(fact.assurance() == comity::v1::ASSURANCE_POLLED, "facts say that they were polled");
    Require(!fact.confidential() || (fact.subject().title().empty() && fact.subject().key().empty()), "what is confidential has no name");
  }
  for (const auto& [stream, cursor] : walked.cursors) {
    Require(!stream.empty() && stream.size() <= 400 && cursor.size() <= 400, "cursors are short");
  }
  return 0;
}

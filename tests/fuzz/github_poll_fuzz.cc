// GitHub's API as the poll reads it. The first byte says which answer the rest is: 0 an organisation's repositories, 1 a repository, 2 its
// tickets, 3 a pull request, 4 a timeline, 5 the hooks, 6 their deliveries, 7 a delivery, 8 the link to older deliveries; the others are
// sound.
#include <iterator>
#include <memory>
#include <string>

#include "plugins/github/github.h"
#include "plugins/sdk/conformance/conformance.h"
#include "plugins/sdk/conformance/talk.h"
#include "tests/fuzz/input.h"

namespace {

constexpr std::string_view kSound[] = {
    R"([{"id":7001,"full_name":"acme/billing","owner":{"login":"acme","id":9000,"type":"Organization"}}])",
    R"({"id":7002,"full_name":"other/tool","default_branch":"main"})",
    R"([{"id":1,"number":12,"user":{"id":11,"login":"a","type":"User"},"created_at":"2026-09-02T09:00:00Z","updated_at":"2026-09-02T09:30:00Z"},
{"id":2,"node_id":"PR_kwDNG1nNH0M","number":40,"pull_request":{},"user":{"id":11,"login":"a","type":"User"},"created_at":"2026-09-02T09:00:00Z","updated_at":"2026-09-02T09:31:00Z"}])",
    R"({"id":8003,"number":40,"user":{"id":11,"login":"a","type":"User"},"created_at":"2026-09-02T09:00:00Z","merged":true,"merged_at":"2026-09-02T09:31:00Z","body":"Fixes #12"})",
    R"([{"event":"closed","id":5,"actor":{"id":12,"login":"b","type":"User"},"created_at":"2026-09-02T09:30:00Z"}])",
    R"([{"id":42,"config":{"url":"https://hooks.example/in/s"}}])",
    R"([{"id":72,"guid":"g1","delivered_at":"2026-09-02T09:31:00Z","redelivery":true,"status_code":502,"event":"issues","action":"deleted"},
{"id":71,"guid":"g1","delivered_at":"2026-09-02T09:30:00Z","redelivery":false,"status_code":0,"event":"issues","action":"deleted"}])",
    R"({"event":"issues","delivered_at":"2026-09-02T09:30:00Z","request":{"payload":{"action":"deleted","issue":{"id":1,"number":12,
"updated_at":"2026-09-02T09:30:00Z"},"repository":{"id":7001,"full_name":"acme/billing"},"sender":{"id":12,"login":"b","type":"User"}}}})",
    R"(<https://api.github.com/organizations/9000/hooks/42/deliveries?per_page=100&cursor=v1_71>; rel="next")",
};
constexpr size_t kLink = 8;

size_t StageOf(std::string_view path) {
  if (path.find("/hooks?") != std::string_view::npos) return 5;
  if (path.find("/deliveries?") != std::string_view::npos) return 6;
  if (path.find("/deliveries/") != std::string_view::npos) return 7;
  if (path.starts_with("/orgs/")) return 0;
  if (path.find("/timeline?") != std::string_view::npos) return 4;
  if (path.find("/pulls/") != std::string_view::npos) return 3;
  return path.find("/issues?") != std::string_view::npos ? 2 : 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using comity::fuzz::Require;
  static const std::unique_ptr<comity::sdk::Connector> connector = comity::github::MakeConnector();
  static const comity::sdk::Source source{
      .id = "s",
      .suite = "github",
      .instance = "github.com",
      .secrets = {},
      .config = {{"organisation", "acme"}, {"repositories", "other/tool"}, {"recover_deliveries", "true"}},
      .polls = true};
  if (size == 0) return 0;
  const std::string_view rest = comity::fuzz::Text(data + 1, size - 1);
  const size_t stage = data[0] % std::size(kSound);
  const comity::sdk::Poll poll{absl::FromUnixSeconds(1'788'343'200), absl::FromUnixSeconds(1'788'256'800), absl::Minutes(5), {}};
  const auto walked = comity::sdk::conformance::Walk(
      *connector, source, poll,
      [&](const comity::sdk::Fetch& fetch) {
        const size_t asked = StageOf(fetch.path);
        const comity::net::Headers headers = {{"Link", std::string(stage == kLink ? rest : kSound[kLink])}};
        return comity::net::Response{200, headers, std::string(asked == stage ? rest : kSound[asked])};
      },
      200);
  for (const std::string& path : walked.asked) Require(path.starts_with('/') && path.find('\n') == path.npos, "requests are paths");
  for (const comity::v1::Fact& fact : walked.facts) {
    Require(comity::sdk::conformance::OutOfBounds(fact).empty(), "facts are within the API's bounds");
    Require(fact.assurance() == comity::v1::ASSURANCE_POLLED, "facts say that they were polled");
  }
  for (const auto& [stream, cursor] : walked.cursors)
    Require(!stream.empty() && stream.size() <= 400 && cursor.size() <= 400, "cursors are short");
  return 0;
}

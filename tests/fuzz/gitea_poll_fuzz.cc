// Gitea's API as the poll reads it. The first byte says which answer the rest is: 0 an organisation's repositories, 1 a repository, 2 its
// tickets, 3 a pull request, 4 its reviews, 5 a timeline, 6 how many items a list says there are; the others are sound.
#include <iterator>
#include <memory>
#include <string>

#include "plugins/gitea/gitea.h"
#include "plugins/sdk/conformance/conformance.h"
#include "plugins/sdk/conformance/talk.h"
#include "tests/fuzz/input.h"

namespace {

constexpr std::string_view kSound[] = {
    R"([{"id":61,"full_name":"acme/billing","owner":{"login":"acme","id":9}}])",
    R"({"id":62,"full_name":"other/tool","default_branch":"main"})",
    R"([{"id":1,"number":12,"user":{"id":11,"login":"a"},"created_at":"2026-09-02T09:00:00Z","updated_at":"2026-09-02T09:30:00Z",
"closed_at":"2026-09-02T09:30:00Z"},
{"id":2,"number":40,"pull_request":{},"user":{"id":11,"login":"a"},"created_at":"2026-09-02T09:00:00Z","updated_at":"2026-09-02T09:31:00Z"}])",
    R"({"id":83,"number":40,"user":{"id":11,"login":"a"},"created_at":"2026-09-02T09:00:00Z","merged":true,"merged_at":"2026-09-02T09:31:00Z","body":"Fixes #12"})",
    R"([{"id":50,"user":{"id":12,"login":"b"},"state":"APPROVED","comments_count":25}])",
    R"([{"id":5,"type":"close","user":{"id":12,"login":"b"},"created_at":"2026-09-02T09:30:00Z"},
{"id":6,"type":"review","review_id":50,"user":{"id":12,"login":"b"},"created_at":"2026-09-02T09:30:00Z"}])",
    "2",
};
constexpr size_t kTotal = 6;

size_t StageOf(std::string_view path) {
  if (path.starts_with("/api/v1/orgs/")) return 0;
  if (path.find("/timeline?") != std::string_view::npos) return 5;
  if (path.find("/reviews?") != std::string_view::npos) return 4;
  if (path.find("/pulls/") != std::string_view::npos) return 3;
  return path.find("/issues?") != std::string_view::npos ? 2 : 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using comity::fuzz::Require;
  static const std::unique_ptr<comity::sdk::Connector> connector = comity::gitea::MakeConnector();
  static const comity::sdk::Source source{.id = "s",
                                          .suite = "gitea",
                                          .instance = "git.example",
                                          .secrets = {},
                                          .config = {{"organisation", "acme"}, {"repositories", "other/tool"}},
                                          .polls = true};
  if (size == 0) return 0;
  const std::string_view rest = comity::fuzz::Text(data + 1, size - 1);
  const size_t stage = data[0] % std::size(kSound);
  const comity::sdk::Poll poll{absl::FromUnixSeconds(1'788'343'200), absl::FromUnixSeconds(1'788'256'800), absl::Minutes(5), {}};
  const auto walked = comity::sdk::conformance::Walk(
      *connector, source, poll,
      [&](const comity::sdk::Fetch& fetch) {
        const size_t asked = StageOf(fetch.path);
        const comity::net::Headers headers = {{"X-Total-Count", std::string(stage == kTotal ? rest : kSound[kTotal])}};
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

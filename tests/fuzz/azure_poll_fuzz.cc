// Azure DevOps' API as the poll reads it. The first byte says which answer the rest is: 0 numbers, 1 items, 2 updates; the others are
// sound.
#include <iterator>
#include <memory>
#include <string>

#include "plugins/azure/azure.h"
#include "plugins/sdk/conformance/conformance.h"
#include "plugins/sdk/conformance/talk.h"
#include "tests/fuzz/input.h"

namespace {

constexpr std::string_view kSound[] = {
    R"({"workItems":[{"id":312}]})",
    R"({"value":[{"id":312,"fields":{"System.ChangedDate":"2026-09-02T09:30:00.1234567Z","System.CreatedDate":"2026-09-02T09:00:00Z",
"System.State":"Resolved","System.Reason":"Fixed","System.AreaPath":"Shop\\Payments","System.CreatedBy":{"id":"a"}}}]})",
    R"({"value":[{"id":1,"rev":1,"fields":{"System.State":{"newValue":"New"}}},{"id":2,"rev":2,"revisedBy":{"id":"b"},
"fields":{"System.State":{"oldValue":"New","newValue":"Resolved"},"System.ChangedDate":{"newValue":"2026-09-02T09:30:00Z"}}}]})",
};

size_t StageOf(std::string_view path) {
  if (path.find("/updates?") != std::string_view::npos) return 2;
  return path.find("/workitems?") != std::string_view::npos ? 1 : 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using comity::fuzz::Require;
  static const std::unique_ptr<comity::sdk::Connector> connector = comity::azure_devops::MakeConnector();
  if (size == 0) return 0;
  const std::string_view rest = comity::fuzz::Text(data + 1, size - 1);
  const size_t stage = data[0] % std::size(kSound);
  const comity::sdk::Poll poll{absl::FromUnixSeconds(1'788'343'200), absl::FromUnixSeconds(1'788'256'800), absl::Minutes(5), {}};
  const comity::sdk::Source source{.id = "s",
                                   .suite = "azure-devops",
                                   .instance = "dev.azure.com/acme",
                                   .secrets = {},
                                   .config = {{"projects", "Web Shop"}},
                                   .polls = true};
  const auto walked = comity::sdk::conformance::Walk(
      *connector, source, poll,
      [&](const comity::sdk::Fetch& fetch) {
        const size_t asked = StageOf(fetch.path);
        return comity::net::Response{200, {}, std::string(asked == stage ? rest : kSound[asked])};
      },
      100);
  for (const std::string& asked : walked.asked) {
    Require(
        (asked.starts_with("/_apis/wit/work") || asked.starts_with("POST /Web%20Shop/_apis/wit/wiql?")) && asked.find('\n') == asked.npos,
        "requests are paths");
  }
  for (const comity::v1::Fact& fact : walked.facts) {
    Require(comity::sdk::conformance::OutOfBounds(fact).empty(), "facts are within the API's bounds");
    Require(fact.assurance() == comity::v1::ASSURANCE_POLLED, "facts say that they were polled");
  }
  for (const auto& [stream, cursor] : walked.cursors) {
    Require(!stream.empty() && stream.size() <= 400 && cursor.size() <= 400, "cursors are short");
  }
  return 0;
}

// Jira's API as the poll reads it. The first byte says which answer the rest is: 0 the statuses, 1 a search, 2 a changelog, 3 comments; the
// others are sound.
#include <iterator>
#include <memory>
#include <string>

#include "plugins/jira/jira.h"
#include "plugins/sdk/conformance/conformance.h"
#include "plugins/sdk/conformance/talk.h"
#include "tests/fuzz/input.h"

namespace {

constexpr std::string_view kSound[] = {
    R"([{"id":"3","statusCategory":{"key":"indeterminate"}},{"id":"10001","statusCategory":{"key":"done"}}])",
    R"({"issues":[{"id":"10312","key":"SHOP-12","fields":{"created":"2026-09-02T09:00:00.000+0000","updated":"2026-09-02T09:30:00.000+0000",
"status":{"id":"10001","statusCategory":{"key":"done"}},"reporter":{"accountId":"a"}},"changelog":{"total":140,"histories":[]}}],"isLast":true})",
    R"({"values":[{"id":"7","created":"2026-09-02T09:30:00.000+0000","author":{"accountId":"b"},"items":[{"field":"status","from":"3","to":"10001"}]}]})",
    R"({"total":1,"comments":[{"id":"5","created":"2026-09-02T09:10:00.000+0000","author":{"accountId":"b"}}]})",
};

size_t StageOf(std::string_view path) {
  if (path.ends_with("/status")) return 0;
  if (path.find("/changelog?") != std::string_view::npos) return 2;
  return path.find("/comment?") != std::string_view::npos ? 3 : 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using comity::fuzz::Require;
  static const std::unique_ptr<comity::sdk::Connector> connector = comity::jira::MakeConnector();
  if (size == 0) return 0;
  const std::string_view rest = comity::fuzz::Text(data + 1, size - 1);
  const size_t stage = data[0] % std::size(kSound);
  const comity::sdk::Poll poll{absl::FromUnixSeconds(1'788'343'200), absl::FromUnixSeconds(1'788'256'800), absl::Minutes(5), {}};
  for (const char* deployment : {"cloud", "data_center"}) {
    const comity::sdk::Source source{.id = "s",
                                     .suite = "jira",
                                     .instance = "jira.example.org",
                                     .secrets = {},
                                     .config = {{"projects", "SHOP"}, {"deployment", deployment}},
                                     .polls = true};
    const auto walked = comity::sdk::conformance::Walk(
        *connector, source, poll,
        [&](const comity::sdk::Fetch& fetch) {
          const size_t asked = StageOf(fetch.path);
          return comity::net::Response{200, {}, std::string(asked == stage ? rest : kSound[asked])};
        },
        200);
    for (const std::string& asked : walked.asked) {
      Require((asked.starts_with("/rest/api/") || asked.starts_with("POST /rest/api/3/search/jql {")) && asked.find('\n') == asked.npos,
              "requests are paths");
    }
    for (const comity::v1::Fact& fact : walked.facts) {
      Require(comity::sdk::conformance::OutOfBounds(fact).empty(), "facts are within the API's bounds");
      Require(fact.assurance() == comity::v1::ASSURANCE_POLLED, "facts say that they were polled");
    }
    for (const auto& [stream, cursor] : walked.cursors) {
      Require(!stream.empty() && stream.size() <= 400 && cursor.size() <= 400, "cursors are short");
    }
  }
  return 0;
}

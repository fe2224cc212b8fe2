// Linear's API as the poll reads it. The first byte says which answer the rest is: 0 issues, 1 comments, 2 a history; the others are sound.
#include <iterator>
#include <memory>
#include <string>

#include "plugins/linear/linear.h"
#include "plugins/sdk/conformance/conformance.h"
#include "plugins/sdk/conformance/talk.h"
#include "tests/fuzz/input.h"

namespace {

constexpr std::string_view kSound[] = {
    R"({"data":{"issues":{"nodes":[{"id":"i","identifier":"PAY-12","createdAt":"2026-09-02T09:00:00Z","updatedAt":"2026-09-02T09:30:00Z",
"state":{"type":"completed"},"team":{"key":"PAY"},"creator":{"id":"a"},"history":{"nodes":[],"pageInfo":{"hasNextPage":true,"endCursor":"c"}}}],
"pageInfo":{"hasNextPage":false}}}})",
    R"({"data":{"comments":{"nodes":[{"id":"c","createdAt":"2026-09-02T09:10:00Z","user":{"id":"b"},"issue":{"id":"i"}}],"pageInfo":{}}}})",
    R"({"data":{"issue":{"id":"i","createdAt":"2026-09-02T09:00:00Z","state":{"type":"completed"},"history":{"nodes":[{"id":"h",
"createdAt":"2026-09-02T09:30:00Z","actor":{"id":"b"},"fromState":{"type":"started"},"toState":{"type":"completed","name":"Done"}}]}}}})",
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using comity::fuzz::Require;
  static const std::unique_ptr<comity::sdk::Connector> connector = comity::linear::MakeConnector();
  if (size == 0) return 0;
  const std::string_view rest = comity::fuzz::Text(data + 1, size - 1);
  const size_t stage = data[0] % std::size(kSound);
  const comity::sdk::Poll poll{absl::FromUnixSeconds(1'788'343'200), absl::FromUnixSeconds(1'788'256'800), absl::Minutes(5), {}};
  const comity::sdk::Source source{
      .id = "s", .suite = "linear", .instance = "linear.app", .secrets = {}, .config = {{"teams", "PAY"}}, .polls = true};
  const auto walked = comity::sdk::conformance::Walk(
      *connector, source, poll,
      [&](const comity::sdk::Fetch& fetch) {
        const size_t asked = fetch.body.find("issues(") != std::string::npos     ? 0
                             : fetch.body.find("comments(") != std::string::npos ? 1
                                                                                 : 2;
        return comity::net::Response{200, {}, std::string(asked == stage ? rest : kSound[asked])};
      },
      100);
  for (const std::string& asked : walked.asked) Require(asked.starts_with("POST /graphql {"), "requests go to one place");
  for (const comity::v1::Fact& fact : walked.facts) {
    Require(comity::sdk::conformance::OutOfBounds(fact).empty(), "facts are within the API's bounds");
    Require(fact.assurance() == comity::v1::ASSURANCE_POLLED, "facts say that they were polled");
  }
  for (const auto& [stream, cursor] : walked.cursors) {
    Require(!stream.empty() && stream.size() <= 400 && cursor.size() <= 400, "cursors are short");
  }
  return 0;
}

// Microsoft Graph's answers as the poll reads them. The first byte: which list asked for (from 0) the rest answers, or 8: the rest is the
// cursor, as it was kept; 9: the answer is 410. The others are sound. Link: comity_connector_graph
#include <memory>
#include <string>

#include "plugins/graph/graph.h"
#include "plugins/sdk/conformance/conformance.h"
#include "plugins/sdk/conformance/talk.h"
#include "tests/fuzz/input.h"

namespace {

constexpr std::string_view kSound =
    R"({"value":[],"@odata.deltaLink":"https://graph.microsoft.com/v1.0/users/ana%40acme.example/calendarView/delta?$deltatoken=d"})";
constexpr size_t kCursor = 8, kGone = 9, kStages = 10;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using comity::fuzz::Require;
  static const std::unique_ptr<comity::sdk::Connector> connector = comity::microsoft_graph::MakeConnector();
  static const comity::sdk::Source source{.id = "s",
                                          .suite = "microsoft-graph",
                                          .instance = "acme.example",
                                          .secrets = {},
                                          .config = {{"mailboxes", "ana@acme.example"}},
                                          .polls = true};
  if (size == 0) return 0;
  const std::string_view rest = comity::fuzz::Text(data + 1, size - 1);
  const size_t stage = data[0] % kStages;
  comity::sdk::Poll poll{absl::FromUnixSeconds(1'788'343'200), absl::FromUnixSeconds(1'788'256'800), absl::Minutes(5), {}};
  if (stage == kCursor) poll.cursors["ana@acme.example"] = std::string(rest.substr(0, comity::sdk::kMaxCursorBytes));
  if (stage == kGone) poll.cursors["ana@acme.example"] = "1788339600 1790935200 $deltatoken=d";
  size_t asked = 0;
  const auto walked = comity::sdk::conformance::Walk(
      *connector, source, poll,
      [&](const comity::sdk::Fetch&) {
        const size_t number = asked++;
        if (stage == kGone && number == 0) return comity::net::Response{410, {}, std::string(rest)};
        return comity::net::Response{200, {}, std::string(number == stage ? rest : kSound)};
      },
      1500);
  for (const std::string& path : walked.asked) Require(path.starts_with("/users/ana%40acme.example/"), "requests go to the calendar");
  for (const comity::v1::Fact& fact : walked.facts) {
    Require(comity::sdk::conformance::OutOfBounds(fact).empty(), "facts are within the API's bounds");
    Require(fact.assurance() == comity::v1::ASSURANCE_POLLED, "facts say that they were polled");
  }
  for (const auto& [stream, cursor] : walked.cursors)
    Require(!cursor.empty() && cursor.size() <= comity::sdk::kMaxCursorBytes, "cursors are short");
  return 0;
}

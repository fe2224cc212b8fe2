// RT's REST2 as the poll reads it. The first byte says which answer the rest is: 0 an account, 1 transactions, 2 a ticket; the others are
// sound.
#include <iterator>
#include <memory>
#include <string>

#include "plugins/rt/rt.h"
#include "plugins/sdk/conformance/conformance.h"
#include "plugins/sdk/conformance/talk.h"
#include "tests/fuzz/input.h"

namespace {

constexpr std::string_view kSound[] = {
    R"({"_hyperlinks":[{"ref":"self","type":"user","id":6}]})",
    R"({"items":[{"id":"52","Type":"Create","Field":"","OldValue":"","NewValue":"","Created":"2026-09-02T09:00:00Z","ObjectId":"1","Creator":
{"type":"user","id":"27","Name":"ana"}},{"id":"59","Type":"Status","Field":"Status","OldValue":"open","NewValue":"resolved","Created":
"2026-09-02T09:30:00Z","ObjectId":"1","Creator":{"type":"user","id":"31","Name":"bob"}}]})",
    R"({"id":1,"Subject":"s","Queue":{"id":"3","Name":"q"},"Creator":{"id":"35","Name":"dia"},"Created":"2026-09-02T09:00:00Z",
"Requestor":[{"type":"user","id":"ana@acme.example"}]})",
};

size_t StageOf(std::string_view path) {
  if (path.find("/user/") != std::string_view::npos) return 0;
  return path.find("/transactions?") != std::string_view::npos ? 1 : 2;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using comity::fuzz::Require;
  static const std::unique_ptr<comity::sdk::Connector> connector = comity::rt::MakeConnector();
  static const comity::sdk::Source source{.id = "s",
                                          .suite = "rt",
                                          .instance = "rt.acme.example",
                                          .secrets = {},
                                          .config = {{"confidential_queues", "Payroll"}},
                                          .polls = true};
  if (size == 0) return 0;
  const std::string_view rest = comity::fuzz::Text(data + 1, size - 1);
  const size_t stage = data[0] % std::size(kSound);
  const comity::sdk::Poll poll{absl::FromUnixSeconds(1'788'343'200), absl::FromUnixSeconds(1'788'256'800), absl::Minutes(5), {}};
  const auto walked = comity::sdk::conformance::Walk(
      *connector, source, poll,
      [&](const comity::sdk::Fetch& fetch) {
        const size_t asked = StageOf(fetch.path);
        return comity::net::Response{200, {}, std::string(asked == stage ? rest : kSound[asked])};
      },
      200);
  for (const std::string& asked : walked.asked) Require(asked.find('\n') == asked.npos, "requests are one line");
  for (const comity::v1::Fact& fact : walked.facts) {
    Require(comity::sdk::conformance::OutOfBounds(fact).empty(), "facts are within the API's bounds");
    Require(!fact.confidential() || fact.subject().title().empty(), "what is confidential has no title");
  }
  for (const auto& [stream, cursor] : walked.cursors) {
    Require(!stream.empty() && stream.size() <= 400 && cursor.size() <= 400, "cursors are short");
  }
  return 0;
}

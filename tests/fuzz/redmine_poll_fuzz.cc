// Redmine's API as the poll reads it. The first byte says which answer the rest is: 0 the statuses, 1 the issues that changed, 2 an issue
// with its journals; the others are sound.
#include <iterator>
#include <memory>
#include <string>

#include "plugins/redmine/redmine.h"
#include "plugins/sdk/conformance/conformance.h"
#include "plugins/sdk/conformance/talk.h"
#include "tests/fuzz/input.h"

namespace {

constexpr std::string_view kSound[] = {
    R"({"issue_statuses":[{"id":1,"name":"New","is_closed":false},{"id":3,"name":"Resolved","is_closed":false},{"id":5,"name":"Closed","is_closed":true}]})",
    R"({"issues":[{"id":101,"updated_on":"2026-09-02T09:30:00Z"},{"id":102,"updated_on":"2026-09-02T09:31:00Z"}],"total_count":2,"offset":0,"limit":100})",
    R"({"issue":{"id":101,"project":{"id":4,"name":"Billing"},"status":{"id":5,"name":"Closed","is_closed":true},"author":{"id":11,"name":"A"},
"subject":"s","created_on":"2026-09-02T09:00:00Z","relations":[{"id":1,"issue_id":101,"issue_to_id":99,"relation_type":"duplicates"}],"journals":[
{"id":1,"user":{"id":12,"name":"B"},"notes":"n","created_on":"2026-09-02T09:10:00Z","private_notes":false,"details":[
{"property":"attr","name":"status_id","old_value":"1","new_value":"3"},{"property":"relation","name":"blocked","old_value":null,"new_value":"7"}]}]}})",
};

size_t StageOf(std::string_view path) {
  if (path.starts_with("/issue_statuses")) return 0;
  return path.starts_with("/issues.json") ? 1 : 2;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using comity::fuzz::Require;
  static const std::unique_ptr<comity::sdk::Connector> connector = comity::redmine::MakeConnector();
  static const comity::sdk::Source source{.id = "s",
                                          .suite = "redmine",
                                          .instance = "redmine.acme.example",
                                          .secrets = {},
                                          .config = {{"projects", "billing, web-shop"}},
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
  for (const std::string& path : walked.asked) Require(path.starts_with('/') && path.find('\n') == path.npos, "requests are paths");
  for (const comity::v1::Fact& fact : walked.facts) {
    Require(comity::sdk::conformance::OutOfBounds(fact).empty(), "facts are within the API's bounds");
    Require(fact.assurance() == comity::v1::ASSURANCE_POLLED, "facts say that they were polled");
  }
  for (const auto& [stream, cursor] : walked.cursors) {
    Require(!stream.empty() && stream.size() <= 400 && cursor.size() <= 400, "cursors are short");
  }
  return 0;
}

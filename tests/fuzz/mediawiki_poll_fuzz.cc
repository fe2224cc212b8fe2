// MediaWiki's action API as the poll reads it. The first byte says which answer the rest is: 0 the list of recent changes, 1 a page; the
// other is sound.
#include <memory>
#include <string>

#include "plugins/mediawiki/mediawiki.h"
#include "plugins/sdk/conformance/conformance.h"
#include "plugins/sdk/conformance/talk.h"
#include "tests/fuzz/input.h"

namespace {

constexpr std::string_view kChanges =
    R"({"query":{"recentchanges":[{"type":"edit","ns":0,"title":"Billing/Runbook","pageid":2,"revid":203,"old_revid":200,"user":"Bob","userid":12,
"timestamp":"2026-09-02T09:30:00Z","tags":["mw-rollback"]}]}})";
constexpr std::string_view kPage =
    R"({"query":{"pages":[{"pageid":2,"ns":0,"title":"Billing/Runbook","revisions":[{"revid":200,"user":"Ana","userid":11}],
"categories":[{"ns":14,"title":"Category:Payments"}]}]}})";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using comity::fuzz::Require;
  static const std::unique_ptr<comity::sdk::Connector> connector = comity::mediawiki::MakeConnector();
  static const comity::sdk::Source source{
      .id = "s", .suite = "mediawiki", .instance = "wiki.acme.example", .secrets = {}, .config = {}, .polls = true};
  if (size == 0) return 0;
  const std::string_view rest = comity::fuzz::Text(data + 1, size - 1);
  const bool of_page = data[0] % 2 == 1;
  const comity::sdk::Poll poll{absl::FromUnixSeconds(1'788'343'200), absl::FromUnixSeconds(1'788'256'800), absl::Minutes(5), {}};
  const auto walked = comity::sdk::conformance::Walk(
      *connector, source, poll,
      [&](const comity::sdk::Fetch& fetch) {
        const bool page = fetch.path.find("&pageids=") != std::string::npos;
        return comity::net::Response{200, {}, std::string(page == of_page ? rest : page ? kPage : kChanges)};
      },
      300);
  for (const std::string& path : walked.asked) {
    Require(path.starts_with("/w/api.php?") && path.find_first_of(" \n") == std::string::npos, "requests are paths");
  }
  for (const comity::v1::Fact& fact : walked.facts) {
    Require(comity::sdk::conformance::OutOfBounds(fact).empty(), "facts are within the API's bounds");
    Require(fact.assurance() == comity::v1::ASSURANCE_POLLED, "facts say that they were polled");
  }
  for (const auto& [stream, cursor] : walked.cursors)
    Require(!stream.empty() && stream.size() <= 400 && cursor.size() <= 400, "cursors are short");
  return 0;
}

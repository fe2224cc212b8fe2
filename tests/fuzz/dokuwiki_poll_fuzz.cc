// DokuWiki's XML-RPC interface as the poll reads it. The first byte says which answer the rest is: 0 the list of changes, 1 a page's
// versions; the other is sound.
#include <memory>
#include <string>

#include "plugins/dokuwiki/dokuwiki.h"
#include "plugins/sdk/conformance/conformance.h"
#include "plugins/sdk/conformance/talk.h"
#include "tests/fuzz/input.h"

namespace {

constexpr std::string_view kChanges =
    "<methodResponse><params><param><value><array><data><value><struct><member><name>name</name><value><string>billing:runbook</string></"
    "value>"
    "</member><member><name>version</name><value><int>1788340200</int></value></member></struct></value></data></array></value></param></"
    "params>"
    "</methodResponse>";
constexpr std::string_view kVersions =
    "<methodResponse><params><param><value><array><data><value><struct><member><name>user</name><value><string>bob</string></value></"
    "member>"
    "<member><name>type</name><value><string>E</string></value></member><member><name>version</name><value><int>1788340200</int></value></"
    "member>"
    "</struct></value></data></array></value></param></params></methodResponse>";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using comity::fuzz::Require;
  static const std::unique_ptr<comity::sdk::Connector> connector = comity::dokuwiki::MakeConnector();
  static const comity::sdk::Source source{
      .id = "s", .suite = "dokuwiki", .instance = "wiki.acme.example", .secrets = {}, .config = {}, .polls = true};
  if (size == 0) return 0;
  const std::string_view rest = comity::fuzz::Text(data + 1, size - 1);
  const bool of_versions = data[0] % 2 == 1;
  const comity::sdk::Poll poll{absl::FromUnixSeconds(1'788'343'200), absl::FromUnixSeconds(1'788'256'800), absl::Minutes(5), {}};
  const auto walked = comity::sdk::conformance::Walk(
      *connector, source, poll,
      [&](const comity::sdk::Fetch& fetch) {
        const bool versions = fetch.body.find("getPageVersions") != std::string::npos;
        return comity::net::Response{200, {}, std::string(versions == of_versions ? rest : versions ? kVersions : kChanges)};
      },
      400);
  for (const std::string& asked : walked.asked) Require(asked.starts_with("POST /lib/exe/xmlrpc.php <"), "requests are calls");
  for (const comity::v1::Fact& fact : walked.facts) {
    Require(comity::sdk::conformance::OutOfBounds(fact).empty(), "facts are within the API's bounds");
    Require(fact.assurance() == comity::v1::ASSURANCE_POLLED, "facts say that they were polled");
  }
  for (const auto& [stream, cursor] : walked.cursors)
    Require(!stream.empty() && stream.size() <= 400 && cursor.size() <= 400, "cursors are short");
  return 0;
}

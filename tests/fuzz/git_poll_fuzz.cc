// The host's answers about git repositories as their connector reads them. The first byte says which answer the rest is: 0 the newest
// commit, 1 commits; the other is sound.
#include <memory>
#include <string>

#include "plugins/git/git.h"
#include "plugins/sdk/conformance/conformance.h"
#include "plugins/sdk/conformance/talk.h"
#include "tests/fuzz/input.h"

namespace {

constexpr std::string_view kSound[] = {
    R"({"head": "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"})",
    R"({"commits": [{"id": "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1", "time": 1788339600, "subject": "One", "folder": "web",
"author": {"email": "ana@acme.example", "name": "Ana"}, "trailers": [{"key": "Reported-by", "person": {"email": "bea@acme.example"}}],
"reverts": ["b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2"]}], "next": 1})",
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using comity::fuzz::Require;
  static const std::unique_ptr<comity::sdk::Connector> connector = comity::git_connector::MakeConnector();
  static const comity::sdk::Source source{
      .id = "s", .suite = "git", .instance = "acme", .secrets = {}, .config = {{"repositories", "/srv/git/billing.git"}}, .polls = true};
  if (size == 0) return 0;
  const std::string_view rest = comity::fuzz::Text(data + 1, size - 1);
  const size_t stage = data[0] % 2;
  // The cursor of an earlier round may be anything too.
  const comity::sdk::Poll poll{absl::FromUnixSeconds(1'788'343'200),
                               absl::FromUnixSeconds(1'788'256'800),
                               absl::ZeroDuration(),
                               {{"billing", std::string(rest.substr(0, 400))}}};
  const auto walked = comity::sdk::conformance::Walk(
      *connector, source, poll,
      [&](const comity::sdk::Fetch& fetch) {
        const size_t asked = fetch.path.find("/commits?") == std::string::npos ? 0 : 1;
        return comity::net::Response{200, {}, std::string(asked == stage ? rest : kSound[asked])};
      },
      50);
  Require(walked.ended, "every walk ends");
  for (const std::string& path : walked.asked) Require(path.starts_with("/billing") && path.find('\n') == path.npos, "requests are paths");
  for (const comity::v1::Fact& fact : walked.facts) {
    Require(comity::sdk::conformance::OutOfBounds(fact).empty(), "facts are within the API's bounds");
    Require(fact.assurance() == comity::v1::ASSURANCE_POLLED, "facts say that they were polled");
  }
  for (const auto& [stream, cursor] : walked.cursors) Require(stream == "billing" && cursor.size() <= 400, "cursors are short");
  return 0;
}

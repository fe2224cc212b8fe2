// GitLab's API as the poll reads it. The first byte says which answer the rest is: 0 a group's projects, 1 a project, 2 its tickets, 3 its
// merge requests, 4 a ticket's changes of state, 5 approvals, 6 versions, 7 notes; the others are sound.
#include <iterator>
#include <memory>
#include <string>

#include "plugins/gitlab/gitlab.h"
#include "plugins/sdk/conformance/conformance.h"
#include "plugins/sdk/conformance/talk.h"
#include "tests/fuzz/input.h"

namespace {

constexpr std::string_view kSound[] = {
    R"([{"id":7001,"path_with_namespace":"acme/payments/billing","default_branch":"main","visibility":"public"}])",
    R"({"id":7002,"path_with_namespace":"other/tool","default_branch":"main","visibility":"internal"})",
    R"([{"id":1,"iid":12,"state":"closed","author":{"id":11,"username":"a"},"created_at":"2026-09-02T09:00:00.1Z","updated_at":"2026-09-02T09:30:00.2Z",
"closed_at":"2026-09-02T09:30:00.1Z","closed_by":{"id":12,"username":"b"},"labels":["wontfix"],"user_notes_count":1}])",
    R"([{"id":8003,"iid":40,"state":"merged","author":{"id":11,"username":"a"},"created_at":"2026-09-02T09:00:00Z","updated_at":"2026-09-02T09:31:00Z",
"merged_at":"2026-09-02T09:31:00Z","merge_user":{"id":12,"username":"b"},"target_branch":"main","sha":"c0ffee","description":"Closes #12 and tool#3"}])",
    R"([{"id":5,"state":"closed","user":{"id":12,"username":"b"},"created_at":"2026-09-02T09:30:00.3Z"}])",
    R"({"approved_by":[{"user":{"id":12,"username":"b"}},{"user":{"id":13,"username":"c"},"approved_at":"2026-09-02T09:20:00Z"}]})",
    R"([{"id":2,"head_commit_sha":"c0ffee","created_at":"2026-09-02T09:10:00Z"},{"id":1,"head_commit_sha":"beef","created_at":"2026-09-02T09:00:00Z"}])",
    R"([{"id":6,"author":{"id":12,"username":"b"},"system":true,"body":"approved this merge request","created_at":"2026-09-02T09:25:00Z"},
{"id":7,"author":{"id":13,"username":"c"},"system":false,"body":"x","created_at":"2026-09-02T09:24:00Z","internal":false}])",
};

size_t StageOf(std::string_view path) {
  const auto has = [&](std::string_view part) { return path.find(part) != std::string_view::npos; };
  if (path.starts_with("/groups/")) return 0;
  if (has("/resource_state_events?")) return 4;
  if (has("/approvals")) return 5;
  if (has("/versions?")) return 6;
  if (has("/notes?")) return 7;
  if (has("/merge_requests?")) return 3;
  return has("/issues?") ? 2 : 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using comity::fuzz::Require;
  static const std::unique_ptr<comity::sdk::Connector> connector = comity::gitlab::MakeConnector();
  static const comity::sdk::Source source{.id = "s",
                                          .suite = "gitlab",
                                          .instance = "gitlab.com",
                                          .secrets = {},
                                          .config = {{"group", "acme"}, {"projects", "other/tool"}},
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
  for (const std::string& path : walked.asked) {
    bool sound = path.starts_with('/') && path.size() < 2000;
    for (const char c : path) sound = sound && c > ' ' && c < 0x7f;
    Require(sound, "requests are paths");
  }
  for (const comity::v1::Fact& fact : walked.facts) {
    Require(comity::sdk::conformance::OutOfBounds(fact).empty(), "facts are within the API's bounds");
    Require(fact.assurance() == comity::v1::ASSURANCE_POLLED, "facts say that they were polled");
  }
  for (const auto& [stream, cursor] : walked.cursors)
    Require(!stream.empty() && stream.size() <= 400 && cursor.size() <= 400, "cursors are short");
  return 0;
}

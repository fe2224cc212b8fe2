#include "plugins/host/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/base/error.h"
#include "tests/unit/plugins/host/host_support.h"

namespace comity::host {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class ConfigTest : public ::testing::Test {
 protected:
  void SetUp() override {
    comity::testing::WriteFile(dir_ / "token", "a token\n");
    comity::testing::WriteFile(dir_ / "secret", "  a secret\n");
    comity::testing::WriteFile(dir_ / "next", "the next secret\n");
  }
  absl::StatusOr<Config> Parse(const std::string& text) { return ParseConfig(text, dir_.path(), connectors_); }
  // `line 3: key description` for each fault.
  std::vector<std::string> Faults(const std::string& text) {
    const auto config = Parse(text);
    EXPECT_EQ(config.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(DetailsOf(config.status()).reason, "CONFIG_INVALID");
    std::vector<std::string> faults;
    for (const FieldFault& fault : DetailsOf(config.status()).faults) faults.push_back(fault.field + " " + fault.description);
    return faults;
  }

  comity::testing::TempDir dir_;
  const Connectors connectors_ = LineConnectors();
};

constexpr char kSound[] = R"(server: 127.0.0.1:1
token_file: token
listen: 127.0.0.1:2
spool_dir: spool
spool_max_mib: 64
sources:
  - id: lines-a
    suite: lines
    instance: example.org
    secret_files: [secret, next]
    config: {colour: red}
  - id: lines-b
    suite: lines
    instance: example.org
    secret_files: [secret]
    token_file: next
)";

TEST_F(ConfigTest, ReadsEveryKeyWithFilesBesideIt) {
  const auto config = Parse(kSound);
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_EQ(config->server, "127.0.0.1:1");
  EXPECT_EQ(config->listen, "127.0.0.1:2");
  EXPECT_EQ(config->spool_dir, dir_ / "spool");
  EXPECT_EQ(config->spool_max_bytes, size_t{64} << 20);
  ASSERT_EQ(config->sources.size(), 2u);
  EXPECT_THAT(config->sources[0].source.secrets, ElementsAre("a secret", "the next secret"));
  EXPECT_EQ(config->sources[0].source.config.at("colour"), "red");
  EXPECT_EQ(config->sources[0].token_file, dir_ / "token");
  EXPECT_EQ(config->sources[1].token_file, dir_ / "next");
}

TEST_F(ConfigTest, NeverPrintsASecret) {
  const auto config = Parse(kSound);
  ASSERT_TRUE(config.ok());
  EXPECT_THAT(Describe(*config, connectors_), HasSubstr("secrets: [***, ***]"));
  EXPECT_THAT(Describe(*config, connectors_), Not(HasSubstr("a secret")));
}

TEST_F(ConfigTest, ReportsAllFaultsAtOnceWithLineKeyAndRemedy) {
  const std::vector<std::string> faults = Faults(R"(server: x
lisen: y
spool_max_mib: lots
sources:
  - id: Upper
    suite: nowhere
    secret_files: [absent]
  - id: a
    suite: lines
    instance: wrong
    secret_files: [secret]
    token_file: token
    config: {size: large}
  - id: a
    suite: lines
    instance: i
    secret_files: secret
    token_file: token
  - just a text
)");
  EXPECT_THAT(faults, Contains(HasSubstr("line 2: lisen is not a known key")));
  EXPECT_THAT(faults, Contains(HasSubstr("line 1: spool_dir is missing")));
  EXPECT_THAT(faults, Contains(HasSubstr("line 3: spool_max_mib must be a whole number of MiB")));
  EXPECT_THAT(faults, Contains(HasSubstr("line 5: sources[0].id must be 1 to 63 lower-case letters")));
  EXPECT_THAT(faults, Contains(HasSubstr("line 6: sources[0].suite no connector is called so; there are: lines")));
  EXPECT_THAT(faults, Contains(HasSubstr("line 5: sources[0].instance is missing")));
  EXPECT_THAT(faults, Contains(HasSubstr("line 7: sources[0].secret_files[0]")));
  EXPECT_THAT(faults, Contains(HasSubstr("line 5: sources[0].token_file is missing")));
  EXPECT_THAT(faults, Contains(HasSubstr("line 8: sources[1] instance must not be wrong")));
  EXPECT_THAT(faults, Contains(HasSubstr("line 13: sources[1].config.size is no option of this connector")));
  EXPECT_THAT(faults, Contains(HasSubstr("line 14: sources[2].id is used twice")));
  EXPECT_THAT(faults, Contains(HasSubstr("line 17: sources[2].secret_files must be a list")));
  EXPECT_THAT(faults, Contains(HasSubstr("line 19: sources[3] must be a map")));
  EXPECT_EQ(faults.size(), 13u);
}

TEST_F(ConfigTest, RefusesSecretsAndTokensThatOthersCanReadOrThatAreEmpty) {
  comity::testing::WriteFile(dir_ / "open", "secret", 0644);
  comity::testing::WriteFile(dir_ / "empty", " \n");
  const std::vector<std::string> faults = Faults(R"(spool_dir: spool
token_file: open
sources:
  - {id: a, suite: lines, instance: i, secret_files: [open, empty]}
)");
  EXPECT_THAT(faults, Contains(::testing::AllOf(HasSubstr("secret_files[0]"), HasSubstr("chmod 600"))));
  EXPECT_THAT(faults, Contains(::testing::AllOf(HasSubstr("secret_files[1]"), HasSubstr("is empty"))));
  EXPECT_THAT(faults, Contains(::testing::AllOf(HasSubstr("token_file"), HasSubstr("chmod 600"))));
}

TEST_F(ConfigTest, ReadsHowASourceIsPolledAndNeedsNoSecretThen) {
  const Connectors connectors = MakeConnectors();
  const auto config = ParseConfig(R"(spool_dir: spool
token_file: token
sources:
  - id: github-acme
    suite: github
    instance: git.acme.example
    poll: {read_token_file: secret, every: 90s, overlap: 1m, back_fill: 30d, max_requests: 50}
    config: {organisation: acme, recover_deliveries: true}
)",
                                  dir_.path(), connectors);
  ASSERT_TRUE(config.ok()) << config.status().ToString() << DetailsOf(config.status()).faults.front().description;
  const PollConfig& poll = config->sources[0].poll.value();
  EXPECT_EQ(poll.api_base, "https://git.acme.example/api/v3");
  EXPECT_EQ(poll.every, absl::Seconds(90));
  EXPECT_EQ(poll.back_fill, absl::Hours(720));
  EXPECT_EQ(poll.max_requests, 50);
  const std::string described = Describe(*config, connectors);
  EXPECT_THAT(described, HasSubstr("hooks: no"));
  EXPECT_THAT(described, HasSubstr("polls: tickets, pull requests, comments and reviews of all repositories of acme, and deliveries of "
                                   "their webhooks that failed\n"));
  EXPECT_THAT(described, Not(HasSubstr("a secret")));
}

TEST_F(ConfigTest, ReadsRepositoriesWithoutTokenAndWithoutAddress) {
  const Connectors connectors = MakeConnectors();
  const auto config = ParseConfig(R"(spool_dir: spool
token_file: token
sources:
  - {id: git-acme, suite: git, instance: acme, poll: {back_fill: 90d}, config: {repositories: "/srv/git/billing.git, https://git.example/web"}}
)",
                                  dir_.path(), connectors);
  ASSERT_TRUE(config.ok()) << config.status().ToString() << DetailsOf(config.status()).faults.front().description;
  const std::string described = Describe(*config, connectors);
  EXPECT_THAT(described, HasSubstr("polls: trailers and reverts of billing, web (copied)\n"));
  EXPECT_THAT(described, Not(HasSubstr("api_base")));
  const auto wrong = ParseConfig(R"(spool_dir: spool
token_file: token
sources:
  - {id: a, suite: git, instance: acme, secret_files: [secret], poll: {api_base: "https://x"}, config: {repositories: "billing"}}
  - {id: b, suite: git, instance: acme}
)",
                                 dir_.path(), connectors);
  std::vector<std::string> faults;
  for (const FieldFault& fault : DetailsOf(wrong.status()).faults) faults.push_back(fault.field + " " + fault.description);
  EXPECT_THAT(faults, Contains(HasSubstr("sources[0].poll.api_base is not a known key")));
  EXPECT_THAT(faults, Contains(HasSubstr("sources[0] secret_files: this suite has no hooks")));
  EXPECT_THAT(faults, Contains(HasSubstr("sources[0] config.repositories: billing must be an absolute path")));
  EXPECT_THAT(faults, Contains(HasSubstr("sources[1]")));
}

TEST_F(ConfigTest, NamesWhatIsWrongWithAPoll) {
  const Connectors connectors = MakeConnectors();
  const auto config = ParseConfig(R"(spool_dir: spool
token_file: token
sources:
  - {id: a, suite: github, instance: github.com, poll: {every: 1ms, overlap: 2w, api_base: "http://api.example", max_requests: 0, evry: 5m}, config: {organisation: acme}}
  - {id: b, suite: github, instance: github.com, poll: {read_token_file: absent}, config: {repositories: "acme"}}
  - {id: c, suite: github, instance: github.com, poll: {read_token_file: token}}
  - {id: d, suite: generic, instance: x, poll: {read_token_file: token}}
  - {id: e, suite: github, instance: github.com, secret_files: [secret], config: {organisation: acme}}
  - {id: f, suite: github, instance: github.com, poll: {read_token_file: token, api_base: "https://me:pw@api.github.com"}, config: {organisation: acme}}
)",
                                  dir_.path(), connectors);
  std::vector<std::string> faults;
  for (const FieldFault& fault : DetailsOf(config.status()).faults) faults.push_back(fault.field + " " + fault.description);
  EXPECT_THAT(faults, Contains(HasSubstr("sources[0].poll.evry is not a known key")));
  EXPECT_THAT(faults, Contains(HasSubstr("sources[0].poll.read_token_file is missing")));
  EXPECT_THAT(faults, Contains(HasSubstr("sources[0].poll.every must be a time such as 90s")));
  EXPECT_THAT(faults, Contains(HasSubstr("sources[0].poll.overlap must be a time")));
  EXPECT_THAT(faults, Contains(HasSubstr("sources[0].poll.api_base must begin with https://")));
  EXPECT_THAT(faults, Contains(HasSubstr("sources[0].poll.max_requests must be a whole number from 10")));
  EXPECT_THAT(faults, Contains(HasSubstr("sources[1].poll.read_token_file")));
  EXPECT_THAT(faults, Contains(HasSubstr("sources[1] config.repositories must be names such as acme/billing")));
  EXPECT_THAT(faults, Contains(HasSubstr("sources[2] config names nothing to poll")));
  EXPECT_THAT(faults, Contains(HasSubstr("sources[3].poll this connector cannot poll")));
  EXPECT_THAT(faults, Contains(HasSubstr("sources[4] config names what to poll, but the source has no poll block")));
  EXPECT_THAT(faults, Contains(HasSubstr("sources[5].poll.api_base must begin with https://")));
}

TEST_F(ConfigTest, KnowsWhereEachSourcesHooksArrive) {
  EXPECT_EQ(Parse(kSound)->sources[0].hook_url, "") << "nobody said";
  const auto config =
      Parse("hook_url: https://hooks.acme.example/comity/\n" + std::string(kSound) + "    hook_url: https://acme.example/elsewhere\n");
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_EQ(config->sources[0].hook_url, "https://hooks.acme.example/comity/in/lines-a");
  EXPECT_EQ(HookAddressDoubt(config->sources[0]), "");
  EXPECT_EQ(config->sources[1].hook_url, "https://acme.example/elsewhere");
  EXPECT_THAT(HookAddressDoubt(config->sources[1]), HasSubstr("does not end in /in/lines-b"));
  EXPECT_THAT(Describe(*config, connectors_), HasSubstr("hook_url: does not end in /in/lines-b"));
  for (const std::string url :
       {"http://hooks.acme.example", "https://ana:secret@acme.example", "https://acme.example/?a", "ftp://a", "hooks"}) {
    EXPECT_THAT(Faults("hook_url: " + url + "\n" + kSound), ElementsAre(HasSubstr("line 1: hook_url must begin with https://"))) << url;
  }
  EXPECT_TRUE(Parse("hook_url: http://127.0.0.1:7090\n" + std::string(kSound)).ok());
}

TEST_F(ConfigTest, ExplainsWhatIsNotYamlOrNotAMap) {
  EXPECT_THAT(Faults("sources: [a\nb: c: d"), Contains(HasSubstr("this is not YAML")));
  EXPECT_THAT(Faults("- a\n- b"), Contains(HasSubstr("must be a map")));
  EXPECT_THAT(Faults(""), Contains(HasSubstr("must be a map")));
  EXPECT_THAT(Faults("{sources: [], spool_dir: [x]}"), Contains(HasSubstr("1 to 1000 sources")));
  EXPECT_EQ(ReadConfig(dir_ / "absent.yaml", connectors_).ok(), false);
}

}  // namespace
}  // namespace comity::host

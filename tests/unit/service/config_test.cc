#include "service/config.h"

#include "gmock/gmock.h"
#include "service/base/error.h"
#include "tests/support/process.h"

namespace comity {
namespace {

using ::testing::HasSubstr;

class ServiceConfig : public ::testing::Test {
 protected:
  std::string File(const std::string& text) const {
    comity::testing::WriteFile(folder_ / "comityd.yaml", text);
    return folder_ / "comityd.yaml";
  }
  comity::testing::TempDir folder_;
};

TEST_F(ServiceConfig, KeepsTheAuditForAsManyDaysAsItIsTold) {
  EXPECT_EQ(LoadConfig("", {}, "/home/ana")->audit_days, 400);
  EXPECT_EQ(LoadConfig(File("audit_days: 90\n"), {}, "/home/ana")->audit_days, 90);
  for (const char* wrong : {"0", "-1", "3651", "90d", "many"}) {
    const auto refused = LoadConfig("", {{"audit_days", wrong}}, "/home/ana");
    ASSERT_FALSE(refused.ok()) << wrong;
    EXPECT_EQ(DetailsOf(refused.status()).faults.front().field, "--audit-days");
  }
}

TEST_F(ServiceConfig, SendsToPrivateAddressesOnlyWhenItIsTold) {
  EXPECT_FALSE(LoadConfig("", {}, "/home/ana")->outbound_private);
  EXPECT_TRUE(LoadConfig(File("outbound_private: true\n"), {}, "/home/ana")->outbound_private);
  EXPECT_FALSE(LoadConfig(File("outbound-private: true\n"), {{"outbound_private", "false"}}, "/home/ana")->outbound_private);
  for (const char* wrong : {"yes", "1", "TRUE"}) {
    const auto refused = LoadConfig("", {{"outbound_private", wrong}}, "/home/ana");
    ASSERT_FALSE(refused.ok()) << wrong;
    EXPECT_EQ(DetailsOf(refused.status()).faults.front().field, "--outbound-private");
  }
}

TEST_F(ServiceConfig, HasItsDefaultsWithoutAFile) {
  const auto config = LoadConfig("", {}, "/home/ana");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->listen, "127.0.0.1:7070");
  EXPECT_EQ(config->http_listen, "127.0.0.1:7080");
  EXPECT_EQ(config->data_dir, "/home/ana/.local/share/comity");
  EXPECT_EQ(config->store, "sqlite:/home/ana/.local/share/comity/comity.db");
}

TEST_F(ServiceConfig, TakesTheFileAndLetsFlagsWin) {
  const auto config = LoadConfig(File("listen: 127.0.0.1:1\ndata_dir: /srv/comity\n"), {{"listen", "[::1]:2"}}, "");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->listen, "[::1]:2");
  EXPECT_EQ(config->store, "sqlite:/srv/comity/comity.db");
}

TEST_F(ServiceConfig, ReadsKeysWrittenAsTheFlagsAre) {
  const auto config = LoadConfig(File("http-listen: 127.0.0.1:1\ndata-dir: /srv/comity\n"), {}, "");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->http_listen, "127.0.0.1:1");
  EXPECT_EQ(config->data_dir, "/srv/comity");
}

TEST_F(ServiceConfig, SaysHowManyStewardsHaveToApproveAPolicy) {
  EXPECT_EQ(LoadConfig("", {}, "/home/ana")->policy_approvals, 2);
  EXPECT_EQ(LoadConfig(File("policy_approvals: 3\n"), {}, "/home/ana")->policy_approvals, 3);
  EXPECT_EQ(LoadConfig(File("policy_approvals: 3\n"), {{"policy_approvals", "1"}}, "/home/ana")->policy_approvals, 1);
  for (const char* wrong : {"0", "21", "two", "-1", "2 "}) {
    EXPECT_THAT(DescribeFaults(LoadConfig("", {{"policy_approvals", wrong}}, "/home/ana").status()),
                HasSubstr("--policy-approvals: must be a whole number from 1 to 20"))
        << wrong;
  }
}

TEST_F(ServiceConfig, ReportsAllFaultsAtOnceWithLineKeyAndRemedy) {
  const auto config = LoadConfig(File("listen: nowhere\nport: 3\nstore: mysql://x\ndata_dir: [a]\nlisten: 127.0.0.1:1\n"),
                                 {{"http_listen", "127.0.0.1:99999"}}, "/home/ana");
  EXPECT_EQ(DetailsOf(config.status()).reason, "CONFIG_INVALID");
  std::vector<std::string> fields;
  for (const FieldFault& fault : DetailsOf(config.status()).faults) fields.push_back(fault.field);
  EXPECT_THAT(fields, ::testing::UnorderedElementsAre("comityd.yaml:1 listen", "comityd.yaml:2 port", "comityd.yaml:3 store",
                                                      "comityd.yaml:4 data_dir", "comityd.yaml:5 listen", "--http-listen"));
  EXPECT_THAT(DescribeFaults(config.status()), HasSubstr("\n  comityd.yaml:1 listen: must be host:port"));
}

TEST_F(ServiceConfig, RefusesWhatIsNoYamlAndFilesThatAreNotThere) {
  EXPECT_EQ(DetailsOf(LoadConfig(File("a: [b"), {}, "/h").status()).faults.size(), 1u);
  EXPECT_EQ(DetailsOf(LoadConfig(File("- a\n"), {}, "/h").status()).faults.size(), 1u);
  EXPECT_EQ(LoadConfig(folder_ / "none.yaml", {}, "/h").status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace comity

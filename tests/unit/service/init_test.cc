#include "service/init.h"

#include <sys/stat.h>

#include <filesystem>

#include "comity/v1/options.pb.h"
#include "gmock/gmock.h"
#include "service/app/token_secret.h"
#include "service/base/secret_file.h"
#include "service/store/store.h"
#include "service/system_uids.h"
#include "tests/support/process.h"

namespace comity {
namespace {

class FirstSetUp : public ::testing::Test {
 protected:
  FirstSetUp() {
    config_.data_dir = folder_ / "data";
    config_.store = "sqlite:" + config_.data_dir + "/comity.db";
  }
  absl::Status Init(bool pilot = false) { return InitDeployment(config_, pilot, clock_, uids_); }
  std::unique_ptr<store::Store> Open() const { return store::OpenStore(config_.store, false).value(); }

  comity::testing::TempDir folder_;
  Config config_;
  obs::SystemClock clock_;
  SystemUids uids_;
};

TEST_F(FirstSetUp, MakesAStoreWithPolicyOneAndATokenThatOnlyTheOwnerReads) {
  ASSERT_TRUE(Init().ok());
  struct stat file {};
  ASSERT_EQ(::stat(AdminTokenFile(config_).c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  const std::string secret = ReadSecretFile(AdminTokenFile(config_)).value();
  EXPECT_EQ(secret.substr(0, 4), "cmt_");
  EXPECT_EQ(secret.size(), 4u + 52u);
  const auto store = Open();
  const auto transaction = store->BeginRead().value();
  const auto token = transaction->admin().FindTokenByHash(app::HashTokenSecret(secret)).value();
  ASSERT_TRUE(token.has_value());
  EXPECT_THAT(token->roles, ::testing::UnorderedElementsAre(v1::ROLE_ADMIN, v1::ROLE_STEWARD));
  const auto policies = transaction->deeds().LoadPolicies().value();
  ASSERT_EQ(policies.size(), 1u);
  EXPECT_EQ(policies[0].number, 1);
  EXPECT_EQ(policies[0].rule(domain::DeedKind::kResolved).mode, domain::RuleMode::kActive);
}

TEST_F(FirstSetUp, OfAPilotPutsEveryRuleInShadow) {
  ASSERT_TRUE(Init(/*pilot=*/true).ok());
  const auto store = Open();
  const auto policies = store->BeginRead().value()->deeds().LoadPolicies().value();
  EXPECT_EQ(policies.at(0).rule(domain::DeedKind::kResolved).mode, domain::RuleMode::kShadow);
}

TEST_F(FirstSetUp, OverwritesNothing) {
  ASSERT_TRUE(Init().ok());
  const std::string secret = ReadSecretFile(AdminTokenFile(config_)).value();
  EXPECT_EQ(Init().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReadSecretFile(AdminTokenFile(config_)).value(), secret);
}

TEST_F(FirstSetUp, GoesOnWhereItWasInterrupted) {
  std::filesystem::create_directories(config_.data_dir);
  ASSERT_TRUE(WriteSecretFile(AdminTokenFile(config_), "cmt_left_by_an_interrupted_run").ok());
  ASSERT_TRUE(Init().ok());
  const auto store = Open();
  EXPECT_TRUE(
      store->BeginRead().value()->admin().FindTokenByHash(app::HashTokenSecret("cmt_left_by_an_interrupted_run")).value().has_value());
}

}  // namespace
}  // namespace comity

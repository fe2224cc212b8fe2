#include "service/base/failpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "service/base/error.h"
#include "tests/support/process.h"

namespace comity {
namespace {

using ::testing::HasSubstr;

class Failpoints : public ::testing::Test {
 protected:
  ~Failpoints() override { failpoint::Arm("").IgnoreError(); }
};

TEST_F(Failpoints, DoNothingUntilTheyAreArmed) {
  EXPECT_TRUE(failpoint::Pass(Failpoint::kConnectPush).ok());
  EXPECT_EQ(failpoint::Passed(Failpoint::kConnectPush), 0);
}

#ifndef COMITY_NO_FAILPOINTS
TEST_F(Failpoints, FailWhereAndWhenTheyAreTold) {
  ASSERT_TRUE(failpoint::Arm("connect.push=error@2;service.store.begin=full").ok());
  EXPECT_TRUE(failpoint::Pass(Failpoint::kConnectPush).ok());
  EXPECT_TRUE(absl::IsUnavailable(failpoint::Pass(Failpoint::kConnectPush)));
  EXPECT_TRUE(failpoint::Pass(Failpoint::kConnectPush).ok());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(absl::IsResourceExhausted(failpoint::Pass(Failpoint::kServiceStoreBegin)));
  EXPECT_TRUE(failpoint::Pass(Failpoint::kConnectParse).ok());
  EXPECT_EQ(failpoint::Passed(Failpoint::kConnectPush), 3);
}

TEST_F(Failpoints, Wait) {
  ASSERT_TRUE(failpoint::Arm("connect.parse=delay:30").ok());
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_TRUE(failpoint::Pass(Failpoint::kConnectParse).ok());
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(30));
}

TEST_F(Failpoints, KillTheirProcess) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    failpoint::Arm("service.store.commit=crash").IgnoreError();
    failpoint::PassOnly(Failpoint::kServiceStoreCommit);
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

TEST_F(Failpoints, SayWhatTheyDoNotUnderstandAndArmNothing) {
  for (const char* plan : {"connect.nowhere=crash", "connect.push", "connect.push=jump", "connect.push=crash@0", "connect.push=delay:soon",
                           "service.store.begin=error;connect.push=crash@x"}) {
    const absl::Status status = failpoint::Arm(plan);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << plan;
    EXPECT_THAT(std::string(status.message()), HasSubstr("COMITY_FAILPOINTS")) << plan;
    EXPECT_TRUE(failpoint::Pass(Failpoint::kServiceStoreBegin).ok()) << plan;
  }
}

TEST_F(Failpoints, AreRefusedFromTheEnvironmentUnlessTheFlagAllowsThem) {
  ASSERT_EQ(::setenv("COMITY_FAILPOINTS", "connect.push=error", 1), 0);
  const absl::Status refused = failpoint::ArmFromEnvironment(false);
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("unset it"));
  EXPECT_TRUE(failpoint::Pass(Failpoint::kConnectPush).ok());
  EXPECT_TRUE(failpoint::ArmFromEnvironment(true).ok());
  EXPECT_FALSE(failpoint::Pass(Failpoint::kConnectPush).ok());
  ::unsetenv("COMITY_FAILPOINTS");
}
#endif

// The registry and the sources agree: each name is passed, and belongs to the process whose sources pass it.
TEST(FailpointRegistry, NamesEveryPlaceAndEachIsPassed) {
  std::string connect, service;
  const std::filesystem::path root(COMITY_SOURCE_DIR);
  for (const char* folder : {"plugins", "service"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() == ".cc" || entry.path().extension() == ".h")
        (std::string(folder) == "plugins" ? connect : service) += testing::ReadFile(entry.path().string());
    }
  }
  const std::pair<std::string, std::string> registry[] = {
#define COMITY_FAILPOINT_PAIR(enumerator, name) {"Failpoint::k" #enumerator ")", name},
      COMITY_FAILPOINT_NAMES(COMITY_FAILPOINT_PAIR)
#undef COMITY_FAILPOINT_PAIR
  };
  std::set<std::string> names;
  for (const auto& [use, name] : registry) {
    EXPECT_TRUE(names.insert(name).second) << name << " is there twice";
    const bool is_connect = name.rfind("connect.", 0) == 0;
    EXPECT_TRUE(is_connect || name.rfind("service.", 0) == 0) << name << " begins with neither process";
    EXPECT_THAT(is_connect ? connect : service, HasSubstr(use)) << name << " is never passed";
  }
  EXPECT_GE(names.size(), 25u);
}

}  // namespace
}  // namespace comity

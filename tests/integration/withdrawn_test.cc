// What people saw does not vanish: a deed that nothing makes any more stays listed, taken back, with its reason, and comes back as itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/app/directory_app.h"
#include "tests/integration/ingest_world.h"

namespace comity::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class AWithdrawnDeed : public ::testing::Test {
 protected:
  void SetUp() override {
    Link();
    world_.Help("1", "sam", "stranger");
    ASSERT_THAT(world_.Deeds(), SizeIs(1));
    name_ = world_.Deeds()[0].name();
  }
  void Link() {
    v1::LinkAccountRequest request;
    request.set_account("accounts/github:github.com:stranger");
    request.set_person("people/carl");
    ASSERT_TRUE(directory_.LinkAccount(world_.Steward(), request).ok());
    world_.WaitForJobs();
  }
  void Unlink() {
    v1::UnlinkAccountRequest request;
    request.set_account("accounts/github:github.com:stranger");
    ASSERT_TRUE(directory_.UnlinkAccount(world_.Steward(), request).ok());
    world_.WaitForJobs();
  }
  v1::Deed Only(const app::Caller& caller) {
    const auto deeds = world_.Deeds(caller);
    EXPECT_THAT(deeds, SizeIs(1)) << caller.token_id;
    return deeds.empty() ? v1::Deed() : deeds[0];
  }
  std::string Explained(const app::Caller& caller) {
    v1::ExplainDeedRequest request;
    request.set_name(name_);
    const auto explained = world_.deeds->ExplainDeed(caller, request);
    EXPECT_TRUE(explained.ok()) << explained.status();
    return explained.ok() ? explained->explanation().text() : "";
  }

  World world_;
  app::DirectoryApp directory_{*world_.context};
  std::string name_;
};

TEST_F(AWithdrawnDeed, StaysListedAsReversedForAllWhoCouldSeeItBefore) {
  Unlink();
  EXPECT_EQ(world_.EventOf("1", v1::FACT_KIND_RESOLVED).reason(), "UNKNOWN_ACCOUNT");
  for (const char* reader : {"steward", "carl", "sam", "sue", "cleo"}) {
    const app::Caller caller = std::string(reader) == "steward" ? world_.Steward() : world_.Member(reader);
    const v1::Deed deed = Only(caller);
    EXPECT_EQ(deed.name(), name_) << reader;
    EXPECT_EQ(deed.state(), v1::Deed::STATE_REVERSED) << reader;
    EXPECT_EQ(deed.because(), "ACCOUNT_UNLINKED") << reader;
  }
  EXPECT_THAT(world_.Deeds(world_.Member("paul")), IsEmpty());  // of neither team
  EXPECT_EQ(Only(world_.Member("sam")).helpers(0).person(), "people/carl");
  EXPECT_EQ(Only(world_.Member("cleo")).helpers(0).person(), "");  // nameless before, nameless now
  EXPECT_TRUE(world_.Verify().ok());
}

TEST_F(AWithdrawnDeed, SaysWhyItWasTakenBackAndThatItCanComeBack) {
  Unlink();
  const std::string text = Explained(world_.Member("sam"));
  EXPECT_THAT(text, HasSubstr("no longer linked to a person"));
  EXPECT_THAT(text, HasSubstr("it is this same deed again"));
  EXPECT_THAT(text, Not(HasSubstr("It stands unless it is undone")));
}

TEST_F(AWithdrawnDeed, CountsForNothingWhileItIsTakenBack) {
  v1::GetMyNumbersRequest request;
  EXPECT_EQ(world_.deeds->GetMyNumbers(world_.Member("carl"), request)->stepped_in().people_count(), 1);
  Unlink();
  EXPECT_EQ(world_.deeds->GetMyNumbers(world_.Member("carl"), request)->stepped_in().people_count(), 0);
  v1::ConfirmDeedRequest confirm;
  confirm.set_name(name_);
  EXPECT_FALSE(world_.deeds->ConfirmDeed(world_.Member("sam"), confirm).ok());
}

TEST_F(AWithdrawnDeed, ComesBackAsTheSameDeedWhenTheAccountIsLinkedAgain) {
  Unlink();
  Link();
  const v1::Deed deed = Only(world_.Steward());
  EXPECT_EQ(deed.name(), name_);
  EXPECT_EQ(deed.state(), v1::Deed::STATE_PROVISIONAL);
  EXPECT_EQ(deed.helpers(0).person(), "people/carl");
  EXPECT_EQ(deed.because(), "");
  EXPECT_TRUE(world_.Verify().ok());
}

TEST_F(AWithdrawnDeed, KeepsItsReasonWhenItsTicketIsJudgedAgain) {
  Unlink();
  world_.Ingest({World::Commented("1", "sam", 90)});
  EXPECT_EQ(Only(world_.Steward()).because(), "ACCOUNT_UNLINKED");
  EXPECT_TRUE(world_.Verify().ok());
}

TEST_F(AWithdrawnDeed, IsSaidToBeNoHelpBetweenTeamsWhenAMembershipIsCorrected) {
  world_.Help("2", "sam", "paul");
  world_.SetTeam("sam", "payments", absl::CivilDay(2026, 1, 1));
  int reversed = 0;
  for (const v1::Deed& deed : world_.Deeds()) {
    reversed += deed.because() == "MEMBERSHIP_CORRECTED" && deed.state() == v1::Deed::STATE_REVERSED ? 1 : 0;
  }
  EXPECT_EQ(reversed, 1);  // what paul did is internal help of payments now
  EXPECT_TRUE(world_.Verify().ok());
}

}  // namespace
}  // namespace comity::testing

#include "plugins/azure/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/strings/escaping.h"
#include "plugins/azure/azure.h"
#include "plugins/azure/polling.h"

namespace comity::azure_devops {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1'788'343'200);

sdk::Source SourceWith(std::map<std::string, std::string> config = {}, bool polls = false,
                       const std::string& instance = "dev.azure.com/acme") {
  return {.id = "s", .suite = "azure-devops", .instance = instance, .secrets = {"secret"}, .config = std::move(config), .polls = polls};
}

Reading DefaultReading(std::map<std::string, std::string> config = {}) {
  return ReadReading(MakeConnector()->manifest(), SourceWith(std::move(config)), v1::ASSURANCE_TOKEN);
}

std::string Told(Standing from, Standing to) {
  static const Reading reading = DefaultReading();
  const auto transition = TransitionOf(reading, from, to);
  if (!transition) return "-";
  if (transition->kind == v1::FACT_KIND_REOPENED) return "REOPENED";
  return v1::Resolution_Name(transition->resolution).substr(11);
}

TEST(AWorkItem, IsResolvedByTheStatesAndReasonsOfEveryProcess) {
  EXPECT_EQ(Told({"Active", "Approved"}, {"Resolved", "Fixed"}), "DONE");
  EXPECT_EQ(Told({"Committed", "x"}, {"Done", "Work finished"}), "DONE");
  EXPECT_EQ(Told({"Doing", "x"}, {"Done", "Moved to state Done"}), "DONE");
  EXPECT_EQ(Told({"Active", "x"}, {"Closed", "Acceptance tests pass"}), "DONE");
  EXPECT_EQ(Told({"Active", "x"}, {"Closed", ""}), "DONE");
  EXPECT_EQ(Told({"active", "x"}, {"RESOLVED", "FIXED"}), "DONE");
}

TEST(AWorkItem, IsNotSolvedForEveryReason) {
  for (const std::string_view reason : {"As Designed", "Cannot Reproduce", "Deferred", "Obsolete", "Cut", "Rejected", "Abandoned"}) {
    EXPECT_EQ(Told({"Active", "x"}, {"Closed", reason}), "WONT_DO") << reason;
  }
  EXPECT_EQ(Told({"Active", "x"}, {"Closed", "Duplicate"}), "DUPLICATE");
  EXPECT_EQ(Told({"Active", "x"}, {"Closed", "Full moon"}), "UNKNOWN");
  EXPECT_EQ(Told({"Active", "x"}, {"Removed", "Fixed"}), "WONT_DO");
}

TEST(AWorkItem, IsClosedWithoutBeingSolvedAgain) {
  EXPECT_EQ(Told({"Resolved", "Fixed"}, {"Closed", "Fixed and verified"}), "-");
  EXPECT_EQ(Told({"Resolved", "Fixed"}, {"Closed", "Full moon"}), "-");
  EXPECT_EQ(Told({"Resolved", "As Designed"}, {"Closed", "As Designed"}), "-");
  EXPECT_EQ(Told({"Resolved", "Fixed"}, {"Closed", "Duplicate"}), "DUPLICATE");
  EXPECT_EQ(Told({"Closed", "Fixed"}, {"Removed", "Removed from the backlog"}), "WONT_DO");
  EXPECT_EQ(Told({"Removed", "Cut"}, {"Closed", "Fixed"}), "DONE");
}

TEST(AWorkItem, IsReopenedWhereverItHadEndedAndOnlyThere) {
  EXPECT_EQ(Told({"Resolved", "Fixed"}, {"Active", "Not fixed"}), "REOPENED");
  EXPECT_EQ(Told({"Removed", "Cut"}, {"New", "Reconsidered"}), "REOPENED");
  EXPECT_EQ(Told({"New", "New"}, {"Active", "Approved"}), "-");
  EXPECT_EQ(Told({"", ""}, {"Closed", "Fixed"}), "-") << "its first state was nobody's change";
}

v1::Account AccountIn(const std::string& json) {
  const auto document = sdk::JsonDocument::Parse(json);
  return AccountOf(document->root()).value_or(v1::Account());
}

TEST(AnIdentity, IsAnIdAndNeverANameOrAnAddress) {
  EXPECT_EQ(AccountIn(R"({"id":"x1","uniqueName":"ana@acme.example","descriptor":"aad.N2Q4"})").id(), "x1");
  EXPECT_EQ(AccountIn(R"({"uniqueName":"ana@acme.example"})").id(), "");
  EXPECT_EQ(AccountIn(R"("Ana Ito <ana@acme.example>")").id(), "");
  EXPECT_EQ(AccountIn(R"({"id":"00000000-0000-0000-0000-000000000000"})").id(), "");
}

TEST(AnIdentity, TellsPeopleServicesAndGroupsApart) {
  EXPECT_EQ(AccountIn(R"({"id":"x","descriptor":"aad.N2Q4"})").kind(), v1::ACCOUNT_KIND_HUMAN);
  EXPECT_EQ(AccountIn(R"({"id":"x","descriptor":"svc.N2Q4"})").kind(), v1::ACCOUNT_KIND_BOT);
  EXPECT_EQ(AccountIn(R"({"id":"x","descriptor":"vssgp.N2Q4"})").kind(), v1::ACCOUNT_KIND_TEAM);
  EXPECT_EQ(AccountIn(R"({"id":"x","isContainer":true})").kind(), v1::ACCOUNT_KIND_TEAM);
  EXPECT_EQ(AccountIn(R"({"id":"x"})").kind(), v1::ACCOUNT_KIND_UNSPECIFIED);
}

TEST(AnArea, IsConfidentialWithAllBelowIt) {
  const Reading reading = DefaultReading({{"confidential_areas", "Shop/Security"}});
  EXPECT_TRUE(IsConfidentialArea(reading, "Shop/Security"));
  EXPECT_TRUE(IsConfidentialArea(reading, "shop/security/Keys"));
  EXPECT_FALSE(IsConfidentialArea(reading, "Shop/Securityteam"));
  EXPECT_FALSE(IsConfidentialArea(reading, "Shop"));
  EXPECT_TRUE(IsConfidentialArea(reading, "")) << "it may be that one";
  EXPECT_FALSE(IsConfidentialArea(DefaultReading(), ""));
}

TEST(AnArea, IsNamedAsAzureDevOpsShowsItOrAsFactsDo) {
  for (const char* name : {"Shop\\Security", "/Shop/Security/", "\\Shop\\Security\\", "shop/security"}) {
    const Reading reading = DefaultReading({{"confidential_areas", name}});
    EXPECT_TRUE(IsConfidentialArea(reading, "Shop/Security/Keys")) << name;
    EXPECT_FALSE(IsConfidentialArea(reading, "Shop")) << name;
  }
}

TEST(AnItem, ThatIsConfidentialNowWasSoWhateverItsAreaWas) {
  const auto fields = sdk::JsonDocument::Parse(
      R"({"System.Title":"A marmalade","System.Tags":"marmalade","System.AreaPath":"Shop\\Security","System.CreatedDate":"2026-09-01T09:00:00Z",)"
      R"("System.CreatedBy":{"id":"a"},"System.TeamProject":"Shop"})");
  ASSERT_TRUE(fields.ok());
  const sdk::Source source = SourceWith();
  const Reading reading = DefaultReading({{"confidential_areas", "Shop/Security"}});
  ItemMapper mapper("12", fields->root(), source, reading);
  Moment moment = Moment::Before(fields->root(), {});
  moment.area = "Shop";
  ASSERT_TRUE(mapper.Opened(moment).ok());
  const std::vector<v1::Fact> facts = mapper.Take();
  ASSERT_THAT(facts, SizeIs(1));
  EXPECT_TRUE(facts[0].confidential());
  EXPECT_EQ(facts[0].DebugString().find("armalade"), std::string::npos) << facts[0].DebugString();
}

TEST(AnItem, KeepsWhatElseAnUpdateTellsBesideALinkThatCannotBeRead) {
  const auto fields = sdk::JsonDocument::Parse(R"({"System.CreatedDate":"2026-09-01T09:00:00Z","System.CreatedBy":{"id":"a"}})");
  const auto update = sdk::JsonDocument::Parse(
      R"({"rev":4,"revisedBy":{"id":"b"},"fields":{"System.State":{"oldValue":"Active","newValue":"Resolved"},)"
      R"("System.Reason":{"oldValue":"x","newValue":"Fixed"},"System.ChangedDate":{"newValue":"2026-09-02T09:00:00Z"}},)"
      R"("relations":{"added":[{"rel":"System.LinkTypes.Duplicate-Reverse","url":"https://dev.azure.com/acme/_apis/wit/workItems/7"}]}})");
  ASSERT_TRUE(fields.ok() && update.ok());
  const sdk::Source source = SourceWith();
  const Reading reading = DefaultReading();
  ItemMapper mapper("12", fields->root(), source, reading);
  Moment moment;
  moment.state = "Active";
  EXPECT_FALSE(mapper.Update(update->root(), moment).ok()) << "the update has no number";
  const std::vector<v1::Fact> facts = mapper.Take();
  ASSERT_THAT(facts, SizeIs(1));
  EXPECT_EQ(facts[0].kind(), v1::FACT_KIND_RESOLVED);
}

sdk::Auth Verified(const net::Headers& headers, std::vector<std::string> secrets = {"secret"}) {
  sdk::Source source = SourceWith();
  source.secrets = std::move(secrets);
  return MakeConnector()->Verify({"POST", "/in/s", "", &headers, "{}"}, source, kNow);
}
std::string Basic(const std::string& pair) { return "Basic " + absl::Base64Escape(pair); }

TEST(AServiceHook, ShowsItsPasswordWhateverItsUserOrATokenOfItsOwn) {
  EXPECT_EQ(Verified({{"Authorization", Basic("comity:secret")}}), sdk::Auth::kOk);
  EXPECT_EQ(Verified({{"authorization", "basic " + absl::Base64Escape(":secret")}}), sdk::Auth::kOk);
  EXPECT_EQ(Verified({{"Authorization", Basic("comity:se:cret")}}, {"se:cret"}), sdk::Auth::kOk);
  EXPECT_EQ(Verified({{"X-Comity-Token", "secret"}}), sdk::Auth::kOk);
  EXPECT_EQ(Verified({{"X-Comity-Token", "secret"}, {"Authorization", "Bearer of a proxy"}}), sdk::Auth::kOk);
}

TEST(AServiceHook, IsRefusedWithoutIt) {
  for (const std::string& shown : {std::string(), Basic("secret:"), Basic("secret"), Basic("comity:"), Basic("comity:Secret"),
                                   std::string("Basic !!!"), std::string("Bearer secret"), std::string("Basic ")}) {
    EXPECT_EQ(Verified({{"Authorization", shown}}), sdk::Auth::kUnauthenticated) << shown;
  }
  EXPECT_EQ(Verified({{"X-Comity-Token", "wrong"}, {"Authorization", Basic("comity:secret")}}), sdk::Auth::kUnauthenticated);
  EXPECT_EQ(Verified({{"Authorization", Basic("comity:")}}, {""}), sdk::Auth::kUnauthenticated) << "an empty secret opens nothing";
}

TEST(ASourceOfAzureDevOps, NamesItsOrganization) {
  const auto connector = MakeConnector();
  for (const std::string instance : {"dev.azure.com/acme", "acme.visualstudio.com", "devops.acme.example/tfs/Main"}) {
    EXPECT_THAT(connector->Check(SourceWith({{"projects", "Shop"}}, true, instance)), IsEmpty()) << instance;
    EXPECT_EQ(connector->ApiBase(SourceWith({}, true, instance)), "https://" + instance);
  }
  for (const std::string instance : {"acme", "https://dev.azure.com/acme", "dev.azure.com/", "dev.azure.com/../x", "a.b/c/d/e/f"}) {
    EXPECT_THAT(connector->Check(SourceWith({{"projects", "Shop"}}, true, instance)), Contains(HasSubstr("instance must be"))) << instance;
  }
}

TEST(ASourceOfAzureDevOps, IsToldWhatIsWrongWithItsOptions) {
  const auto connector = MakeConnector();
  EXPECT_THAT(connector->Check(SourceWith()), IsEmpty());
  EXPECT_THAT(connector->Check(SourceWith({}, true)), Contains(HasSubstr("nothing to poll")));
  EXPECT_THAT(connector->Check(SourceWith({{"projects", "Shop"}})), Contains(HasSubstr("no poll block")));
  EXPECT_THAT(connector->Check(SourceWith({{"projects", "Shop/../x"}}, true)), Contains(HasSubstr("config.projects")));
  EXPECT_THAT(connector->Check(SourceWith({{"removed_states", "Closed"}})), Contains(HasSubstr("both name `closed`")));
  EXPECT_THAT(connector->Check(SourceWith({{"done_reasons", "Duplicate"}})), Contains(HasSubstr("duplicate_reasons")));
}

TEST(APollOfAzureDevOps, NamesProjectsInPathsAndNeverInQueries) {
  std::vector<std::string> faults;
  EXPECT_THAT(ReadProjects("Shop, Web Shop", &faults), ElementsAre("Shop", "Web Shop"));
  const sdk::Step step = PlanPoll({"Web Shop"}, {kNow, kNow - absl::Hours(1), absl::Minutes(5), {}});
  ASSERT_THAT(step.next, SizeIs(1));
  EXPECT_TRUE(step.next[0].path.starts_with("/Web%20Shop/_apis/wit/wiql?"));
  EXPECT_THAT(step.next[0].body, testing::Not(HasSubstr("Web Shop")));
}

}  // namespace
}  // namespace comity::azure_devops

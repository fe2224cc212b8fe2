#include "plugins/linear/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "plugins/linear/linear.h"
#include "plugins/linear/polling.h"

namespace comity::linear {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1'788'343'200);

sdk::Source SourceWith(std::map<std::string, std::string> config = {}, bool polls = false) {
  return {.id = "s", .suite = "linear", .instance = "linear.app", .secrets = {"secret"}, .config = std::move(config), .polls = polls};
}

absl::StatusOr<sdk::Parsed> Parsed(const std::string& body, std::map<std::string, std::string> config = {}) {
  const net::Headers headers;
  return MakeConnector()->Parse({"POST", "/in/s", "", &headers, body}, SourceWith(std::move(config)), kNow);
}

// An update of one issue, from what is different about it.
std::string Update(const std::string& state, const std::string& data, const std::string& before) {
  return R"({"type":"Issue","action":"update","createdAt":"2026-09-02T09:30:00.000Z","actor":{"id":"b","type":"user"},)"
         R"("data":{"id":"i","identifier":"PAY-12","createdAt":"2026-09-01T09:00:00Z","updatedAt":"2026-09-02T09:30:00Z","state":)" +
         state + (data.empty() ? "" : "," + data) + R"(},"updatedFrom":)" + before + "}";
}
constexpr char kDone[] = R"({"id":"s3","name":"Done","type":"completed"})", kOpen[] = R"({"id":"s2","name":"Doing","type":"started"})";
constexpr char kDropped[] = R"({"id":"s4","name":"Canceled","type":"canceled"})";
constexpr char kCompleted[] = R"("completedAt":"2026-09-02T09:29:59.5Z")";

TEST(LinearMapping, AnIssueIsResolvedWhenItHasNotBeenCompletedBefore) {
  const auto parsed = Parsed(Update(kDone, kCompleted, R"({"stateId":"s2","completedAt":null})"));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  ASSERT_THAT(parsed->facts, SizeIs(1));
  EXPECT_EQ(parsed->facts[0].kind(), v1::FACT_KIND_RESOLVED);
  EXPECT_EQ(parsed->facts[0].actor().id(), "b");
  EXPECT_EQ(parsed->facts[0].occur_time_text(), "2026-09-02T09:29:59.5Z") << "the instant of the completion, not of the event";
}

TEST(LinearMapping, AnotherCompletedStateIsNoSecondResolution) {
  EXPECT_THAT(Parsed(Update(kDone, kCompleted, R"({"stateId":"s9"})"))->facts, IsEmpty());
  EXPECT_THAT(Parsed(Update(kDone, kCompleted, R"({"stateId":"s9","completedAt":"2026-09-01T09:00:00Z"})"))->facts, IsEmpty());
}

TEST(LinearMapping, WhatLeavesAnEndIsReopenedAndWhatChangesEndsIsResolvedAgain) {
  const auto reopened = Parsed(Update(kOpen, "", R"({"completedAt":"2026-09-02T09:00:00Z"})"));
  ASSERT_THAT(reopened->facts, SizeIs(1));
  EXPECT_EQ(reopened->facts[0].kind(), v1::FACT_KIND_REOPENED);
  const auto dropped =
      Parsed(Update(kDropped, R"("canceledAt":"2026-09-02T09:30:00Z")", R"({"completedAt":"2026-09-02T09:00:00Z","canceledAt":null})"));
  ASSERT_THAT(dropped->facts, SizeIs(1));
  EXPECT_EQ(dropped->facts[0].kind(), v1::FACT_KIND_RESOLVED);
  EXPECT_EQ(dropped->facts[0].resolution(), v1::RESOLUTION_WONT_DO);
}

TEST(LinearMapping, AStateThatNobodyTellsResolvesNothing) {
  EXPECT_THAT(Parsed(Update("null", kCompleted, R"({"stateId":"s2","completedAt":null})"))->facts, IsEmpty());
}

TEST(LinearMapping, ACompletionWithoutItsInstantIsAnErrorThatNamesIt) {
  const auto parsed = Parsed(Update(kDone, "", R"({"completedAt":null})"));
  EXPECT_THAT(std::string(parsed.status().message()), HasSubstr("/data/completedAt"));
}

TEST(LinearMapping, StatesAreNamedByNameOrIdWhateverTheirType) {
  const std::string body = Update(kDone, kCompleted, R"({"completedAt":null})");
  EXPECT_EQ(Parsed(body)->facts.at(0).resolution(), v1::RESOLUTION_DONE);
  EXPECT_EQ(Parsed(body, {{"wont_do_states", "done"}})->facts.at(0).resolution(), v1::RESOLUTION_WONT_DO);
  EXPECT_EQ(Parsed(body, {{"duplicate_states", "S3"}})->facts.at(0).resolution(), v1::RESOLUTION_DUPLICATE);
}

TEST(LinearMapping, OnlyAUserIsAPerson) {
  for (const auto& [type, kind] : std::map<std::string, v1::AccountKind>{{"user", v1::ACCOUNT_KIND_HUMAN},
                                                                         {"oauthClient", v1::ACCOUNT_KIND_BOT},
                                                                         {"integration", v1::ACCOUNT_KIND_BOT},
                                                                         {"something new", v1::ACCOUNT_KIND_BOT}}) {
    std::string body = Update(kDone, kCompleted, R"({"completedAt":null})");
    body.replace(body.find(R"("user")"), 6, "\"" + type + "\"");
    EXPECT_EQ(Parsed(body)->facts.at(0).actor().kind(), kind) << type;
  }
}

TEST(LinearMapping, TitlesAreKeptBackWhereTheTeamIsConfidentialOrNotTold) {
  const std::string data = std::string(kCompleted) + R"(,"title":"Refund","team":{"key":"SEC"})";
  EXPECT_EQ(Parsed(Update(kDone, data, R"({"completedAt":null})"))->facts.at(0).subject().title(), "Refund");
  EXPECT_EQ(Parsed(Update(kDone, data, R"({"completedAt":null})"), {{"confidential_teams", "sec"}})->facts.at(0).subject().title(), "");
  EXPECT_TRUE(Parsed(Update(kDone, kCompleted, R"({"completedAt":null})"), {{"confidential_teams", "sec"}})->facts.at(0).confidential());
}

TEST(LinearMapping, AddressesOfOtherHostsAreNotPassedOn) {
  const auto uri = [](const std::string& url) {
    return Parsed(Update(kDone, std::string(kCompleted) + R"(,"url":")" + url + "\"", R"({"completedAt":null})"))
        ->facts.at(0)
        .subject()
        .uri();
  };
  EXPECT_EQ(uri("https://linear.app/acme/issue/PAY-12"), "https://linear.app/acme/issue/PAY-12");
  EXPECT_EQ(uri("https://linear.app/acme/issue/PAY-12/refund-page-shows-the-wrong-total"), "https://linear.app/acme/issue/PAY-12")
      << "what follows is the title";
  EXPECT_EQ(uri("https://linear.app.evil.example/acme/issue/PAY-12"), "");
  EXPECT_EQ(uri("https://linear.app/acme/project/secret-plan"), "");
}

TEST(LinearMapping, NothingOfAConfidentialIssueSaysWhatItIsAbout) {
  const std::string data = std::string(kCompleted) +
                           R"(,"title":"A marmalade","url":"https://linear.app/acme/issue/SEC-12/a-marmalade","team":{"key":"SEC"},)"
                           R"("project":{"name":"Marmalade"},"labels":[{"name":"marmalade"}])";
  const v1::Fact fact = Parsed(Update(kDone, data, R"({"completedAt":null})"), {{"confidential_teams", "sec"}})->facts.at(0);
  EXPECT_THAT(fact.DebugString(), Not(HasSubstr("armalade"))) << fact.DebugString();
}

TEST(LinearMapping, AnotherCompletedStateThatMeansSomethingElseTakesCreditBack) {
  const std::string body = Update(kDone, kCompleted, R"({"stateId":"s9"})");
  const auto parsed = Parsed(body, {{"wont_do_states", "done"}});
  ASSERT_THAT(parsed->facts, SizeIs(1));
  EXPECT_EQ(parsed->facts[0].resolution(), v1::RESOLUTION_WONT_DO);
  EXPECT_EQ(parsed->facts[0].occur_time_text(), "2026-09-02T09:30:00.000Z") << "the instant of the change, not of the completion";
}

absl::StatusOr<sdk::Step> HistoryAnswered(const std::string& code) {
  const sdk::Fetch fetch{"/graphql", "application/json", "issues", R"({"what":"history","page":"2","floor":"0"})"};
  const std::string body = R"({"data":null,"errors":[{"message":"x","extensions":{"code":")" + code + R"("}}]})";
  return MakeConnector()->Absorb(SourceWith({}, true), {kNow, kNow - absl::Hours(1), absl::Minutes(5), {}}, fetch, {200, {}, body});
}
TEST(LinearPolling, OnlyAnIssueThatIsGoneIsPassedOver) {
  EXPECT_TRUE(HistoryAnswered("INPUT_ERROR").ok());
  EXPECT_FALSE(HistoryAnswered("FORBIDDEN").ok());
  EXPECT_FALSE(HistoryAnswered("INTERNAL_SERVER_ERROR").ok());
}

sdk::Auth Verified(const std::string& body, absl::Time now) {
  const net::Headers headers = {{"Linear-Signature", Sign("secret", body)}};
  return MakeConnector()->Verify({"POST", "/in/s", "", &headers, body}, SourceWith(), now);
}

TEST(ADeliveryOfLinear, HasItsTimeInItsSignedBody) {
  const std::string body = R"({"webhookTimestamp":1788343200000})";
  EXPECT_EQ(Verified(body, kNow), sdk::Auth::kOk);
  EXPECT_EQ(Verified(body, kNow + kWindow), sdk::Auth::kOk);
  EXPECT_EQ(Verified(body, kNow + kWindow + absl::Milliseconds(1)), sdk::Auth::kStale);
  EXPECT_EQ(Verified(body, kNow - kAhead - absl::Milliseconds(1)), sdk::Auth::kStale);
  EXPECT_EQ(Verified("{}", kNow), sdk::Auth::kStale) << "a time that is missing is no time";
  EXPECT_EQ(Verified("not JSON", kNow), sdk::Auth::kStale);
}

TEST(ADeliveryOfLinear, KeepsTheTextOfItsSignatureToWhatIsDocumented) {
  // RFC 4231, test case 2, with the header as Linear writes it: hexadecimal digits and nothing before them.
  EXPECT_EQ(Sign("Jefe", "what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(ASourceOfLinear, IsToldWhatIsWrongWithItsOptions) {
  const auto connector = MakeConnector();
  EXPECT_THAT(connector->Check(SourceWith()), IsEmpty());
  EXPECT_THAT(connector->Check(SourceWith({{"teams", "PAY, ops"}}, true)), IsEmpty());
  EXPECT_THAT(connector->Check(SourceWith({{"teams", "PAY"}})), Contains(HasSubstr("no poll block")));
  EXPECT_THAT(connector->Check(SourceWith({{"teams", "PAY\"}"}}, true)), Contains(HasSubstr("config.teams")));
}

TEST(ASourceOfLinear, AsksForItsTeamsInUpperCase) {
  std::vector<std::string> faults;
  EXPECT_THAT(ReadTeams("pay, OPS , pay", &faults), ElementsAre("PAY", "OPS"));
  EXPECT_THAT(faults, IsEmpty());
  const sdk::Step step = PlanPoll({"PAY"}, {kNow, kNow - absl::Hours(1), absl::Minutes(5), {}});
  ASSERT_THAT(step.next, SizeIs(2));
  EXPECT_THAT(step.next[0].body, HasSubstr(R"("team":{"key":{"in":["PAY"]}})"));
  EXPECT_THAT(step.next[0].body, Not(HasSubstr("description")));
  EXPECT_THAT(step.next[1].body, Not(HasSubstr("body"))) << "texts are not even asked for";
}

}  // namespace
}  // namespace comity::linear

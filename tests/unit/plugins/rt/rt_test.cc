#include "plugins/rt/rt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "plugins/rt/mapping.h"
#include "plugins/sdk/conformance/talk.h"

namespace comity::rt {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

sdk::Source SourceWith(std::map<std::string, std::string> config, bool polls = true) {
  return {.id = "s", .suite = "rt", .instance = "rt.acme.example", .secrets = {}, .config = std::move(config), .polls = polls};
}
std::vector<std::string> Faults(std::map<std::string, std::string> config) { return MakeConnector()->Check(SourceWith(std::move(config))); }

TEST(ASourceOfRt, NeedsNoMoreThanAToken) {
  EXPECT_THAT(Faults({}), IsEmpty());
  EXPECT_EQ(MakeConnector()->ApiBase(SourceWith({})), "https://rt.acme.example");
  EXPECT_EQ(MakeConnector()->ApiBase(SourceWith({{"address", "http://127.0.0.1:18106/rt"}})), "http://127.0.0.1:18106/rt");
}

TEST(ASourceOfRt, IsToldWhatIsWrongWithIt) {
  EXPECT_THAT(MakeConnector()->Check(SourceWith({}, false)), Contains(HasSubstr("secret_files is empty")));
  EXPECT_THAT(Faults({{"resolved_statuses", " "}}), Contains(HasSubstr("resolved_statuses is empty")));
  EXPECT_THAT(Faults({{"wont_do_statuses", "rejected, resolved"}}), Contains(HasSubstr("name the same status")));
  EXPECT_THAT(Faults({{"address", "rt.acme.example"}}), Contains(HasSubstr("config.address")));
  EXPECT_THAT(Faults({{"queues", "1"}}), Contains(HasSubstr("is not an option of rt")));
}

TEST(ASourceOfRt, TakesTheExtensionsWordOnlyWithASecretThatCanBeOne) {
  sdk::Source source = SourceWith({}, /*polls=*/false);
  source.secrets = {"whsec_YW4gZXh0ZW5zaW9uIG9mIFJUJ3Mgb3du"};
  EXPECT_THAT(MakeConnector()->Check(source), IsEmpty()) << "the extension alone is a set-up too";
  source.secrets = {"swordfish"};
  EXPECT_THAT(MakeConnector()->Check(source), Contains(HasSubstr("is not `whsec_`")));
  const net::Headers headers;
  const sdk::Request request{"POST", "/in/s", "", &headers, "{}"};
  EXPECT_EQ(MakeConnector()->Verify(request, SourceWith({}), absl::Now()), sdk::Auth::kUnauthenticated);
}

// What one transaction of ticket 1 tells, as `KIND` or `KIND RESOLUTION`; `-` for nothing.
std::string Told(const std::string& type, const std::string& field, const std::string& before, const std::string& after) {
  const auto transaction =
      sdk::JsonDocument::Parse(R"({"id":"59","Created":"2026-09-02T09:30:00Z","Creator":{"id":"31","Name":"bob"},"Type":")" + type +
                               R"(","Field":")" + field + R"(","OldValue":")" + before + R"(","NewValue":")" + after + "\"}");
  const auto shown = sdk::JsonDocument::Parse(R"({"id":1})");
  const sdk::Source source = SourceWith({});
  const Reading reading{
      .address = "", .resolved = {"resolved"}, .wont_do = {"rejected"}, .cancelled = {"deleted"}, .confidential_queues = {}};
  const Ticket ticket{"1", shown->root(), std::nullopt, "6"};
  std::vector<v1::Fact> facts;
  EXPECT_TRUE(MapTransaction(transaction->root(), ticket, source, reading, facts).ok());
  EXPECT_LE(facts.size(), 1u);
  if (facts.empty()) return "-";
  std::string told = v1::FactKind_Name(facts[0].kind()).substr(10);
  if (facts[0].kind() == v1::FACT_KIND_RESOLVED) told += " " + v1::Resolution_Name(facts[0].resolution()).substr(11);
  return told;
}

TEST(AChangeOfStatusInRt, EndsATicketOnceForEachReason) {
  EXPECT_EQ(Told("Status", "Status", "open", "resolved"), "RESOLVED DONE");
  EXPECT_EQ(Told("Status", "Status", "stalled", "Resolved"), "RESOLVED DONE");
  EXPECT_EQ(Told("Status", "Status", "new", "rejected"), "RESOLVED WONT_DO");
  EXPECT_EQ(Told("Status", "Status", "new", "deleted"), "RESOLVED CANCELLED");
  EXPECT_EQ(Told("Status", "Status", "resolved", "rejected"), "RESOLVED WONT_DO");
  EXPECT_EQ(Told("Status", "Status", "rejected", "resolved"), "RESOLVED DONE");
  EXPECT_EQ(Told("Status", "Status", "resolved", "deleted"), "-");
  EXPECT_EQ(Told("Status", "Status", "deleted", "resolved"), "RESOLVED DONE");
  EXPECT_EQ(Told("Status", "Status", "new", "open"), "-");
  EXPECT_EQ(Told("Status", "Status", "resolved", "open"), "REOPENED");
  EXPECT_EQ(Told("Status", "Status", "deleted", "new"), "REOPENED");
}

TEST(AChangeOfOwnerInRt, IsOneFactHoweverOftenRtTellsIt) {
  for (const std::string type : {"Set", "Take", "Steal", "Give", "Force"}) EXPECT_EQ(Told(type, "Owner", "6", "31"), "ASSIGNED") << type;
  EXPECT_EQ(Told("SetWatcher", "Owner", "6", "31"), "-");
  EXPECT_EQ(Told("Set", "Owner", "31", "6"), "-") << "Nobody";
  EXPECT_EQ(Told("Set", "Subject", "31", "33"), "-");
}

TEST(WhatIsWrittenInRt, IsAFactOnlyIfTheAskerSeesIt) {
  EXPECT_EQ(Told("Correspond", "", "", ""), "COMMENTED");
  EXPECT_EQ(Told("Comment", "", "", ""), "-");
}

TEST(ALinkInRt, CountsOnlyBetweenTicketsOfTheSameRt) {
  EXPECT_EQ(Told("AddLink", "DependsOn", "", "fsck.com-rt://acme.example/ticket/3"), "BLOCKED");
  EXPECT_EQ(Told("DeleteLink", "DependsOn", "fsck.com-rt://acme.example/ticket/3", ""), "UNBLOCKED");
  EXPECT_EQ(Told("AddLink", "DependsOn", "", "fsck.com-rt://acme.example/ticket/3/x"), "-");
  EXPECT_EQ(Told("AddLink", "DependsOn", "", "https://tracker.example/ticket/3"), "-");
  EXPECT_EQ(Told("AddLink", "MergedInto", "", "fsck.com-rt://acme.example/ticket/3"), "-") << "it was not this one that went away";
}

// A page's tickets are done before the next page is asked for; where that fails, they are not asked for again.
TEST(TheCursorOfRt, MovesWithEachPage) {
  for (const std::string type : {"Correspond", "Comment"}) {
    std::string items;
    for (int i = 1; i <= 100; ++i) {
      items += (i == 1 ? "" : ",") + std::string(R"({"id":")") + std::to_string(i) +
               R"(","ObjectId":"1","Created":"2026-09-02T08:00:00Z","Type":")" + type + "\"}";
    }
    const sdk::Poll poll{absl::FromUnixSeconds(1'788'343'200), absl::FromUnixSeconds(1'788'256'800), absl::Minutes(5), {}};
    const auto walked = sdk::conformance::Walk(
        *MakeConnector(), SourceWith({}), poll,
        [&](const sdk::Fetch& fetch) {
          const bool first = fetch.body.find("\"Created\"") != std::string::npos;
          return first ? net::Response{200, {}, R"({"items":[)" + items + "]}"} : net::Response{404, {}, ""};
        },
        10);
    EXPECT_THAT(walked.asked.back(), HasSubstr(R"("operator":">","value":"100")"));
    EXPECT_THAT(walked.errors, testing::SizeIs(1));
    EXPECT_THAT(walked.cursors, testing::ElementsAre(testing::Pair("transactions", "100"))) << type;
  }
}

}  // namespace
}  // namespace comity::rt

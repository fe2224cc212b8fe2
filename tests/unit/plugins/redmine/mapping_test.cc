#include "plugins/redmine/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "plugins/redmine/redmine.h"
#include "plugins/redmine/statuses.h"
#include "plugins/sdk/signatures.h"

namespace comity::redmine {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

StatusNames Names(std::string_view resolved = "Resolved, Closed", std::string_view ids = "") {
  std::vector<std::string> faults;
  return ReadStatusNames(resolved, "Rejected", "Duplicate", ids, &faults);
}

// The kind of the transition, with the resolution behind it; `-` for none.
std::string Told(const StatusNames& names, std::string_view from, std::string_view to) {
  static const std::map<std::string_view, std::string> statuses = {
      {"New", R"({"id":1,"name":"New","is_closed":false})"},           {"Feedback", R"({"id":4,"name":"Feedback","is_closed":false})"},
      {"Resolved", R"({"id":3,"name":"Resolved","is_closed":false})"}, {"Closed", R"({"id":5,"name":"Closed","is_closed":true})"},
      {"Rejected", R"({"id":6,"name":"REJECTED","is_closed":true})"},  {"Duplicate", R"({"id":7,"name":"Duplicate","is_closed":true})"},
  };
  Statuses known(names);
  std::map<std::string_view, std::string> ids;
  for (const auto& [name, text] : statuses) {
    const auto document = sdk::JsonDocument::Parse(text);
    known.Add(document->root());
    ids[name] = document->root().At("/id").IdText();
  }
  const auto transition = TransitionOf(*known.Find(ids[from]), *known.Find(ids[to]));
  if (!transition) return "-";
  if (transition->kind == v1::FACT_KIND_REOPENED) return "REOPENED";
  return v1::Resolution_Name(transition->resolution).substr(11);
}

TEST(AChangeOfStatus, ResolvesWhereAnOpenIssueEnds) {
  const StatusNames names = Names();
  EXPECT_EQ(Told(names, "New", "Resolved"), "DONE");
  EXPECT_EQ(Told(names, "New", "Closed"), "DONE");
  EXPECT_EQ(Told(names, "Feedback", "Rejected"), "WONT_DO") << "whether letters are large or small does not matter";
  EXPECT_EQ(Told(names, "Feedback", "Duplicate"), "DUPLICATE");
  EXPECT_EQ(Told(names, "New", "Feedback"), "-");
}

TEST(AChangeOfStatus, IsNoSecondSolvingWhereSomebodyTidiesUp) {
  const StatusNames names = Names();
  EXPECT_EQ(Told(names, "Resolved", "Closed"), "-");
  EXPECT_EQ(Told(names, "Closed", "Resolved"), "-");
  EXPECT_EQ(Told(names, "Rejected", "Closed"), "-") << "closing what was rejected solves nothing";
  EXPECT_EQ(Told(names, "Duplicate", "Closed"), "-");
}

TEST(AChangeOfStatus, ChangesTheReasonWhereThatIsSomebodysDecision) {
  const StatusNames names = Names();
  EXPECT_EQ(Told(names, "Resolved", "Rejected"), "WONT_DO");
  EXPECT_EQ(Told(names, "Closed", "Duplicate"), "DUPLICATE");
  EXPECT_EQ(Told(names, "Rejected", "Resolved"), "DONE");
}

TEST(AChangeOfStatus, ReopensWhateverHadEnded) {
  const StatusNames names = Names();
  for (const std::string_view ended : {"Resolved", "Closed", "Rejected", "Duplicate"}) {
    EXPECT_EQ(Told(names, ended, "Feedback"), "REOPENED") << ended;
  }
}

TEST(AChangeOfStatus, SaysThatNobodyNamedTheReasonOfWhatIsClosedButInNoList) {
  const StatusNames names = Names("Resolved");
  EXPECT_EQ(Told(names, "New", "Closed"), "UNKNOWN");
  EXPECT_EQ(Told(names, "Resolved", "Closed"), "-");
  EXPECT_EQ(Told(names, "Closed", "Resolved"), "DONE");
  EXPECT_EQ(Told(names, "Closed", "New"), "REOPENED");
}

absl::StatusOr<sdk::Parsed> Hook(const std::map<std::string, std::string>& config, std::string_view body) {
  const sdk::Source source{.id = "s", .suite = "redmine", .instance = "redmine.acme.example", .secrets = {"secret"}, .config = config};
  const net::Headers headers;
  return MakeConnector()->Parse({"POST", "/in/s", "", &headers, body}, source, absl::FromUnixSeconds(1'788'343'200));
}

constexpr std::string_view kClosed =
    R"({"type":"issue.updated","data":{"issue":{"id":101,"status":{"id":5,"name":"Closed","is_closed":true}},
"journal":{"id":504,"created_on":"2026-09-02T08:30:00Z","user":{"id":11,"name":"Ana"},"details":[
{"property":"attr","prop_key":"status_id","old_value":"3","value":"5"}]}}})";

// Whether status 3 was an end already decides whether this is a solving, and only the options tell.
TEST(AWebhook, TellsNoChangeOfStatusWithoutTheIdsOfThoseThatEndAnIssue) {
  EXPECT_EQ(Hook({}, kClosed)->ignored, "journal that tells no fact");
  EXPECT_THAT(Hook({{"status_ids", "3=Resolved, 5=Closed"}}, kClosed)->facts, IsEmpty());
  const auto parsed = Hook({{"status_ids", "5=Closed"}}, kClosed);
  ASSERT_EQ(parsed->facts.size(), 1u);
  EXPECT_EQ(parsed->facts[0].resolution(), v1::RESOLUTION_DONE);
}

TEST(AWebhook, MayFindItsRedmineBelowAPath) {
  const auto parsed = Hook({{"status_ids", "5=Closed"}, {"address", "https://tools.acme.example/redmine"}}, kClosed);
  ASSERT_EQ(parsed->facts.size(), 1u);
  EXPECT_EQ(parsed->facts[0].subject().uri(), "https://tools.acme.example/redmine/issues/101");
}

// One delivery, signed both ways at once, as it was a moment after `when`.
sdk::Auth Verified(const std::string& secret, bool with_id, absl::Time when) {
  const std::string body = "{}", time = "1788343200";
  net::Headers headers;
  if (with_id) {
    headers = {{"webhook-id", "msg_1"}, {"webhook-timestamp", time}};
    headers.emplace_back("webhook-signature", sdk::StandardWebhooks::Sign(secret, "msg_1", time, body).value_or("v1,none"));
  }
  constexpr sdk::HmacHex kOwn{sdk::HashAlgorithm::kSha256, "sha256=", "X-Redmine-Signature-256"};
  headers.emplace_back("X-Redmine-Signature-256", kOwn.Sign(secret, body));
  const sdk::Source source{.id = "s", .suite = "redmine", .instance = "redmine.acme.example", .secrets = {secret}, .config = {}};
  return MakeConnector()->Verify({"POST", "/in/s", "", &headers, body}, source, when);
}

TEST(ADelivery, OfThePluginIsTakenForNothingElseAndHasATime) {
  const std::string secret = "whsec_YSBzZWNyZXQgb2YgdGVuIHRpbWVzIHNldmVu";
  const absl::Time then = absl::FromUnixSeconds(1'788'343'200);
  EXPECT_EQ(Verified(secret, true, then), sdk::Auth::kOk);
  EXPECT_EQ(Verified(secret, true, then + absl::Minutes(6)), sdk::Auth::kStale) << "the other signature does not make it good";
  EXPECT_EQ(Verified(secret, false, then + absl::Minutes(6)), sdk::Auth::kOk) << "Redmine's own webhooks sign no time";
  EXPECT_EQ(Verified("YSBzZWNyZXQgb2YgdGVuIHRpbWVzIHNldmVu", true, then), sdk::Auth::kUnauthenticated) << "no secret of the plugin";
}

std::vector<std::string> Faults(std::map<std::string, std::string> config, bool polls, bool hooks = false) {
  sdk::Source source{
      .id = "s", .suite = "redmine", .instance = "redmine.acme.example", .secrets = {}, .config = std::move(config), .polls = polls};
  if (hooks) source.secrets = {"secret"};
  return MakeConnector()->Check(source);
}

TEST(ASourceOfRedmine, NeedsNoMoreThanAKey) {
  EXPECT_THAT(Faults({}, true), IsEmpty());
  EXPECT_THAT(Faults({}, true, true), IsEmpty());
}

TEST(ASourceOfRedmine, IsToldWhatIsWrongWithItsOptions) {
  EXPECT_THAT(Faults({}, false, true), Contains(HasSubstr("status_ids is missing")));
  EXPECT_THAT(Faults({{"projects", "billing"}}, false, true), Contains(HasSubstr("no poll block")));
  EXPECT_THAT(Faults({{"projects", "billing/../../users"}}, true), Contains(HasSubstr("config.projects")));
  EXPECT_THAT(Faults({{"status_ids", "Resolved=3"}}, true), Contains(HasSubstr("config.status_ids")));
  EXPECT_THAT(Faults({{"resolved_statuses", "Closed, rejected"}}, true), Contains(HasSubstr("name the same status")));
  EXPECT_THAT(Faults({{"wont_do_statuses", "Duplicate"}}, true), Contains(HasSubstr("duplicate_statuses")));
  EXPECT_THAT(Faults({{"notes_are_public", "yes"}}, true), Contains(HasSubstr("true or false")));
  for (const std::string address : {"redmine.acme.example", "https://", "https://a/", "https://a/?b", "ftp://a", "https://a b"}) {
    EXPECT_THAT(Faults({{"address", address}}, true), Contains(HasSubstr("config.address"))) << address;
  }
}

TEST(ASourceOfRedmine, SaysWhereItsApiIsAndWhatIsPolled) {
  const auto connector = MakeConnector();
  sdk::Source source{.id = "s", .suite = "redmine", .instance = "redmine.acme.example", .secrets = {}, .config = {}, .polls = true};
  EXPECT_EQ(connector->ApiBase(source), "https://redmine.acme.example");
  EXPECT_EQ(connector->Polled(source), "issues and their journals of everything the token may see");
  source.config = {{"projects", "billing, web-shop"}, {"address", "http://127.0.0.1:18101"}};
  EXPECT_EQ(connector->ApiBase(source), "http://127.0.0.1:18101");
  EXPECT_EQ(connector->Polled(source), "issues and their journals of 2 projects named");
}

}  // namespace
}  // namespace comity::redmine

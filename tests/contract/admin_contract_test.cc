#include "tests/contract/contract.h"

namespace comity::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

COMITY_CONTRACT(AnAdminStore);

SourceRow Source(const std::string& id) { return {id, "github", "github.com", At(1), absl::InfinitePast()}; }

TEST_P(AnAdminStore, GivesBackSourcesInOrder) {
  EXPECT_OK(Write([](Transaction& t) -> absl::Status {
    for (const char* id : {"c", "a", "b"}) COMITY_RETURN_IF_ERROR(t.admin().CreateSource(Source(id)));
    return absl::OkStatus();
  }));
  const auto snapshot = Ok(store_->BeginRead());
  std::vector<std::string> ids;
  for (const SourceRow& row : Ok(snapshot->admin().ListSources("a", 5))) ids.push_back(row.id);
  EXPECT_THAT(ids, ElementsAre("b", "c"));
  EXPECT_EQ(Ok(snapshot->admin().ListSources("", 2)).size(), 2u);
  const auto found = Ok(snapshot->admin().FindSource("a"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->suite, "github");
  EXPECT_EQ(found->last_event, absl::InfinitePast());
  EXPECT_FALSE(Ok(snapshot->admin().FindSource("z")).has_value());
}

TEST_P(AnAdminStore, RefusesASecondSourceOfOneId) {
  EXPECT_OK(Write([](Transaction& t) { return t.admin().CreateSource(Source("a")); }));
  const absl::Status refused = Write([](Transaction& t) { return t.admin().CreateSource(Source("a")); });
  EXPECT_TRUE(absl::IsAlreadyExists(refused));
  EXPECT_EQ(DetailsOf(refused).reason, "SOURCE_EXISTS");
}

TEST_P(AnAdminStore, MovesASourcesLastEventForwardOnly) {
  EXPECT_OK(Write([](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.admin().CreateSource(Source("a")));
    COMITY_RETURN_IF_ERROR(t.admin().TouchSource("a", At(90)));
    return t.admin().TouchSource("a", At(80));
  }));
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->admin().FindSource("a"))->last_event, At(90));
}

TEST_P(AnAdminStore, FindsTokensByHashAndById) {
  TokenRow token{"t1", std::string("\0\1hash", 6), {1, 4}, Person(1), {"a", "b"}, At(1), absl::InfiniteFuture()};
  EXPECT_OK(Write([&](Transaction& t) { return t.admin().PutToken(token); }));
  Reopen();
  const auto found = Ok(Ok(store_->BeginRead())->admin().FindTokenByHash(token.secret_hash));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->id, "t1");
  EXPECT_EQ(found->roles, token.roles);
  EXPECT_EQ(found->person, Person(1));
  EXPECT_EQ(found->sources, token.sources);
  EXPECT_EQ(found->created, At(1));
  EXPECT_EQ(found->revoked, absl::InfiniteFuture());
  token.revoked = At(9);
  EXPECT_OK(Write([&](Transaction& t) { return t.admin().PutToken(token); }));
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->admin().FindToken("t1"))->revoked, At(9));
  EXPECT_FALSE(Ok(Ok(store_->BeginRead())->admin().FindTokenByHash("other")).has_value());
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->admin().ListTokens("", 5)).size(), 1u);
  EXPECT_THAT(Ok(Ok(store_->BeginRead())->admin().ListTokens("t1", 5)), IsEmpty());
}

TEST_P(AnAdminStore, KnowsARoleByThePersonsOwnTokensThatAreNotRevoked) {
  constexpr int32_t kMember = 1, kLead = 3;
  TokenRow first{"t1", "hash 1", {kMember, kLead}, Person(1), {}, At(1), At(9)};
  const TokenRow second{"t2", "hash 2", {kMember}, Person(1), {}, At(1), absl::InfiniteFuture()};
  const TokenRow other{"t3", "hash 3", {kLead}, Person(2), {}, At(1), absl::InfiniteFuture()};
  const TokenRow nobodys{"t4", "hash 4", {7}, {}, {}, At(1), absl::InfiniteFuture()};
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    for (const TokenRow& token : {first, second, other, nobodys}) COMITY_RETURN_IF_ERROR(t.admin().PutToken(token));
    return absl::OkStatus();
  }));
  Reopen();
  const auto has = [&](domain::PersonUid person, int32_t role, absl::Time now) {
    return Ok(Ok(store_->BeginRead())->admin().HasRole(person, role, now));
  };
  EXPECT_TRUE(has(Person(1), kLead, At(8)));
  EXPECT_FALSE(has(Person(1), kLead, At(9))) << "revoked from this instant on";
  EXPECT_TRUE(has(Person(1), kMember, At(9))) << "by another token";
  EXPECT_TRUE(has(Person(2), kLead, At(9)));
  EXPECT_FALSE(has(Person(2), kMember, At(8)));
  EXPECT_FALSE(has(Person(3), kLead, At(8))) << "without a token";
  EXPECT_FALSE(has({}, 7, At(8))) << "a token without a person is nobody's";
  first.revoked = absl::InfiniteFuture();
  EXPECT_OK(Write([&](Transaction& t) { return t.admin().PutToken(first); }));
  EXPECT_TRUE(has(Person(1), kLead, At(90)));
}

TEST_P(AnAdminStore, CountsEveryAuditedCall) {
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->admin().CountAudit()), 0);
  const AuditRow known{At(1), "GetDeed", "t1", Person(1), 0, "deeds/1"}, denied{At(2), "GetDeed", "", {}, 16, ""};
  EXPECT_OK(Write([&](Transaction& t) { return t.admin().AppendAudit({known, denied}); }));
  EXPECT_OK(Write([&](Transaction& t) { return t.admin().AppendAudit({denied}); }));
  Reopen();
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->admin().CountAudit()), 3);
}

TEST_P(AnAdminStore, ListsReadsAboutAPersonNewestFirst) {
  EXPECT_OK(Write([&](Transaction& t) {
    return t.admin().AppendReads({{Person(1), At(1), Person(2), "t2", "GetDeed", "deeds/1"},
                                  {Person(2), At(2), Person(1), "t1", "GetDeed", "deeds/1"},
                                  {Person(1), At(3), {}, "t3", "ListDeeds", "deeds"}});
  }));
  const auto snapshot = Ok(store_->BeginRead());
  const auto newest = Ok(snapshot->admin().ListReads(Person(1), 0, 1));
  ASSERT_EQ(newest.size(), 1u);
  EXPECT_EQ(newest[0].read.method, "ListDeeds");
  EXPECT_TRUE(newest[0].read.reader.empty());
  EXPECT_EQ(newest[0].read.about, Person(1));
  const auto older = Ok(snapshot->admin().ListReads(Person(1), newest[0].id, 5));
  ASSERT_EQ(older.size(), 1u);
  EXPECT_EQ(older[0].read.reader, Person(2));
  EXPECT_EQ(older[0].read.time, At(1));
  EXPECT_EQ(older[0].read.reader_token, "t2");
  EXPECT_EQ(older[0].read.target, "deeds/1");
}

TEST_P(AnAdminStore, KeepsAnswersOfACallerForSevenDays) {
  const absl::Time start = At(1'000'000);
  EXPECT_OK(Write([&](Transaction& t) { return t.admin().PutAnswer("t1", "r1", {"hash", "answer"}, start); }));
  const auto at = [&](std::string_view caller, absl::Time now) {
    return Ok(Ok(store_->BeginRead())->admin().FindAnswer(caller, "r1", now));
  };
  ASSERT_TRUE(at("t1", start + absl::Hours(167)).has_value());
  EXPECT_EQ(at("t1", start)->answer, "answer");
  EXPECT_EQ(at("t1", start)->request_hash, "hash");
  EXPECT_FALSE(at("t2", start).has_value());
  EXPECT_FALSE(at("t1", start + absl::Hours(168)).has_value());
  EXPECT_OK(Write([&](Transaction& t) { return t.admin().PutAnswer("t1", "r2", {"h", "a"}, start + absl::Hours(169)); }));
  EXPECT_FALSE(at("t1", start).has_value());  // gone, not only hidden
}

TEST_P(AnAdminStore, GoesOnWithAJobAfterARestart) {
  const JobRow job{"j1", domain::ReasonCode::kAccountLinked, 0, 0, At(1), absl::InfiniteFuture()};
  EXPECT_OK(Write([&](Transaction& t) { return t.admin().CreateJob(job, {Subject(3), Subject(1), Subject(2), Subject(1)}); }));
  const auto running = Ok(Ok(store_->BeginRead())->admin().RunningJobs());
  ASSERT_EQ(running.size(), 1u);
  EXPECT_EQ(running[0].total, 3);
  EXPECT_EQ(running[0].cause, domain::ReasonCode::kAccountLinked);
  const auto part = Ok(Ok(store_->BeginRead())->admin().NextJobSubjects("j1", 2));
  ASSERT_EQ(part.size(), 2u);
  EXPECT_OK(Write([&](Transaction& t) { return t.admin().FinishJobSubjects("j1", part, At(2)); }));
  Reopen();
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->admin().FindJob("j1"))->done, 2);
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->admin().RunningJobs()).size(), 1u);
  const auto rest = Ok(Ok(store_->BeginRead())->admin().NextJobSubjects("j1", 2));
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_OK(Write([&](Transaction& t) { return t.admin().FinishJobSubjects("j1", {rest[0], part[0]}, At(3)); }));
  const auto ended = Ok(Ok(store_->BeginRead())->admin().FindJob("j1"));
  EXPECT_EQ(ended->done, 3);
  EXPECT_EQ(ended->ended, At(3));
  EXPECT_THAT(Ok(Ok(store_->BeginRead())->admin().RunningJobs()), IsEmpty());
  EXPECT_FALSE(Ok(Ok(store_->BeginRead())->admin().FindJob("j2")).has_value());
}

TEST_P(AnAdminStore, RemembersConsentAndWhenItChanged) {
  EXPECT_FALSE(Ok(Ok(store_->BeginRead())->admin().FindOptOut(Person(1))).opted_out);
  EXPECT_OK(Write([](Transaction& t) { return t.admin().SetOptOut(Person(1), true, At(4)); }));
  const auto out = Ok(Ok(store_->BeginRead())->admin().FindOptOut(Person(1)));
  EXPECT_TRUE(out.opted_out);
  EXPECT_EQ(out.changed, At(4));
  EXPECT_OK(Write([](Transaction& t) { return t.admin().SetOptOut(Person(1), false, At(5)); }));
  EXPECT_FALSE(Ok(Ok(store_->BeginRead())->admin().FindOptOut(Person(1))).opted_out);
  EXPECT_GT(Ok(Ok(store_->BeginRead())->directory().Version()), 0);
}

TEST_P(AnAdminStore, KeepsSettings) {
  const std::string key("\0\xff\0", 3);
  EXPECT_FALSE(Ok(Ok(store_->BeginRead())->admin().FindSetting("page_key")).has_value());
  EXPECT_OK(Write([&](Transaction& t) { return t.admin().PutSetting("page_key", "old"); }));
  EXPECT_OK(Write([&](Transaction& t) { return t.admin().PutSetting("page_key", key); }));
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->admin().FindSetting("page_key")), key);
}

}  // namespace
}  // namespace comity::store

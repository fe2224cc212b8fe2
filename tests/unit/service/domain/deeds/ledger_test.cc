#include "service/domain/deeds/ledger.h"

#include <gmock/gmock.h>

#include <random>

#include "tests/unit/service/domain/deeds/world.h"

namespace comity::domain {
namespace {

using namespace test;  // NOLINT: the words of this folder's tests
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// A ledger kept as a store keeps it.
struct Book {
  std::map<LineHash, PostedLine> lines;
  Rollups rollups;
  std::vector<Entry> Post(const Verdict& verdict, const Occasion& occasion = {ReasonCode::kNewFact, {}, {}}) {
    std::vector<PostedLine> posted;
    for (const auto& [hash, line] : lines) posted.push_back(line);
    const std::vector<Entry> entries = EntriesFor(verdict, posted, occasion);
    for (const Entry& entry : entries) {
      const auto before = lines.find(entry.line);
      EXPECT_EQ(entry.revision, before == lines.end() ? 1 : before->second.revision + 1);
      AddRollupDelta(before == lines.end() ? nullptr : &before->second.last, entry, rollups);
      lines[entry.line] = {entry.line, entry.revision, entry};
    }
    ExpectConserved();
    return entries;
  }
  std::vector<Entry> Standing() const {
    std::vector<Entry> standing;
    for (const auto& [hash, line] : lines) standing.push_back(line.last);
    return standing;
  }
  void ExpectConserved() const {
    std::map<DeedHash, int64_t> sums;
    for (const auto& [hash, line] : lines) {
      if (!line.last.internal) sums[line.last.deed] += line.last.content.share_ppm;
    }
    for (const auto& [deed, sum] : sums) EXPECT_TRUE(sum == kWholePpm || sum == 0) << sum;
  }
};

const std::vector<Fact> kFacts = {Opened("t", "ana"), Commented("t", "bea", absl::Minutes(30)), Resolved("t", "bea", absl::Hours(1))};
const DeedKey kKey{SubjectOf("t"), DeedKind::kResolved, 0, {}};

TEST(TheLedger, GrantsOnceAndThenIsSatisfied) {
  Book book;
  const Verdict verdict = World().JudgeAll(Input("t", kFacts));
  const std::vector<Entry> entries = book.Post(verdict);
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].action, EntryAction::kGrant);
  EXPECT_EQ(entries[0].cause, ReasonCode::kNewFact);
  EXPECT_EQ(entries[0].content.person, PersonOf("bea"));
  EXPECT_EQ(entries[0].asker, PersonOf("ana"));
  EXPECT_EQ(entries[0].cause_event, kFacts[2].key);
  EXPECT_THAT(book.Post(verdict), IsEmpty());
}

TEST(TheLedger, ReversesAnUndoneDeedAndNamesTheFactThatDidIt) {
  Book book;
  book.Post(World().JudgeAll(Input("t", kFacts)));
  std::vector<Fact> facts = kFacts;
  facts.push_back(MakeFact(FactKind::kReopened, "t", absl::Hours(2), Human("ana")));
  const std::vector<Entry> entries = book.Post(World().JudgeAll(Input("t", facts)));
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].action, EntryAction::kReverse);
  EXPECT_EQ(entries[0].cause, ReasonCode::kReopened);
  EXPECT_EQ(entries[0].cause_event, facts.back().key);
  EXPECT_EQ(entries[0].content.share_ppm, 0);
  EXPECT_EQ(book.rollups, Rollups{});
  EXPECT_EQ(StandingDigest(book.Standing()), StandingDigest({}));
  Book late;  // who hears of both at once writes nothing
  EXPECT_THAT(late.Post(World().JudgeAll(Input("t", facts))), IsEmpty());
}

TEST(TheLedger, ConfirmsAndCorrectsAndDeclinesInTheWordsOfThoseConcerned) {
  Book book;
  SubjectInput input = Input("t", kFacts);
  book.Post(World().JudgeAll(input));
  input.statements = {Say(Statement::Kind::kConfirm, "ana", kKey, absl::Hours(2))};
  std::vector<Entry> entries = book.Post(World().JudgeAll(input), {ReasonCode::kConfirmed, {}, input.statements[0].uid});
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].action, EntryAction::kConfirm);
  EXPECT_EQ(entries[0].cause, ReasonCode::kConfirmed);
  EXPECT_EQ(entries[0].cause_statement, input.statements[0].uid);

  input.statements.push_back(
      Say(Statement::Kind::kCorrect, "ana", kKey, absl::Hours(3), {{PersonOf("bea"), 700'000}, {PersonOf("cy"), 300'000}}));
  entries = book.Post(World().JudgeAll(input), {ReasonCode::kCorrected, {}, input.statements[1].uid});
  ASSERT_THAT(entries, SizeIs(2));
  for (const Entry& entry : entries) {
    EXPECT_EQ(entry.cause, ReasonCode::kCorrected);
    EXPECT_EQ(entry.state, DeedState::kCorrected);
  }
  input.statements.push_back(Say(Statement::Kind::kDecline, "cy", kKey, absl::Hours(4)));
  entries = book.Post(World().JudgeAll(input), {ReasonCode::kDeclined, {}, input.statements[2].uid});
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].action, EntryAction::kDecline);
  EXPECT_TRUE(entries[0].content.declined);
  EXPECT_EQ(entries[0].content.share_ppm, 300'000);  // burned, not given to anybody else
}

TEST(TheLedger, TurnsAHeldShareIntoAPersonsWhenTheirAccountIsLinked) {
  std::vector<Fact> facts = kFacts;
  facts.push_back(Assigned("t", "bea", "zed", absl::Minutes(5)));
  facts.push_back(Commented("t", "zed", absl::Minutes(10)));
  Book book;
  World world;
  EXPECT_THAT(book.Post(world.JudgeAll(Input("t", facts))), SizeIs(2));
  world.Link("zed", "cy");
  const std::vector<Entry> entries = book.Post(world.JudgeAll(Input("t", facts)), {ReasonCode::kAccountLinked, {}, {}});
  ASSERT_THAT(entries, SizeIs(2));
  for (const Entry& entry : entries) EXPECT_EQ(entry.cause, ReasonCode::kAccountLinked);
}

TEST(TheLedger, CorrectsWhenAMembershipIsCorrectedBackwards) {
  Book book;
  World world;
  book.Post(world.JudgeAll(Input("t", kFacts)));
  world.Leave("bea");
  world.Join("bea", "checkout");
  std::vector<Entry> entries = book.Post(world.JudgeAll(Input("t", kFacts)), {ReasonCode::kMembershipCorrected, {}, {}});
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].action, EntryAction::kCorrect);
  EXPECT_EQ(entries[0].cause, ReasonCode::kMembershipCorrected);
  EXPECT_EQ(entries[0].content.team, TeamOf("checkout"));
  world.Leave("bea");
  world.Join("bea", "support");  // now it was help for the owner
  entries = book.Post(world.JudgeAll(Input("t", kFacts)), {ReasonCode::kMembershipCorrected, {}, {}});
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].helped_team, TeamOf("payments"));
  Book fresh;
  fresh.Post(world.JudgeAll(Input("t", kFacts)));
  EXPECT_EQ(fresh.rollups, book.rollups);
}

TEST(TheLedger, ReversesWhatIsNoLongerHelpAndPostsInternalHelpWithoutNames) {
  Book book;
  World world;
  book.Post(world.JudgeAll(Input("t", kFacts)));
  world.Leave("ana");
  world.Join("ana", "payments");
  const std::vector<Entry> entries = book.Post(world.JudgeAll(Input("t", kFacts)), {ReasonCode::kNewFact, {}, {}});
  ASSERT_THAT(entries, SizeIs(2));
  const Entry& internal = entries[0].internal ? entries[0] : entries[1];
  const Entry& reversed = entries[0].internal ? entries[1] : entries[0];
  EXPECT_TRUE(internal.internal);
  EXPECT_TRUE(internal.content.person.empty());
  EXPECT_TRUE(internal.asker.empty());
  EXPECT_EQ(internal.content.team, TeamOf("payments"));
  EXPECT_EQ(reversed.action, EntryAction::kReverse);
  EXPECT_EQ(reversed.cause, ReasonCode::kNoLongerHelp);
}

TEST(TheLedger, HidesANameByOneEntryPerLineAndKeepsTheTeamsTotals) {
  Book book;
  World world;
  book.Post(world.JudgeAll(Input("t", kFacts)));
  const auto cells = book.rollups.cells;
  for (PersonRow& row : world.rows.people) row.opted_out = row.id == "bea";
  const Verdict verdict = world.JudgeAll(Input("t", kFacts));
  const std::vector<Entry> entries = book.Post(verdict, {ReasonCode::kOptedOut, {}, {}});
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].cause, ReasonCode::kOptedOut);
  EXPECT_TRUE(entries[0].content.person.empty());
  EXPECT_EQ(entries[0].revision, 2);
  EXPECT_EQ(book.rollups.cells, cells);
  const std::string uid = PersonOf("bea").ToText();
  for (const Reason& step : verdict.deeds[0].steps) {
    for (const auto& [name, value] : step.parameters) EXPECT_NE(value, uid) << name;
  }
  for (PersonRow& row : world.rows.people) row.opted_out = false;
  const std::vector<Entry> back = book.Post(world.JudgeAll(Input("t", kFacts)), {ReasonCode::kOptedIn, {}, {}});
  ASSERT_THAT(back, SizeIs(1));
  EXPECT_EQ(back[0].content.person, PersonOf("bea"));
}

TEST(TheLedger, ReversesAndGrantsAnewWhenAGroupGetsAnotherName) {
  Book book;
  book.Post(World().JudgeAll(Input("t", kFacts)));
  SubjectInput renamed = Input("t", kFacts);
  renamed.subject = SubjectOf("older");
  const std::vector<Entry> entries = book.Post(World().JudgeAll(renamed));
  ASSERT_THAT(entries, SizeIs(2));
  EXPECT_NE(entries[0].action == EntryAction::kReverse, entries[1].action == EntryAction::kReverse);
  EXPECT_NE(entries[0].deed, entries[1].deed);
}

TEST(TheLedger, KeepsShadowHeldAndDeclinedPartsOutOfRollups) {
  World world;
  world.policy = FirstPolicy(true, absl::UnixEpoch());
  Book shadow;
  EXPECT_THAT(shadow.Post(world.JudgeAll(Input("t", kFacts))), SizeIs(1));
  EXPECT_EQ(shadow.rollups, Rollups{});
  SubjectInput input = Input("t", kFacts);
  input.statements = {Say(Statement::Kind::kDecline, "bea", kKey, absl::Hours(4))};
  Book declined;
  const std::vector<Entry> entries = declined.Post(World().JudgeAll(input));
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].state, DeedState::kDeclined);
  EXPECT_EQ(declined.rollups, Rollups{});
}

TEST(Rollups, CountByDayAndByTheWeekFromMonday) {
  Book book;
  book.Post(World().JudgeAll(Input("t", kFacts)));
  ASSERT_THAT(book.rollups.cells, SizeIs(2));
  const int32_t day = DayNumber(DayOf(kStart));
  for (const auto& [key, delta] : book.rollups.cells) {
    EXPECT_EQ(key.start_day, key.week ? day - 2 : day);  // 2026-09-02 is a Wednesday
    EXPECT_EQ(delta, (RollupDelta{1, kWholePpm}));
    EXPECT_EQ(key.stance, Stance::kServed);
  }
  EXPECT_THAT(book.rollups.people, SizeIs(2));  // who helped and who asked
  EXPECT_EQ(absl::GetWeekday(DayFromNumber(WeekStartOf(-1000))), absl::Weekday::monday);
  EXPECT_EQ(WeekStartOf(WeekStartOf(12345)), WeekStartOf(12345));
}

TEST(AnEncodedEntry, ReadsBackAndIsRefusedWhenCutOrMeansItselfWhenFlipped) {
  Book book;
  Entry entry = book.Post(World().JudgeAll(Input("t", kFacts))).at(0);
  entry.commitment.fill(7);
  entry.content.declined = true;
  const std::string leaf = EncodeEntry(entry);
  ASSERT_TRUE(DecodeEntry(leaf).ok());
  EXPECT_EQ(*DecodeEntry(leaf), entry);
  for (size_t size = 0; size < leaf.size(); ++size) EXPECT_FALSE(DecodeEntry(leaf.substr(0, size)).ok());
  EXPECT_FALSE(DecodeEntry(leaf + "x").ok());
  EXPECT_FALSE(DecodeEntry(std::string(5000, '\1')).ok());
  for (size_t bit = 0; bit < leaf.size() * 8; ++bit) {
    std::string flipped = leaf;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_NE(LeafHash(flipped), LeafHash(leaf));
    const auto decoded = DecodeEntry(flipped);
    if (!decoded.ok()) continue;
    EXPECT_EQ(EncodeEntry(*decoded), flipped) << bit;
  }
}

TEST(AnEncodedEntry, MayBeOfEveryKindOfDeed) {
  Entry entry = Book().Post(World().JudgeAll(Input("t", kFacts))).at(0);
  for (const DeedKind kind : kDeedKinds) {
    entry.kind = kind;
    EXPECT_EQ(DecodeEntry(EncodeEntry(entry)).value(), entry);
  }
}

TEST(TheChain, DependsOnEveryLeafAndOnTheirOrder) {
  const Digest a = LeafHash("a"), b = LeafHash("b");
  EXPECT_NE(ChainHash(ChainHash({}, a), b), ChainHash(ChainHash({}, b), a));
  EXPECT_NE(ChainHash({}, a), a);
}

TEST(AnEncodedPolicy, ReadsBackAndIsRefusedWhenDamaged) {
  Policy policy = FirstPolicy(true, kStart);
  policy.bot_accounts = {"github:github.com:1"};
  const std::string bytes = EncodePolicy(policy);
  ASSERT_TRUE(DecodePolicy(bytes).ok());
  EXPECT_EQ(*DecodePolicy(bytes), policy);
  for (size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(DecodePolicy(bytes.substr(0, size)).ok());
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const auto decoded = DecodePolicy(flipped);
    if (!decoded.ok()) continue;
    EXPECT_EQ(EncodePolicy(*decoded), flipped) << bit;
  }
}

TEST(Policies, AreInForceFromTheirActivationAndNeverTwoAtOnce) {
  Policy first = FirstPolicy(false, kStart), second = first;
  second.number = 2;
  second.active_time = kStart;
  const auto policies = Policies::Create({second, first});
  ASSERT_TRUE(policies.ok());
  EXPECT_EQ(policies->At(kStart - absl::Nanoseconds(1)).number, 1);
  EXPECT_EQ(policies->At(kStart).number, 2);
  EXPECT_EQ(policies->At(absl::InfinitePast()).number, 1);
  EXPECT_EQ(policies->Find(3), nullptr);
  EXPECT_FALSE(Policies::Create({}).ok());
  EXPECT_FALSE(Policies::Create({first, first}).ok());
}

}  // namespace
}  // namespace comity::domain

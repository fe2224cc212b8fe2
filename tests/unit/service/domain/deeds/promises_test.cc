// Promises that hold for all inputs, tried on many made from fixed seeds.
#include <gmock/gmock.h>

#include <random>
#include <set>

#include "service/domain/deeds/ledger.h"
#include "tests/unit/service/domain/deeds/world.h"

namespace comity::domain {
namespace {

using namespace test;  // NOLINT: the words of this folder's tests

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  int Below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  bool OneIn(int n) { return Below(n) == 0; }
  Party Somebody() {
    static constexpr std::string_view kNames[] = {"ana", "abe", "bea", "ben", "cy", "cleo", "zed", "bot"};
    const std::string_view name = kNames[Below(8)];
    Party party = Human(name);
    if (name == "bot") party.kind = AccountKind::kBot;
    return OneIn(15) ? Party{} : party;
  }
  absl::Duration Sometime() { return absl::Hours(Below(60)) * (OneIn(3) ? 4 : 1) + absl::Seconds(Below(3) * 30); }
  template <typename T>
  void Shuffle(std::vector<T>& items) {
    std::shuffle(items.begin(), items.end(), random_);
  }

 private:
  std::mt19937 random_;
};

using Theme = std::vector<FactKind>;
const std::vector<Theme> kThemes = {
    {FactKind::kAssigned, FactKind::kCommented, FactKind::kResolved, FactKind::kResolved, FactKind::kReopened, FactKind::kMoved},
    {FactKind::kAssigned, FactKind::kCommented, FactKind::kBlocked, FactKind::kUnblocked, FactKind::kResolved, FactKind::kReopened},
    {FactKind::kChangeMerged, FactKind::kReviewRequested, FactKind::kChangeReviewed, FactKind::kChangeReviewed, FactKind::kReviewDismissed},
    {FactKind::kAnswered, FactKind::kAnswered, FactKind::kAnswerUnmarked, FactKind::kCommented},
    {FactKind::kPageEdited, FactKind::kPageEdited, FactKind::kReverted, FactKind::kDeleted},
    {FactKind::kChangeMerged, FactKind::kChangeReviewed, FactKind::kChangeTested, FactKind::kChangeMentored, FactKind::kReverted}};

Fact SomeFact(Dice& dice, FactKind kind, std::string_view id, std::string_view link) {
  static constexpr std::string_view kPlaces[] = {"pay", "pay", "sup", "che", "nobodys"};
  const std::string object = kind == FactKind::kResolved || kind == FactKind::kReopened ? "" : "object-" + std::to_string(dice.Below(4));
  Fact fact = MakeFact(kind, id, dice.Sometime(), dice.Somebody(), object, kPlaces[dice.Below(5)]);
  if (dice.OneIn(3)) fact.asker = dice.Somebody();
  if (dice.OneIn(2)) fact.author = dice.Somebody();
  fact.target = dice.Somebody();
  fact.resolution = dice.OneIn(4) ? static_cast<Resolution>(dice.Below(7)) : Resolution::kNone;
  fact.review_state = static_cast<ReviewState>(dice.Below(4));
  fact.minor = dice.OneIn(8);
  fact.tentative = dice.OneIn(6);
  fact.default_branch = !dice.OneIn(4);
  if (kind == FactKind::kReverted && dice.OneIn(2)) fact.subject_kind = SubjectKind::kChange;
  const LinkKind kinds[] = {LinkKind::kCloses, LinkKind::kBlockedBy, LinkKind::kMentions};
  if (kind == FactKind::kBlocked || kind == FactKind::kUnblocked) {
    fact.links = {{LinkKind::kBlockedBy, SubjectOf(link)}};
  } else if (dice.OneIn(3)) {
    fact.links = {{kinds[dice.Below(3)], dice.OneIn(2) ? SubjectOf(link) : AliasOf(link)}};
  }
  return fact;
}

struct Story {
  std::vector<Fact> own, change, blocker;
  std::vector<Statement> statements;
  bool bulk = false;
};

Story SomeStory(Dice& dice) {
  Story story;
  const Theme& theme = kThemes[static_cast<size_t>(dice.Below(static_cast<int>(kThemes.size())))];
  if (!dice.OneIn(4)) story.own.push_back(Opened("t", dice.OneIn(2) ? "ana" : "cleo"));
  for (int left = 2 + dice.Below(9); left > 0; --left) {
    story.own.push_back(SomeFact(dice, theme[static_cast<size_t>(dice.Below(static_cast<int>(theme.size())))], "t", "b"));
  }
  for (int left = dice.Below(4); left > 0; --left) {
    static constexpr FactKind kKinds[] = {FactKind::kLinked, FactKind::kChangeMerged, FactKind::kReverted};
    Fact fact = SomeFact(dice, kKinds[dice.Below(3)], "c", "t");
    // Often just when the ticket was closed.
    if (dice.OneIn(2)) fact = SomeFact(dice, FactKind::kChangeMerged, "c", "t"), fact.occur_time = story.own.front().occur_time;
    fact.key = EventKeyOf(kSuite, kInstance, fact.kind, fact.object_id, fact.occur_time, "");
    story.change.push_back(fact);
  }
  for (int left = dice.Below(4); left > 0; --left) {
    story.blocker.push_back(SomeFact(dice, dice.OneIn(3) ? FactKind::kReopened : FactKind::kResolved, "b", "t"));
  }
  static constexpr const char* kPeople[] = {"ana", "bea", "cy", "cleo"};
  for (int left = dice.Below(4); left > 0; --left) {
    DeedKey key{SubjectOf("t"), dice.OneIn(2) ? DeedKind::kResolved : DeedKind::kReviewed, 0, {}};
    if (key.kind == DeedKind::kReviewed) key.person = PersonOf(kPeople[dice.Below(4)]);
    const auto kind = static_cast<Statement::Kind>(1 + dice.Below(3));
    const bool by_helper = dice.OneIn(2);
    const int32_t first = 1 + dice.Below(kWholePpm - 1);
    story.statements.push_back(Say(kind, kPeople[dice.Below(4)], key, dice.Sometime() + absl::Seconds(left),
                                   {{PersonOf("cy"), first}, {PersonOf("cleo"), kWholePpm - first}}, by_helper));
  }
  story.bulk = dice.OneIn(5);
  return story;
}

SubjectInput InputOf(const Story& story) {
  SubjectInput input = Input("t", story.own);
  if (!story.change.empty()) input.related[SubjectOf("c")] = Events(story.change);
  if (!story.blocker.empty()) input.related[SubjectOf("b")] = Events(story.blocker);
  input.statements = story.statements;
  if (story.bulk) {
    for (const Fact& fact : story.own) {
      input.bulk_windows.emplace_back(fact.actor.account, BulkWindowOf(fact.occur_time, absl::Seconds(300)));
    }
  }
  return input;
}

template <typename T>
void Disorder(Dice& dice, std::vector<T>& items) {
  const size_t size = items.size();
  for (size_t i = 0; i < size; ++i) {
    if (dice.OneIn(3)) items.push_back(items[i]);
  }
  dice.Shuffle(items);
}

void Disorder(Dice& dice, SubjectInput& input) {
  Disorder(dice, input.events);
  for (auto& [subject, events] : input.related) Disorder(dice, events);
  Disorder(dice, input.statements);
  Disorder(dice, input.bulk_windows);
}

TEST(P2AnyOrderAndMultiplicityOfFacts, GivesTheSameVerdict) {
  Dice dice(1);
  const World world;
  for (int round = 0; round < 600; ++round) {
    SubjectInput input = InputOf(SomeStory(dice));
    const Verdict verdict = world.JudgeAll(input);
    Disorder(dice, input);
    ASSERT_EQ(world.JudgeAll(input), verdict) << round;
  }
}

TEST(P6Shares, SumToTheWholeInEveryDeedAndEveryFactHasAVerdict) {
  Dice dice(2);
  const World world;
  int deeds = 0;
  std::set<ReasonCode> reasons;
  for (int round = 0; round < 1200; ++round) {
    const SubjectInput input = InputOf(SomeStory(dice));
    const Verdict verdict = world.JudgeAll(input);
    std::set<EventKey> keys;
    for (const Event& event : input.events) keys.insert(event.fact.key);
    ASSERT_EQ(verdict.facts.size(), keys.size());
    for (const auto& [key, said] : verdict.facts) {
      ASSERT_TRUE(keys.contains(key));
      ASSERT_NE(said.outcome, Outcome::kNone);
      ASSERT_FALSE(ReasonName(said.reason.code).empty());
      reasons.insert(said.reason.code);
    }
    std::set<DeedHash> hashes;
    for (const Deed& deed : verdict.deeds) {
      ++deeds;
      ASSERT_TRUE(hashes.insert(deed.key.Hash()).second);
      int64_t sum = 0;
      std::set<std::pair<PersonUid, AccountUid>> who;
      for (const Line& line : deed.lines) {
        sum += line.share_ppm;
        ASSERT_GT(line.share_ppm, 0);
        ASSERT_TRUE(who.emplace(line.person, line.account).second);
      }
      ASSERT_EQ(sum, kWholePpm);
      ASSERT_FALSE(deed.helped_team.empty());
      ASSERT_FALSE(deed.steps.empty());
    }
  }
  EXPECT_GT(deeds, 600);
  EXPECT_GT(reasons.size(), 20u);
}

struct Book {
  std::map<LineHash, PostedLine> lines;
  Rollups rollups;
  size_t Post(const Verdict& verdict) {
    std::vector<PostedLine> posted;
    for (const auto& [hash, line] : lines) posted.push_back(line);
    const std::vector<Entry> entries = EntriesFor(verdict, posted, {ReasonCode::kNewFact, {}, {}});
    for (const Entry& entry : entries) {
      const auto before = lines.find(entry.line);
      AddRollupDelta(before == lines.end() ? nullptr : &before->second.last, entry, rollups);
      lines[entry.line] = {entry.line, entry.revision, entry};
    }
    return entries.size();
  }
  Digest Standing() const {
    std::vector<Entry> standing;
    for (const auto& [hash, line] : lines) standing.push_back(line.last);
    return StandingDigest(standing);
  }
};

TEST(P2ArrivalOneByOneInAnyOrder, EndsInTheSameStandingAndRollupsAsAllAtOnce) {
  Dice dice(3);
  const World world;
  size_t entries = 0;
  for (int round = 0; round < 250; ++round) {
    const Story whole = SomeStory(dice);
    Book at_once;
    at_once.Post(world.JudgeAll(InputOf(whole)));
    std::vector<std::pair<int, size_t>> arrivals;
    for (size_t i = 0; i < whole.own.size(); ++i) arrivals.emplace_back(0, i);
    for (size_t i = 0; i < whole.change.size(); ++i) arrivals.emplace_back(1, i);
    for (size_t i = 0; i < whole.blocker.size(); ++i) arrivals.emplace_back(2, i);
    for (size_t i = 0; i < whole.statements.size(); ++i) arrivals.emplace_back(3, i);
    dice.Shuffle(arrivals);
    Story so_far;
    so_far.bulk = whole.bulk;
    Book book;
    for (const auto& [sort, index] : arrivals) {
      if (sort == 0) so_far.own.push_back(whole.own[index]);
      if (sort == 1) so_far.change.push_back(whole.change[index]);
      if (sort == 2) so_far.blocker.push_back(whole.blocker[index]);
      if (sort == 3) so_far.statements.push_back(whole.statements[index]);
      entries += book.Post(world.JudgeAll(InputOf(so_far)));
      ASSERT_EQ(book.Post(world.JudgeAll(InputOf(so_far))), 0u) << "asking again must give nothing";
    }
    ASSERT_EQ(book.Standing(), at_once.Standing()) << round;
    ASSERT_EQ(book.rollups, at_once.rollups) << round;
    ASSERT_EQ(RollupDigest(book.rollups), RollupDigest(at_once.rollups));
  }
  EXPECT_GT(entries, 200u);
}

TEST(P2ADirectoryCorrectedOnTheWay, EndsInTheSameStandingAsTheRightOneFromTheStart) {
  Dice dice(4);
  for (int round = 0; round < 300; ++round) {
    const SubjectInput input = InputOf(SomeStory(dice));
    World right, wrong;
    wrong.Leave(dice.OneIn(2) ? "bea" : "ana");
    if (dice.OneIn(2)) wrong.Join("bea", dice.OneIn(2) ? "support" : "checkout");
    if (dice.OneIn(2)) wrong.Link("zed", "cy");
    Book corrected, fresh;
    corrected.Post(wrong.JudgeAll(input));
    corrected.Post(right.JudgeAll(input));
    fresh.Post(right.JudgeAll(input));
    ASSERT_EQ(corrected.Standing(), fresh.Standing()) << round;
    ASSERT_EQ(corrected.rollups, fresh.rollups) << round;
  }
}

// Distinct people helped: the only number a person sees of themself.
size_t DistinctHelped(const std::vector<Verdict>& verdicts, PersonUid helper) {
  std::set<PersonUid> helped;
  for (const Verdict& verdict : verdicts) {
    for (const Deed& deed : verdict.deeds) {
      const bool helps =
          std::any_of(deed.lines.begin(), deed.lines.end(), [&](const Line& line) { return line.person == helper && !line.declined; });
      if (helps && !deed.asker.empty()) helped.insert(deed.asker);
    }
  }
  return helped.size();
}

TEST(ARingOfFriends, GainsAtMostHalfOverHelpingAsManyPeopleOnce) {
  for (int size = 2; size <= 10; ++size) {
    World world;
    std::vector<std::string> ring;
    for (int i = 0; i < size; ++i) {
      ring.push_back("ring" + std::to_string(i));
      world.rows.teams.push_back({TeamOf("team" + ring.back()), "team" + ring.back(), "", {}, "", {}});
      world.AddPerson(ring.back());
      world.Link(ring.back() + "b", ring.back());  // a second account is no second person
      world.Join(ring.back(), "team" + ring.back());
    }
    for (const int rate : {1, 3, 20}) {
      std::vector<Verdict> verdicts, honest;
      for (int i = 0; i < size; ++i) {
        for (int turn = 0; turn < (size - 1) * rate; ++turn) {
          const std::string id = "t" + std::to_string(i) + "-" + std::to_string(turn);
          const std::string asker = ring[static_cast<size_t>((i + 1 + turn % (size - 1)) % size)] + (turn % 2 == 1 ? "b" : "");
          SubjectInput input = Input(id, {Opened(id, asker), Commented(id, ring[static_cast<size_t>(i)], absl::Minutes(1)),
                                          Resolved(id, ring[static_cast<size_t>(i)], absl::Minutes(2))});
          input.statements = {Say(Statement::Kind::kConfirm, ring[0], DeedKey{input.subject, DeedKind::kResolved, 0, {}}, absl::Hours(1))};
          verdicts.push_back(world.JudgeAll(input));
          ASSERT_EQ(verdicts.back().deeds.size(), 1u);
        }
      }
      for (int k = 0; k < size - 1; ++k) {  // somebody outside helps as many distinct people once
        const std::string id = "h" + std::to_string(k);
        honest.push_back(world.JudgeAll(Input(id, {Opened(id, ring[static_cast<size_t>(k)]), Commented(id, "bea", absl::Minutes(1)),
                                                   Resolved(id, "bea", absl::Minutes(2))})));
      }
      const double fair = static_cast<double>(DistinctHelped(honest, PersonOf("bea")));
      ASSERT_EQ(fair, size - 1);
      for (const std::string& member : ring) {
        const double lift = static_cast<double>(DistinctHelped(verdicts, PersonOf(member))) / fair;
        EXPECT_LE(lift, 1.5) << "ring of " << size << " at rate " << rate;
        EXPECT_GE(lift, 1.0);
      }
    }
  }
}

}  // namespace
}  // namespace comity::domain

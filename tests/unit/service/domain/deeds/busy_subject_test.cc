// One subject with very many facts takes time in proportion, not in their product: with 20,000 these would run for minutes.
#include <gtest/gtest.h>

#include "service/domain/deeds/judge.h"
#include "tests/unit/service/domain/deeds/world.h"

namespace comity::domain {
namespace {

using test::Human;
using test::MakeFact;
using test::World;

constexpr int kFacts = 20'000;
constexpr absl::Duration kApart = absl::Milliseconds(25);  // all of them within ten minutes: no window leaves any out

const std::string kPeople[] = {"ana", "abe", "bea", "ben", "cy", "cleo"};

SubjectInput InputOf(std::vector<Fact> facts) {
  SubjectInput input;
  input.subject = test::SubjectOf("1");
  for (Fact& fact : facts) input.events.push_back({std::move(fact), test::kStart, {}});
  return input;
}

TEST(ABusyTicket, IsJudgedWithEveryAssignmentCommentAndClosing) {
  World world;
  std::vector<Fact> facts = {MakeFact(FactKind::kOpened, "1", absl::ZeroDuration(), Human("ana"))};
  for (int i = 1; i < kFacts; ++i) {
    const std::string object = std::to_string(i);
    const Party actor = Human(kPeople[static_cast<size_t>(i / 4 + i) % 6]);
    switch (i % 4) {
      case 0:
        facts.push_back(MakeFact(FactKind::kCommented, "1", i * kApart, actor, object));
        break;
      case 1:
        facts.push_back(MakeFact(FactKind::kAssigned, "1", i * kApart, actor, object));
        // Everybody of the six, and thousands of accounts that nobody knows.
        facts.back().target = Human(i % 8 == 1 ? kPeople[static_cast<size_t>(i / 4) % 6] : "guest" + object);
        break;
      case 2:
        facts.push_back(MakeFact(FactKind::kResolved, "1", i * kApart, actor));
        break;
      default:
        facts.push_back(MakeFact(FactKind::kReopened, "1", i * kApart, actor));
        break;
    }
  }
  const Verdict verdict = world.JudgeAll(InputOf(std::move(facts)));
  EXPECT_EQ(verdict.facts.size(), static_cast<size_t>(kFacts));
  ASSERT_FALSE(verdict.deeds.empty());
  for (const Deed& deed : verdict.deeds) EXPECT_LE(deed.evidence.size(), 1000u);
}

TEST(ABusyTicket, IsJudgedWhenItIsHandedBackAndForthAllDay) {
  World world;
  std::vector<Fact> facts = {MakeFact(FactKind::kOpened, "1", absl::ZeroDuration(), Human("cy"))};
  for (int i = 1; i < kFacts; ++i) {
    const bool there = i / 2 % 2 == 0;
    facts.push_back(MakeFact(i % 2 == 0 ? FactKind::kCommented : FactKind::kAssigned, "1", i * kApart, Human(there ? "ana" : "bea"),
                             std::to_string(i)));
    if (i % 2 == 1) facts.back().target = Human(there ? "bea" : "ana");
  }
  const Verdict verdict = world.JudgeAll(InputOf(std::move(facts)));
  EXPECT_EQ(verdict.facts.size(), static_cast<size_t>(kFacts));
}

}  // namespace
}  // namespace comity::domain

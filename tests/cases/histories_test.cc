// Histories that nobody wrote: whatever happens in whatever order, some things hold of every verdict.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"
#include "tests/cases/runner.h"

namespace comity::cases {
namespace {

constexpr int kHistories = 600;
constexpr int kOrders = 6;

// One line of a history; W stands for somebody, O for another, R and S for a resolution and a review state, V for a revision.
constexpr const char* kLines[] = {
    "opened t12 by=W",
    "commented t12 by=W",
    "commented t12 by=W",
    "assigned t12 by=W target=O",
    "resolved t12 by=W as=R",
    "resolved t12 by=W",
    "resolved t13 by=W repo=acme/shop",
    "reopened t12 by=W",
    "moved t12 by=W moved_to=t13",
    "linked c7 by=O author=O closes=t12",
    "change_merged c7 by=W author=cem",
    "change_reviewed c7 by=W author=cem review=S opened=2T08:00",
    "change_tested c7 by=W author=cem",
    "change_mentored c7 by=W author=O",
    "review_requested c7 by=W author=cem target=O",
    "review_dismissed c7 by=W author=cem target=O",
    "reverted c7 by=W author=cem",
    "blocked t20 by=W blocked_by=t12 repo=acme/helpdesk",
    "unblocked t20 by=W blocked_by=t12 repo=acme/helpdesk",
    "answered d5 by=W author=O",
    "answer_unmarked d5 by=W author=O",
    "page_edited p3 by=W object=p3 rev=V repo=acme/shop",
    "reverted p3 by=W object=p3 rev=V repo=acme/shop",
    "escalated t12 by=W",
    "deleted t12 by=W",
};
constexpr const char* kPeople[] = {"ana", "amir", "ben", "bea",  "cem",   "dia",      "eve",       "fay",       "gus",
                                   "hal", "kim",  "zoe", "none", "stale", "stranger", "crew!team", "robot!bot", "visitor"};
constexpr const char* kReasons[] = {"done", "none", "wont_do", "duplicate", "moved"};
constexpr const char* kReviews[] = {"approved", "changes_requested", "commented"};

class Story {
 public:
  explicit Story(uint32_t seed) : random_(seed) {}

  Case Tell() {
    YAML::Node node;
    node["case"] = "a history";
    node["asker"] = Any(kPeople);
    const int length = std::uniform_int_distribution<int>(3, 14)(random_);
    for (int i = 0; i < length; ++i) node["facts"].push_back(Line());
    return ReadCase(node);
  }
  std::mt19937& random() { return random_; }

 private:
  template <size_t kSize>
  const char* Any(const char* const (&words)[kSize]) {
    return words[std::uniform_int_distribution<size_t>(0, kSize - 1)(random_)];
  }
  std::string Line() {
    const int minutes = std::uniform_int_distribution<int>(0, 5 * 24 * 6)(random_) * 10;
    std::string line = absl::StrCat(2 + minutes / 1440, " ", minutes / 60 % 24, ":", minutes % 60, " ");
    const std::string_view pattern = Any(kLines);
    for (size_t i = 0; i < pattern.size(); ++i) {
      const bool placeholder = i > 0 && pattern[i - 1] == '=';
      if (placeholder && (pattern[i] == 'W' || pattern[i] == 'O')) {
        line += Any(kPeople);
      } else if (placeholder && pattern[i] == 'R') {
        line += Any(kReasons);
      } else if (placeholder && pattern[i] == 'S') {
        line += Any(kReviews);
      } else if (placeholder && pattern[i] == 'V') {
        line += std::uniform_int_distribution<int>(0, 1)(random_) == 0 ? "a1" : "a2";
      } else {
        line += pattern[i];
      }
    }
    return line;
  }

  std::mt19937 random_;
};

std::string Lines(const Case& history) {
  std::string all;
  for (const CaseFact& fact : history.facts) absl::StrAppend(&all, "\n  ", fact.line);
  return all;
}

void CheckLine(const Case& history, const domain::Directory& directory, const domain::Deed& deed, const domain::Line& line) {
  EXPECT_GT(line.share_ppm, 0);
  EXPECT_NE(line.person.empty(), line.account.empty()) << "a part is somebody's or held for an account";
  if (line.person.empty()) return;
  const std::vector<domain::TeamUid> teams = directory.TeamsOf(line.person, domain::DayOf(deed.occur_time));
  const auto in = [&](domain::TeamUid team) { return std::find(teams.begin(), teams.end(), team) != teams.end(); };
  EXPECT_NE(line.person, deed.asker) << "nobody is credited for helping themself";
  EXPECT_TRUE(in(line.team)) << history.world->NameOf(line.person) << " helped from a team of that day";
  EXPECT_FALSE(in(deed.helped_team)) << history.world->NameOf(line.person) << " is in the helped team";
  EXPECT_EQ(line.stance == domain::Stance::kServed, line.team == deed.owner_team);
}

void CheckDeed(const Case& history, const domain::Directory& directory, const domain::Verdict& verdict, const domain::Deed& deed) {
  int64_t sum = 0;
  for (const domain::Line& line : deed.lines) {
    CheckLine(history, directory, deed, line);
    sum += line.share_ppm;
  }
  EXPECT_EQ(sum, domain::kWholePpm);
  EXPECT_TRUE(std::any_of(deed.lines.begin(), deed.lines.end(), [](const auto& line) { return !line.person.empty(); }));
  EXPECT_FALSE(deed.helped_team.empty());
  EXPECT_FALSE(deed.owner_team.empty());
  EXPECT_TRUE(std::is_sorted(deed.evidence.begin(), deed.evidence.end()));
  const auto made_by = verdict.facts.find(deed.made_by);
  if (made_by != verdict.facts.end()) {
    const bool reversed = deed.state == domain::DeedState::kReversed;
    EXPECT_EQ(made_by->second.outcome, reversed ? domain::Outcome::kNotCounted : domain::Outcome::kCounted);
    EXPECT_EQ(made_by->second.deed, deed.key.Hash());
  }
}

void CheckVerdict(const Case& history, const domain::Verdict& verdict) {
  const domain::Directory directory = history.world->MakeDirectory();
  std::set<domain::DeedHash> hashes;
  for (const domain::Deed& deed : verdict.deeds) {
    EXPECT_TRUE(hashes.insert(deed.key.Hash()).second) << "two deeds of one name";
    CheckDeed(history, directory, verdict, deed);
  }
  for (const auto& [key, fact] : verdict.facts) {
    EXPECT_NE(fact.outcome, domain::Outcome::kNone);
    EXPECT_NE(fact.reason.code, domain::ReasonCode::kNone) << "nothing goes unexplained";
    if (fact.outcome == domain::Outcome::kCounted) {
      EXPECT_TRUE(fact.deed.has_value() && hashes.contains(*fact.deed));
    }
  }
}

class AnyHistory : public testing::TestWithParam<int> {};

TEST_P(AnyHistory, IsJudgedSoundlyAndAlikeInEveryOrder) {
  size_t deeds = 0;
  for (int i = 0; i < kHistories / 10 && !HasFailure(); ++i) {
    Story story(static_cast<uint32_t>(GetParam() * 1000 + i));
    const Case history = story.Tell();
    SCOPED_TRACE(Lines(history));
    std::vector<domain::Fact> arrivals = FactsOf(history);
    const Verdicts verdicts = JudgeCase(history, arrivals);
    size_t told = 0;
    for (const auto& [group, verdict] : verdicts) {
      CheckVerdict(history, verdict);
      told += verdict.facts.size();
      deeds += verdict.deeds.size();
    }
    std::set<domain::EventKey> keys;
    for (const domain::Fact& fact : arrivals) keys.insert(fact.key);
    EXPECT_EQ(told, keys.size()) << "every fact has one verdict";

    const std::vector<domain::Fact> again = arrivals;
    arrivals.insert(arrivals.end(), again.begin(), again.end());
    for (int order = 0; order < kOrders; ++order) {
      std::shuffle(arrivals.begin(), arrivals.end(), story.random());
      ASSERT_TRUE(JudgeCase(history, arrivals) == verdicts) << "another order gives another verdict";
    }
  }
  EXPECT_GT(deeds, 10u) << "histories in which nobody helps prove nothing";
}

// A change of severity is known and used by nobody, so it must not move a single part.
TEST_P(AnyHistory, IsNotChangedByAFactThatIsNoAct) {
  for (int i = 0; i < kHistories / 10 && !HasFailure(); ++i) {
    const Case history = Story(static_cast<uint32_t>(GetParam() * 1000 + i)).Tell();
    SCOPED_TRACE(Lines(history));
    std::vector<domain::Fact> facts = FactsOf(history);
    Verdicts before = JudgeCase(history, facts);
    domain::Fact noise = ReadCase(YAML::Load("{case: noise, facts: [3 12:34:56 escalated t12 by=lea asker=none]}")).facts[0].fact;
    facts.push_back(noise);
    Verdicts after = JudgeCase(history, facts);
    for (auto& [group, verdict] : after) {
      if (verdict.facts.erase(noise.key) > 0 && verdict.facts.empty()) continue;
      EXPECT_TRUE(verdict == before[group]);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Made, AnyHistory, testing::Range(1, 11));

}  // namespace
}  // namespace comity::cases

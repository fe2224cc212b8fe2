// The rules of turns, on rotations of many rounds made from fixed seeds of chance.
#include "service/domain/duty/turns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <set>
#include <string>

#include "service/domain/duty/words.h"

namespace comity::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'788'350'400);
const std::string kSeed(32, 's');

std::vector<Seat> Seats(int count, Seat first = 1) {
  std::vector<Seat> seats(static_cast<size_t>(count));
  std::iota(seats.begin(), seats.end(), first);
  return seats;
}

// A rotation while it goes on.
struct Rota {
  std::string seed = kSeed;
  std::vector<Turn> turns = {};
  Standing standing = {};

  Seat Take(Turn turn) {
    standing.Add(turn);
    turns.push_back(turn);
    return turn.seat;
  }
  Seat Round(int32_t round, const std::vector<Seat>& present, TurnCause cause = TurnCause::kRound) {
    return Take(TurnOf(seed, standing, round, cause, present, kNow));
  }
  Seat Skip(int32_t round) { return Round(round, standing.PresentIn(round), TurnCause::kSkipped); }
  void Swap(int32_t round, Seat to) { Take(SwapOf(standing, round, to, kNow)); }
};

std::vector<Seat> Holders(const Standing& standing) {
  std::vector<Seat> holders;
  for (const int32_t round : standing.Rounds()) holders.push_back(standing.HolderOf(round));
  return holders;
}

TEST(Turns, AreEvenToOneTurnForEverybodyWhenAllAreThere) {
  for (int people = 1; people <= 40; ++people) {
    Rota rota;
    for (int32_t round = 0; round < 5 * people + 3; ++round) {
      rota.Round(round, Seats(people));
      for (const Seat seat : Seats(people)) {
        ASSERT_LE(std::abs(rota.standing.Of(seat).due()), kWholeTurn) << people << " people, round " << round << ", seat " << seat;
      }
    }
    // Nobody has a second turn before everybody had a first.
    for (const Seat seat : Seats(people)) EXPECT_GE(rota.standing.Of(seat).had, 5) << people;
  }
}

TEST(Turns, AreNoMoreThanTwoInARowAfterAnyAbsence) {
  std::mt19937 chance(7);
  for (int trial = 0; trial < 200; ++trial) {
    Rota rota{.seed = std::string(32, static_cast<char>(trial))};
    const int people = 2 + static_cast<int>(chance() % 8);
    std::vector<int> away_until(static_cast<size_t>(people) + 1, 0);
    std::vector<std::vector<Seat>> presents;
    for (int32_t round = 0; round < 80; ++round) {
      std::vector<Seat> present;
      for (const Seat seat : Seats(people)) {
        int& until = away_until[static_cast<size_t>(seat)];
        if (until <= round && chance() % 12 == 0) until = round + 1 + static_cast<int>(chance() % 15);
        if (until <= round) present.push_back(seat);
      }
      presents.push_back(present);
      rota.Round(round, present);
      if (chance() % 9 == 0 && rota.standing.HolderOf(round) != 0) rota.Skip(round);
    }
    for (int32_t round = 2; round < 80; ++round) {
      const Seat holder = rota.standing.HolderOf(round);
      if (holder == 0 || rota.standing.HolderOf(round - 1) != holder || rota.standing.HolderOf(round - 2) != holder) continue;
      // Unless nobody else could have had it.
      for (const Seat seat : presents[static_cast<size_t>(round)]) {
        EXPECT_TRUE(seat == holder || rota.standing.HasSkipped(round, seat)) << "trial " << trial << ", round " << round;
      }
    }
  }
}

TEST(Turns, FallOnWhoIsThereAndOnNobodyElse) {
  Rota rota;
  EXPECT_EQ(rota.Round(0, {}), 0);
  EXPECT_EQ(rota.Round(1, {5}), 5);
  EXPECT_EQ(rota.Round(2, {5}), 5);
  EXPECT_EQ(rota.Round(3, {5}), 5) << "a third in a row, since nobody else is there";
  EXPECT_EQ(rota.Round(4, {5, 6}), 6);
}

TEST(Turns, BeginWithoutDebtAndWithoutCreditForWhoJoinsLater) {
  Rota rota;
  for (int32_t round = 0; round < 31; ++round) rota.Round(round, Seats(3));
  EXPECT_EQ(rota.standing.Of(4), TurnFigures());
  std::vector<Seat> after;
  for (int32_t round = 31; round < 39; ++round) after.push_back(rota.Round(round, Seats(4)));
  EXPECT_EQ(std::count(after.begin(), after.end(), 4), 2) << "their part of eight rounds, and nothing for the 31 before";
}

TEST(Turns, CostNothingWhileSomebodyIsAway) {
  Rota rota;
  for (int32_t round = 0; round < 12; ++round) rota.Round(round, Seats(3));
  const TurnFigures before = rota.standing.Of(3);
  for (int32_t round = 12; round < 30; ++round) rota.Round(round, {1, 2});
  EXPECT_EQ(rota.standing.Of(3), before);
}

TEST(ASkip, IsOwedAndComesBackSoon) {
  Rota rota;
  const Seat skipped = rota.Round(0, Seats(4));
  const Seat other = rota.Skip(0);
  EXPECT_NE(other, skipped);
  EXPECT_EQ(rota.standing.Of(skipped).had, 0);
  EXPECT_EQ(rota.standing.Of(other).had, 1);
  std::vector<Seat> next;
  for (int32_t round = 1; round < 4; ++round) next.push_back(rota.Round(round, Seats(4)));
  EXPECT_THAT(next, ::testing::Contains(skipped));
}

TEST(ASkip, IsOwedOnceHoweverOftenSomebodySkips) {
  Rota rota;
  for (int32_t round = 0; round < 60; ++round) {
    rota.Round(round, Seats(3));
    while (rota.standing.HolderOf(round) == 2) rota.Skip(round);
    ASSERT_LE(rota.standing.Of(2).due(), kWholeTurn + kWholeTurn / 3) << round;
  }
  std::vector<Seat> then;
  for (int32_t round = 60; round < 69; ++round) then.push_back(rota.Round(round, Seats(3)));
  EXPECT_LE(std::count(then.begin(), then.end(), 2), 4) << "three are theirs, and one they owe";
}

TEST(ASkip, LeavesTheRoundToNobodyOnceEverybodySkipped) {
  Rota rota;
  rota.Round(0, Seats(3));
  rota.Skip(0);
  rota.Skip(0);
  EXPECT_EQ(rota.Skip(0), 0);
  EXPECT_EQ(rota.standing.HolderOf(0), 0);
  for (const Seat seat : Seats(3)) EXPECT_EQ(rota.standing.Of(seat).had, 0);
}

TEST(ASwap, CountsForWhoTakesTheTurnAndIsOwedByWhoGaveIt) {
  Rota rota;
  const Seat gives = rota.Round(0, Seats(3));
  const Seat takes = gives == 1 ? 2 : 1;
  const TurnFigures before = rota.standing.Of(gives);
  rota.Swap(0, takes);
  EXPECT_EQ(rota.standing.HolderOf(0), takes);
  EXPECT_EQ(rota.standing.Of(takes).had, 1);
  EXPECT_EQ(rota.standing.Of(gives), (TurnFigures{before.even, 0}));
  const Seat third = 6 - gives - takes;
  const Seat next = rota.Round(1, Seats(3));
  EXPECT_NE(next, takes);
  EXPECT_THAT((std::vector<Seat>{next, rota.Round(2, Seats(3))}), ::testing::UnorderedElementsAre(gives, third));
}

TEST(ATurn, IsTheSameInWhateverOrderPeopleAreNamed) {
  std::mt19937 chance(3);
  Rota one, other;
  for (int32_t round = 0; round < 100; ++round) {
    std::vector<Seat> present = Seats(7);
    if (round % 3 == 0) present.erase(present.begin() + round % 7);
    one.Round(round, present);
    std::shuffle(present.begin(), present.end(), chance);
    present.push_back(present.front());  // nor does naming somebody twice matter
    other.Round(round, present);
  }
  EXPECT_EQ(one.turns, other.turns);
}

TEST(ATurn, FollowsFromWhatIsWrittenDown) {
  std::mt19937 chance(11);
  Rota rota;
  for (int32_t round = 0; round < 200; ++round) {
    std::vector<Seat> present;
    for (const Seat seat : Seats(6)) {
      if (chance() % 5 != 0) present.push_back(seat);
    }
    rota.Round(round, present);
    const int32_t some = std::max(0, round - static_cast<int32_t>(chance() % 3));
    if (chance() % 6 == 0 && rota.standing.HolderOf(some) != 0) rota.Skip(some);
    if (chance() % 6 == 0 && rota.standing.HolderOf(some) != 0) rota.Swap(some, 1 + static_cast<Seat>(chance() % 6));
    if (chance() % 6 == 0) rota.Round(some, {1, 2, 3}, TurnCause::kNotAvailable);
  }
  const auto reckoned = Reckon(kSeed, rota.turns);
  ASSERT_EQ(reckoned.size(), rota.turns.size());
  for (const Reckoned& one : reckoned) EXPECT_TRUE(one.same) << one.turn.round;
  EXPECT_EQ(Holders(Standing(rota.turns)), Holders(rota.standing));
  // With another seed some tie would have gone otherwise, and that shows.
  const auto otherwise = Reckon(std::string(32, 'x'), rota.turns);
  EXPECT_TRUE(std::any_of(otherwise.begin(), otherwise.end(), [](const Reckoned& one) { return !one.same; }));
}

TEST(ATie, IsDecidedByALotThatAnybodyCanDraw) {
  // for seat in 1 2 3; do printf '0:%d' $seat | openssl dgst -sha256 -hmac "$(printf 's%.0s' $(seq 32))"; done
  const Drawn drawn = Draw(kSeed, Standing(), 0, TurnCause::kRound, {1, 2, 3});
  EXPECT_TRUE(drawn.by_lot);
  EXPECT_EQ(drawn.seat, 2);
  std::set<Seat> fell_on;
  for (int seed = 0; seed < 64; ++seed) {
    fell_on.insert(Draw(std::string(32, static_cast<char>(seed)), Standing(), 0, TurnCause::kRound, {1, 2, 3}).seat);
  }
  EXPECT_THAT(fell_on, ElementsAre(1, 2, 3)) << "nobody is spared for their seat";
}

std::string Named(Seat seat) { return std::vector<std::string>{"nobody", "Ana", "Bob", "Carla", "Dia"}.at(static_cast<size_t>(seat)); }
std::string LastWords(const Rota& rota) { return WordsOf(Reckon(rota.seed, rota.turns).back(), Named); }

TEST(TheWordsOfATurn, NameTheFiguresThatDecided) {
  Rota rota;
  const Seat first = rota.Round(0, Seats(2));
  EXPECT_THAT(LastWords(rota), HasSubstr("It is " + Named(first) + "'s turn: of those available, " + Named(first) +
                                         " has had as few turns for the rounds they were here (0, and 0.5 would be even) as " +
                                         Named(3 - first) + ", and the lot drawn before the first round decided."));
  const Seat second = rota.Round(1, Seats(2));
  EXPECT_EQ(second, 3 - first);
  EXPECT_EQ(LastWords(rota), "It is " + Named(second) + "'s turn: of those available, " + Named(second) +
                                 " has had the fewest turns for the rounds they were here (0, and 1 would be even).");
  rota.Round(2, {3});
  EXPECT_EQ(LastWords(rota), "It is Carla's turn: nobody else is available.");
  rota.Round(3, {});
  EXPECT_EQ(LastWords(rota), "It is nobody's turn: nobody is available.");
}

TEST(TheWordsOfATurn, SayWhatChangedIt) {
  Rota rota;
  const Seat first = rota.Round(0, Seats(3));
  rota.Skip(0);
  EXPECT_THAT(LastWords(rota), HasSubstr(Named(first) + " skipped this turn. It is "));
  const Seat second = rota.standing.HolderOf(0);
  const Seat third = 6 - first - second;
  rota.Swap(0, third);
  EXPECT_EQ(LastWords(rota), Named(third) + " took this turn over from " + Named(second) + ", who owes it still.");
  rota.Round(0, {first, second}, TurnCause::kNotAvailable);
  EXPECT_THAT(LastWords(rota), HasSubstr(Named(third) + " is not available any more. It is " + Named(second) + "'s turn"));
}

TEST(TheWordsOfATurn, SayWhoWouldHaveHadThreeInARow) {
  Rota rota;
  rota.Take({.round = 0, .cause = TurnCause::kRound, .made = kNow, .present = {1}, .seat = 1});
  rota.Take({.round = 1, .cause = TurnCause::kRound, .made = kNow, .present = {1}, .seat = 1});
  EXPECT_EQ(rota.Round(2, {1, 2}), 2);
  EXPECT_THAT(LastWords(rota), HasSubstr("Ana would have had three in a row."));
}

TEST(PartsOfATurn, AreShownToTheHundredth) {
  EXPECT_EQ(TurnsText(0), "0");
  EXPECT_EQ(TurnsText(kWholeTurn * 3), "3");
  EXPECT_EQ(TurnsText(kWholeTurn / 4), "0.25");
  EXPECT_EQ(TurnsText(kWholeTurn / 3), "0.33");
  EXPECT_EQ(TurnsText(kWholeTurn / 2), "0.5");
  EXPECT_EQ(TurnsText(kWholeTurn + kWholeTurn / 20), "1.05");
  EXPECT_EQ(TurnsText(kWholeTurn - 1), "1");
  EXPECT_EQ(TurnsText(-kWholeTurn / 2), "-0.5");
}

}  // namespace
}  // namespace comity::domain

// Who helped whom between the areas of one repository, from its own history. Pure: the same history gives the same report.
//
// Who helped whom from which area is judged by the code that judges for the service (deeds/judge_parties.cc): people are members of the
// area that was their home that day, and an area owns what its rule matches.
#ifndef COMITY_SERVICE_DOMAIN_LOOKBACK_LOOKBACK_H_
#define COMITY_SERVICE_DOMAIN_LOOKBACK_LOOKBACK_H_

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "service/domain/deeds/judge.h"
#include "service/domain/lookback/acts.h"

namespace comity::domain::lookback {

// Below this a number would be one person's.
inline constexpr int kLeastMinPeople = 2;
inline constexpr int kDefaultMinPeople = 5;

struct Options {
  int min_people = kDefaultMinPeople;  // distinct people on each side before a number is shown
  int64_t since = 0;                   // Unix seconds; earlier acts are not counted, but still say where people were at home
  Person me = kNobody;
};

// Merges are always apart: the service credits no merge by itself.
enum class Column : uint8_t { kServed, kSteppedIn, kMerged };
inline constexpr size_t kColumns = 3;

// What may be said of a set of acts. The first number is the one to read: it does not grow when the same people help each other again.
struct Tally {
  int64_t people_helped = 0;  // distinct; 0 where an area was helped as a whole, since too few had asked
  int64_t helpers = 0;        // distinct
  int64_t times = 0;
  bool any = false;
  bool shown = false;  // else too few people on one side, and every number here is 0
};

struct Pair {
  Area helper, helped;
  std::array<Tally, kColumns> columns;
  const Tally& column(Column which) const { return columns[static_cast<size_t>(which)]; }
};

// One act that counted, without anybody's name.
struct Deed {
  HelpKind kind;
  Stance stance;
  int64_t time;
  CommitId commit;
  Area helper, helped;
  Area changed;              // where the change was
  bool among_owners = true;  // false: asker and helper share a home, so the owner of what was changed is the one helped
  bool asked = true;         // false: the change was a machine's
};

// The caller's own.
struct Mine {
  std::vector<Deed> given;           // by time
  int64_t people_helped = 0;         // distinct
  int64_t areas_helped = 0;          // likewise
  int64_t people_who_helped_me = 0;  // likewise
  int64_t areas_who_helped_me = 0;   // likewise
  std::optional<Area> home;          // on the day of the newest commit
};

// How many acts came to nothing, by why.
struct Left {
  int64_t internal = 0;      // within one area: help, without credit
  int64_t self = 0;          // helper and asker are one person
  int64_t bots = 0;          // a machine helped
  int64_t home_unknown = 0;  // no change of theirs in the year before
  int64_t area_unknown = 0;  // nothing was changed, or nobody knows whose it was
  int64_t taken_back = 0;    // reverted in time
};

struct Report {
  std::vector<Pair> pairs;  // by the names of helper and helped area
  std::array<Tally, kHelpKinds> kinds;
  Left left;
  std::vector<Deed> samples;  // at most three, of different kinds if there are, newest first
  bool samples_named = true;  // false: no pair of areas may be named, so the samples' areas must not be either
  std::optional<Mine> mine;
};

// `areas` is what `history` was made with.
Report Look(const History& history, const Areas& areas, const Options& options);

}  // namespace comity::domain::lookback

#endif  // COMITY_SERVICE_DOMAIN_LOOKBACK_LOOKBACK_H_

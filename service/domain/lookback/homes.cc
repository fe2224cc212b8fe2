#include "service/domain/lookback/homes.h"

#include <map>

namespace comity::domain::lookback {
namespace {

struct InYear {
  int64_t changes = 0;
  int32_t last_day = 0;
};

Area HomeIn(const std::map<Area, InYear>& year) {
  Area home = kNoArea;
  InYear best;
  for (const auto& [area, count] : year) {
    if (home != kNoArea && (count.changes < best.changes || (count.changes == best.changes && count.last_day <= best.last_day))) continue;
    home = area;
    best = count;
  }
  return home;
}

}  // namespace

std::vector<HomeSpan> HomesOn(const std::vector<Change>& changes, const std::vector<int32_t>& days) {
  std::vector<HomeSpan> spans;
  std::map<Area, InYear> year;
  size_t first = 0, next = 0;  // the year holds changes [first, next)
  bool same_run = false;       // the last day asked for is the end of the last span
  for (const int32_t day : days) {
    for (; next < changes.size() && changes[next].day < day; ++next) {
      InYear& in_year = year[changes[next].area];
      ++in_year.changes;
      in_year.last_day = changes[next].day;
    }
    for (; first < next && changes[first].day < day - kHomeDays; ++first) {
      const auto found = year.find(changes[first].area);
      if (--found->second.changes == 0) year.erase(found);
    }
    const Area home = HomeIn(year);
    if (home == kNoArea) {
      same_run = false;
    } else if (same_run && spans.back().area == home) {
      spans.back().last = day;
    } else {
      spans.push_back({home, day, day});
      same_run = true;
    }
  }
  return spans;
}

}  // namespace comity::domain::lookback

// Where people are at home: the area of most of their changes in the year before a day. Pure.
#ifndef COMITY_SERVICE_DOMAIN_LOOKBACK_HOMES_H_
#define COMITY_SERVICE_DOMAIN_LOOKBACK_HOMES_H_

#include <vector>

#include "service/domain/lookback/areas.h"

namespace comity::domain::lookback {

inline constexpr int32_t kHomeDays = 365;

struct Change {
  int32_t day;  // DayNumber
  Area area;
  auto operator<=>(const Change&) const = default;
};
// At home in `area` on [first, last], as far as anybody asked.
struct HomeSpan {
  Area area;
  int32_t first, last;
  bool operator==(const HomeSpan&) const = default;
};

// One person's homes on the days asked for. `changes` and `days` ascend. The year before a day does not hold the day itself; of equals the
// area changed last, then the one with the smaller number. Days without any change in the year before have no home.
std::vector<HomeSpan> HomesOn(const std::vector<Change>& changes, const std::vector<int32_t>& days);

}  // namespace comity::domain::lookback

#endif  // COMITY_SERVICE_DOMAIN_LOOKBACK_HOMES_H_

#include "tests/support/tracker_dialect.h"

#include <algorithm>
#include <cstdlib>

namespace comity::testing::dialect {

std::string TimeText(absl::Time time, const char* format) { return absl::FormatTime(format, time, absl::UTCTimeZone()); }
std::string OrNull(const Act* act, const char* format) { return act == nullptr ? "null" : TimeText(act->at, format); }
const FakeTicket* Find(const std::deque<FakeTicket>& tickets, const std::string& path, const std::string& before) {
  if (!path.starts_with(before)) return nullptr;
  const int number = std::atoi(path.c_str() + before.size());
  return number < 1 || static_cast<size_t>(number) > tickets.size() ? nullptr : &tickets[static_cast<size_t>(number) - 1];
}
std::vector<const FakeTicket*> ByUpdate(const std::deque<FakeTicket>& tickets, absl::Time since) {
  std::vector<const FakeTicket*> changed;
  for (const FakeTicket& ticket : tickets) {
    if (ticket.updated() >= since) changed.push_back(&ticket);
  }
  std::stable_sort(changed.begin(), changed.end(), [](const auto* a, const auto* b) { return a->updated() < b->updated(); });
  return changed;
}
std::string IdOf(int person) { return std::to_string(1000 + person); }

}  // namespace comity::testing::dialect

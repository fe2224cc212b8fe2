#include "tests/support/tracker_dialect.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace comity::testing::dialect {
namespace {

std::string Parameter(const std::string& query, const std::string& name) {
  const std::string all = "&" + query;
  const size_t at = all.find("&" + name + "=");
  if (at == std::string::npos) return "";
  const size_t begin = at + name.size() + 2;
  return all.substr(begin, all.find('&', begin) - begin);
}

}  // namespace

std::string TimeText(absl::Time time, const char* format) { return absl::FormatTime(format, time, absl::UTCTimeZone()); }
std::string OrNull(const Act* act, const char* format) { return act == nullptr ? "null" : TimeText(act->at, format); }
int64_t Number(const std::string& query, const std::string& name, int64_t fallback) {
  const std::string text = Parameter(query, name);
  return text.empty() ? fallback : std::atoll(text.c_str());
}
absl::Time Instant(const std::string& query, const std::string& name, absl::Time fallback) {
  std::string text = Parameter(query, name);
  for (size_t at = text.find("%3A"); at != std::string::npos; at = text.find("%3A")) text.replace(at, 3, ":");
  absl::Time time;
  return absl::ParseTime(absl::RFC3339_full, text, &time, nullptr) ? time : fallback;
}
std::string ListOf(const std::vector<std::string>& items, size_t begin, size_t count) {
  std::string list;
  for (size_t i = begin; i < std::min(items.size(), begin + count); ++i) absl::StrAppend(&list, i == begin ? "" : ",", items[i]);
  return "[" + list + "]";
}
std::string PageOf(const std::vector<std::string>& items, const std::string& query, const std::string& size) {
  const auto count = static_cast<size_t>(Number(query, size, 20));
  return ListOf(items, static_cast<size_t>(Number(query, "page", 1) - 1) * count, count);
}
net::Response Json(std::string body) { return {200, {{"Content-Type", "application/json"}}, std::move(body)}; }
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

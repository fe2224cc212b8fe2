#include "tests/support/answers.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace comity::testing {

std::string Parameter(const std::string& query, const std::string& name) {
  const std::string all = "&" + query;
  const size_t at = all.find("&" + name + "=");
  if (at == std::string::npos) return "";
  const size_t begin = at + name.size() + 2;
  return all.substr(begin, all.find('&', begin) - begin);
}

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
  for (size_t i = begin; i < std::min(items.size(), begin + count); ++i) list += (i == begin ? "" : ",") + items[i];
  return "[" + list + "]";
}

std::string PageOf(const std::vector<std::string>& items, const std::string& query, const std::string& size) {
  const auto page = static_cast<size_t>(std::max<int64_t>(1, Number(query, "page", 1)));
  const auto count = static_cast<size_t>(Number(query, size, 20));
  return ListOf(items, (page - 1) * count, count);
}

net::Response JsonAnswer(std::string body, int status) { return {status, {{"Content-Type", "application/json"}}, std::move(body)}; }

}  // namespace comity::testing

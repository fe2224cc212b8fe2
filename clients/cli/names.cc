#include "clients/cli/names.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <numeric>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "clients/cli/verb.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

constexpr int32_t kWholePpm = 1'000'000;

bool IsDigits(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos; }

// A percentage with up to four decimals is a whole number of parts per million: nothing is rounded here.
absl::StatusOr<int32_t> ReadPercent(std::string_view text) {
  std::string_view given = text;
  if (given.ends_with('%')) given.remove_suffix(1);
  const size_t point = given.find('.');
  const std::string_view whole = given.substr(0, point);
  std::string decimals(point == std::string_view::npos ? "" : given.substr(point + 1));
  const bool sound =
      IsDigits(whole) && whole.size() <= 3 && (point == std::string_view::npos || (IsDigits(decimals) && decimals.size() <= 4));
  decimals.resize(4, '0');
  const int32_t ppm = sound ? std::atoi(std::string(whole).c_str()) * 10'000 + std::atoi(decimals.c_str()) : 0;
  if (ppm >= 1 && ppm <= kWholePpm) return ppm;
  return UsageError(
      absl::StrCat("\"", std::string(text), "\" is no share: write a percentage above 0 and up to 100, with at most four decimals"));
}

}  // namespace

std::string FullName(std::string_view collection, std::string_view text) {
  const std::string prefix = absl::StrCat(std::string(collection), "/");
  if (text.empty() || text.starts_with(prefix)) return std::string(text);
  return absl::StrCat(prefix, std::string(text));
}

std::string BareName(std::string_view name) {
  const size_t slash = name.find('/');
  return std::string(slash == std::string_view::npos ? name : name.substr(slash + 1));
}

absl::StatusOr<google::protobuf::Timestamp> ReadTime(std::string_view text, int64_t now_seconds) {
  google::protobuf::Timestamp timestamp;
  const std::string copy(text);
  if (text.size() >= 2 && text.size() <= 6 && IsDigits(text.substr(0, text.size() - 1)) && (text.back() == 'd' || text.back() == 'h')) {
    timestamp.set_seconds(now_seconds - std::atoll(copy.c_str()) * (text.back() == 'd' ? 86'400 : 3'600));
    return timestamp;
  }
  absl::Time time;
  std::string error;
  if (!absl::ParseTime("%Y-%m-%d", copy, absl::UTCTimeZone(), &time, &error) && !absl::ParseTime(absl::RFC3339_full, copy, &time, &error)) {
    return UsageError(absl::StrCat("\"", copy, "\" is no time: write 2026-09-02, 2026-09-02T10:00:00Z, 7d or 12h"));
  }
  timestamp.set_seconds(absl::ToUnixSeconds(time));
  return timestamp;
}

absl::StatusOr<std::vector<Share>> ReadShares(const std::vector<std::string>& arguments) {
  std::vector<Share> shares;
  std::set<std::string> seen;
  for (const std::string& argument : arguments) {
    for (const std::string& part : std::vector<std::string>(absl::StrSplit(argument, ','))) {
      const size_t equals = part.find('=');
      if (equals == std::string::npos || equals == 0) {
        return UsageError(absl::StrCat("\"", part, "\" is no share: write PERSON=PERCENT, for example --to ana=70,ben=30"));
      }
      Share share{FullName("people", part.substr(0, equals)), 0};
      COMITY_ASSIGN_OR_RETURN(share.share_ppm, ReadPercent(std::string_view(part).substr(equals + 1)));
      if (!seen.insert(share.person).second) return UsageError(absl::StrCat(share.person, " is named twice; add their shares up"));
      shares.push_back(std::move(share));
    }
  }
  return shares;
}

bool FitShares(int32_t whole, std::vector<Share>& shares) {
  const int64_t sum =
      std::accumulate(shares.begin(), shares.end(), int64_t{0}, [](int64_t total, const Share& share) { return total + share.share_ppm; });
  if (sum == 0 || std::abs(sum - whole) > kWholePpm / 1000) return false;
  std::vector<std::pair<int64_t, size_t>> remainders;
  int32_t given = 0;
  for (size_t i = 0; i < shares.size(); ++i) {
    const int64_t scaled = int64_t{shares[i].share_ppm} * whole;
    shares[i].share_ppm = static_cast<int32_t>(scaled / sum);
    given += shares[i].share_ppm;
    remainders.emplace_back(scaled % sum, i);
  }
  std::stable_sort(remainders.begin(), remainders.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (size_t i = 0; given < whole; ++i, ++given) ++shares[remainders[i].second].share_ppm;
  return true;
}

}  // namespace comity::cli

#include "plugins/sdk/walk.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "service/base/error.h"

namespace comity::sdk {

std::string WalkCursor::ToText() const { return absl::StrCat(absl::ToUnixMicros(complete), " ", absl::ToUnixMicros(position)); }

std::optional<WalkCursor> WalkCursor::Parse(std::string_view text) {
  constexpr int64_t kLast = 4'102'444'800'000'000;  // 2100-01-01
  int64_t complete = 0, position = 0;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, complete);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != ' ') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, position);
  if (second.ec != std::errc{} || second.ptr != end) return std::nullopt;
  if (complete < 0 || position < complete || position > kLast) return std::nullopt;
  WalkCursor cursor{absl::FromUnixMicros(complete), absl::FromUnixMicros(position)};
  return cursor.ToText() == text ? std::optional<WalkCursor>(cursor) : std::nullopt;
}

WalkCursor WalkCursor::Of(const Poll& poll, std::string_view stream) {
  const auto known = poll.cursors.find(stream);
  const std::optional<WalkCursor> cursor = known == poll.cursors.end() ? std::nullopt : Parse(known->second);
  return cursor.value_or(WalkCursor{poll.begin, poll.begin});
}

absl::Time WalkCursor::Since(const Poll& poll) const { return std::max(poll.begin, position - poll.overlap); }
absl::Time WalkCursor::Floor(const Poll& poll) const { return std::max(poll.begin, complete - poll.overlap); }

std::string Micros(absl::Time time) { return std::to_string(absl::ToUnixMicros(time)); }
absl::Time MicrosOf(Json note) { return absl::FromUnixMicros(note.Integer().value_or(0)); }
std::string UtcText(absl::Time time) { return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone()); }

bool IsPathName(std::string_view name) {
  return !name.empty() && name.size() <= 100 && name != "." && name != ".." &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.'; });
}

bool IsFullName(std::string_view name) {
  const size_t slash = name.find('/');
  return slash != std::string_view::npos && IsPathName(name.substr(0, slash)) && IsPathName(name.substr(slash + 1));
}

bool IsDigits(std::string_view text, size_t most) {
  return !text.empty() && text.size() <= most &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return absl::ascii_isdigit(c); });
}

std::string UrlEncoded(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || c == '-' || c == '_' || c == '.' || c == '~') {
      out += c;
    } else {
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> parts;
  std::set<std::string> seen;
  for (const absl::string_view part : absl::StrSplit(absl::string_view(text.data(), text.size()), ',', absl::SkipWhitespace())) {
    std::string trimmed(absl::StripAsciiWhitespace(part));
    if (seen.insert(trimmed).second) parts.push_back(std::move(trimmed));
  }
  return parts;
}

absl::Status UnreadableAnswer(std::string_view what, std::string_view title) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kJsonInvalid,
               absl::StrCat("the API's answer is not ", std::string(what), " as ", std::string(title), " sends it; is api_base right?"));
}

}  // namespace comity::sdk

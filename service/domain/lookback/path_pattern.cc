#include "service/domain/lookback/path_pattern.h"

#include <algorithm>

namespace comity::domain::lookback {
namespace {

constexpr std::string_view kAnyParts = "**";

bool HasWildcard(std::string_view part) { return part.find_first_of("*?\\") != std::string_view::npos; }

// Whether a pattern's part matches a path's part as a whole. On a mismatch only the last `*` need give way, so the time is bounded by
// the product of the lengths.
bool PartMatches(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
      continue;
    }
    const bool escaped = p + 1 < pattern.size() && pattern[p] == '\\';
    const bool fits = p < pattern.size() && (escaped ? pattern[p + 1] == text[t] : pattern[p] == '?' || pattern[p] == text[t]);
    if (fits) {
      p += escaped ? 2 : 1;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

// A backslash before anything but a wildcard says nothing; without it the part can be looked up.
std::string WithoutNeedlessEscapes(std::string_view part) {
  std::string plain;
  for (size_t i = 0; i < part.size(); ++i) {
    if (part[i] == '\\' && i + 1 < part.size() && !HasWildcard(part.substr(i + 1, 1))) continue;
    plain += part[i];
    if (part[i] == '\\' && i + 1 < part.size()) plain += part[++i];
  }
  return plain;
}

std::vector<std::string> PartsOf(std::string_view text) {
  std::vector<std::string_view> split;
  SplitPath(text, split);
  std::vector<std::string> parts;
  for (const std::string_view part : split) {
    std::string plain = WithoutNeedlessEscapes(part);
    if (plain != kAnyParts || parts.empty() || parts.back() != kAnyParts) parts.push_back(std::move(plain));
  }
  return parts;
}

}  // namespace

void SplitPath(std::string_view path, std::vector<std::string_view>& parts) {
  parts.clear();
  while (!path.empty()) {
    const size_t slash = path.find('/');
    if (slash != 0) parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return;
    path.remove_prefix(slash + 1);
  }
}

std::optional<PathPattern> PathPattern::OfCodeowners(std::string_view text) {
  if (text.empty() || text.size() > kMaxPatternBytes || text.front() == '!') return std::nullopt;
  const bool folder = text.back() == '/';
  const bool anchored = text.find('/') < text.size() - (folder ? 1 : 0);
  PathPattern pattern;
  std::vector<std::string> parts = PartsOf(text);
  if (parts.empty()) return std::nullopt;
  if (!anchored && parts.front() != kAnyParts) pattern.parts_.emplace_back(kAnyParts);
  pattern.parts_.insert(pattern.parts_.end(), parts.begin(), parts.end());
  const bool ends_open = pattern.parts_.back() == kAnyParts;
  if (ends_open) pattern.parts_.pop_back();  // `docs/**` is what lies in docs, not docs
  if (folder || ends_open) pattern.parts_.emplace_back("*");
  const bool only_there = anchored && !folder && !ends_open && pattern.parts_.back() == "*";
  if (!only_there) pattern.parts_.emplace_back(kAnyParts);
  return pattern;
}

std::optional<PathPattern> PathPattern::OfMaintainers(std::string_view text) {
  if (text.empty() || text.size() > kMaxPatternBytes) return std::nullopt;
  PathPattern pattern;
  pattern.parts_ = PartsOf(text);
  if (pattern.parts_.empty()) return std::nullopt;
  if (text.back() == '/') {
    pattern.parts_.emplace_back("*");
    pattern.parts_.emplace_back(kAnyParts);
  } else if (std::none_of(pattern.parts_.begin(), pattern.parts_.end(), HasWildcard)) {
    pattern.parts_.emplace_back(kAnyParts);
  }
  return pattern;
}

// The same walk as in PartMatches, over parts, with `**` as the wildcard.
bool PathPattern::Matches(const std::vector<std::string_view>& parts) const {
  size_t p = 0, t = 0, star = std::string::npos, resume = 0;
  while (t < parts.size()) {
    if (p < parts_.size() && parts_[p] == kAnyParts) {
      star = p++;
      resume = t;
      if (p == parts_.size()) return true;
    } else if (p < parts_.size() && PartMatches(parts_[p], parts[t])) {
      ++p;
      ++t;
    } else if (star != std::string::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < parts_.size() && parts_[p] == kAnyParts) ++p;
  return p == parts_.size();
}

std::optional<std::string> PathPattern::literal(bool* only_below) const {
  if (parts_.empty() || parts_.back() != kAnyParts) return std::nullopt;
  size_t count = parts_.size() - 1;
  *only_below = count > 0 && parts_[count - 1] == "*";
  if (*only_below) --count;
  if (count == 0) return std::nullopt;
  std::string path;
  for (size_t i = 0; i < count; ++i) {
    if (HasWildcard(parts_[i])) return std::nullopt;
    path += (i == 0 ? "" : "/") + parts_[i];
  }
  return path;
}

std::optional<std::string_view> PathPattern::first_part() const {
  if (parts_.empty() || HasWildcard(parts_.front())) return std::nullopt;
  return parts_.front();
}

std::string PathPattern::folder() const {
  std::string path;
  for (const std::string& part : parts_) {
    if (HasWildcard(part)) break;
    path += (path.empty() ? "" : "/") + part;
  }
  return path;
}

size_t PathPattern::depth() const {
  return static_cast<size_t>(std::count_if(parts_.begin(), parts_.end(), [](const std::string& part) { return part != kAnyParts; }));
}

}  // namespace comity::domain::lookback

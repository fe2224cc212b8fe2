#include <algorithm>
#include <optional>
#include <set>

#include "service/domain/lookback/areas.h"

namespace comity::domain::lookback {
namespace {

constexpr size_t kMaxNameBytes = 100;

struct Line {
  std::string_view pattern;
  std::vector<std::string_view> owners;
};

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// The next word of `rest`; `\ ` does not end it. `#` begins a comment at the start of a word.
std::string_view NextWord(std::string_view& rest) {
  while (!rest.empty() && IsBlank(rest.front())) rest.remove_prefix(1);
  if (rest.empty() || rest.front() == '#') return rest = {};
  size_t end = 0;
  while (end < rest.size() && !IsBlank(rest[end])) end += rest[end] == '\\' && end + 1 < rest.size() ? 2 : 1;
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(std::min(end, rest.size()));
  return word;
}

std::vector<std::string_view> Owners(std::string_view rest) {
  constexpr size_t kMaxOwners = 100;
  std::vector<std::string_view> owners;
  for (std::string_view word = NextWord(rest); !word.empty() && owners.size() < kMaxOwners; word = NextWord(rest)) owners.push_back(word);
  return owners;
}

// `[Name]`, `[Name][2]`, `^[Name] @default`: what comes after the brackets; nullopt if it is no heading.
std::optional<std::string_view> AfterHeading(std::string_view line) {
  if (line.starts_with('^')) line.remove_prefix(1);
  if (!line.starts_with('[')) return std::nullopt;
  size_t end = line.find(']');
  if (end == std::string_view::npos) return std::nullopt;
  line.remove_prefix(end + 1);
  if (line.starts_with('[')) {
    end = line.find(']');
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  }
  return line;
}

// `@acme/payments` is a team; `@ana` and `ana@acme.example` are people, or might be.
bool IsTeam(std::string_view owner) { return owner.starts_with('@') && owner.find('/') < owner.size() - 1 && owner.find('/') > 1; }

std::string_view Organisation(std::string_view team) { return team.substr(1, team.find('/') - 1); }

std::vector<Line> Lines(std::string_view text, size_t& skipped) {
  std::vector<Line> lines;
  std::vector<std::string_view> section_owners;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view rest = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    while (!rest.empty() && IsBlank(rest.front())) rest.remove_prefix(1);
    if (rest.starts_with('#')) continue;
    if (const auto after = AfterHeading(rest)) {
      section_owners = Owners(*after);
      continue;
    }
    Line line;
    line.pattern = NextWord(rest);
    if (line.pattern.empty()) continue;
    line.owners = Owners(rest);
    if (line.owners.empty()) line.owners = section_owners;
    if (lines.size() < kMaxRules) {
      lines.push_back(std::move(line));
    } else {
      ++skipped;
    }
  }
  return lines;
}

std::string NameOf(const Line& line, const PathPattern& pattern, bool with_organisation) {
  const auto team = std::find_if(line.owners.begin(), line.owners.end(), IsTeam);
  if (team != line.owners.end()) return std::string(team->substr(with_organisation ? 1 : team->find('/') + 1, kMaxNameBytes));
  if (line.owners.empty()) return {};
  std::string folder = pattern.folder();
  return folder.empty() ? folder : folder + "/";
}

}  // namespace

AreaRules ParseCodeowners(std::string_view text) {
  AreaRules result;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const std::vector<Line> lines = Lines(text.substr(0, kMaxOwnershipFileBytes), result.skipped_lines);
  std::set<std::string_view> organisations;
  for (const Line& line : lines) {
    for (const std::string_view owner : line.owners) {
      if (IsTeam(owner)) organisations.insert(Organisation(owner));
    }
  }
  for (const Line& line : lines) {
    if (auto pattern = PathPattern::OfCodeowners(line.pattern)) {
      std::string name = NameOf(line, *pattern, organisations.size() > 1);
      result.rules.push_back({*std::move(pattern), std::move(name)});
    } else {
      ++result.skipped_lines;
    }
  }
  return result;
}

}  // namespace comity::domain::lookback

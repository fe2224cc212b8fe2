#include <algorithm>
#include <memory>
#include <optional>

#include "service/domain/lookback/areas.h"

namespace comity::domain::lookback {
namespace {

std::string_view Trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// `F:<blank>value`; 0 if the line is no such field.
char FieldOf(std::string_view line, std::string_view& value) {
  if (line.size() < 3 || line[1] != ':' || line[0] < 'A' || line[0] > 'Z' || (line[2] != '\t' && line[2] != ' ')) return 0;
  value = Trimmed(line.substr(2));
  return line[0];
}

constexpr size_t kMaxExceptions = 100;  // of one section

struct Section {
  std::string_view title;
  std::vector<PathPattern> files;
  std::shared_ptr<std::vector<PathPattern>> except;
};

// A title is the last line before a section's first field. Prose at the top of the file has no fields after it, so it gives no section.
std::vector<Section> Sections(std::string_view text, size_t& skipped) {
  std::vector<Section> sections;
  std::string_view title;
  bool open = false;
  size_t rules = 0;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    std::string_view value;
    const char field = FieldOf(line, value);
    if (field == 0) {
      if (!Trimmed(line).empty()) title = Trimmed(line);
      open = false;
      continue;
    }
    if (!open && !title.empty()) sections.push_back({title, {}, nullptr});
    open = true;
    if (sections.empty() || (field != 'F' && field != 'X')) continue;
    auto pattern = PathPattern::OfMaintainers(value);
    Section& section = sections.back();
    const bool too_many = field == 'X' && section.except != nullptr && section.except->size() >= kMaxExceptions;
    if (!pattern || too_many || rules >= kMaxRules) {
      ++skipped;
      continue;
    }
    ++rules;
    if (field == 'X' && section.except == nullptr) section.except = std::make_shared<std::vector<PathPattern>>();
    (field == 'F' ? section.files : *section.except).push_back(*std::move(pattern));
  }
  return sections;
}

}  // namespace

AreaRules ParseMaintainers(std::string_view text) {
  constexpr size_t kMaxTitleBytes = 100;
  AreaRules result;
  const std::vector<Section> sections = Sections(text.substr(0, kMaxOwnershipFileBytes), result.skipped_lines);
  struct Ranked {
    size_t depth, section;
    const PathPattern* pattern;
  };
  std::vector<Ranked> ranked;
  for (size_t i = 0; i < sections.size(); ++i) {
    for (const PathPattern& pattern : sections[i].files) ranked.push_back({pattern.depth(), i, &pattern});
  }
  // The last rule that matches decides: so the deepest come last, and of equals the first section.
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const Ranked& a, const Ranked& b) { return a.depth != b.depth ? a.depth < b.depth : a.section > b.section; });
  for (const Ranked& rule : ranked) {
    const Section& section = sections[rule.section];
    result.rules.push_back({*rule.pattern, std::string(section.title.substr(0, kMaxTitleBytes)), section.except});
  }
  return result;
}

}  // namespace comity::domain::lookback

#include "service/domain/lookback/areas.h"

#include <algorithm>

namespace comity::domain::lookback {
namespace {

constexpr size_t kMaxKnownPaths = 50'000;

std::string Joined(const std::vector<std::string_view>& parts) {
  std::string path;
  for (const std::string_view part : parts) path.append(path.empty() ? "" : "/").append(part);
  return path;
}

}  // namespace

Areas::Areas(AreaRules rules) : rules_(std::move(rules.rules)) {
  size_t tried = 0;
  for (size_t i = 0; i < rules_.size(); ++i) {
    const auto index = static_cast<int32_t>(i);
    bool only_below = false;
    const auto path = rules_[i].pattern.literal(&only_below);
    if (path && rules_[i].except == nullptr) {
      Literal& literal = literals_[*path];
      (only_below ? literal.below : literal.here) = index;
    } else if (tried++ >= kMaxTriedRules) {
      ++left_out_;
    } else if (const auto first = rules_[i].pattern.first_part()) {
      by_first_part_[std::string(*first)].push_back(index);
    } else {
      anywhere_.push_back(index);
    }
  }
}

int32_t Areas::LiteralRuleOf(std::string_view path) const {
  int32_t best = -1;
  if (literals_.empty()) return best;
  for (size_t end = path.find('/', 1); end != std::string_view::npos; end = path.find('/', end + 1)) {
    const auto found = literals_.find(path.substr(0, end));
    if (found != literals_.end()) best = std::max({best, found->second.here, found->second.below});
  }
  const auto found = literals_.find(path);
  return found == literals_.end() ? best : std::max(best, found->second.here);
}

bool Areas::Applies(int32_t index, const std::vector<std::string_view>& parts) const {
  const AreaRule& rule = rules_[static_cast<size_t>(index)];
  if (!rule.pattern.Matches(parts)) return false;
  return rule.except == nullptr ||
         std::none_of(rule.except->begin(), rule.except->end(), [&](const PathPattern& pattern) { return pattern.Matches(parts); });
}

int32_t Areas::RuleOf(std::string_view path, const std::vector<std::string_view>& parts) const {
  int32_t best = LiteralRuleOf(path);
  const auto try_all = [&](const std::vector<int32_t>& indexes) {
    for (auto index = indexes.rbegin(); index != indexes.rend() && *index > best; ++index) {
      if (Applies(*index, parts)) best = *index;
    }
  };
  if (const auto found = by_first_part_.find(parts.front()); found != by_first_part_.end()) try_all(found->second);
  try_all(anywhere_);
  return best;
}

Area Areas::Named(std::string_view name) {
  if (const auto found = by_name_.find(name); found != by_name_.end()) return found->second;
  constexpr std::string_view kOther = "(other)";
  if (names_.size() >= kMaxAreas && name != kOther) return Named(kOther);
  names_.emplace_back(name);
  return by_name_[std::string(name)] = static_cast<Area>(names_.size() - 1);
}

Area Areas::AreaOf(std::string_view path) {
  if (const auto found = known_.find(path); found != known_.end()) return found->second;
  SplitPath(path, parts_);
  Area area;
  // Git's paths have no needless slashes; others are looked up as if they had none.
  std::string plain;
  if (path.starts_with('/') || path.ends_with('/') || path.find("//") != std::string_view::npos) plain = Joined(parts_);
  const int32_t rule = parts_.empty() ? -1 : RuleOf(plain.empty() ? path : plain, parts_);
  if (rule >= 0 && !rules_[static_cast<size_t>(rule)].area.empty()) {
    area = Named(rules_[static_cast<size_t>(rule)].area);
  } else {
    area = Named(parts_.size() < 2 ? "(top level)" : std::string(parts_.front()) + "/");
  }
  if (known_.size() >= kMaxKnownPaths) known_.clear();
  if (path.size() <= kMaxPatternBytes) known_.emplace(path, area);
  return area;
}

}  // namespace comity::domain::lookback

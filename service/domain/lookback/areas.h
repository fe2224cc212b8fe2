// Areas of a repository: which part a path belongs to, by an ownership file, else by its top-level folder. Pure.
#ifndef COMITY_SERVICE_DOMAIN_LOOKBACK_AREAS_H_
#define COMITY_SERVICE_DOMAIN_LOOKBACK_AREAS_H_

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "service/domain/lookback/path_pattern.h"

namespace comity::domain::lookback {

// Index into the names of `Areas`.
using Area = uint32_t;
inline constexpr Area kNoArea = std::numeric_limits<Area>::max();

// Bounds on what an ownership file can make us keep. What lies beyond is left out and counted.
inline constexpr size_t kMaxOwnershipFileBytes = 4u << 20;
inline constexpr size_t kMaxRules = 50'000;
inline constexpr size_t kMaxTriedRules = 5'000;  // that have wildcards or exceptions, and so must be tried one by one
// Beyond this many areas a path belongs to `(other)`.
inline constexpr size_t kMaxAreas = 20'000;

// One line of an ownership file.
struct AreaRule {
  PathPattern pattern;
  std::string area;                                             // empty: whoever owns it gives it no name, so its top-level folder does
  std::shared_ptr<const std::vector<PathPattern>> except = {};  // paths it does not speak of; may be null
};

// Where several rules match, the last one decides.
struct AreaRules {
  std::vector<AreaRule> rules;
  size_t skipped_lines = 0;  // that could not be read as a rule, or were too many
};

// CODEOWNERS as GitHub reads it; GitLab's section headings too, with their default owners. An area is named by the first owning team
// (`@acme/payments` → `payments`; with the organisation if there are several); where only single people own something, by its folder:
// nobody's login becomes a name.
AreaRules ParseCodeowners(std::string_view text);
// MAINTAINERS in the kernel's form. An area is a section, named by its title; F: lines say what is in it, X: what is not. The deepest
// F: that matches decides, of equals the section that comes first. N:, K: and everything about people is not looked at.
AreaRules ParseMaintainers(std::string_view text);

// Not safe for several threads: it remembers what it was asked.
class Areas {
 public:
  explicit Areas(AreaRules rules = {});
  // Never fails: a path without a rule belongs to its top-level folder (`web/`), a file at the top to `(top level)`.
  Area AreaOf(std::string_view path);
  const std::string& name(Area area) const { return names_[area]; }
  const std::vector<std::string>& names() const { return names_; }
  // Rules that were too many to try; they decide nothing.
  size_t left_out() const { return left_out_; }

 private:
  struct Literal {
    int32_t here = -1;   // the last rule for the path itself and what is below it
    int32_t below = -1;  // the last rule for what is below it alone
  };
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  template <typename Value>
  using ByText = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

  bool Applies(int32_t rule, const std::vector<std::string_view>& parts) const;
  int32_t RuleOf(std::string_view path, const std::vector<std::string_view>& parts) const;
  int32_t LiteralRuleOf(std::string_view path) const;
  Area Named(std::string_view name);

  std::vector<AreaRule> rules_;
  ByText<Literal> literals_;
  ByText<std::vector<int32_t>> by_first_part_;  // rules to be tried, ascending
  size_t left_out_ = 0;
  std::vector<int32_t> anywhere_;  // likewise, that may start with any part
  std::vector<std::string> names_;
  ByText<Area> by_name_;
  ByText<Area> known_;  // answers; emptied when it grows large
  std::vector<std::string_view> parts_;
};

}  // namespace comity::domain::lookback

#endif  // COMITY_SERVICE_DOMAIN_LOOKBACK_AREAS_H_

// Patterns over paths of a repository, as ownership files write them. Pure.
#ifndef COMITY_SERVICE_DOMAIN_LOOKBACK_PATH_PATTERN_H_
#define COMITY_SERVICE_DOMAIN_LOOKBACK_PATH_PATTERN_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace comity::domain::lookback {

inline constexpr size_t kMaxPatternBytes = 1024;

// In a part `*` stands for any characters, `?` for one, `\` takes the next one as it is. Capitals matter, as they do to git.
// The part `**` stands for any number of parts, none included.
class PathPattern {
 public:
  // A line of CODEOWNERS, in the manner of gitignore: with a slash inside or in front it starts at the top, else it matches at any depth;
  // a folder means everything in it, but `docs/*` only what lies directly there.
  // nullopt for what can match nothing: empty, longer than kMaxPatternBytes, or a negation, which CODEOWNERS does not know.
  static std::optional<PathPattern> OfCodeowners(std::string_view text);
  // An F: or X: line of MAINTAINERS: starts at the top and has as many parts as what it matches; with a slash at the end, or naming
  // a folder without wildcards, it means everything below.
  static std::optional<PathPattern> OfMaintainers(std::string_view text);

  // `parts`: the path, split at its slashes. Time is bounded by the product of both lengths.
  bool Matches(const std::vector<std::string_view>& parts) const;

  // Set if the pattern is one path without wildcards and whatever lies below it; then it can be looked up instead of tried.
  // `only_below`: not the path itself.
  std::optional<std::string> literal(bool* only_below) const;
  // The first part, if it has no wildcard: a path that starts otherwise cannot match.
  std::optional<std::string_view> first_part() const;
  // The leading folders without wildcards, `src/parser`; empty if there are none.
  std::string folder() const;
  // How deep it reaches: the number of parts that are not `**`.
  size_t depth() const;

 private:
  std::vector<std::string> parts_;
};

// Splits at slashes, without empty parts. Reuses the vector's storage.
void SplitPath(std::string_view path, std::vector<std::string_view>& parts);

}  // namespace comity::domain::lookback

#endif  // COMITY_SERVICE_DOMAIN_LOOKBACK_PATH_PATTERN_H_

// What `comity lookback` found, and the three ways to show it. None of them names anybody but the caller.
#ifndef COMITY_CLIENTS_CLI_LOOKBACK_VIEW_H_
#define COMITY_CLIENTS_CLI_LOOKBACK_VIEW_H_

#include <iosfwd>
#include <string>
#include <vector>

#include "clients/cli/style.h"
#include "service/domain/lookback/lookback.h"

namespace comity::cli {

struct LookbackView {
  std::string path, branch;
  bool bare = false, shallow = false;
  std::string areas_from;     // the ownership file; empty: top-level folders
  size_t rules_left_out = 0;  // lines of that file that could not be used
  std::string since;          // `2026-01-31`; empty = all
  std::string me;             // as the caller wrote it; empty if not asked for
  int min_people = domain::lookback::kDefaultMinPeople;
  int64_t commits = 0;  // from `since` on
  int64_t people = 0;   // distinct authors of those, without machines
  int64_t first_time = 0, last_time = 0;
  int64_t nameless_trailers = 0, undated_commits = 0;
  std::vector<std::string> areas;  // names, by Area; printable
  domain::lookback::Report report;

  const std::string& area(domain::lookback::Area area) const { return areas[area]; }
};

void PrintLookback(std::ostream& out, const Style& style, const LookbackView& view);
// One object with a line break at its end. Equal views give equal bytes, as in the other two.
std::string LookbackJson(const LookbackView& view);
// A matrix: helper areas down, helped areas across.
std::string LookbackSvg(const LookbackView& view);

// `reviewed`, `co-wrote`: for tables.
std::string KindWord(domain::lookback::HelpKind kind);
// `2026-01-31`, of seconds since 1970.
std::string DayText(int64_t time);
// The beginning of a commit's id, for `git show`.
std::string CommitText(const domain::lookback::CommitId& commit);
// Why one act counts, without a name. `named`: with the names of areas.
std::string ExplainDeed(const LookbackView& view, const domain::lookback::Deed& deed, bool named);
// What the numbers cannot know, a sentence each.
std::vector<std::string> LookbackLimits(const LookbackView& view);

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_LOOKBACK_VIEW_H_

// The look back as text: a table, three explanations, what came to nothing, and what nobody can know from a clone.
#include <algorithm>
#include <map>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "clients/cli/lookback_view.h"

namespace comity::cli {
namespace {

using domain::Stance;
using domain::lookback::Area;
using domain::lookback::Column;
using domain::lookback::Deed;
using domain::lookback::HelpKind;
using domain::lookback::Left;
using domain::lookback::Mine;
using domain::lookback::Pair;
using domain::lookback::Tally;

constexpr size_t kRows = 40;
constexpr size_t kHiddenLines = 12, kHiddenAreas = 8;
constexpr size_t kOwnDeeds = 20;

std::string Month(int64_t time) { return absl::FormatTime("%B %Y", absl::FromUnixSeconds(time), absl::UTCTimeZone()); }

// `12,345`.
std::string Number(int64_t number) {
  std::string digits = absl::StrCat(number);
  for (auto at = static_cast<int64_t>(digits.size()) - 3; at > 0; at -= 3) digits.insert(static_cast<size_t>(at), ",");
  return digits;
}
std::string Counted(int64_t count, const char* one, const char* many) { return absl::StrCat(Number(count), " ", count == 1 ? one : many); }

std::string Cell(const Tally& tally) {
  if (!tally.any) return "-";
  if (!tally.shown) return "few";
  const std::string times = tally.times == 1 ? "once" : absl::StrCat(Number(tally.times), " times");
  return tally.people_helped == 0 ? times : absl::StrCat(Counted(tally.people_helped, "person", "people"), ", ", times);
}

bool Shown(const Pair& pair) {
  return std::any_of(pair.columns.begin(), pair.columns.end(), [](const Tally& tally) { return tally.shown; });
}

// The most people in one column: the columns are never added.
int64_t Most(const Pair& pair) {
  int64_t most = 0;
  for (const Tally& tally : pair.columns) most = std::max(most, std::max(tally.people_helped, std::min<int64_t>(tally.times, 1)));
  return most;
}

void PrintPairs(std::ostream& out, const Style& style, const LookbackView& view) {
  std::vector<const Pair*> rows;
  for (const Pair& pair : view.report.pairs) {
    if (Shown(pair)) rows.push_back(&pair);
  }
  const size_t all = rows.size();
  if (all > kRows) {
    std::stable_sort(rows.begin(), rows.end(), [](const Pair* a, const Pair* b) { return Most(*a) > Most(*b); });
    rows.resize(kRows);
    std::sort(rows.begin(), rows.end());  // they lie in one vector, by name
  }
  if (rows.empty()) return;
  Table table({"AT HOME IN", "HELPED", "HELPED WITH", "STEPPED IN FOR", "MERGED FOR"});
  for (const Pair* pair : rows) {
    table.Add({view.area(pair->helper), view.area(pair->helped), Cell(pair->column(Column::kServed)),
               Cell(pair->column(Column::kSteppedIn)), Cell(pair->column(Column::kMerged))});
  }
  out << "\n";
  table.Print(out, style);
  if (all > rows.size())
    out << style.Dim(absl::StrCat("and ", all - rows.size(), " more pairs of areas; --output=json has all of them")) << "\n";
  out << style.Dim(absl::StrCat("People are distinct people helped. few = fewer than ", view.min_people,
                                " people on one side, so the number is left out.\n"
                                "Helped with: what was changed belongs to the helpers' area. Stepped in for: it does not. The columns are "
                                "never added."))
      << "\n";
}

// Which areas helped which, where numbers would speak of a few people.
void PrintHidden(std::ostream& out, const Style& style, const LookbackView& view) {
  std::map<std::string, std::vector<std::string>> hidden;
  for (const Pair& pair : view.report.pairs) {
    if (!Shown(pair)) hidden[view.area(pair.helper)].push_back(view.area(pair.helped));
  }
  if (hidden.empty()) return;
  out << "\n" << style.Bold(absl::StrCat("Also, with fewer than ", view.min_people, " people on one side, so without numbers")) << "\n";
  size_t lines = 0;
  for (const auto& [helper, helped] : hidden) {
    if (++lines > kHiddenLines) {
      out << "  and " << Counted(static_cast<int64_t>(hidden.size() - kHiddenLines), "more area", "more areas") << "\n";
      break;
    }
    out << "  " << helper << " → "
        << absl::StrJoin(helped.begin(), helped.begin() + static_cast<int64_t>(std::min(helped.size(), kHiddenAreas)), ", ");
    if (helped.size() > kHiddenAreas) out << " and " << helped.size() - kHiddenAreas << " more";
    out << "\n";
  }
  if (view.min_people > domain::lookback::kLeastMinPeople) {
    out << style.Dim(absl::StrCat("In a small repository, for your own eyes: --min-people=", domain::lookback::kLeastMinPeople)) << "\n";
  }
}

void PrintKinds(std::ostream& out, const Style& style, const LookbackView& view) {
  Table table({"HOW", "TRACE", "PEOPLE HELPED", "HELPERS", "TIMES"});
  bool any = false;
  for (size_t i = 0; i < domain::lookback::kHelpKinds; ++i) {
    const Tally& tally = view.report.kinds[i];
    if (!tally.any) continue;
    any = true;
    const auto kind = static_cast<HelpKind>(i);
    const std::string trace = kind == HelpKind::kMerged ? "merge commits" : std::string(git::kTrailerKeys[i]);
    if (tally.shown) {
      table.Add({KindWord(kind), trace, Number(tally.people_helped), Number(tally.helpers), Number(tally.times)});
    } else {
      table.Add({KindWord(kind), trace, "few", "few", "few"});
    }
  }
  if (!any) return;
  out << "\n";
  table.Print(out, style);
}

void PrintSamples(std::ostream& out, const Style& style, const LookbackView& view) {
  if (view.report.samples.empty()) return;
  out << "\n" << style.Bold("For example") << "\n";
  for (const Deed& deed : view.report.samples)
    out << "  - " << Wrap(ExplainDeed(view, deed, view.report.samples_named), style, "    ") << "\n";
}

void PrintLeft(std::ostream& out, const Style& style, const LookbackView& view) {
  const Left& left = view.report.left;
  const std::vector<std::pair<int64_t, const char*>> lines = {
      {left.internal, "within one area: help, without credit"},
      {left.self, "for oneself"},
      {left.bots, "by machines"},
      {left.home_unknown, "by or for people who changed nothing in the year before, so that nobody knows where they were at home"},
      {left.area_unknown, "on commits that change no file, so that nobody knows whose they are"},
      {left.taken_back, "on changes that were reverted within three days"},
      {view.nameless_trailers, "trailers without an address; people are never told apart by their names"},
      {view.undated_commits, "commits whose date cannot be read"},
  };
  if (std::none_of(lines.begin(), lines.end(), [](const auto& line) { return line.first > 0; })) return;
  out << "\n" << style.Bold("Not counted") << "\n";
  for (const auto& [count, why] : lines) {
    if (count > 0) out << absl::StrFormat("  %9s  %s", Number(count), Wrap(why, style, "             ")) << "\n";
  }
}

void PrintMine(std::ostream& out, const Style& style, const LookbackView& view) {
  if (!view.report.mine) {
    if (!view.me.empty()) out << "\nNothing here is by " << Printable(view.me) << ", as the .mailmap has it.\n";
    return;
  }
  const Mine& mine = *view.report.mine;
  out << "\n"
      << style.Bold(absl::StrCat("Yours, ", Printable(view.me))) << style.Dim("  (if that is not you, it is not yours to read)") << "\n";
  if (mine.home) out << "  You are at home in " << view.area(*mine.home) << ".\n";
  if (mine.people_helped == 0 && mine.given.empty()) {
    out << "  No help for other areas has left a trace.\n";
  } else {
    out << "  You helped " << Counted(mine.people_helped, "person", "people") << " in "
        << Counted(mine.areas_helped, "other area", "other areas") << ".\n";
  }
  if (mine.people_who_helped_me > 0) {
    out << "  " << Counted(mine.people_who_helped_me, "person", "people") << " of "
        << Counted(mine.areas_who_helped_me, "other area", "other areas") << " helped you.\n";
  }
  if (mine.given.empty()) return;
  Table table({"DAY", "YOU", "FOR", "STANCE", "COMMIT"});
  const size_t skip = mine.given.size() > kOwnDeeds ? mine.given.size() - kOwnDeeds : 0;
  for (size_t i = mine.given.size(); i > skip; --i) {
    const Deed& deed = mine.given[i - 1];
    const bool merged = deed.kind == HelpKind::kMerged;
    table.Add({DayText(deed.time), KindWord(deed.kind), view.area(deed.helped),
               merged                           ? "merged for"
               : deed.stance == Stance::kServed ? "helped with"
                                                : "stepped in for",
               CommitText(deed.commit)});
  }
  table.Print(out, style);
  if (skip > 0)
    out << style.Dim(absl::StrCat("and ", Number(static_cast<int64_t>(skip)), " earlier; --output=json has all of them")) << "\n";
}

}  // namespace

std::string DayText(int64_t time) { return absl::FormatTime("%Y-%m-%d", absl::FromUnixSeconds(time), absl::UTCTimeZone()); }

std::string KindWord(HelpKind kind) {
  switch (kind) {
    case HelpKind::kReviewed:
      return "reviewed";
    case HelpKind::kTested:
      return "tested";
    case HelpKind::kHelped:
      return "helped";
    case HelpKind::kMentored:
      return "mentored";
    case HelpKind::kFixed:
      return "fixed a report";
    case HelpKind::kCoWrote:
      return "co-wrote";
    case HelpKind::kMerged:
      return "merged";
  }
  return "helped";
}

std::string CommitText(const domain::lookback::CommitId& commit) {
  std::string text;
  for (size_t i = 0; i < 6; ++i) text += absl::StrFormat("%02x", commit.bytes[i]);
  return text;
}

std::string ExplainDeed(const LookbackView& view, const Deed& deed, bool named) {
  const std::string helper = named ? view.area(deed.helper) : "one area";
  const std::string helped = named ? view.area(deed.helped) : "another area";
  const std::string changed = named                         ? view.area(deed.changed)
                              : deed.changed == deed.helper ? "the first area"
                              : deed.changed == deed.helped ? "the other area"
                                                            : "a third area";
  const std::string at_home = absl::StrCat("somebody at home in ", deed.among_owners ? helped : helper);
  std::string text = absl::StrCat("In ", Month(deed.time), " somebody at home in ", helper, " ");
  if (deed.kind == HelpKind::kFixed) {
    text += deed.asked ? absl::StrCat("fixed what ", at_home, " had reported.") : "fixed what a machine had reported.";
  } else {
    static const std::map<HelpKind, const char*> kActs = {
        {HelpKind::kReviewed, "reviewed a change"}, {HelpKind::kTested, "tested a change"},    {HelpKind::kHelped, "helped with a change"},
        {HelpKind::kMentored, "mentored a change"}, {HelpKind::kCoWrote, "co-wrote a change"}, {HelpKind::kMerged, "merged a branch"}};
    text += absl::StrCat(kActs.at(deed.kind), " by ", deed.asked ? at_home : "a machine", ".");
  }
  absl::StrAppend(&text, " What was changed belongs to ", changed);
  if (!deed.asked) {
    text += ", which is therefore the one helped";
  } else if (!deed.among_owners) {
    text += "; both are at home in one area, so the owner is the one helped";
  }
  if (deed.kind == HelpKind::kMerged) return text + ". A merge by itself earns no credit in Comity, so it stands apart.";
  return text + (deed.stance == Stance::kServed ? ", so this is “helped with”." : ", so this is “stepped in for”.");
}

std::vector<std::string> LookbackLimits(const LookbackView& view) {
  std::vector<std::string> limits = {
      "Help that leaves no trailer and no merge in the commits: reviews on the web, answers, pairing, a word in time.",
      "What people did in a repository whose habits leave few traces: it shows little, and that says nothing about them.",
      "Whether it was much help. Numbers count people and acts, never worth.",
      "Where people belong: home is taken from what they changed in the year before. Who changed nothing has none.",
      "People with several addresses that no .mailmap joins are several people here.",
      "Squashed and rebased branches keep no merge; who pressed the button for them is not counted.",
  };
  if (!view.areas_from.empty()) {
    limits.push_back(absl::StrCat("Whose things were then: ", view.areas_from, " of today is used for every year."));
  } else {
    limits.emplace_back("Whose things are: there is no CODEOWNERS and no MAINTAINERS, so top-level folders stand for areas.");
  }
  if (view.rules_left_out > 0) {
    limits.push_back(absl::StrCat(view.rules_left_out, " lines of ", view.areas_from, " could not be used."));
  }
  if (view.shallow) limits.emplace_back("Anything before the clone was cut off: it is shallow. git fetch --unshallow brings the rest.");
  if (!view.since.empty()) limits.push_back(absl::StrCat("Anything before ", view.since, ", but for where people were at home."));
  return limits;
}

void PrintLookback(std::ostream& out, const Style& style, const LookbackView& view) {
  out << style.Bold(absl::StrCat("Who helped whom in ", Printable(view.path))) << ", branch " << Printable(view.branch)
      << (view.bare ? " (bare clone)" : "") << "\n";
  out << Counted(view.commits, "commit", "commits");
  if (view.commits > 0) out << " from " << DayText(view.first_time) << " to " << DayText(view.last_time);
  out << " by " << Counted(view.people, "person", "people") << ", " << Counted(static_cast<int64_t>(view.areas.size()), "area", "areas")
      << " from " << (view.areas_from.empty() ? "top-level folders" : view.areas_from) << ".\n";
  if (view.shallow) out << style.Bad("This clone is shallow: what was before it was cut off is missing.") << "\n";
  out << "Home is the area of most of a person's changes in the year before; help is an act for another home.\n";
  if (view.report.pairs.empty()) out << "\nNo help between areas has left a trace in these commits.\n";
  PrintPairs(out, style, view);
  PrintHidden(out, style, view);
  PrintKinds(out, style, view);
  PrintSamples(out, style, view);
  PrintMine(out, style, view);
  PrintLeft(out, style, view);
  out << "\n" << style.Bold("What this cannot know") << "\n";
  for (const std::string& limit : LookbackLimits(view)) out << "  - " << Wrap(limit, style, "    ") << "\n";
}

}  // namespace comity::cli

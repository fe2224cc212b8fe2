// `comity lookback`: who helped whom in a git clone. Needs no server and keeps nothing.
#include <fstream>
#include <ostream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/git_clone.h"
#include "clients/cli/lookback_view.h"
#include "clients/cli/progress.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"
#include "service/base/error.h"
#include "service/git/contact.h"

namespace comity::cli {
namespace {

namespace lookback = domain::lookback;
using lookback::History;

struct Wanted {
  std::string path, since_text, me, svg;
  std::vector<std::string> bots;
  int min_people = lookback::kDefaultMinPeople;
  int64_t since = 0;
};

absl::StatusOr<Wanted> ReadArguments(const Arguments& arguments) {
  Wanted wanted;
  wanted.path = arguments.Get("PATH");
  if (wanted.path.empty()) return UsageError("PATH is the folder of a git clone");
  wanted.since_text = arguments.Get("since");
  if (!wanted.since_text.empty()) {
    const auto day = domain::ParseIsoDay(wanted.since_text);
    if (!day || *day < absl::CivilDay(1971, 1, 1)) return UsageError("--since is a day from 1971 on, for example 2026-01-31");
    wanted.since = absl::ToUnixSeconds(absl::FromCivil(*day, absl::UTCTimeZone()));
  }
  if (!absl::SimpleAtoi(arguments.Get("min-people"), &wanted.min_people) || wanted.min_people < lookback::kLeastMinPeople ||
      wanted.min_people > 1'000'000) {
    return UsageError(
        absl::StrCat("--min-people is a whole number from ", lookback::kLeastMinPeople, ": below that a number would be one person's"));
  }
  wanted.me = arguments.Get("me");
  if (!wanted.me.empty() && (wanted.me.find('@') == std::string::npos || !git::ParseContact(absl::StrCat("<", wanted.me, ">")))) {
    return UsageError("--me is your address as your commits have it, for example ana@acme.example");
  }
  wanted.bots = arguments.All("bot");
  wanted.svg = arguments.Get("svg");
  return wanted;
}

struct AreaSource {
  std::string file;
  lookback::AreaRules rules;
};

// GitHub's places first, in its order, then GitLab's, then the kernel's.
absl::StatusOr<AreaSource> FindAreas(const GitClone& clone) {
  for (const char* path : {".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"}) {
    COMITY_ASSIGN_OR_RETURN(const auto content, clone.FileAtHead(path, lookback::kMaxOwnershipFileBytes));
    if (!content) continue;
    AreaSource source{path, lookback::ParseCodeowners(*content)};
    if (!source.rules.rules.empty()) return source;
  }
  COMITY_ASSIGN_OR_RETURN(const auto content, clone.FileAtHead("MAINTAINERS", lookback::kMaxOwnershipFileBytes));
  if (content) {
    AreaSource source{"MAINTAINERS", lookback::ParseMaintainers(*content)};
    if (!source.rules.rules.empty()) return source;
  }
  return AreaSource{};
}

// `--since` counts acts from a day on, but homes need the year before.
int64_t LogSince(int64_t since) {
  constexpr int64_t kYearSeconds = int64_t{366} * 86'400;
  return since == 0 ? 0 : std::max<int64_t>(since - kYearSeconds, 1);
}

absl::Status ReadHistory(Session& session, const GitClone& clone, const Wanted& wanted, History& history) {
  const bool bar = session.environment().err_is_terminal && session.environment().variable("TERM") != "dumb";
  int64_t total = 0;
  if (bar) {
    COMITY_ASSIGN_OR_RETURN(total, clone.CountCommits(LogSince(wanted.since)));
  }
  Progress progress(session.err(), bar, "Reading commits", total);
  COMITY_RETURN_IF_ERROR(clone.ReadLog(LogSince(wanted.since), [&](const git::LogCommit& commit) {
    history.Add(commit);
    progress.Step();
  }));
  progress.Clear();
  return clone.MapContacts(history.contacts(),
                           [&](size_t index, std::string_view name, std::string_view email) { history.Resolve(index, name, email); });
}

// The caller's address goes through the mailmap too.
absl::StatusOr<lookback::Person> FindMe(const GitClone& clone, const History& history, const std::string& email) {
  lookback::Person me = lookback::kNobody;
  if (email.empty()) return me;
  COMITY_RETURN_IF_ERROR(clone.MapContacts({absl::StrCat("<", email, ">")},
                                           [&](size_t, std::string_view, std::string_view mapped) { me = history.Find(mapped); }));
  return me;
}

void Summarize(const History& history, int64_t since, LookbackView& view) {
  std::vector<bool> wrote(history.people().size(), false);
  for (const lookback::CommitRow& row : history.commits()) {
    if (row.time < std::max<int64_t>(since, 1)) continue;
    ++view.commits;
    view.first_time = view.first_time == 0 ? row.time : std::min(view.first_time, row.time);
    view.last_time = std::max(view.last_time, row.time);
    if (row.author == lookback::kNobody || history.people()[row.author].bot || wrote[row.author]) continue;
    wrote[row.author] = true;
    ++view.people;
  }
  view.nameless_trailers = history.nameless_trailers();
  view.undated_commits = history.undated_commits();
}

absl::Status WriteFile(const std::string& path, const std::string& content) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << content;
  file.close();
  if (file) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kFieldInvalid, "the picture cannot be written",
               {{"svg", absl::StrCat(path, " cannot be written; name a file in a folder that you may write to")}});
}

absl::Status Run(Session& session, const Arguments& arguments) {
  COMITY_ASSIGN_OR_RETURN(const Wanted wanted, ReadArguments(arguments));
  COMITY_ASSIGN_OR_RETURN(const GitClone clone, GitClone::Open(wanted.path));
  COMITY_ASSIGN_OR_RETURN(AreaSource source, FindAreas(clone));
  LookbackView view;
  view.path = wanted.path;
  view.branch = clone.branch();
  view.bare = clone.bare();
  view.shallow = clone.shallow();
  view.areas_from = source.file;
  view.since = wanted.since_text;
  view.me = wanted.me;
  view.min_people = wanted.min_people;
  view.rules_left_out = source.rules.skipped_lines;
  lookback::Areas areas(std::move(source.rules));
  view.rules_left_out += areas.left_out();

  History history(areas, wanted.bots);
  COMITY_RETURN_IF_ERROR(ReadHistory(session, clone, wanted, history));
  lookback::Options options{wanted.min_people, wanted.since, lookback::kNobody};
  COMITY_ASSIGN_OR_RETURN(options.me, FindMe(clone, history, wanted.me));
  view.report = lookback::Look(history, areas, options);
  for (const std::string& name : areas.names()) view.areas.push_back(Printable(name));
  Summarize(history, wanted.since, view);

  if (session.json()) {
    session.out() << LookbackJson(view);
  } else {
    PrintLookback(session.out(), session.style(), view);
  }
  if (wanted.svg.empty()) return absl::OkStatus();
  COMITY_RETURN_IF_ERROR(WriteFile(wanted.svg, LookbackSvg(view)));
  session.err() << "The matrix is in " << Printable(wanted.svg) << "\n";
  return absl::OkStatus();
}

}  // namespace

std::vector<Verb> LookbackVerbs() {
  return {
      {.name = "lookback",
       .summary = "who helped whom in a git clone: needs no server, sends and keeps nothing",
       .parameters = {{.name = "PATH", .kind = Parameter::Kind::kPositional, .help = "the folder of a git clone", .fallback = "."},
                      {.name = "--since", .value = "DAY", .help = "count only what happened from this day on, for example 2026-01-31"},
                      {.name = "--me", .value = "EMAIL", .help = "show your own deeds too; nobody else is ever named"},
                      {.name = "--svg", .value = "FILE", .help = "also draw the matrix into this file"},
                      {.name = "--min-people",
                       .value = "N",
                       .help = "show a number only from so many distinct people on each side, at least 2",
                       .fallback = "5"},
                      {.name = "--bot", .kind = Parameter::Kind::kRepeated, .value = "EMAIL", .help = "take this account for a machine"}},
       .run = Run,
       .details = "Areas come from CODEOWNERS or MAINTAINERS, else from the top-level folders. Read are the trailers Reviewed-by, "
                  "Tested-by, Helped-by, Mentored-by, Reported-by and Co-authored-by, and merges."}};
}

}  // namespace comity::cli

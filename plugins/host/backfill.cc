#include "plugins/host/backfill.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/host/cursor_file.h"
#include "plugins/host/files.h"
#include "service/base/error.h"

namespace comity::host {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kGlance{250};
constexpr int kBarWidth = 24;

std::string DayText(absl::Time time) { return absl::FormatTime("%Y-%m-%d", time, absl::UTCTimeZone()); }

absl::Status Refused(absl::StatusCode code, std::string_view field, std::string_view remedy) {
  return Error(code, ErrorReason::kFieldInvalid, "the past cannot be read", {{std::string(field), std::string(remedy)}});
}

}  // namespace

absl::StatusOr<absl::Duration> ParseSince(std::string_view text) {
  int64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [after, error] = std::from_chars(text.data(), end, count);
  const bool unit = error == std::errc{} && end - after == 1 && (*after == 'd' || *after == 'h' || *after == 'm');
  const int64_t most = !unit ? 0 : *after == 'd' ? 3650 : *after == 'h' ? 3650 * 24 : 3650 * 24 * 60;
  if (!unit || count < 1 || count > most) {
    return Refused(absl::StatusCode::kInvalidArgument, "--since", "must be a span such as 90d, 12h or 45m, at most 3650d");
  }
  return *after == 'd' ? absl::Hours(24) * count : *after == 'h' ? absl::Hours(count) : absl::Minutes(count);
}

std::string BackfillLine(const PollerGlimpse& glimpse, absl::Time begin, absl::Time now) {
  const absl::Time position = std::clamp(glimpse.position, begin, now);
  const double part = now > begin ? absl::FDivDuration(position - begin, now - begin) : 1;
  const auto full = static_cast<size_t>(part * kBarWidth);
  std::string line = "[" + std::string(full, '#') + std::string(kBarWidth - full, '.') + "] " + DayText(position);
  absl::StrAppend(&line, "  ", glimpse.facts, " facts, ", glimpse.found, " of them new, ", glimpse.requests, " requests");
  return line;
}

absl::Status RunBackfill(const Config& config, const Connectors& connectors, const BackfillRequest& request, BackfillParts parts,
                         std::ostream& out) {
  const auto found = std::find_if(config.sources.begin(), config.sources.end(),
                                  [&](const SourceConfig& source) { return source.source.id == request.source; });
  if (found == config.sources.end()) {
    return Refused(absl::StatusCode::kNotFound, request.source, "is no source of this file; `--check` prints those that are");
  }
  if (!found->poll) {
    return Refused(absl::StatusCode::kFailedPrecondition, request.source,
                   "has no poll block, so there is nothing to ask; give it one with a read_token_file");
  }
  const std::string dir = config.spool_dir + "/backfills";
  COMITY_RETURN_IF_ERROR(MakePrivateDir(config.spool_dir));
  COMITY_RETURN_IF_ERROR(MakePrivateDir(dir));
  const LockFile lock(dir + "/" + request.source + ".lock");
  if (!lock.held()) {
    return Refused(absl::StatusCode::kFailedPrecondition, request.source, "is being read already; wait for the other one to end");
  }
  const absl::Time now = parts.clock.Now(), begin = now - request.since;
  COMITY_ASSIGN_OR_RETURN(Progress progress, OpenProgress(dir, request.source, begin));
  // What is further back than an earlier one began needs a walk from there.
  if (request.restart || begin < progress.begin - absl::Hours(24)) {
    progress = {begin, {}};
    COMITY_RETURN_IF_ERROR(SaveProgress(dir, request.source, progress));
  }
  const absl::Time from = progress.begin;
  out << "Reading " << request.source << " from " << DayText(from) << (progress.cursors.empty() ? "" : ", going on where it stopped")
      << ".\n";

  const sdk::Connector& connector = *connectors.at(found->source.suite);
  COMITY_ASSIGN_OR_RETURN(const std::unique_ptr<client::EventSink> sink, parts.make_sink(found->token_file));
  Health health({request.source});
  RateGate gate;
  obs::PollMetrics metrics;
  parts.poller.once = true;
  Poller poller(found->source, *found->poll, connector, *sink, std::move(progress), parts.poller,
                PollerParts{dir, FetcherOf(found->source, connector, parts.fetch, config.spool_dir + "/backfill-repositories"), gate,
                            nullptr, health, parts.clock, metrics});
  bool stopped = false;
  std::string shown, told;
  const auto tell = [&](const std::string& trouble) {
    if (!trouble.empty() && trouble != told) out << (parts.terminal ? "\r\033[K" : "") << "  " << trouble << "\n";
    told = trouble;
  };
  while (!poller.glimpse().over && !stopped) {
    stopped = parts.wait(kGlance);
    tell(poller.glimpse().trouble);
    std::string line = BackfillLine(poller.glimpse(), from, now);
    if (parts.terminal && line != shown) out << "\r" << line << "\033[K" << std::flush;
    shown = std::move(line);
  }
  poller.Stop();
  PollerGlimpse last = poller.glimpse();
  tell(last.trouble);
  if (last.complete) last.position = now;
  out << (parts.terminal ? "\r" : "") << BackfillLine(last, from, now) << (parts.terminal ? "\033[K\n" : "\n");
  if (last.complete) {
    std::error_code ignored;
    std::filesystem::remove(dir + "/" + request.source, ignored);
    out << "Everything since " << DayText(from) << " is read" << (last.trouble.empty() ? ".\n" : ", but for what the token may not see.\n");
    return absl::OkStatus();
  }
  if (stopped) {
    out << "Stopped; the same command goes on from here.\n";
    return absl::OkStatus();
  }
  return Error(absl::StatusCode::kUnavailable, ErrorReason::kPeerUnavailable,
               "not everything could be read; the same command goes on from here",
               {{request.source, last.trouble.empty() ? "see the log" : last.trouble}});
}

}  // namespace comity::host

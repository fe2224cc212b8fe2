// Reads what a source's suite knows of the past, once: `comity-connect backfill`.
//
// The same walk as polling, with cursors of its own, so that it can run beside the host and go on after an interruption. What arrives live
// meanwhile has the same keys and is one event.
#ifndef COMITY_PLUGINS_HOST_BACKFILL_H_
#define COMITY_PLUGINS_HOST_BACKFILL_H_

#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/cpp/client.h"
#include "plugins/connectors.h"
#include "plugins/host/config.h"
#include "plugins/host/fetcher.h"
#include "plugins/host/poller.h"
#include "service/obs/clock.h"

namespace comity::host {

struct BackfillRequest {
  std::string source;
  absl::Duration since;  // before now
  bool restart = false;  // forget how far an earlier one came
};

struct BackfillParts {
  std::function<absl::StatusOr<std::unique_ptr<client::EventSink>>(const std::string& token_file)> make_sink;
  // Waits; true: stop now, the next run goes on.
  std::function<bool(std::chrono::milliseconds)> wait;
  const obs::Clock& clock;
  Fetcher fetch;  // null = net::Fetch
  PollerOptions poller;
  bool terminal = false;  // `out` can redraw a line
};

// Blocks until everything was read, it was stopped, or it cannot go on. OK: read or stopped, and `out` says which.
// Errors: NOT_FOUND (no such source), FAILED_PRECONDITION (it is not polled; another back-fill of it runs), UNAVAILABLE (some of it could
// not be read; the next run goes on).
absl::Status RunBackfill(const Config& config, const Connectors& connectors, const BackfillRequest& request, BackfillParts parts,
                         std::ostream& out);

// `90d`, `12h`, `45m`: 1 minute to 3650 days. Errors: INVALID_ARGUMENT.
absl::StatusOr<absl::Duration> ParseSince(std::string_view text);

// One line of how far it has come: a bar of the time between `begin` and `now`, the day that is being read, and counts.
std::string BackfillLine(const PollerGlimpse& glimpse, absl::Time begin, absl::Time now);

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_BACKFILL_H_

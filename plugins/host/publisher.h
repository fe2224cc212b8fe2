// Puts artifacts into one source's suite with its write token: each once, changed when it changes, taken back when it is withdrawn.
//
// What was published is remembered in `spool_dir/published/SOURCE`. That only saves work: when it is lost, or this process dies between the
// suite's answer and the record, the connector finds in the suite what is there, and nothing comes twice.
#ifndef COMITY_PLUGINS_HOST_PUBLISHER_H_
#define COMITY_PLUGINS_HOST_PUBLISHER_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "plugins/host/config.h"
#include "plugins/host/cursor_file.h"
#include "plugins/host/fetcher.h"
#include "plugins/host/files.h"
#include "plugins/host/rate_gate.h"
#include "plugins/sdk/connector.h"
#include "service/obs/clock.h"

namespace comity::host {

struct PublisherOptions {
  int tries = 5;                                // of one artifact
  std::chrono::milliseconds first_delay{1000};  // after a failure that may pass, doubling
  std::chrono::milliseconds longest_delay{60'000};
  std::chrono::milliseconds longest_pause{600'000};  // that a suite's rate limit may ask for; beyond it, the rest is left for later
};

struct PublisherParts {
  Fetcher fetch;  // null = net::Fetch
  const obs::Clock& clock;
  // Waits; true: stop now.
  std::function<bool(std::chrono::milliseconds)> wait;
  PublisherOptions options{};
};

struct Published {
  enum class Outcome {
    kPublished,  // it was not there before
    kUpdated,
    kWithdrawn,
    kThere,      // the suite has it just so
    kUnchanged,  // it was published before and has not changed since: nothing was asked
    kNothing,    // withdrawn, and not there
    kWould,      // of Preview: `preview` would be written
  };
  Outcome outcome = Outcome::kUnchanged;
  std::string place, preview;
};

// One at a time for each source, whatever the process. Not for several threads.
class Publisher {
 public:
  // `source` and `connector` outlive it. Errors: FAILED_PRECONDITION when the source has no `publish` block, or another is at it;
  // NOT_FOUND, PERMISSION_DENIED for the token's file; UNAVAILABLE for the disk.
  static absl::StatusOr<std::unique_ptr<Publisher>> Open(const SourceConfig& source, const sdk::Connector& connector,
                                                         const std::string& spool_dir, PublisherParts parts);

  // Blocks. Errors: INVALID_ARGUMENT (an artifact that is none; the faults name its fields), FAILED_PRECONDITION (a person must act:
  // somebody's own text is there, a right is missing), UNAUTHENTICATED (the write token is refused), RESOURCE_EXHAUSTED (the suite's rate),
  // UNAVAILABLE and ABORTED (after all tries; a later run goes on), CANCELLED.
  absl::StatusOr<Published> Publish(const sdk::Artifact& artifact);
  // The same up to the first request that would change something.
  absl::StatusOr<Published> Preview(const sdk::Artifact& artifact);

 private:
  Publisher(const SourceConfig& source, const sdk::Connector& connector, std::string dir, std::string token, LockFile lock,
            PublisherParts parts);
  absl::StatusOr<Published> Run(const sdk::Artifact& artifact, bool dry);
  absl::Status CheckKind(const sdk::Artifact& artifact) const;
  absl::StatusOr<sdk::PublishStep> Walk(const sdk::Publication& publication, bool dry);
  absl::StatusOr<net::Response> Ask(const sdk::Fetch& fetch);
  absl::StatusOr<net::Response> Request(const sdk::Fetch& fetch);
  absl::Status Remember(const std::string& id, const std::string& digest, const std::string& left);

  const SourceConfig& source_;
  const sdk::Connector& connector_;
  const std::string dir_, token_;
  const LockFile lock_;
  PublisherParts parts_;
  RateGate gate_;
  Progress known_;  // by artifact: its digest, a space, what the connector wants to know next time
};

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_PUBLISHER_H_

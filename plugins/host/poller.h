// Asks one source's suite, round after round, for what hooks did not bring. A thread of its own, so that no source waits for another.
//
// A round is a walk: the connector plans first requests, reads each answer, and names what follows; cursors move only after comityd has
// acknowledged all facts before them, so that a crash anywhere repeats a little and loses nothing.
#ifndef COMITY_PLUGINS_HOST_POLLER_H_
#define COMITY_PLUGINS_HOST_POLLER_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "clients/cpp/client.h"
#include "plugins/host/access_token.h"
#include "plugins/host/config.h"
#include "plugins/host/cursor_file.h"
#include "plugins/host/fetcher.h"
#include "plugins/host/gap_finder.h"
#include "plugins/host/health.h"
#include "plugins/host/rate_gate.h"
#include "plugins/sdk/connector.h"
#include "service/base/mutex.h"
#include "service/obs/clock.h"
#include "service/obs/poll_metrics.h"

namespace comity::host {

struct PollerOptions {
  int max_facts = 500;  // of one batch
  size_t max_batch_bytes = 300'000;
  std::chrono::milliseconds first_delay{1000};  // after a failure, doubling
  std::chrono::milliseconds longest_delay{300'000};
  std::chrono::milliseconds wake_settle{1000};   // after a wake, for more of them: they are one round
  std::chrono::milliseconds wake_pause{15'000};  // the least between the beginnings of two rounds that wakes hasten
  bool once = false;                             // until one walk has ended well, or several in a row did not
};

// What a poller has done so far.
struct PollerGlimpse {
  int64_t requests = 0, facts = 0, found = 0;  // found: of the facts, those that were new
  absl::Time position = absl::InfinitePast();  // when the fact that was read last had happened
  std::string trouble;                         // empty: there is none
  bool over = false, complete = false;         // with `once`: it makes no more rounds; everything was read
};

// References outlive the poller.
struct PollerParts {
  const std::string cursor_dir;
  Fetcher fetch;
  RateGate& gate;
  GapFinder* gaps;  // null: there are no hooks
  Health& health;
  const obs::Clock& clock;
  obs::PollMetrics& metrics;
};

class Poller {
 public:
  Poller(const sdk::Source& source, const PollConfig& config, const sdk::Connector& connector, client::EventSink& sink, Progress progress,
         const PollerOptions& options, PollerParts parts);
  ~Poller();  // stops
  // Gives up what is under way; the next start goes on from the cursors.
  void Stop();
  // Something has changed: the next round starts soon, not when it is due. After a failure it starts no sooner. Safe to call from any
  // thread; does not block.
  void Wake();
  PollerGlimpse glimpse() const;

 private:
  // A request still to be made, or a cursor that moves once everything above it is done.
  struct Entry {
    std::optional<sdk::Fetch> fetch;
    sdk::Commit commit;
  };
  // kPartly: some streams stand still; kPaused: cut off by the round's bounds, the next one goes on.
  enum class Ending { kDone, kPartly, kPaused, kFailed, kStopped };
  struct Round;
  static const char* NameOf(Ending ending);

  void Run();
  Ending Walk();
  void Begin();
  bool Ask(const sdk::Fetch& fetch, Round& round);
  absl::StatusOr<net::Response> Request(const sdk::Fetch& fetch, Round& round);
  void Take(const sdk::Fetch& fetch, const net::Response& response, sdk::Step step);
  void Push(std::vector<sdk::Fetch> next);
  void End(const sdk::Fetch& fetch, const std::string& why, Round& round);
  void Fail(const sdk::Fetch& fetch, const absl::Status& status, Round& round);
  void Tell(const std::string& trouble);
  bool Flush();
  absl::Status Send(std::span<const v1::Fact> facts);
  absl::Status SendOrIsolate(std::span<const v1::Fact> facts);
  void MoveCursors();
  void Settle();
  // With `once`: whether this ending was the last.
  bool IsOver(Ending ending);
  template <typename Change>
  void Show(Change change);
  // False when it was stopped before.
  bool WaitUntil(std::chrono::steady_clock::time_point until);
  // The same, but a wake ends it, from `earliest` on.
  bool WaitForRound(std::chrono::steady_clock::time_point next, std::chrono::steady_clock::time_point earliest);

  const sdk::Source& source_;
  const PollConfig config_;
  const sdk::Connector& connector_;
  client::EventSink& sink_;
  const PollerOptions options_;
  PollerParts parts_;
  std::atomic<bool> cancelled_{false};

  // The thread's own.
  AccessToken access_;
  Progress progress_;
  sdk::Poll poll_;
  std::vector<Entry> stack_;       // the next at its end; kept when a round is cut off by its bounds
  std::set<std::string> blocked_;  // streams in which something failed: their cursors stay until the next walk
  std::vector<v1::Fact> facts_;    // not acknowledged yet
  size_t fact_bytes_ = 0;
  std::vector<sdk::Commit> commits_;  // wait for `facts_`
  struct Settled {
    std::string stream, asked, etag;
  };
  std::vector<Settled> settling_;             // until the walk has ended
  std::map<std::string, std::string> etags_;  // by what was asked
  struct Failures {
    int count = 0;
    int64_t answers = 0;  // `answers_` at the last one
  };
  std::map<std::string, Failures> failures_;  // by request
  int64_t answers_ = 0;                       // that could be used
  int64_t found_ = 0, missed_ = 0;            // in this round
  std::string told_;                          // the trouble that was logged

  int vain_walks_ = 0;       // one after the other; of `once`
  bool only_unseen_ = true;  // whatever failed in this walk is nothing that the token may see

  mutable Mutex mutex_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<std::chrono::steady_clock::time_point> woken_ ABSL_GUARDED_BY(mutex_);  // by the first wake since a walk began
  PollerGlimpse glimpse_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_POLLER_H_

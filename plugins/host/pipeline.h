// From spooled deliveries to acknowledged facts: parse, batch, push, release. One worker for each source, so that none waits for another.
#ifndef COMITY_PLUGINS_HOST_PIPELINE_H_
#define COMITY_PLUGINS_HOST_PIPELINE_H_

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "clients/cpp/client.h"
#include "plugins/host/dead_letters.h"
#include "plugins/host/delivery.h"
#include "plugins/host/gap_finder.h"
#include "plugins/host/health.h"
#include "plugins/host/spool.h"
#include "plugins/sdk/connector.h"
#include "service/base/mutex.h"
#include "service/obs/clock.h"
#include "service/obs/metrics.h"

namespace comity::host {

struct PipelineOptions {
  int max_facts = 500;  // of one batch
  size_t max_batch_bytes = 300'000;
  size_t memory_bytes = size_t{32} << 20;      // bodies kept in memory for all sources; others are read again from disk
  std::chrono::milliseconds first_delay{100};  // after a failure, doubling
  std::chrono::milliseconds longest_delay{30'000};
};

// What the workers share. References outlive them.
struct PipelineParts {
  Spool& spool;
  DeadLetters& dead_letters;
  Health& health;
  const obs::Clock& clock;
  obs::Metrics& metrics;
  GapFinder* gaps = nullptr;  // of this source; null: nobody looks for gaps
};

// One source's worker.
class Worker {
 public:
  Worker(const sdk::Source& source, const sdk::Connector& connector, client::EventSink& sink, const PipelineOptions& options,
         PipelineParts parts, std::atomic<int64_t>& memory_used);
  ~Worker();  // stops at once

  // A spooled delivery; its body is kept only while there is memory for it.
  void Add(uint64_t sequence, std::optional<Delivery> delivery);
  // Ends when everything is handed over, after `grace` at the latest; what is left stays in the spool.
  void Stop(std::chrono::milliseconds grace);

 private:
  struct Item {
    uint64_t sequence = 0;
    std::optional<Delivery> delivery;
    size_t memory = 0;
  };
  struct Parsed {
    uint64_t sequence = 0;
    Delivery delivery;
    std::vector<v1::Fact> facts;
  };

  // A delivery that the service stumbled over though it took others. Its body stays on disk.
  struct Suspected {
    uint64_t sequence = 0;
    int tries = 0;
    int64_t taken_before = 0;  // what `taken_` was at the last try
    std::chrono::steady_clock::time_point due;
  };

  void Run();
  std::vector<Parsed> Collect();
  std::optional<Item> Take(bool wait);
  std::optional<Parsed> Parse(Item item);
  bool Deliver(std::vector<Parsed>& parsed);
  absl::Status Push(const std::vector<const Parsed*>& group);
  // Whether one delivery's content may be the cause.
  static bool Spoils(const absl::Status& status);
  static std::string Describe(const absl::Status& status);
  bool Isolate(std::vector<Parsed>& parsed, const absl::Status& together);
  bool ComeBackLater(const std::vector<uint64_t>& first, const std::vector<uint64_t>& last, std::string_view why);
  void Suspect(Suspected suspect);
  bool TrySuspects();
  void Finish(uint64_t sequence);
  bool Bury(const Parsed& parsed, std::string_view reason);
  bool Wait(std::chrono::milliseconds delay);
  bool TryUntilItWorks(const std::function<absl::Status()>& attempt, const std::function<bool(const absl::Status&)>& give_up,
                       absl::Status* last);
  bool Overdue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const sdk::Source& source_;
  const sdk::Connector& connector_;
  client::EventSink& sink_;
  const PipelineOptions options_;
  PipelineParts parts_;
  std::atomic<int64_t>& memory_used_;

  // The worker's thread only.
  std::deque<Suspected> suspects_;        // the next first
  int64_t taken_ = 0;                     // batches that the service took
  std::chrono::milliseconds vain_delay_;  // the next pause when nothing at all is taken

  Mutex mutex_;
  CondVar changed_;
  std::deque<Item> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::chrono::steady_clock::time_point stop_at_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_PIPELINE_H_

#include "plugins/host/pipeline.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>

#include "plugins/host/retry.h"
#include "service/base/error.h"
#include "service/base/failpoint.h"
#include "service/obs/log.h"

namespace comity::host {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A delivery that was received much later must not lend its clock to an older one's facts.
constexpr absl::Duration kBatchSpan = absl::Minutes(1);

const char* NameOf(v1::IngestResult::Disposition disposition) {
  switch (disposition) {
    case v1::IngestResult::DISPOSITION_STORED:
      return "stored";
    case v1::IngestResult::DISPOSITION_DUPLICATE:
      return "duplicate";
    case v1::IngestResult::DISPOSITION_SET_ASIDE:
      return "set_aside";
    default:
      return "unknown";
  }
}

}  // namespace

Worker::Worker(const sdk::Source& source, const sdk::Connector& connector, client::EventSink& sink, const PipelineOptions& options,
               PipelineParts parts, std::atomic<int64_t>& memory_used)
    : source_(source),
      connector_(connector),
      sink_(sink),
      options_(options),
      parts_(parts),
      memory_used_(memory_used),
      vain_delay_(options.first_delay),
      thread_([this] { Run(); }) {}

std::string Worker::Describe(const absl::Status& status) {
  const std::string reason = DetailsOf(status).reason;
  return reason.empty() ? absl::StatusCodeToString(status.code()) : reason;
}

Worker::~Worker() { Stop(milliseconds(0)); }

void Worker::Add(uint64_t sequence, std::optional<Delivery> delivery) {
  Item item{sequence, std::move(delivery), 0};
  if (item.delivery) {
    const auto bytes = static_cast<int64_t>(item.delivery->body.size() + 512);
    if (memory_used_.fetch_add(bytes) + bytes > static_cast<int64_t>(options_.memory_bytes)) {
      memory_used_ -= bytes;
      item.delivery.reset();
    } else {
      item.memory = static_cast<size_t>(bytes);
    }
  }
  parts_.health.Waiting(source_.id, 1);
  MutexLock lock(mutex_);
  queue_.push_back(std::move(item));
  if (queue_.size() == 1) changed_.Signal();
}

void Worker::Stop(milliseconds grace) {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    stop_at_ = steady_clock::now() + grace;
    changed_.SignalAll();
  }
  if (thread_.joinable()) thread_.join();
}

bool Worker::Overdue() { return stopping_ && steady_clock::now() >= stop_at_; }

void Worker::Run() {
  while (true) {
    std::vector<Parsed> parsed = Collect();
    if (!parsed.empty() && !Deliver(parsed)) return;
    if (!TrySuspects()) return;
    MutexLock lock(mutex_);
    if (Overdue() || (stopping_ && queue_.empty())) return;
  }
}

// Waits for the first delivery only: what arrives during one push makes up the next batch, so nothing waits for a batch to fill.
std::vector<Worker::Parsed> Worker::Collect() {
  std::vector<Parsed> parsed;
  int facts = 0;
  size_t bytes = 0;
  while (facts < options_.max_facts && bytes < options_.max_batch_bytes) {
    std::optional<Item> item = Take(parsed.empty());
    if (!item) break;
    std::optional<Parsed> one = Parse(*std::move(item));
    if (!one) continue;
    facts += static_cast<int>(one->facts.size());
    bytes += one->delivery.body.size();
    parsed.push_back(*std::move(one));
  }
  return parsed;
}

std::optional<Worker::Item> Worker::Take(bool wait) {
  MutexLock lock(mutex_);
  while (wait && queue_.empty() && !stopping_) {
    if (suspects_.empty()) {
      changed_.Wait(mutex_);
    } else if (!changed_.WaitFor(mutex_, std::max(suspects_.front().due - steady_clock::now(), steady_clock::duration::zero()))) {
      return std::nullopt;
    }
  }
  if (queue_.empty() || Overdue()) return std::nullopt;
  Item item = std::move(queue_.front());
  queue_.pop_front();
  memory_used_ -= static_cast<int64_t>(item.memory);
  return item;
}

// The delivery with its facts, or nothing when it is dealt with (or, while stopping, left in the spool).
std::optional<Worker::Parsed> Worker::Parse(Item item) {
  Parsed parsed;
  parsed.sequence = item.sequence;
  if (item.delivery) {
    parsed.delivery = *std::move(item.delivery);
  } else {
    absl::StatusOr<std::string> payload = absl::UnknownError("");
    absl::Status last;
    const bool done =
        TryUntilItWorks([&] { return (payload = parts_.spool.Read(item.sequence)).status(); },
                        [](const absl::Status& status) { return absl::IsDataLoss(status) || absl::IsNotFound(status); }, &last);
    if (!done) return std::nullopt;
    auto delivery = last.ok() ? DecodeDelivery(*payload) : absl::StatusOr<Delivery>(last);
    if (!delivery.ok()) {
      // It stays where it is: the next start sets the damaged part aside and says so.
      obs::Log(obs::Level::kError, "A spooled delivery cannot be read back; it stays in the spool.",
               {{"source", source_.id}, {"sequence", item.sequence}});
      parts_.health.Died(source_.id, "SPOOL_DAMAGED", parts_.clock.Now());
      return std::nullopt;
    }
    parsed.delivery = *std::move(delivery);
  }
  failpoint::PassOnly(Failpoint::kConnectParse);
  auto facts = connector_.Parse(parsed.delivery.AsRequest(), source_, parsed.delivery.receive_time);
  if (!facts.ok()) {
    Bury(parsed, facts.status().message().empty() ? "unreadable" : std::string(facts.status().message()));
    return std::nullopt;
  }
  if (facts->facts.empty()) {
    parts_.health.Ignored(source_.id);
    Finish(parsed.sequence);
    return std::nullopt;
  }
  parsed.facts = std::move(facts->facts);
  if (parts_.gaps != nullptr) {
    for (const v1::Fact& fact : parsed.facts) parts_.gaps->HookBrought(fact);
  }
  return parsed;
}

// False when it was stopped before the end.
bool Worker::Deliver(std::vector<Parsed>& parsed) {
  std::vector<const Parsed*> group;
  group.reserve(parsed.size());
  for (const Parsed& one : parsed) group.push_back(&one);
  absl::Status last;
  if (!TryUntilItWorks([&] { return Push(group); }, Spoils, &last)) return false;
  if (!last.ok()) return Isolate(parsed, last);
  for (const Parsed* one : group) Finish(one->sequence);
  return true;
}

// All facts of the group, in as many batches as they need. Safe to repeat.
absl::Status Worker::Push(const std::vector<const Parsed*>& group) {
  v1::IngestEventBatchRequest batch;
  size_t bytes = 0;
  absl::Time first, latest;
  const auto flush = [&]() -> absl::Status {
    if (batch.facts().empty()) return absl::OkStatus();
    batch.set_source(source_.id);
    *batch.mutable_receive_time() = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(latest));
    COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kConnectPush));
    COMITY_ASSIGN_OR_RETURN(const v1::IngestEventBatchResponse response, sink_.Push(batch));
    COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kConnectPushed));
    ++taken_;
    vain_delay_ = options_.first_delay;
    std::map<std::string_view, int64_t> counts;
    for (const v1::IngestResult& result : response.results()) ++counts[NameOf(result.disposition())];
    for (const auto& [disposition, count] : counts) parts_.metrics.CountFacts(source_.id, disposition, count);
    parts_.health.Accepted(source_.id, batch.facts_size(), parts_.clock.Now());
    batch.Clear();
    bytes = 0;
    return absl::OkStatus();
  };
  for (const Parsed* one : group) {
    for (const v1::Fact& fact : one->facts) {
      const size_t size = fact.ByteSizeLong();
      const absl::Time received = one->delivery.receive_time;
      const bool full = batch.facts_size() >= options_.max_facts || bytes + size > options_.max_batch_bytes;
      if (full || (batch.facts_size() > 0 && absl::AbsDuration(received - first) > kBatchSpan)) COMITY_RETURN_IF_ERROR(flush());
      if (batch.facts_size() == 0) first = latest = received;
      latest = std::max(latest, received);
      bytes += size;
      *batch.add_facts() = fact;
    }
  }
  return flush();
}

void Worker::Finish(uint64_t sequence) {
  parts_.spool.Release(sequence);
  failpoint::PassOnly(Failpoint::kConnectReleased);
  parts_.health.Waiting(source_.id, -1);
}

// Repeats with growing, jittered pauses until the attempt succeeds or is to be given up; false when stopped. Logs each change once.
bool Worker::TryUntilItWorks(const std::function<absl::Status()>& attempt, const std::function<bool(const absl::Status&)>& give_up,
                             absl::Status* last) {
  milliseconds delay = options_.first_delay;
  std::string told;
  while (true) {
    *last = attempt();
    if (last->ok() || give_up(*last)) break;
    const std::string why = Describe(*last);
    parts_.health.Troubled(source_.id, why, parts_.clock.Now());
    if (why != told) {
      obs::Log(obs::Level::kWarning, "Deliveries wait in the spool: handing over does not work.",
               {{"source", source_.id}, {"code", absl::StatusCodeToString(last->code())}, {"reason", why}});
      told = why;
    }
    if (!Wait(delay)) return false;
    delay = std::min(delay * 2, options_.longest_delay);
  }
  if (!told.empty()) obs::Log(obs::Level::kInfo, "Handing over works again.", {{"source", source_.id}});
  return true;
}

// About so long. False when it was stopped: what cannot be handed over now is safe in the spool.
bool Worker::Wait(milliseconds delay) {
  const auto until = steady_clock::now() + Jittered(delay);
  MutexLock lock(mutex_);
  while (!stopping_) {
    const auto now = steady_clock::now();
    if (now >= until) return true;
    changed_.WaitFor(mutex_, until - now);
  }
  return false;
}

}  // namespace comity::host

#include "plugins/host/intake.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "service/base/failpoint.h"
#include "service/obs/log.h"

namespace comity::host {
namespace {

using std::chrono::steady_clock;

constexpr auto kIdle = std::chrono::milliseconds(50);
constexpr std::chrono::nanoseconds kLongestGathering = std::chrono::milliseconds(2);

// Linux's sched_attr, its first version; the C library of Debian 12 does not have it.
struct SchedulingAttributes {
  uint32_t size = sizeof(SchedulingAttributes), policy = 0;
  uint64_t flags = 0;
  int32_t nice = 0;
  uint32_t priority = 0;
  uint64_t runtime = 0, deadline = 0, period = 0;  // nanoseconds
};

// One sync wakes this thread several times, and on a busy machine each wake-up waited until another thread had used up its slice, some
// 3 ms. Threads that ask for short slices go first (Linux 6.12 on; earlier ones ignore it), and get no more of the processor.
void AskForShortSlices() {
  SchedulingAttributes attributes;
  if (::syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0 || attributes.policy != SCHED_OTHER) return;
  attributes.runtime = 100'000;  // the least there is
  ::syscall(SYS_sched_setattr, 0, &attributes, 0);
}

}  // namespace

// What is written together. `places` are indexes into the waiting ones.
struct Intake::Group {
  std::vector<size_t> places;
  std::vector<std::string> payloads;
  std::vector<DeliveryKey> keys;
  std::vector<uint64_t> sequences;
};

Intake::Intake(Spool& spool, DeliveryIndex& index, const obs::Clock& clock, OnStored on_stored,
               std::function<void(const absl::Status&)> on_failure)
    : spool_(spool), index_(index), clock_(clock), on_stored_(std::move(on_stored)), on_failure_(std::move(on_failure)), writer_([this] {
        Run();
      }) {}

Intake::~Intake() { Stop(); }

void Intake::Submit(Delivery delivery, Done done) {
  Waiting waiting{std::move(delivery), {}, {}, std::move(done)};
  waiting.key = KeyOf(waiting.delivery);
  waiting.payload = EncodeDelivery(waiting.delivery);
  {
    MutexLock lock(mutex_);
    if (!stopping_) {
      queue_.push_back(std::move(waiting));
      if (queue_.size() == enough_) arrived_.Signal();
      return;
    }
  }
  waiting.done(Outcome::kStopped);
}

void Intake::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    arrived_.Signal();
  }
  if (writer_.joinable()) writer_.join();
}

void Intake::Run() {
  AskForShortSlices();
  while (true) {
    std::vector<Waiting> waiting;
    bool stopping = false;
    {
      MutexLock lock(mutex_);
      waiting = Take();
      stopping = stopping_;
    }
    if (!waiting.empty()) {
      const size_t size = waiting.size();
      const auto start = steady_clock::now();
      Store(std::move(waiting));
      last_took_ = steady_clock::now() - start;
      MutexLock lock(mutex_);
      senders_ = size + queue_.size();
    } else if (stopping) {
      return;
    } else if (!failed_ && spool_.WantsTidy()) {
      const absl::Status tidied = spool_.Tidy();
      if (absl::IsDataLoss(tidied)) {
        failed_ = true;
        on_failure_(tidied);
      }
    }
  }
}

// Those who were just answered often send again at once. Left alone they would fall into two halves that take turns, and each would wait
// for two syncs: a short wait for them lets all share one. A single sender never waits.
std::vector<Intake::Waiting> Intake::Take() {
  const auto until = steady_clock::now() + std::min(last_took_ / 2, kLongestGathering);
  enough_ = std::exchange(senders_, 1);
  while (queue_.size() < enough_ && !stopping_) {
    const auto now = steady_clock::now();
    if (now >= until) break;
    arrived_.WaitFor(mutex_, until - now);
  }
  enough_ = 1;
  if (queue_.empty() && !stopping_) arrived_.WaitFor(mutex_, kIdle);
  return std::exchange(queue_, {});
}

absl::Status Intake::Commit(Group& group) {
  if (failed_) return absl::DataLossError("an earlier sync failed");
  absl::Status status = spool_.Append(group.payloads, &group.sequences);
  if (absl::IsResourceExhausted(status) && spool_.WantsTidy() && spool_.Tidy().ok())
    status = spool_.Append(group.payloads, &group.sequences);
  if (absl::IsDataLoss(status)) {
    failed_ = true;
    on_failure_(status);
  }
  return status;
}

void Intake::Store(std::vector<Waiting> waiting) {
  std::vector<Outcome> outcomes(waiting.size(), Outcome::kFull);
  std::vector<size_t> repeats;  // of something in this very group
  Group group;
  std::set<DeliveryKey> seen;
  for (size_t i = 0; i < waiting.size(); ++i) {
    const DeliveryKey& key = waiting[i].key;
    if (index_.Contains(key)) {
      outcomes[i] = Outcome::kDuplicate;
    } else if (!seen.insert(key).second) {
      repeats.push_back(i);
    } else {
      group.places.push_back(i);
      group.payloads.push_back(std::move(waiting[i].payload));
      group.keys.push_back(key);
    }
  }
  std::vector<std::pair<size_t, uint64_t>> stored;
  const auto keep = [&](const Group& kept) {
    index_.Add(kept.keys, clock_.Now());
    failpoint::PassOnly(Failpoint::kConnectIndexAdded);
    for (size_t i = 0; i < kept.places.size(); ++i) {
      outcomes[kept.places[i]] = Outcome::kStored;
      stored.emplace_back(kept.places[i], kept.sequences[i]);
    }
  };
  const absl::Status status = group.places.empty() ? absl::OkStatus() : Commit(group);
  if (status.ok()) {
    keep(group);
  } else if (absl::IsResourceExhausted(status) && group.places.size() > 1) {
    // One too large must not cost the others their place.
    for (size_t i = 0; i < group.places.size(); ++i) {
      Group one{{group.places[i]}, {std::move(group.payloads[i])}, {group.keys[i]}, {}};
      if (Commit(one).ok()) keep(one);
    }
  }
  for (const size_t i : repeats) outcomes[i] = index_.Contains(waiting[i].key) ? Outcome::kDuplicate : Outcome::kFull;
  for (size_t i = 0; i < waiting.size(); ++i) waiting[i].done(outcomes[i]);
  failpoint::PassOnly(Failpoint::kConnectAnswered);
  for (const auto& [i, sequence] : stored) on_stored_(sequence, std::move(waiting[i].delivery));
}

}  // namespace comity::host

#include "plugins/host/intake.h"

#include <set>

#include "service/obs/log.h"

namespace comity::host {
namespace {

constexpr auto kIdle = std::chrono::milliseconds(50);

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
  {
    MutexLock lock(mutex_);
    if (!stopping_) {
      queue_.push_back({std::move(delivery), std::move(done)});
      if (queue_.size() == 1) arrived_.Signal();
      return;
    }
  }
  done(Outcome::kStopped);
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
  while (true) {
    std::vector<Waiting> waiting;
    bool stopping = false;
    {
      MutexLock lock(mutex_);
      if (queue_.empty() && !stopping_) arrived_.WaitFor(mutex_, kIdle);
      waiting.swap(queue_);
      stopping = stopping_;
    }
    if (!waiting.empty()) {
      Store(std::move(waiting));
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
  std::vector<std::pair<size_t, DeliveryKey>> repeats;  // of something in this very group
  Group group;
  std::set<DeliveryKey> seen;
  for (size_t i = 0; i < waiting.size(); ++i) {
    const DeliveryKey key = KeyOf(waiting[i].delivery);
    if (index_.Contains(key)) {
      outcomes[i] = Outcome::kDuplicate;
    } else if (!seen.insert(key).second) {
      repeats.emplace_back(i, key);
    } else {
      group.places.push_back(i);
      group.payloads.push_back(EncodeDelivery(waiting[i].delivery));
      group.keys.push_back(key);
    }
  }
  std::vector<std::pair<size_t, uint64_t>> stored;
  const auto keep = [&](const Group& kept) {
    index_.Add(kept.keys, clock_.Now());
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
  for (const auto& [i, key] : repeats) outcomes[i] = index_.Contains(key) ? Outcome::kDuplicate : Outcome::kFull;
  for (size_t i = 0; i < waiting.size(); ++i) waiting[i].done(outcomes[i]);
  for (const auto& [i, sequence] : stored) on_stored_(sequence, std::move(waiting[i].delivery));
}

}  // namespace comity::host

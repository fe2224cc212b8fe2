// What becomes of deliveries that spoil a batch, so that they hold up no others.
#include <algorithm>

#include "plugins/host/pipeline.h"
#include "plugins/host/retry.h"
#include "service/obs/log.h"

namespace comity::host {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr size_t kInVain = 10;                            // deliveries tried alone before the service itself is suspected
constexpr milliseconds kLongestVainDelay{800};            // others wait for this long at most
constexpr int kFirstSuspectDelay = 8, kSuspectTries = 5;  // the pause before the second try, in first delays, doubling

// A fault of the service, or something in the content that it stumbles over.
bool IsSuspicious(const absl::Status& status) { return absl::IsInternal(status) || absl::IsUnknown(status) || absl::IsDataLoss(status); }

}  // namespace

bool Worker::Spoils(const absl::Status& status) { return IsRefusal(status) || IsSuspicious(status); }

// Each delivery for itself: what is taken is done, what is refused becomes a dead letter, what the service stumbles over becomes a suspect.
// If nothing at all is taken, it may be the service: nobody is suspected, and others have their turn first. False when it was stopped.
bool Worker::Isolate(std::vector<Parsed>& parsed, const absl::Status& together) {
  bool any_taken = false;
  std::vector<uint64_t> stumbled;
  size_t next = 0;
  absl::Status alone;
  for (; next < parsed.size() && (any_taken || stumbled.size() < kInVain); ++next) {
    const Parsed& one = parsed[next];
    alone = together;
    if (parsed.size() > 1 && !TryUntilItWorks([&] { return Push({&one}); }, Spoils, &alone)) return false;
    if (alone.ok()) {
      any_taken = true;
      Finish(one.sequence);
    } else if (!IsRefusal(alone)) {
      stumbled.push_back(one.sequence);
    } else if (!Bury(one, "refused by the service: " + Describe(alone))) {
      return false;
    }
  }
  if (stumbled.empty()) return true;
  if (!any_taken) {
    std::vector<uint64_t> untried;
    for (; next < parsed.size(); ++next) untried.push_back(parsed[next].sequence);
    return ComeBackLater(untried, stumbled, Describe(together));
  }
  for (const uint64_t sequence : stumbled) {
    obs::Log(obs::Level::kWarning, "The service stumbles over a delivery; the others go on, it is tried again alone.",
             {{"source", source_.id}, {"sequence", sequence}});
    Suspect({sequence, 1, taken_, {}});
  }
  return true;
}

// `first` go to the front, `last` to the end of the queue; both are read again from disk. False when it was stopped.
bool Worker::ComeBackLater(const std::vector<uint64_t>& first, const std::vector<uint64_t>& last, std::string_view why) {
  {
    MutexLock lock(mutex_);
    for (auto sequence = first.rbegin(); sequence != first.rend(); ++sequence) queue_.push_front({*sequence, std::nullopt, 0});
    for (const uint64_t sequence : last) queue_.push_back({sequence, std::nullopt, 0});
  }
  parts_.health.Troubled(source_.id, why, parts_.clock.Now());
  if (vain_delay_ == options_.first_delay) {
    obs::Log(obs::Level::kWarning, "Deliveries wait in the spool: the service takes none of them.",
             {{"source", source_.id}, {"reason", why}});
  }
  const milliseconds delay = vain_delay_;
  vain_delay_ = std::min(delay * 2, kLongestVainDelay);
  return Wait(delay);
}

void Worker::Suspect(Suspected suspect) {
  suspect.due = steady_clock::now() + std::min(options_.first_delay * (kFirstSuspectDelay << (suspect.tries - 1)), options_.longest_delay);
  const auto after = std::find_if(suspects_.begin(), suspects_.end(), [&](const Suspected& other) { return other.due > suspect.due; });
  suspects_.insert(after, suspect);
}

// Those whose time has come. A try counts only if the service took something else since the last one: if it takes nothing, it is not
// the content. False when it was stopped.
bool Worker::TrySuspects() {
  while (!suspects_.empty() && suspects_.front().due <= steady_clock::now()) {
    Suspected suspect = suspects_.front();
    suspects_.pop_front();
    const std::optional<Parsed> parsed = Parse({suspect.sequence, std::nullopt, 0});
    if (!parsed) continue;
    const absl::Status alone = Push({&*parsed});
    if (alone.ok()) {
      Finish(suspect.sequence);
      continue;
    }
    if (IsSuspicious(alone) && taken_ > suspect.taken_before) ++suspect.tries;
    if (IsRefusal(alone) || suspect.tries >= kSuspectTries) {
      const std::string tries = IsRefusal(alone) ? "" : " in " + std::to_string(suspect.tries) + " tries";
      if (!Bury(*parsed, "refused by the service" + tries + ": " + Describe(alone))) return false;
      continue;
    }
    suspect.taken_before = taken_;
    Suspect(suspect);
  }
  return true;
}

// False when it was stopped before there was room for the letter.
bool Worker::Bury(const Parsed& parsed, std::string_view reason) {
  absl::Status last;
  if (!TryUntilItWorks([&] { return parts_.dead_letters.Put(parsed.delivery, reason, parts_.clock.Now()); },
                       [](const absl::Status&) { return false; }, &last)) {
    return false;
  }
  obs::Log(obs::Level::kWarning, "A delivery became a dead letter.", {{"source", source_.id}, {"reason", reason}});
  parts_.metrics.CountDeadLetter(source_.id, reason.starts_with("refused") ? "refused" : "unreadable");
  parts_.health.Died(source_.id, reason, parts_.clock.Now());
  Finish(parsed.sequence);
  return true;
}

}  // namespace comity::host

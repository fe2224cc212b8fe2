#include "plugins/host/subscriptions.h"

#include <algorithm>
#include <utility>

#include "plugins/host/cursor_file.h"
#include "plugins/host/retry.h"
#include "plugins/sdk/signatures.h"
#include "service/base/error.h"
#include "service/obs/log.h"

namespace comity::host {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr size_t kMaxWatched = 200, kMaxNotices = 100;
constexpr int kMaxPasses = 4;
constexpr int kMaxUnanswered = 3;  // in a row, then the source pauses
constexpr char kAll[] = "\nall";
constexpr absl::Duration kSilence = absl::Minutes(10);  // suites that do not ask first say something at once

}  // namespace

Subscriptions::Subscriptions(const sdk::Source& source, const sdk::Connector& connector, SubscriptionBook book,
                             const SubscriptionOptions& options, SubscriptionParts parts)
    : source_(source),
      connector_(connector),
      subscriber_(*connector.subscriber()),
      options_(options),
      parts_(std::move(parts)),
      access_(source_, connector_, parts_.fetch, parts_.clock),
      book_(std::move(book)) {}

Subscriptions::~Subscriptions() { Stop(); }

void Subscriptions::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Subscriptions::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    cancelled_ = true;
    changed_.SignalAll();
  }
  if (thread_.joinable()) thread_.join();
}

std::optional<std::string> Subscriptions::Handshake(const sdk::Request& request) {
  if (!asking_) return std::nullopt;
  return subscriber_.Handshake(request);
}

void Subscriptions::Hear(const std::vector<sdk::Notice>& notices) {
  MutexLock lock(mutex_);
  for (const sdk::Notice& notice : notices) {
    if (!IsStreamText(notice.subscription) || notices_.size() >= kMaxNotices) continue;
    if (notice.kind == sdk::Notice::Kind::kArrived && heard_.contains(notice.subscription)) continue;
    notices_.push_back(notice);
    changed_.Signal();
  }
}

void Subscriptions::Run() {
  do {
    Attend();
    Report();
  } while (Wait(options_.look));
}

// False when it was stopped.
bool Subscriptions::Wait(milliseconds pause) {
  const auto until = steady_clock::now() + pause;
  MutexLock lock(mutex_);
  while (!stopping_ && notices_.empty()) {
    const auto now = steady_clock::now();
    if (now >= until) break;
    changed_.WaitFor(mutex_, until - now);
  }
  return !stopping_;
}

void Subscriptions::Attend() {
  TakeNotices();
  if (!saved_) Save();
  const auto end = steady_clock::now() + options_.longest_pass;
  for (int pass = 0; pass < kMaxPasses; ++pass) {
    bool done = false;
    for (const Duty& duty : DutiesOf(book_, WantedNow(), parts_.clock.Now())) {
      const Outcome outcome = Do(duty);
      if (outcome == Outcome::kStopped || steady_clock::now() >= end) return;
      done |= outcome == Outcome::kDone;
    }
    if (!done) break;
  }
  LookForOthers();
}

void Subscriptions::TakeNotices() {
  std::vector<sdk::Notice> notices;
  {
    MutexLock lock(mutex_);
    notices.swap(notices_);
  }
  for (const sdk::Notice& notice : notices) {
    const auto kept = std::find_if(book_.begin(), book_.end(), [&](const KeptSubscription& one) {
      return one.subscription.name == notice.subscription || one.subscription.id == notice.subscription;
    });
    if (kept == book_.end()) continue;
    switch (notice.kind) {
      case sdk::Notice::Kind::kArrived:
        saved_ = saved_ && kept->heard;
        kept->heard = true;
        break;
      case sdk::Notice::Kind::kRenew:
        hurried_.insert(kept->subscription.name);
        break;
      case sdk::Notice::Kind::kGone:
        obs::Log(obs::Level::kWarning, "The suite has ended a subscription; it is made anew.", {{"source", source_.id}});
        pauses_.erase(kept->subscription.key);
        saved_ = false;
        Erase(kept->subscription.name);
        break;
    }
  }
}

Subscriptions::Outcome Subscriptions::Do(const Duty& duty) {
  if (cancelled_) return Outcome::kStopped;
  if (duty.act == Duty::Act::kForget) {
    Erase(duty.name);
    Save();
    return Outcome::kDone;
  }
  if (IsPaused(duty.act == Duty::Act::kEnd ? "\n" + duty.name : duty.key)) return Outcome::kFailed;
  if (duty.act == Duty::Act::kCreate) return Create(duty.key);
  return duty.act == Duty::Act::kRenew ? Renew(duty) : End(duty);
}

bool Subscriptions::IsPaused(const std::string& key) const {
  const auto now = steady_clock::now();
  const auto pauses = [&](const std::string& what) {
    const auto pause = pauses_.find(what);
    return pause != pauses_.end() && now < pause->second.until;
  };
  return now < parts_.gate.open_from() || pauses(kAll) || pauses(key);
}

void Subscriptions::Unanswered(std::string_view why) {
  if (++unanswered_ >= kMaxUnanswered) Fail(kAll, std::string(why));
}
void Subscriptions::Answered() {
  unanswered_ = 0;
  pauses_.erase(kAll);
}

Subscriptions::Outcome Subscriptions::Fail(const std::string& key, const std::string& why) {
  Pause& pause = pauses_[key];
  const auto delay = std::min(options_.first_delay * (int64_t{1} << std::min(pause.failures, 20)), options_.longest_delay);
  ++pause.failures;
  pause.until = steady_clock::now() + Jittered(delay);
  pause.why = why;
  return Outcome::kFailed;
}

void Subscriptions::Succeed(const std::string& key) { pauses_[key] = {0, steady_clock::now() + options_.first_delay, ""}; }

Wanted Subscriptions::WantedNow() const {
  Wanted wanted;
  wanted.hurried = hurried_;
  if (parts_.hook.empty() || source_.secrets.empty()) return wanted;
  for (std::string& key : subscriber_.Watched(source_)) {
    const bool known = std::find(wanted.keys.begin(), wanted.keys.end(), key) != wanted.keys.end();
    if (!known && IsStreamText(key) && wanted.keys.size() < kMaxWatched) wanted.keys.push_back(std::move(key));
  }
  for (const KeptSubscription& kept : book_) {
    const std::string& name = kept.subscription.name;
    const auto made_it = [&](const std::string& secret) { return !kept.proof.empty() && ProofOf(secret, name) == kept.proof; };
    if (std::any_of(source_.secrets.begin(), source_.secrets.end(), made_it)) wanted.names.push_back(name);
  }
  return wanted;
}

// A new address or secret shows: what was made with another would come to nobody, or be refused.
std::string Subscriptions::ProofOf(const std::string& secret, const std::string& name) const {
  constexpr size_t kProofBytes = 32;
  sdk::Source one;
  one.id = source_.id;
  one.secrets = {secret};
  return sdk::Sha256Hex(parts_.hook + "\n" + sdk::SubscriptionToken(one, name)).substr(0, kProofBytes);
}

KeptSubscription* Subscriptions::Find(const std::string& name) {
  const auto kept = std::find_if(book_.begin(), book_.end(), [&](const KeptSubscription& one) { return one.subscription.name == name; });
  return kept == book_.end() ? nullptr : &*kept;
}

void Subscriptions::Erase(std::string name) {
  std::erase_if(book_, [&name](const KeptSubscription& one) { return one.subscription.name == name; });
  pauses_.erase("\n" + name);
  hurried_.erase(name);
  spent_.erase(name);
}

// What cannot be saved is tried again at the next look.
bool Subscriptions::Save() {
  const absl::Status saved = SaveSubscriptions(parts_.dir, source_.id, book_);
  saved_ = saved.ok();
  if (!saved_) {
    obs::Log(obs::Level::kError, "Subscriptions could not be saved.",
             {{"source", source_.id}, {"error", std::string_view(saved.message().data(), saved.message().size())}});
  }
  return saved_;
}

void Subscriptions::Report() {
  const absl::Time now = parts_.clock.Now();
  const Wanted wanted = WantedNow();
  SubscriptionState state;
  state.wanted = static_cast<int64_t>(wanted.keys.size());
  const bool says_nothing_at_once = subscriber_.AsksFirst(source_);
  for (const std::string& key : wanted.keys) {
    const KeptSubscription* const standing = StandingOf(book_, wanted, key, now);
    if (standing == nullptr) continue;
    ++state.standing;
    state.silent += !standing->heard && !says_nothing_at_once && standing->made_time + kSilence <= now ? 1 : 0;
    state.renewal_due = std::min(state.renewal_due, RenewalDue(*standing));
    state.expire_time = std::min(state.expire_time, standing->subscription.expire_time);
  }
  for (const auto& [key, pause] : pauses_) {
    if (pause.failures > 0 && state.trouble.empty()) state.trouble = pause.why;
  }
  if (state.trouble != told_) {
    told_ = state.trouble;
    const bool well = told_.empty();
    obs::Log(well ? obs::Level::kInfo : obs::Level::kWarning,
             well ? "Subscribing works again." : "Subscribing does not work as it should; it is tried again.",
             {{"source", source_.id}, {"error", told_}});
  }
  parts_.metrics.SetSubscriptionExpiry(source_.id, state.standing == 0 ? 0 : absl::ToDoubleSeconds(state.expire_time - absl::UnixEpoch()));
  parts_.health.Subscribed(source_.id, std::move(state));
  MutexLock lock(mutex_);
  heard_.clear();
  for (const KeptSubscription& kept : book_) {
    if (kept.heard) heard_.insert({kept.subscription.name, kept.subscription.id});
  }
}

}  // namespace comity::host

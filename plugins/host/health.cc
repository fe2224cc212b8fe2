#include "plugins/host/health.h"

#include <utility>

#include "service/base/json_text.h"

namespace comity::host {
namespace {

// One flat JSON object, by hand: protobuf's Struct cannot be used in code built with ThreadSanitizer against Debian's library.
class Object {
 public:
  void Set(std::string_view key, std::string_view text) {
    Key(key);
    AppendJsonString(out_, text);
  }
  void Set(std::string_view key, int64_t number) {
    Key(key);
    out_ += std::to_string(number);
  }
  void Set(std::string_view key, absl::Time time) {
    if (time != absl::InfinitePast() && time != absl::InfiniteFuture())
      Set(key, std::string_view(absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone())));
  }
  std::string Take() { return out_.empty() ? "{}" : out_ + "}"; }

 private:
  void Key(std::string_view key) {
    out_ += out_.empty() ? "{" : ", ";
    AppendJsonString(out_, key);
    out_ += ": ";
  }
  std::string out_;
};

}  // namespace

Health::Health(const std::vector<std::string>& sources, const std::set<std::string>& hooked) {
  MutexLock lock(mutex_);
  for (const std::string& source : sources) states_[source].hooked = hooked.contains(source);
}

template <typename Change>
void Health::Update(std::string_view source, Change change) {
  MutexLock lock(mutex_);
  const auto state = states_.find(source);
  if (state != states_.end()) change(state->second);
}

void Health::Delivered(std::string_view source, absl::Time now) {
  Update(source, [&](State& state) {
    state.last_delivery = now;
    state.missed_in_a_row = 0;
  });
}
void Health::Refused(std::string_view source) {
  Update(source, [&](State& state) { ++state.refused; });
}
void Health::Waiting(std::string_view source, int64_t change) {
  Update(source, [&](State& state) { state.backlog += change; });
}
void Health::Accepted(std::string_view source, int64_t facts, absl::Time now) {
  Update(source, [&](State& state) {
    state.facts += facts;
    state.last_event = now;
    state.troubled = false;
  });
}
void Health::Ignored(std::string_view source) {
  Update(source, [&](State& state) { ++state.ignored; });
}
void Health::Died(std::string_view source, std::string_view reason, absl::Time now) {
  Update(source, [&](State& state) {
    ++state.dead;
    state.last_error = std::string(reason);
    state.last_error_time = now;
  });
}
void Health::Troubled(std::string_view source, std::string_view reason, absl::Time now) {
  Update(source, [&](State& state) {
    state.troubled = true;
    state.last_error = std::string(reason);
    state.last_error_time = now;
  });
}

void Health::PollPlanned(std::string_view source, absl::Time next) {
  Update(source, [&](State& state) {
    state.polled = true;
    state.next_poll = next;
  });
}
void Health::Polled(std::string_view source, int64_t found, int64_t missed, absl::Time now) {
  Update(source, [&](State& state) {
    state.polled = true;
    if (now != absl::InfinitePast()) state.last_poll = now;
    state.polled_facts += found;
    state.missed += missed;
    state.missed_in_a_row += missed;
    state.gap = missed > 0;
  });
}
void Health::PollTroubled(std::string_view source, std::string_view why, absl::Time now) {
  Update(source, [&](State& state) {
    state.polled = true;
    state.poll_trouble = std::string(why);
    if (why.empty()) return;
    state.last_error = std::string(why);
    state.last_error_time = now;
  });
}
void Health::PollRate(std::string_view source, std::optional<int64_t> remaining, absl::Time limited_until) {
  Update(source, [&](State& state) {
    state.polled = true;
    if (remaining) state.rate_remaining = remaining;
    state.limited_until = limited_until;
  });
}
void Health::PollUnreadable(std::string_view source, int64_t count) {
  Update(source, [&](State& state) { state.unreadable += count; });
}

void Health::Subscribed(std::string_view source, SubscriptionState subscriptions) {
  Update(source, [&](State& state) { state.subscriptions = std::move(subscriptions); });
}
void Health::Woken(std::string_view source, absl::Time now) {
  Update(source, [&](State& state) {
    ++state.wakes;
    state.last_event = now;
  });
}
void Health::HookAddressDoubted(std::string_view source, std::string_view why) {
  Update(source, [&](State& state) { state.hook_address = std::string(why); });
}

// Several facts in a row that only the poll brought: the hook is off, or its address cannot be reached.
std::string_view Health::HooksOf(const State& state) {
  constexpr int64_t kDisabled = 3;
  if (!state.hooked) return "none";
  if (state.subscriptions) {
    if (state.subscriptions->standing < state.subscriptions->wanted || state.subscriptions->wanted == 0) return "not subscribed";
    return state.subscriptions->silent > 0 ? "probably disabled" : "ok";
  }
  if (state.missed_in_a_row >= kDisabled) return "probably disabled";
  return state.gap ? "gap suspected" : "ok";
}

int64_t Health::waiting(std::string_view source) const {
  MutexLock lock(mutex_);
  const auto state = states_.find(source);
  return state == states_.end() ? 0 : state->second.backlog;
}

std::string Health::trouble(std::string_view source) const {
  MutexLock lock(mutex_);
  const auto state = states_.find(source);
  return state == states_.end() || !state->second.troubled ? "" : state->second.last_error;
}

std::string Health::Json(int64_t spool_bytes, int64_t spool_records, int64_t damaged_segments) const {
  std::string list;
  {
    MutexLock lock(mutex_);
    for (const auto& [id, state] : states_) {
      Object source;
      source.Set("id", std::string_view(id));
      source.Set("state", std::string_view(state.troubled ? "waiting for the service" : "ok"));
      source.Set("lastDelivery", state.last_delivery);
      source.Set("lastEvent", state.last_event);
      source.Set("backlog", state.backlog);
      source.Set("refused", state.refused);
      source.Set("facts", state.facts);
      source.Set("ignored", state.ignored);
      source.Set("deadLetters", state.dead);
      if (!state.last_error.empty()) source.Set("lastError", std::string_view(state.last_error));
      source.Set("lastErrorTime", state.last_error_time);
      source.Set("hooks", HooksOf(state));
      if (!state.hook_address.empty()) source.Set("hookAddress", std::string_view(state.hook_address));
      if (state.subscriptions) {
        const SubscriptionState& subscriptions = *state.subscriptions;
        source.Set("subscriptions", std::string_view(subscriptions.trouble.empty() ? "ok" : subscriptions.trouble));
        source.Set("subscribed", subscriptions.standing);
        source.Set("subscriptionsWanted", subscriptions.wanted);
        source.Set("renewalDue", subscriptions.renewal_due);
        source.Set("subscriptionsExpire", subscriptions.expire_time);
      }
      if (state.subscriptions || state.wakes > 0) source.Set("wakes", state.wakes);
      if (state.polled) {
        source.Set("poll", std::string_view(state.poll_trouble.empty() ? "ok" : state.poll_trouble));
        source.Set("lastPoll", state.last_poll);
        source.Set("nextPoll", state.next_poll);
        source.Set("polledFacts", state.polled_facts);
        source.Set("unreadable", state.unreadable);
        source.Set("missedByHooks", state.missed);
        if (state.rate_remaining) source.Set("rateRemaining", *state.rate_remaining);
        source.Set("rateLimitedUntil", state.limited_until);
      }
      list += (list.empty() ? "\n  " : ",\n  ") + source.Take();
    }
  }
  Object spool;
  spool.Set("bytes", spool_bytes);
  spool.Set("records", spool_records);
  spool.Set("damagedSegments", damaged_segments);
  return "{\"sources\": [" + list + "],\n \"spool\": " + spool.Take() + "}\n";
}

}  // namespace comity::host

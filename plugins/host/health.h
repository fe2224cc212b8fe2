// What each source is doing, for /health. No content, no people.
#ifndef COMITY_PLUGINS_HOST_HEALTH_H_
#define COMITY_PLUGINS_HOST_HEALTH_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "service/base/mutex.h"

namespace comity::host {

// What Subscriptions knows of a source.
struct SubscriptionState {
  int64_t wanted = 0, standing = 0;
  int64_t silent = 0;  // of those that stand: by these nothing has come yet, though something should have
  absl::Time renewal_due = absl::InfiniteFuture(), expire_time = absl::InfiniteFuture();  // the earliest of those that stand
  std::string trouble;                                                                    // why it does not work; empty: it does
};

// Safe to call from any thread. Sources not named at the start are ignored.
class Health {
 public:
  // `hooked`: those whose hooks should arrive.
  explicit Health(const std::vector<std::string>& sources, const std::set<std::string>& hooked = {});

  void Delivered(std::string_view source, absl::Time now);
  void Refused(std::string_view source);  // not authentic
  void Waiting(std::string_view source, int64_t change);
  void Accepted(std::string_view source, int64_t facts, absl::Time now);
  void Ignored(std::string_view source);
  void Died(std::string_view source, std::string_view reason, absl::Time now);
  // Handing over does not work just now; cleared by the next Accepted.
  void Troubled(std::string_view source, std::string_view reason, absl::Time now);

  // Polling: when the next round is; that one ended (`now` = InfinitePast: in vain), with what it found and what of it hooks should have
  // brought; why it does not work (empty: it does); what the API's host allows; what was left out.
  void PollPlanned(std::string_view source, absl::Time next);
  void Polled(std::string_view source, int64_t found, int64_t missed, absl::Time now);
  void PollTroubled(std::string_view source, std::string_view why, absl::Time now);
  void PollRate(std::string_view source, std::optional<int64_t> remaining, absl::Time limited_until);
  void PollUnreadable(std::string_view source, int64_t count);

  // Hooks that are made by API, and say no more than "ask now".
  void Subscribed(std::string_view source, SubscriptionState state);
  void Woken(std::string_view source, absl::Time now);
  // What is wrong with the public address of a source's hooks, in plain words; kept from then on.
  void HookAddressDoubted(std::string_view source, std::string_view why);

  int64_t waiting(std::string_view source) const;
  std::string trouble(std::string_view source) const;
  // {"sources": [{"id", "state", "lastDelivery", "lastEvent", "backlog", …}], "spool": {…}}
  std::string Json(int64_t spool_bytes, int64_t spool_records, int64_t damaged_segments) const;

 private:
  struct State {
    absl::Time last_delivery = absl::InfinitePast(), last_event = absl::InfinitePast(), last_error_time = absl::InfinitePast();
    int64_t backlog = 0, refused = 0, facts = 0, ignored = 0, dead = 0;
    std::string last_error;
    bool troubled = false;
    bool hooked = false, polled = false;
    absl::Time last_poll = absl::InfinitePast(), next_poll = absl::InfinitePast(), limited_until = absl::InfinitePast();
    int64_t polled_facts = 0, unreadable = 0;
    int64_t missed = 0, missed_in_a_row = 0;  // by hooks; since one arrived
    bool gap = false;                         // the last round found some
    std::optional<int64_t> rate_remaining;
    std::string poll_trouble;
    std::optional<SubscriptionState> subscriptions;
    int64_t wakes = 0;
    std::string hook_address;  // what is wrong with it
  };
  static std::string_view HooksOf(const State& state);
  template <typename Change>
  void Update(std::string_view source, Change change);

  mutable Mutex mutex_;
  std::map<std::string, State, std::less<>> states_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_HEALTH_H_

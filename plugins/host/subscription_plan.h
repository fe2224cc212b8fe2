// What is to be done about a source's subscriptions: decided from what is kept, what is wanted and the time alone.
#ifndef COMITY_PLUGINS_HOST_SUBSCRIPTION_PLAN_H_
#define COMITY_PLUGINS_HOST_SUBSCRIPTION_PLAN_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "plugins/host/subscription_file.h"

namespace comity::host {

// So long may a request whose answer never came still take effect.
inline constexpr absl::Duration kUndecided = absl::Minutes(1);

// What a source wants now.
struct Wanted {
  std::vector<std::string> keys;   // to watch; none: everything is ended
  std::vector<std::string> names;  // of those in the book that were made with an address and a secret that are still good
  std::set<std::string> hurried;   // names of those that the suite wants renewed now
};

struct Duty {
  enum class Act {
    kForget,  // it has expired
    kCreate,  // nothing stands for the key
    kRenew,   // the one named stands, and not for long any more
    kEnd,     // the one named is doubled, replaced or unwanted
  };
  Act act;
  std::string key;
  std::string name{};
};

// Renewals first: they are what time runs out for. What replaces another comes before the other's end.
std::vector<Duty> DutiesOf(const SubscriptionBook& book, const Wanted& wanted, absl::Time now);

// The one that stands for `key`: the latest that is known to be at the suite, good and not expired; null: none.
const KeptSubscription* StandingOf(const SubscriptionBook& book, const Wanted& wanted, std::string_view key, absl::Time now);

// When one is to be renewed: after 60 to 70 % of its lifetime, by its name, so that not all come at once; at least ten minutes before it
// expires if it lives for half an hour or longer.
absl::Time RenewalDue(const KeptSubscription& kept);

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_SUBSCRIPTION_PLAN_H_

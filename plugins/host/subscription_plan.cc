#include "plugins/host/subscription_plan.h"

#include <algorithm>

namespace comity::host {
namespace {

constexpr absl::Duration kAhead = absl::Minutes(10), kLong = absl::Minutes(30);

bool Holds(const std::vector<std::string>& list, std::string_view text) { return std::find(list.begin(), list.end(), text) != list.end(); }

}  // namespace

absl::Time RenewalDue(const KeptSubscription& kept) {
  constexpr int kSpread = 16;
  const std::string& name = kept.subscription.name;
  const int step = name.empty() ? 0 : static_cast<unsigned char>(name.front()) % kSpread;
  const absl::Duration lifetime = kept.subscription.expire_time - kept.made_time;
  const absl::Time due = kept.made_time + lifetime * (0.6 + 0.1 * step / kSpread);
  return lifetime < kLong ? due : std::min(due, kept.subscription.expire_time - kAhead);
}

const KeptSubscription* StandingOf(const SubscriptionBook& book, const Wanted& wanted, std::string_view key, absl::Time now) {
  const KeptSubscription* standing = nullptr;
  for (const KeptSubscription& kept : book) {
    const sdk::Subscription& what = kept.subscription;
    if (what.key != key || what.id.empty() || what.expire_time <= now || !Holds(wanted.names, what.name)) continue;
    if (standing == nullptr || kept.made_time >= standing->made_time) standing = &kept;
  }
  return standing;
}

std::vector<Duty> DutiesOf(const SubscriptionBook& book, const Wanted& wanted, absl::Time now) {
  std::vector<Duty> duties;
  for (const KeptSubscription& kept : book) {
    const sdk::Subscription& what = kept.subscription;
    if (what.expire_time <= now) duties.push_back({Duty::Act::kForget, what.key, what.name});
  }
  std::set<std::string> standing_names, standing_keys;
  std::vector<Duty> missing;
  for (const std::string& key : wanted.keys) {
    const KeptSubscription* const standing = StandingOf(book, wanted, key, now);
    if (standing == nullptr) {
      missing.push_back({Duty::Act::kCreate, key});
      continue;
    }
    const std::string& name = standing->subscription.name;
    standing_names.insert(name);
    standing_keys.insert(key);
    if (RenewalDue(*standing) <= now || wanted.hurried.contains(name)) duties.push_back({Duty::Act::kRenew, key, name});
  }
  duties.insert(duties.end(), missing.begin(), missing.end());
  for (const KeptSubscription& kept : book) {
    const sdk::Subscription& what = kept.subscription;
    if (what.expire_time <= now || standing_names.contains(what.name)) continue;
    if (Holds(wanted.keys, what.key) && !standing_keys.contains(what.key)) continue;  // until another stands
    if (what.id.empty() && kept.made_time + kUndecided > now) continue;
    duties.push_back({Duty::Act::kEnd, what.key, what.name});
  }
  return duties;
}

}  // namespace comity::host

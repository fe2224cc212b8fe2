// What a source is subscribed to: a small text file of its own in the spool folder, replaced as a whole.
#ifndef COMITY_PLUGINS_HOST_SUBSCRIPTION_FILE_H_
#define COMITY_PLUGINS_HOST_SUBSCRIPTION_FILE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plugins/sdk/subscription.h"

namespace comity::host {

// Written before the suite is asked and again when it has answered: one without an id may or may not be at the suite.
struct KeptSubscription {
  sdk::Subscription subscription;
  absl::Time made_time;  // when it was asked for, or renewed last
  std::string proof;     // that it was made with an address and a secret that are still good; empty: with none that we know
  bool heard = false;    // a hook that was its own has arrived
};
using SubscriptionBook = std::vector<KeptSubscription>;

std::string EncodeSubscriptions(const SubscriptionBook& book);
// Errors: DATA_LOSS when these are not the bytes that were written.
absl::StatusOr<SubscriptionBook> DecodeSubscriptions(std::string_view bytes);

// Those of `source` in `dir`, none if there is no file; a changed file is moved aside and logged. Errors: UNAVAILABLE, RESOURCE_EXHAUSTED.
absl::StatusOr<SubscriptionBook> OpenSubscriptions(const std::string& dir, const std::string& source);
// Durable when it returns; after a crash there is the old or the new one.
absl::Status SaveSubscriptions(const std::string& dir, const std::string& source, const SubscriptionBook& book);
// Sources in `dir` that `known` does not name: nobody can end their subscriptions any more, they expire.
std::vector<std::string> ForgottenSubscriptions(const std::string& dir, const std::vector<std::string>& known);

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_SUBSCRIPTION_FILE_H_

// Microsoft Graph's subscriptions to the events of mailboxes: made after Graph has asked whether the address is ours, renewed ahead of
// their expiry. Their hooks may hold several notifications, each authenticated by the state that we gave its subscription.
#ifndef COMITY_PLUGINS_GRAPH_SUBSCRIPTIONS_H_
#define COMITY_PLUGINS_GRAPH_SUBSCRIPTIONS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plugins/sdk/subscription.h"

namespace comity::microsoft_graph {

// kOk if one notification at least holds our state.
sdk::Auth VerifyNotifications(const sdk::Request& request, const sdk::Source& source);
// Of those that hold it; others are overlooked.
absl::StatusOr<sdk::Parsed> ParseNotifications(const sdk::Request& request, const sdk::Source& source);

// Keys are mailboxes, ids Graph's; the connector says which mailboxes.
class Subscriptions : public sdk::Subscriber {
 public:
  // Graph gives calendars a week, and gave them 4,230 minutes before.
  absl::Duration Lifetime() const override { return absl::Hours(70); }
  sdk::Fetch Create(const sdk::Source& source, const sdk::Subscription& wanted, std::string_view hook) const override;
  std::optional<sdk::Fetch> Renew(const sdk::Source& source, const sdk::Subscription& subscription, absl::Time expire_time) const override;
  std::optional<sdk::Fetch> End(const sdk::Source& source, const sdk::Subscription& subscription) const override;
  absl::StatusOr<sdk::Granted> ReadGranted(const sdk::Source& source, const sdk::Subscription& asked,
                                           const net::Response& response) const override;
  std::optional<sdk::Fetch> List(const sdk::Source& source) const override;
  absl::StatusOr<sdk::Listing> ReadListing(const sdk::Source& source, std::string_view hook, const net::Response& response) const override;
  std::optional<std::string> Handshake(const sdk::Request& request) const override;
  bool AsksFirst(const sdk::Source&) const override { return true; }
};

}  // namespace comity::microsoft_graph

#endif  // COMITY_PLUGINS_GRAPH_SUBSCRIPTIONS_H_

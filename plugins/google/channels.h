// Google's notification channels: a calendar is watched by one, which ends by itself and cannot be renewed. Its hooks have no body and say
// only that something has changed.
#ifndef COMITY_PLUGINS_GOOGLE_CHANNELS_H_
#define COMITY_PLUGINS_GOOGLE_CHANNELS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plugins/sdk/subscription.h"

namespace comity::google_calendar {

// kOk if the channel's token is what we gave that very channel.
sdk::Auth VerifyNotification(const sdk::Request& request, const sdk::Source& source);
absl::StatusOr<sdk::Parsed> ParseNotification(const sdk::Request& request, const sdk::Source& source);

// The channel's id is the subscription's name, its detail Google's id of what is watched. The connector says which calendars.
class Channels : public sdk::Subscriber {
 public:
  absl::Duration Lifetime() const override { return absl::Hours(24) * 7; }
  sdk::Fetch Create(const sdk::Source& source, const sdk::Subscription& wanted, std::string_view hook) const override;
  std::optional<sdk::Fetch> End(const sdk::Source& source, const sdk::Subscription& subscription) const override;
  absl::StatusOr<sdk::Granted> ReadGranted(const sdk::Source& source, const sdk::Subscription& asked,
                                           const net::Response& response) const override;
};

}  // namespace comity::google_calendar

#endif  // COMITY_PLUGINS_GOOGLE_CHANNELS_H_

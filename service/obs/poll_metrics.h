// The names of polling's metrics, which only comity-connect has; all others are in metrics.h. Labels are bounded: sources, endings,
// statuses.
#ifndef COMITY_SERVICE_OBS_POLL_METRICS_H_
#define COMITY_SERVICE_OBS_POLL_METRICS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace comity::obs {

// A registry of its own, in Prometheus text form. Safe to call from any thread.
class PollMetrics {
 public:
  PollMetrics();
  ~PollMetrics();

  void CountRound(std::string_view source, std::string_view ending);  // comity_polls_total
  void CountRequest(std::string_view source, int http_status);        // comity_poll_requests_total; status 0: not answered
  void CountMissedByHooks(std::string_view source, int64_t facts);    // comity_missed_by_hooks_total
  void SetLastRound(std::string_view source, double unix_seconds);    // comity_source_last_poll_seconds
  // `act`: create, renew, end, list; status 0: not answered
  void CountSubscriptionRequest(std::string_view source, std::string_view act, int http_status);  // comity_subscription_requests_total
  void SetSubscriptionExpiry(std::string_view source, double unix_seconds);                       // comity_subscription_expire_seconds
  void CountWake(std::string_view source);                                                        // comity_wakes_total

  std::string Text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace comity::obs

#endif  // COMITY_SERVICE_OBS_POLL_METRICS_H_

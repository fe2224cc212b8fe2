#include "service/obs/poll_metrics.h"

#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/registry.h"
#include "prometheus/text_serializer.h"

namespace comity::obs {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using Counters = prometheus::Family<prometheus::Counter>;
using Gauges = prometheus::Family<prometheus::Gauge>;

}  // namespace

struct PollMetrics::Impl {
  prometheus::Registry registry;
  Counters& rounds = BuildCounter().Name("comity_polls_total").Help("Rounds of polling, by source and ending.").Register(registry);
  Counters& requests = BuildCounter()
                           .Name("comity_poll_requests_total")
                           .Help("Requests to suites, by source and HTTP status; 0 is no answer.")
                           .Register(registry);
  Counters& missed = BuildCounter()
                         .Name("comity_missed_by_hooks_total")
                         .Help("Facts that a poll found and a hook should have brought.")
                         .Register(registry);
  Gauges& last_round = BuildGauge()
                           .Name("comity_source_last_poll_seconds")
                           .Help("When a source was last polled, in seconds since 1970-01-01.")
                           .Register(registry);
  Counters& subscription_requests = BuildCounter()
                                        .Name("comity_subscription_requests_total")
                                        .Help("Requests for subscriptions, by source, act and HTTP status; 0 is no answer.")
                                        .Register(registry);
  Gauges& subscription_expiry = BuildGauge()
                                    .Name("comity_subscription_expire_seconds")
                                    .Help("When a source's first subscription expires, in seconds since 1970-01-01; 0 if none stands.")
                                    .Register(registry);
  Counters& wakes = BuildCounter().Name("comity_wakes_total").Help("Hooks that said to poll now, by source.").Register(registry);
};

PollMetrics::PollMetrics() : impl_(std::make_unique<Impl>()) {}
PollMetrics::~PollMetrics() = default;

void PollMetrics::CountRound(std::string_view source, std::string_view ending) {
  impl_->rounds.Add({{"source", std::string(source)}, {"ending", std::string(ending)}}).Increment();
}
void PollMetrics::CountRequest(std::string_view source, int http_status) {
  impl_->requests.Add({{"source", std::string(source)}, {"status", std::to_string(http_status)}}).Increment();
}
void PollMetrics::CountMissedByHooks(std::string_view source, int64_t facts) {
  impl_->missed.Add({{"source", std::string(source)}}).Increment(static_cast<double>(facts));
}
void PollMetrics::SetLastRound(std::string_view source, double unix_seconds) {
  impl_->last_round.Add({{"source", std::string(source)}}).Set(unix_seconds);
}

void PollMetrics::CountSubscriptionRequest(std::string_view source, std::string_view act, int http_status) {
  impl_->subscription_requests.Add({{"source", std::string(source)}, {"act", std::string(act)}, {"status", std::to_string(http_status)}})
      .Increment();
}
void PollMetrics::SetSubscriptionExpiry(std::string_view source, double unix_seconds) {
  impl_->subscription_expiry.Add({{"source", std::string(source)}}).Set(unix_seconds);
}
void PollMetrics::CountWake(std::string_view source) { impl_->wakes.Add({{"source", std::string(source)}}).Increment(); }

std::string PollMetrics::Text() const { return prometheus::TextSerializer().Serialize(impl_->registry.Collect()); }

}  // namespace comity::obs

#include "service/obs/metrics.h"

#include <cstdint>

#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "prometheus/text_serializer.h"

namespace comity::obs {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Histogram;
using Counters = prometheus::Family<prometheus::Counter>;
using Gauges = prometheus::Family<prometheus::Gauge>;
using Histograms = prometheus::Family<Histogram>;

const Histogram::BucketBoundaries kSeconds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
const Histogram::BucketBoundaries kFacts = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000};

}  // namespace

struct Metrics::Impl {
  prometheus::Registry registry;
  Counters& calls = BuildCounter().Name("comity_rpc_calls_total").Help("Calls answered, by method and code.").Register(registry);
  Histograms& call_seconds =
      BuildHistogram().Name("comity_rpc_seconds").Help("Time from a call's arrival to its answer.").Register(registry);
  Counters& facts = BuildCounter().Name("comity_facts_total").Help("Facts taken in, by source and disposition.").Register(registry);
  Histogram& commit_facts =
      BuildHistogram().Name("comity_commit_facts").Help("Facts in one durable commit.").Register(registry).Add({}, kFacts);
  Histogram& commit_seconds =
      BuildHistogram().Name("comity_commit_seconds").Help("Time of one durable commit.").Register(registry).Add({}, kSeconds);
  prometheus::Counter& ledger_entries =
      BuildCounter().Name("comity_ledger_entries_total").Help("Ledger entries appended.").Register(registry).Add({});
  Counters& deliveries =
      BuildCounter().Name("comity_deliveries_total").Help("Webhook deliveries answered, by source and HTTP status.").Register(registry);
  Histograms& delivery_seconds =
      BuildHistogram().Name("comity_delivery_seconds").Help("Time to answer a webhook delivery.").Register(registry);
  Gauges& spool_bytes = BuildGauge().Name("comity_spool_bytes").Help("Bytes that wait in the spool.").Register(registry);
  Gauges& spool_records = BuildGauge().Name("comity_spool_records").Help("Deliveries that wait in the spool.").Register(registry);
  Counters& dead_letters = BuildCounter().Name("comity_dead_letters_total").Help("Deliveries that could not be read.").Register(registry);
  Gauges& last_delivery = BuildGauge()
                              .Name("comity_source_last_delivery_seconds")
                              .Help("When a source last delivered, in seconds since 1970-01-01.")
                              .Register(registry);
  Counters& outbound = BuildCounter()
                           .Name("comity_outbound_attempts_total")
                           .Help("Messages sent to outbound webhooks, by endpoint and result.")
                           .Register(registry);
  Histograms& outbound_seconds =
      BuildHistogram().Name("comity_outbound_seconds").Help("Time of one attempt at an outbound webhook.").Register(registry);
  Gauges& outbound_waiting =
      BuildGauge().Name("comity_outbound_waiting").Help("Messages that wait for an outbound webhook.").Register(registry);
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::CountCall(std::string_view method, std::string_view code, double seconds) {
  impl_->calls.Add({{"method", std::string(method)}, {"code", std::string(code)}}).Increment();
  impl_->call_seconds.Add({{"method", std::string(method)}}, kSeconds).Observe(seconds);
}

void Metrics::CountFacts(std::string_view source, std::string_view disposition, int64_t count) {
  impl_->facts.Add({{"source", std::string(source)}, {"disposition", std::string(disposition)}}).Increment(static_cast<double>(count));
}

void Metrics::ObserveCommit(int64_t facts, double seconds) {
  impl_->commit_facts.Observe(static_cast<double>(facts));
  impl_->commit_seconds.Observe(seconds);
}

void Metrics::CountLedgerEntries(int64_t count) { impl_->ledger_entries.Increment(static_cast<double>(count)); }

void Metrics::CountDelivery(std::string_view source, int http_status, double seconds) {
  impl_->deliveries.Add({{"source", std::string(source)}, {"status", std::to_string(http_status)}}).Increment();
  impl_->delivery_seconds.Add({{"source", std::string(source)}}, kSeconds).Observe(seconds);
}

// A process without a spool shows no spool: gauges appear when they are first set.
void Metrics::SetSpoolBytes(int64_t bytes) { impl_->spool_bytes.Add({}).Set(static_cast<double>(bytes)); }

void Metrics::SetSpoolRecords(int64_t records) { impl_->spool_records.Add({}).Set(static_cast<double>(records)); }

void Metrics::CountDeadLetter(std::string_view source, std::string_view reason) {
  impl_->dead_letters.Add({{"source", std::string(source)}, {"reason", std::string(reason)}}).Increment();
}

void Metrics::SetSourceLastDelivery(std::string_view source, double unix_seconds) {
  impl_->last_delivery.Add({{"source", std::string(source)}}).Set(unix_seconds);
}

void Metrics::CountOutbound(std::string_view endpoint, std::string_view result, double seconds) {
  impl_->outbound.Add({{"endpoint", std::string(endpoint)}, {"result", std::string(result)}}).Increment();
  impl_->outbound_seconds.Add({{"endpoint", std::string(endpoint)}}, kSeconds).Observe(seconds);
}

void Metrics::SetOutboundWaiting(std::string_view endpoint, int64_t count) {
  impl_->outbound_waiting.Add({{"endpoint", std::string(endpoint)}}).Set(static_cast<double>(count));
}

std::string Metrics::Text() const { return prometheus::TextSerializer().Serialize(impl_->registry.Collect()); }

}  // namespace comity::obs

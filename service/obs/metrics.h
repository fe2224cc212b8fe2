// Every metric's name, in one place. Labels are bounded: methods, codes, outcomes, ids of sources and endpoints; never people or subjects.
#ifndef COMITY_SERVICE_OBS_METRICS_H_
#define COMITY_SERVICE_OBS_METRICS_H_

#include <memory>
#include <string>
#include <string_view>

namespace comity::obs {

// A registry of this process's metrics, in Prometheus text form. Safe to call from any thread.
class Metrics {
 public:
  Metrics();
  ~Metrics();

  void CountCall(std::string_view method, std::string_view code, double seconds);         // comity_rpc_calls_total, comity_rpc_seconds
  void CountFacts(std::string_view source, std::string_view disposition, int64_t count);  // comity_facts_total
  void ObserveCommit(int64_t facts, double seconds);                                      // comity_commit_facts, comity_commit_seconds
  void CountLedgerEntries(int64_t count);                                                 // comity_ledger_entries_total
  void CountDelivery(std::string_view source, int http_status, double seconds);  // comity_deliveries_total, comity_delivery_seconds
  void SetSpoolBytes(int64_t bytes);                                             // comity_spool_bytes
  void SetSpoolRecords(int64_t records);                                         // comity_spool_records
  void CountDeadLetter(std::string_view source, std::string_view reason);        // comity_dead_letters_total
  void SetSourceLastDelivery(std::string_view source, double unix_seconds);      // comity_source_last_delivery_seconds

  // Of outbound webhooks, by the id of the endpoint: comity_outbound_attempts_total, comity_outbound_seconds, comity_outbound_waiting.
  void CountOutbound(std::string_view endpoint, std::string_view result, double seconds);
  void SetOutboundWaiting(std::string_view endpoint, int64_t count);

  std::string Text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace comity::obs

#endif  // COMITY_SERVICE_OBS_METRICS_H_

#include "service/obs/metrics.h"

#include "gmock/gmock.h"

namespace comity::obs {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(MetricsText, HoldsEveryMetricUnderItsName) {
  Metrics metrics;
  metrics.CountCall("DeedService/GetDeed", "OK", 0.002);
  metrics.CountFacts("github-acme", "STORED", 3);
  metrics.ObserveCommit(3, 0.001);
  metrics.CountLedgerEntries(2);
  metrics.CountDelivery("github-acme", 202, 0.003);
  metrics.SetSpoolBytes(1024);
  metrics.SetSpoolRecords(2);
  metrics.CountDeadLetter("github-acme", "JSON_INVALID");
  metrics.SetSourceLastDelivery("github-acme", 1'700'000'000);
  metrics.CountOutbound("chat", "DELIVERED", 0.004);
  metrics.SetOutboundWaiting("chat", 5);
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("comity_rpc_calls_total{code=\"OK\",method=\"DeedService/GetDeed\"} 1"));
  EXPECT_THAT(text, HasSubstr("comity_rpc_seconds_count{method=\"DeedService/GetDeed\"} 1"));
  EXPECT_THAT(text, HasSubstr("comity_facts_total{disposition=\"STORED\",source=\"github-acme\"} 3"));
  EXPECT_THAT(text, HasSubstr("comity_commit_facts_count 1"));
  EXPECT_THAT(text, HasSubstr("comity_commit_seconds_count 1"));
  EXPECT_THAT(text, HasSubstr("comity_ledger_entries_total 2"));
  EXPECT_THAT(text, HasSubstr("comity_deliveries_total{source=\"github-acme\",status=\"202\"} 1"));
  EXPECT_THAT(text, HasSubstr("comity_delivery_seconds_count{source=\"github-acme\"} 1"));
  EXPECT_THAT(text, HasSubstr("comity_outbound_attempts_total{endpoint=\"chat\",result=\"DELIVERED\"} 1"));
  EXPECT_THAT(text, HasSubstr("comity_outbound_seconds_count{endpoint=\"chat\"} 1"));
  EXPECT_THAT(text, HasSubstr("comity_outbound_waiting{endpoint=\"chat\"} 5"));
  EXPECT_THAT(text, HasSubstr("comity_spool_bytes 1024"));
  EXPECT_THAT(text, HasSubstr("comity_spool_records 2"));
  EXPECT_THAT(text, HasSubstr("comity_dead_letters_total{reason=\"JSON_INVALID\",source=\"github-acme\"} 1"));
  EXPECT_THAT(text, HasSubstr("comity_source_last_delivery_seconds{source=\"github-acme\"} 1700000000"));
}

TEST(MetricsText, ShowsNoSpoolInAProcessWithoutOne) { EXPECT_THAT(Metrics().Text(), Not(HasSubstr("comity_spool_bytes 0"))); }

}  // namespace
}  // namespace comity::obs

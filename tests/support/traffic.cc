#include "tests/support/traffic.h"

#include <openssl/hmac.h>

#include "absl/time/time.h"

namespace comity::testing {
namespace {

int AskerOf(int64_t ticket) { return static_cast<int>(ticket % (kPeople / 2)) * 2; }
int HelperOf(int64_t ticket) { return static_cast<int>((ticket / 7) % (kPeople / 2)) * 2 + 1; }
constexpr int64_t kStartSeconds = 1'750'000'000;  // June 2025

v1::Fact FactOf(v1::FactKind kind, int64_t ticket, int64_t seconds, int actor) {
  v1::Fact fact;
  fact.set_kind(kind);
  fact.set_suite("github");
  fact.set_instance("github.com");
  fact.mutable_subject()->set_kind(v1::SUBJECT_KIND_ISSUE);
  fact.mutable_subject()->set_id(std::to_string(ticket));
  fact.mutable_subject()->set_key(TicketKey(ticket));
  fact.set_object_id(kind == v1::FACT_KIND_COMMENTED ? "comment:" + std::to_string(ticket) : "issue:" + std::to_string(ticket));
  fact.mutable_occur_time()->set_seconds(seconds);
  fact.mutable_actor()->set_id(std::to_string(1000 + actor));
  fact.mutable_actor()->set_kind(v1::ACCOUNT_KIND_HUMAN);
  fact.mutable_asker()->set_id(std::to_string(1000 + AskerOf(ticket)));
  fact.mutable_asker()->set_kind(v1::ACCOUNT_KIND_HUMAN);
  auto* place = fact.add_places();
  place->set_kind("repo");
  place->set_value("acme/work");
  fact.set_assurance(v1::ASSURANCE_SIGNED);
  if (kind == v1::FACT_KIND_RESOLVED) fact.set_resolution(v1::RESOLUTION_DONE);
  return fact;
}

int64_t SecondsOf(int64_t ticket) { return kStartSeconds + ticket * 3; }

std::string TimeText(int64_t seconds) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(seconds), absl::UTCTimeZone());
}

}  // namespace

std::string TicketKey(int64_t ticket) { return "acme/work#" + std::to_string(ticket); }

v1::IngestEventBatchRequest TicketBatch(int64_t first, int tickets) {
  v1::IngestEventBatchRequest batch;
  batch.set_source("load");
  for (int64_t ticket = first; ticket < first + tickets; ++ticket) {
    *batch.add_facts() = FactOf(v1::FACT_KIND_COMMENTED, ticket, SecondsOf(ticket) - 600, HelperOf(ticket));
    *batch.add_facts() = FactOf(v1::FACT_KIND_RESOLVED, ticket, SecondsOf(ticket), HelperOf(ticket));
  }
  return batch;
}

std::string ClosedHookBody(int64_t ticket) {
  const auto user = [](int person) {
    return R"({"login":"u)" + std::to_string(person) + R"(","id":)" + std::to_string(1000 + person) + R"(,"type":"User"})";
  };
  const std::string id = std::to_string(ticket), time = TimeText(SecondsOf(ticket));
  return R"({"action":"closed","issue":{"id":)" + id + R"(,"number":)" + id +
         R"(,"title":"t","html_url":"https://github.com/acme/work/issues/)" + id +
         R"(","state":"closed","state_reason":"completed","user":)" + user(AskerOf(ticket)) +
         R"(,"labels":[],"assignees":[],"created_at":"2026-08-01T00:00:00Z","updated_at":")" + time + R"(","closed_at":")" + time +
         R"("},"repository":{"id":9,"full_name":"acme/work","default_branch":"main"},"sender":)" + user(HelperOf(ticket)) + "}";
}

net::Headers HookHeaders(const std::string& delivery, const std::string& body) {
  unsigned char mac[32];
  unsigned size = sizeof mac;
  HMAC(EVP_sha256(), kHookSecret, sizeof kHookSecret - 1, reinterpret_cast<const unsigned char*>(body.data()), body.size(), mac, &size);
  static constexpr char kHex[] = "0123456789abcdef";
  std::string signature = "sha256=";
  for (const unsigned char byte : mac) {
    signature += kHex[byte >> 4];
    signature += kHex[byte & 15];
  }
  return {{"Content-Type", "application/json"},
          {"X-GitHub-Event", "issues"},
          {"X-GitHub-Delivery", delivery},
          {"X-Hub-Signature-256", signature}};
}

}  // namespace comity::testing

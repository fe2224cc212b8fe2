// The service's stored forms: facts, ledger entries, policies. What is accepted was written by the encoder, byte for byte.
#include "service/domain/deeds/fact.h"
#include "service/domain/deeds/ledger.h"
#include "service/domain/deeds/policy.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = comity::fuzz::Text(data, size);
  if (const auto fact = comity::domain::DecodeFact(bytes); fact.ok()) {
    comity::fuzz::Require(comity::domain::EncodeFact(*fact) == bytes, "only canonical bytes are a fact");
  }
  if (const auto entry = comity::domain::DecodeEntry(bytes); entry.ok()) {
    comity::fuzz::Require(comity::domain::EncodeEntry(*entry) == bytes, "only canonical bytes are an entry");
  }
  if (const auto policy = comity::domain::DecodePolicy(bytes); policy.ok()) {
    const std::string again = comity::domain::EncodePolicy(*policy);
    if (again.front() == bytes.front()) {
      comity::fuzz::Require(again == bytes, "only canonical bytes are a policy");
    } else {  // of an earlier version
      comity::fuzz::Require(*comity::domain::DecodePolicy(again) == *policy, "an older policy can be stored anew");
    }
  }
  return 0;
}

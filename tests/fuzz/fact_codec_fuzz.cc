// The service's stored forms: facts, ledger entries, policies. What is accepted was written by the encoder, byte for byte.
#include "service/domain/deeds/fact.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = comity::fuzz::Text(data, size);
  if (const auto fact = comity::domain::DecodeFact(bytes); fact.ok()) {
    comity::fuzz::Require(comity::domain::EncodeFact(*fact) == bytes, "only canonical bytes are a fact");
  }
  return 0;
}

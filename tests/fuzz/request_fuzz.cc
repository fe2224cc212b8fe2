// A batch of facts as it comes over the wire: decoded, then checked. What is taken has a name of its own and encodes to what is read again;
// what is not says why.
// Link: comity_app
#include "comity/v1/event.pb.h"
#include "service/app/fact_intake.h"
#include "service/domain/codec.h"
#include "service/domain/deeds/fact.h"
#include "tests/fuzz/input.h"

using comity::fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  comity::v1::IngestEventBatchRequest batch;
  if (!batch.ParseFromArray(data, static_cast<int>(size))) return 0;
  const absl::Time received = absl::FromUnixSeconds(1'788'350'400);
  for (const comity::v1::Fact& fact : batch.facts()) {
    const comity::app::TakenFact taken = comity::app::TakeFact(fact, "facts[0]", received);
    const auto key = comity::domain::EventKey::FromName(taken.fact.key.ToName());
    Require(key.has_value() && *key == taken.fact.key, "every fact has a name that is read again");
    if (!taken.status.ok()) {
      Require(!taken.detail.empty(), "a fact that is set aside says why");
      Require(comity::app::ToResultStatus(taken.status).details_size() > 0, "and the caller learns the reason");
      continue;
    }
    const std::string bytes = comity::domain::EncodeFact(taken.fact);
    const auto decoded = comity::domain::DecodeFact(bytes);
    Require(decoded.ok() && comity::domain::EncodeFact(*decoded) == bytes, "what is taken is stored and read alike");
  }
  return 0;
}

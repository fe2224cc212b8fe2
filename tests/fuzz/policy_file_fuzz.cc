// The policy file. What is accepted can be written out and read again as the same, over any other policy.
// Link: comity_app yaml-cpp
#include "service/app/policy_file.h"
#include "service/base/error.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const comity::app::PolicyContent base{comity::domain::FirstPolicy(false, absl::UnixEpoch()), "because"};
  const auto read = comity::app::ReadPolicyFile(comity::fuzz::Text(data, size), base);
  if (!read.ok()) {
    comity::fuzz::Require(!comity::DetailsOf(read.status()).faults.empty(), "a refusal names a fault");
    return 0;
  }
  // Texts with control characters are read, and refused by these checks.
  if (!comity::domain::FaultsOf(read->policy).empty() || comity::domain::FaultOfBecause(read->because).has_value()) return 0;
  const auto again =
      comity::app::ReadPolicyFile(comity::app::WritePolicyFile(*read), {comity::domain::FirstPolicy(true, absl::UnixEpoch()), ""});
  comity::fuzz::Require(again.ok(), "what was written out can be read");
  for (const comity::domain::DeedKind kind : comity::domain::kDeedKinds) {
    comity::fuzz::Require(again->policy.rule(kind) == read->policy.rule(kind), "and its rules are the same");
  }
  comity::fuzz::Require(again->because == read->because && again->policy.done_resolutions == read->policy.done_resolutions &&
                            again->policy.bot_accounts == read->policy.bot_accounts && again->policy.bulk_limit == read->policy.bulk_limit,
                        "and is the same");
  return 0;
}

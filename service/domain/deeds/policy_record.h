// How a policy came to be: drafted, approved, activated; and how history came to be judged by another one. Pure.
#ifndef COMITY_SERVICE_DOMAIN_DEEDS_POLICY_RECORD_H_
#define COMITY_SERVICE_DOMAIN_DEEDS_POLICY_RECORD_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "service/base/error.h"
#include "service/domain/deeds/policy.h"
#include "service/domain/deeds/policy_difference.h"

namespace comity::domain {

// Who did something. Everybody without a person is one and the same: nobody can tell them apart.
struct Signer {
  PersonUid person;   // empty: a token that names nobody
  std::string token;  // id, for the record
  bool operator==(const Signer&) const = default;
  bool IsSameAs(const Signer& other) const { return person == other.person; }
};

struct Approval {
  Signer by;
  absl::Time time;
  bool operator==(const Approval&) const = default;
};
// Adds one, unless the same person has approved before.
void AddApproval(std::vector<Approval>& approvals, Approval approval);

// Why the service itself took a rule back to SHADOW.
struct RuleReturn {
  DeedKind kind = DeedKind::kNone;
  int64_t deeds = 0, corrected = 0;
  int32_t lower_ppm = 0;
  bool operator==(const RuleReturn&) const = default;
};

struct PolicyRecord {
  Policy policy;         // `active_time` InfiniteFuture until it is activated
  int32_t based_on = 0;  // number; 0 = nothing
  std::string because;   // in the words of who drafted it; may be empty
  Signer drafted_by;     // last wrote its content
  std::vector<Approval> approvals;
  absl::Time approved = absl::InfiniteFuture();  // when it had enough
  std::optional<RuleReturn> returned;            // the service itself made it
  bool operator==(const PolicyRecord&) const = default;
  bool is_draft() const { return approved == absl::InfiniteFuture(); }
  bool is_activated() const { return policy.active_time != absl::InfiniteFuture(); }
};

struct Restatement {
  int32_t number = 0;
  Restated range;
  std::string because;
  Signer proposed_by;
  absl::Time created;
  std::vector<Approval> approvals;
  DifferenceCounts preview;
  int32_t preview_people = 0;  // already withheld if few
  bool preview_complete = true;
  absl::Time started = absl::InfiniteFuture();
  std::string job;  // id; empty if there was nothing to judge
  bool operator==(const Restatement&) const = default;
};

std::string EncodePolicyRecord(const PolicyRecord& record);
absl::StatusOr<PolicyRecord> DecodePolicyRecord(std::string_view bytes);
std::string EncodeRestatement(const Restatement& restatement);
absl::StatusOr<Restatement> DecodeRestatement(std::string_view bytes);

// Of what an approval is of: the rules and why, without number and times. 32 lower-case base32hex characters.
std::string ContentTag(const PolicyRecord& record);

// What of its rules cannot be, each by its field and with the remedy; empty if all is well.
std::vector<FieldFault> FaultsOf(const Policy& policy);
// `text` as a reason in one line of at most 500 characters; nullopt if it is one.
std::optional<std::string> FaultOfBecause(std::string_view text);

// What differs from `before`, a sentence each; empty if nothing does.
std::vector<std::string> PolicyChanges(const Policy& before, const Policy& after);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_DEEDS_POLICY_RECORD_H_

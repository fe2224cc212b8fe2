// Policies: dated, versioned rules in data. What counts and whose it is, never how much.
#ifndef COMITY_SERVICE_DOMAIN_DEEDS_POLICY_H_
#define COMITY_SERVICE_DOMAIN_DEEDS_POLICY_H_

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/domain/deeds/fact.h"

namespace comity::domain {

// Numbers are those of comity.v1.Deed.Kind and are stored.
enum class DeedKind : uint8_t {
  kNone = 0,
  kResolved = 1,
  kReviewed = 2,
  kAnswered = 3,
  kUnblocked = 4,
  kHandedOver = 5,
  kPageImproved = 6,
  kDutyServed = 7,
  kAssisted = 8
};
// In order of their numbers.
inline constexpr std::array kDeedKinds = {DeedKind::kResolved,   DeedKind::kReviewed,     DeedKind::kAnswered,   DeedKind::kUnblocked,
                                          DeedKind::kHandedOver, DeedKind::kPageImproved, DeedKind::kDutyServed, DeedKind::kAssisted};
// Room for something of each kind, by its number.
inline constexpr size_t kDeedKindPlaces = kDeedKinds.size() + 1;
std::string_view DeedKindName(DeedKind kind);  // `RESOLVED`

enum class RuleMode : uint8_t { kShadow = 1, kActive = 2 };

struct Rule {
  RuleMode mode = RuleMode::kActive;
  absl::Duration hold = absl::Hours(72);
  bool operator==(const Rule&) const = default;
};

struct Policy {
  int32_t number = 0;
  absl::Time active_time;  // facts from this instant on are judged by it
  absl::Time create_time;
  std::array<Rule, kDeedKindPlaces> rules;    // by DeedKind
  std::vector<std::string> done_resolutions;  // suites' own words that count as done, lower case
  int32_t bulk_limit = 20;
  absl::Duration bulk_window = absl::Seconds(300);
  absl::Duration fast_approval = absl::Seconds(60);
  absl::Duration closed_by_change = absl::Seconds(60);
  absl::Duration handover_window = absl::Minutes(10);
  std::vector<std::string> bot_accounts;  // `suite:instance:id`
  bool operator==(const Policy&) const = default;
  const Rule& rule(DeedKind kind) const { return rules[static_cast<size_t>(kind)]; }
};

// Policy 1: in force from 1970-01-01; every rule ACTIVE, or SHADOW for a pilot. Pages hold 7 days, everything else 72 hours.
Policy FirstPolicy(bool pilot, absl::Time create_time);
std::string EncodePolicy(const Policy& policy);
// A rule that did not exist when the policy was stored is in SHADOW: nobody's credit changes until somebody activates it.
absl::StatusOr<Policy> DecodePolicy(std::string_view bytes);
// The rules in plain words, generated from the data alone.
std::string PolicyProse(const Policy& policy);

// History in [start, end) judged by another policy than the one that was in force; of several the last one given holds.
struct Restated {
  absl::Time start, end;
  int32_t policy = 0;  // number
  bool operator==(const Restated&) const = default;
};

// All policies, by activation, and what was restated. Immutable; safe to share.
class Policies {
 public:
  // Errors: INVALID_ARGUMENT if empty, two have one activation time, or a restatement names a policy that is not there.
  static absl::StatusOr<Policies> Create(std::vector<Policy> policies, const std::vector<Restated>& restated = {});
  // By which facts of `time` are judged: what was restated last, else the latest whose activation is not after it, else the first.
  const Policy& At(absl::Time time) const;
  // Every policy that judges facts of [start, end], each once, in no order.
  std::vector<const Policy*> Between(absl::Time start, absl::Time end) const;
  const Policy* Find(int32_t number) const;
  // By activation.
  const std::vector<Policy>& all() const { return policies_; }
  // The same, but facts of [start, end) are judged by `candidate`, which need not be active.
  Policies With(const Policy& candidate, absl::Time start, absl::Time end) const;

 private:
  struct Segment {
    absl::Time start;
    size_t policy = 0;  // place in policies_
  };
  explicit Policies(std::vector<Policy> policies);
  void Overlay(absl::Time start, absl::Time end, size_t policy);
  size_t SegmentAt(absl::Time time) const;

  std::vector<Policy> policies_;
  std::vector<Segment> segments_;  // by start; the first begins with time
};

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_DEEDS_POLICY_H_

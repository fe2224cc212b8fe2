#include "service/app/rule_watch.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "service/app/outbox.h"
#include "service/app/policy_book.h"
#include "service/base/error.h"
#include "service/obs/log.h"

namespace comity::app {
namespace {

using domain::DeedKind;

constexpr Recurring::Rest kWatchEvery = std::chrono::minutes(10);

// Distinct people over several counts, no further than needed.
class FewPeople {
 public:
  absl::Status Add(store::Transaction& transaction, const domain::AccuracyKey& key) {
    if (Count() >= domain::kLeastPeople) return absl::OkStatus();
    COMITY_ASSIGN_OR_RETURN(const auto people, transaction.policies().AccuracyPeople(key, domain::kLeastPeople));
    people_.insert(people.begin(), people.end());
    return absl::OkStatus();
  }
  int32_t Count() const { return static_cast<int32_t>(std::min<size_t>(people_.size(), domain::kLeastPeople)); }

 private:
  std::set<domain::PersonUid> people_;
};

}  // namespace

absl::StatusOr<RuleFigures> FiguresOf(store::Transaction& transaction, const domain::Policies& policies, DeedKind kind, absl::Time time) {
  RuleFigures figures;
  figures.stretch = domain::StretchOf(policies, kind, time);
  FewPeople all;
  std::map<std::pair<std::string, std::string>, FewPeople> of_source;
  for (const int32_t policy : figures.stretch.policies) {
    COMITY_ASSIGN_OR_RETURN(const auto rows, transaction.policies().AccuracyOf(kind, policy));
    for (const auto& row : rows) {
      const std::pair source{row.key.suite, row.key.instance};
      figures.sources[source].counts += row.counts;
      figures.total.counts += row.counts;
      COMITY_RETURN_IF_ERROR(of_source[source].Add(transaction, row.key));
      COMITY_RETURN_IF_ERROR(all.Add(transaction, row.key));
    }
  }
  for (auto& [source, counted] : figures.sources) counted.people = of_source[source].Count();
  figures.total.people = all.Count();
  return figures;
}

absl::Status CheckRule(Context& context, store::Transaction& transaction, DeedKind kind) {
  const absl::Time now = context.clock.Now();
  COMITY_ASSIGN_OR_RETURN(const auto policies, context.snapshots.PoliciesIn(transaction));
  const absl::Time active = EarliestActivation(*policies, now);
  COMITY_ASSIGN_OR_RETURN(const RuleFigures figures, FiguresOf(transaction, *policies, kind, active));
  if (figures.stretch.mode == domain::RuleMode::kShadow) return absl::OkStatus();
  const auto returned = domain::ReturnOf(kind, figures.total.counts, figures.total.people);
  if (!returned.has_value()) return absl::OkStatus();
  domain::PolicyRecord record;
  record.policy = policies->At(active);
  record.based_on = record.policy.number;
  record.policy.rules[static_cast<size_t>(kind)].mode = domain::RuleMode::kShadow;
  record.policy.active_time = active;
  record.policy.create_time = now;
  record.approved = now;
  record.returned = returned;
  COMITY_ASSIGN_OR_RETURN(record.policy.number, transaction.policies().TakeNumber());
  COMITY_RETURN_IF_ERROR(transaction.deeds().PutPolicy(record.policy));
  COMITY_RETURN_IF_ERROR(transaction.policies().PutRecord(record));
  COMITY_RETURN_IF_ERROR(TellPolicyActivated(transaction, record.policy, now));
  obs::Log(obs::Level::kWarning, "a rule is corrected too often and goes back to SHADOW",
           {{"rule", domain::DeedKindName(kind)}, {"policy", record.policy.number}});
  return absl::OkStatus();
}

absl::Status CheckRules(Context& context, store::Transaction& transaction) {
  for (const DeedKind kind : domain::kDeedKinds) COMITY_RETURN_IF_ERROR(CheckRule(context, transaction, kind));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<domain::RuleReturn>> ReturnedRules(Context& context, store::Transaction& transaction) {
  COMITY_ASSIGN_OR_RETURN(const auto policies, context.snapshots.PoliciesIn(transaction));
  COMITY_ASSIGN_OR_RETURN(const auto records, transaction.policies().LoadRecords());
  std::vector<domain::RuleReturn> returned;
  for (const DeedKind kind : domain::kDeedKinds) {
    const domain::Stretch stretch = domain::StretchOf(*policies, kind, EarliestActivation(*policies, context.clock.Now()));
    if (stretch.mode != domain::RuleMode::kShadow) continue;
    const int32_t first = stretch.policies.back();
    for (const domain::PolicyRecord& record : records) {
      if (record.policy.number == first && record.returned.has_value() && record.returned->kind == kind)
        returned.push_back(*record.returned);
    }
  }
  return returned;
}

RuleWatch::RuleWatch(Context& context)
    : watch_(kWatchEvery, [&context] {
        const absl::Status checked =
            context.writer.Run([&context](store::Transaction& transaction) { return CheckRules(context, transaction); });
        if (!checked.ok()) {
          obs::Log(obs::Level::kWarning, "the rules could not be looked at and will be later",
                   {{"code", static_cast<int>(checked.code())}});
        }
        return kWatchEvery;
      }) {}

}  // namespace comity::app

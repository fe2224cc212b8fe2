#include "service/app/policy_book.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/app/convert.h"
#include "service/app/fact_intake.h"
#include "service/app/names.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

using domain::PolicyRecord;

// Of a policy that `comityd init` wrote, which has none.
PolicyRecord RecordOf(const domain::Policy& policy) {
  PolicyRecord record;
  record.policy = policy;
  record.approved = policy.create_time;
  return record;
}

v1::Policy::State StateOf(const PolicyRecord& record, const domain::Policies& policies, absl::Time now) {
  if (!record.is_activated()) return record.is_draft() ? v1::Policy::STATE_DRAFT : v1::Policy::STATE_APPROVED;
  if (record.policy.active_time > now) return v1::Policy::STATE_APPROVED;
  return policies.At(now).number == record.policy.number ? v1::Policy::STATE_ACTIVE : v1::Policy::STATE_SUPERSEDED;
}

absl::Duration FromDuration(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

void ApplyRules(const v1::Policy& from, domain::Policy& policy, std::vector<FieldFault>& faults) {
  std::set<int> seen;
  for (int i = 0; i < from.rules_size(); ++i) {
    const v1::Policy::Rule& rule = from.rules(i);
    const std::string field = absl::StrCat("rules[", i, "]");
    if (rule.kind() == v1::Deed::KIND_UNSPECIFIED || !v1::Deed::Kind_IsValid(rule.kind())) {
      faults.push_back({field + ".kind", "send one of the Kind values"});
      continue;
    }
    if (!seen.insert(rule.kind()).second) faults.push_back({field + ".kind", "is there twice; send each kind once"});
    domain::Rule& to = policy.rules[static_cast<size_t>(rule.kind())];
    if (!v1::Policy::Rule::Mode_IsValid(rule.mode())) {
      faults.push_back({field + ".mode", "send MODE_ACTIVE or MODE_SHADOW"});
    } else if (rule.mode() != v1::Policy::Rule::MODE_UNSPECIFIED) {
      to.mode = static_cast<domain::RuleMode>(rule.mode());
    }
    if (rule.has_hold()) to.hold = FromDuration(rule.hold());
  }
}

constexpr std::array kPaths = {"rules",           "done_resolutions", "bulk_limit", "bulk_window", "fast_approval", "closed_by_change",
                               "handover_window", "bot_accounts",     "because"};

std::set<std::string> FieldsSet(const v1::Policy& from) {
  std::set<std::string> paths;
  if (from.rules_size() > 0) paths.insert("rules");
  if (from.done_resolutions_size() > 0) paths.insert("done_resolutions");
  if (from.bulk_limit() != 0) paths.insert("bulk_limit");
  if (from.has_bulk_window()) paths.insert("bulk_window");
  if (from.has_fast_approval()) paths.insert("fast_approval");
  if (from.has_closed_by_change()) paths.insert("closed_by_change");
  if (from.has_handover_window()) paths.insert("handover_window");
  if (from.bot_accounts_size() > 0) paths.insert("bot_accounts");
  if (!from.because().empty()) paths.insert("because");
  return paths;
}

absl::Status Invalid(std::vector<FieldFault> faults) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kPolicyInvalid, "these rules cannot be; mend the fields named",
               std::move(faults));
}

}  // namespace

bool Oversees(const Caller& caller) { return caller.Has(v1::ROLE_STEWARD) || caller.Has(v1::ROLE_AUDITOR); }

domain::Signer SignerOf(const Caller& caller) { return {caller.person, caller.token_id}; }

absl::StatusOr<const PolicyRecord*> PolicyBook::Find(const Caller& caller, std::string_view name, std::string_view field) const {
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("policies", name, field));
  const bool digits = id.size() < 10 && std::all_of(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; });
  const auto record = digits ? records.find(std::atoi(id.c_str())) : records.end();
  if (record == records.end() || (record->second.is_draft() && !Oversees(caller))) {
    return Error(absl::StatusCode::kNotFound, ErrorReason::kPolicyNotFound, "no such policy; list them with `comity policy list`",
                 {{std::string(field), "send `policies/NUMBER`"}});
  }
  return &record->second;
}

absl::StatusOr<PolicyBook> LoadPolicyBook(Context& context, store::Transaction& transaction) {
  PolicyBook book;
  COMITY_ASSIGN_OR_RETURN(book.policies, context.snapshots.PoliciesIn(transaction));
  COMITY_ASSIGN_OR_RETURN(book.directory, context.snapshots.DirectoryIn(transaction));
  COMITY_ASSIGN_OR_RETURN(std::vector<PolicyRecord> records, transaction.policies().LoadRecords());
  for (PolicyRecord& record : records) book.records.emplace(record.policy.number, std::move(record));
  for (const domain::Policy& policy : book.policies->all()) book.records.try_emplace(policy.number, RecordOf(policy));
  return book;
}

std::vector<v1::Policy::Approval> ToApprovals(const std::vector<domain::Approval>& approvals, const domain::Directory& directory,
                                              const Caller& caller) {
  std::vector<v1::Policy::Approval> made;
  for (const domain::Approval& approval : approvals) {
    v1::Policy::Approval& to = made.emplace_back();
    if (Oversees(caller)) to.set_person(PersonName(directory, approval.by.person));
    *to.mutable_approve_time() = ToTimestamp(approval.time);
  }
  return made;
}

v1::Policy ToPolicy(Context& context, const PolicyBook& book, const PolicyRecord& record, const Caller& caller) {
  v1::Policy policy = ToPolicy(record.policy);
  policy.set_state(StateOf(record, *book.policies, context.clock.Now()));
  policy.set_etag(domain::ContentTag(record));
  policy.set_because(record.because);
  if (record.based_on != 0) policy.set_based_on(absl::StrCat("policies/", record.based_on));
  const auto before = book.records.find(record.based_on);
  if (before != book.records.end()) {
    for (std::string& change : domain::PolicyChanges(before->second.policy, record.policy)) policy.add_changes(std::move(change));
  }
  for (v1::Policy::Approval& approval : ToApprovals(record.approvals, *book.directory, caller)) {
    *policy.add_approvals() = std::move(approval);
  }
  policy.set_required_approval_count(context.policy_approvals);
  if (Oversees(caller)) policy.set_drafted_by(PersonName(*book.directory, record.drafted_by.person));
  if (record.returned.has_value()) *policy.mutable_returned() = ToReturn(*record.returned);
  return policy;
}

absl::Status ApplyPolicyFields(const v1::Policy& from, const google::protobuf::FieldMask& mask, PolicyContent& content) {
  std::set<std::string> paths(mask.paths().begin(), mask.paths().end());
  if (paths.empty()) paths = FieldsSet(from);
  std::vector<FieldFault> faults;
  for (const std::string& path : paths) {
    if (std::find(kPaths.begin(), kPaths.end(), path) == kPaths.end()) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "update_mask names a field that cannot be changed",
                   {{"update_mask",
                     "name only rules, done_resolutions, bulk_limit, bulk_window, fast_approval, closed_by_change, "
                     "handover_window, bot_accounts and because"}});
    }
  }
  domain::Policy& policy = content.policy;
  if (paths.contains("rules")) ApplyRules(from, policy, faults);
  if (paths.contains("done_resolutions")) policy.done_resolutions = {from.done_resolutions().begin(), from.done_resolutions().end()};
  if (paths.contains("bulk_limit")) policy.bulk_limit = from.bulk_limit();
  if (paths.contains("bulk_window")) policy.bulk_window = FromDuration(from.bulk_window());
  if (paths.contains("fast_approval")) policy.fast_approval = FromDuration(from.fast_approval());
  if (paths.contains("closed_by_change")) policy.closed_by_change = FromDuration(from.closed_by_change());
  if (paths.contains("handover_window")) policy.handover_window = FromDuration(from.handover_window());
  if (paths.contains("bot_accounts")) policy.bot_accounts = {from.bot_accounts().begin(), from.bot_accounts().end()};
  if (paths.contains("because")) content.because = from.because();
  return faults.empty() ? absl::OkStatus() : Invalid(std::move(faults));
}

absl::Status CheckPolicyContent(const PolicyContent& content) {
  std::vector<FieldFault> faults = domain::FaultsOf(content.policy);
  if (auto fault = domain::FaultOfBecause(content.because)) faults.push_back({"because", *std::move(fault)});
  return faults.empty() ? absl::OkStatus() : Invalid(std::move(faults));
}

absl::Status CheckApprovals(const Context& context, const std::vector<domain::Approval>& approvals) {
  if (approvals.size() >= static_cast<size_t>(context.policy_approvals)) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kApprovalsMissing,
               absl::StrCat("it has ", approvals.size(), " of ", context.policy_approvals,
                            " approvals; ask another steward to read and approve it (a person counts once, whatever their tokens)"));
}

absl::Time EarliestActivation(const domain::Policies& policies, absl::Time now) {
  absl::Time earliest = now + kMaxFactAhead + absl::Microseconds(1);
  for (const domain::Policy& policy : policies.all()) {  // by activation
    if (policy.active_time == earliest) earliest += absl::Microseconds(1);
  }
  return earliest;
}

}  // namespace comity::app

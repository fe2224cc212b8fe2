// Policies: read, drafted, approved, activated. What was approved or active once is published and stays as it is.
#include <cstdlib>
#include <iterator>
#include <utility>

#include "service/app/convert.h"
#include "service/app/deed_app.h"
#include "service/app/idempotency.h"
#include "service/app/outbox.h"
#include "service/app/page_token.h"
#include "service/app/policy_book.h"
#include "service/base/error.h"
#include "service/domain/time_text.h"

namespace comity::app {
namespace {

using domain::PolicyRecord;

absl::Status CheckEtag(const PolicyRecord& record, const std::string& etag) {
  if (etag.empty() || etag == domain::ContentTag(record)) return absl::OkStatus();
  return Error(absl::StatusCode::kAborted, ErrorReason::kEtagStale, "the policy has changed since it was read; read it again, then decide",
               {{"etag", "send the etag of the policy as it is now"}});
}

absl::Status CheckDraft(const PolicyRecord& record) {
  if (record.is_draft()) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kPolicyNotDraft,
               "what was approved is published and stays as it is; draft another policy from it");
}

// `policy` or `file` over `content`; what comes out can be.
absl::Status ReadContent(const v1::Policy& policy, const google::protobuf::FieldMask& mask, const std::string& file,
                         PolicyContent& content) {
  if (file.empty()) {
    COMITY_RETURN_IF_ERROR(ApplyPolicyFields(policy, mask, content));
  } else {
    COMITY_ASSIGN_OR_RETURN(content, ReadPolicyFile(file, std::move(content)));
  }
  return CheckPolicyContent(content);
}

absl::Status CheckOneForm(bool fields, bool file) {
  if (!fields || !file) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "the rules came as fields and as a file",
               {{"file", "send either fields or a file"}});
}

absl::StatusOr<absl::Time> ActivationOf(const v1::ActivatePolicyRequest& request, const domain::Policies& policies, absl::Time now) {
  const absl::Time earliest = EarliestActivation(policies, now);
  if (!request.has_active_time()) return earliest;
  const absl::Time asked = FromTimestamp(request.active_time());
  if (asked < earliest) {
    return Error(absl::StatusCode::kOutOfRange, ErrorReason::kTimeInPast,
                 "a policy judges only facts to come, at least 10 minutes ahead; to judge history by it, announce a restatement",
                 {{"active_time", "send " + domain::TimeText(earliest + absl::Seconds(1)) + " or later, or nothing for the earliest"}});
  }
  for (const domain::Policy& policy : policies.all()) {
    if (policy.active_time != asked) continue;
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "another policy becomes active at that very time",
                 {{"active_time", "send another instant than that of policies/" + std::to_string(policy.number)}});
  }
  return asked;
}

}  // namespace

absl::StatusOr<v1::Policy> DeedApp::GetPolicy(const Caller& caller, const v1::GetPolicyRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const PolicyBook book, LoadPolicyBook(context_, *transaction));
  const std::string in_force = "policies/" + std::to_string(book.policies->At(context_.clock.Now()).number);
  COMITY_ASSIGN_OR_RETURN(const PolicyRecord* const record, book.Find(caller, request.name().empty() ? in_force : request.name(), "name"));
  v1::Policy policy = ToPolicy(context_, book, *record, caller);
  policy.set_file(WritePolicyFile({record->policy, record->because}));
  return policy;
}

absl::StatusOr<v1::ListPoliciesResponse> DeedApp::ListPolicies(const Caller& caller, const v1::ListPoliciesRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const int32_t page_size, PageSize(request.page_size()));
  COMITY_ASSIGN_OR_RETURN(const std::string token_key, PageTokenKey(context_));
  COMITY_ASSIGN_OR_RETURN(const std::string cursor, ReadPageToken(token_key, "ListPolicies", request.page_token()));
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const PolicyBook book, LoadPolicyBook(context_, *transaction));
  v1::ListPoliciesResponse response;
  for (auto next = book.records.upper_bound(cursor.empty() ? 0 : std::atoi(cursor.c_str())); next != book.records.end(); ++next) {
    if (next->second.is_draft() && !Oversees(caller)) continue;
    if (response.policies_size() == page_size) {
      response.set_next_page_token(MakePageToken(token_key, "ListPolicies", std::to_string(std::prev(next)->first)));
      break;
    }
    *response.add_policies() = ToPolicy(context_, book, next->second, caller);
  }
  return response;
}

absl::StatusOr<v1::Policy> DeedApp::CreatePolicy(const Caller& caller, const v1::CreatePolicyRequest& request) {
  return WriteOnce<v1::Policy>(
      context_, caller, "CreatePolicy", request, [&](store::Transaction& transaction) -> absl::StatusOr<v1::Policy> {
        COMITY_RETURN_IF_ERROR(CheckOneForm(request.has_policy(), !request.file().empty()));
        COMITY_ASSIGN_OR_RETURN(PolicyBook book, LoadPolicyBook(context_, transaction));
        const absl::Time now = context_.clock.Now();
        const std::string in_force = "policies/" + std::to_string(book.policies->At(now).number);
        COMITY_ASSIGN_OR_RETURN(const PolicyRecord* const base,
                                book.Find(caller, request.based_on().empty() ? in_force : request.based_on(), "based_on"));
        PolicyContent content{base->policy, ""};
        COMITY_RETURN_IF_ERROR(ReadContent(request.policy(), {}, request.file(), content));
        PolicyRecord record;
        record.policy = std::move(content.policy);
        record.because = std::move(content.because);
        record.based_on = base->policy.number;
        record.drafted_by = SignerOf(caller);
        COMITY_ASSIGN_OR_RETURN(record.policy.number, transaction.policies().TakeNumber());
        record.policy.active_time = absl::InfiniteFuture();
        record.policy.create_time = now;
        COMITY_RETURN_IF_ERROR(transaction.policies().PutRecord(record));
        return ToPolicy(context_, book, record, caller);
      });
}

absl::StatusOr<v1::Policy> DeedApp::UpdatePolicy(const Caller& caller, const v1::UpdatePolicyRequest& request) {
  return WriteOnce<v1::Policy>(
      context_, caller, "UpdatePolicy", request, [&](store::Transaction& transaction) -> absl::StatusOr<v1::Policy> {
        COMITY_RETURN_IF_ERROR(CheckOneForm(request.update_mask().paths_size() > 0, !request.file().empty()));
        COMITY_ASSIGN_OR_RETURN(const PolicyBook book, LoadPolicyBook(context_, transaction));
        COMITY_ASSIGN_OR_RETURN(const PolicyRecord* const found, book.Find(caller, request.policy().name(), "policy.name"));
        COMITY_RETURN_IF_ERROR(CheckDraft(*found));
        COMITY_RETURN_IF_ERROR(CheckEtag(*found, request.policy().etag()));
        PolicyContent content{found->policy, found->because};
        COMITY_RETURN_IF_ERROR(ReadContent(request.policy(), request.update_mask(), request.file(), content));
        PolicyRecord record = *found;
        record.policy = std::move(content.policy);
        record.because = std::move(content.because);
        if (domain::ContentTag(record) != domain::ContentTag(*found)) {
          record.drafted_by = SignerOf(caller);
          record.approvals.clear();  // they were of other content
          COMITY_RETURN_IF_ERROR(transaction.policies().PutRecord(record));
        }
        return ToPolicy(context_, book, record, caller);
      });
}

absl::StatusOr<v1::DeletePolicyResponse> DeedApp::DeletePolicy(const Caller& caller, const v1::DeletePolicyRequest& request) {
  return WriteOnce<v1::DeletePolicyResponse>(
      context_, caller, "DeletePolicy", request, [&](store::Transaction& transaction) -> absl::StatusOr<v1::DeletePolicyResponse> {
        COMITY_ASSIGN_OR_RETURN(const PolicyBook book, LoadPolicyBook(context_, transaction));
        COMITY_ASSIGN_OR_RETURN(const PolicyRecord* const record, book.Find(caller, request.name(), "name"));
        COMITY_RETURN_IF_ERROR(CheckDraft(*record));
        COMITY_RETURN_IF_ERROR(CheckEtag(*record, request.etag()));
        COMITY_RETURN_IF_ERROR(transaction.policies().DeleteRecord(record->policy.number));
        return v1::DeletePolicyResponse();
      });
}

absl::StatusOr<v1::Policy> DeedApp::ApprovePolicy(const Caller& caller, const v1::ApprovePolicyRequest& request) {
  return WriteOnce<v1::Policy>(
      context_, caller, "ApprovePolicy", request, [&](store::Transaction& transaction) -> absl::StatusOr<v1::Policy> {
        COMITY_ASSIGN_OR_RETURN(const PolicyBook book, LoadPolicyBook(context_, transaction));
        COMITY_ASSIGN_OR_RETURN(const PolicyRecord* const found, book.Find(caller, request.name(), "name"));
        if (found->is_activated()) {
          return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kPolicyNotDraft,
                       "it is active already, so there is nothing to approve");
        }
        if (request.etag().empty()) {
          return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "an approval is of exactly what was read",
                       {{"etag", "send the etag of the policy as you read it"}});
        }
        COMITY_RETURN_IF_ERROR(CheckEtag(*found, request.etag()));
        PolicyRecord record = *found;
        const absl::Time now = context_.clock.Now();
        domain::AddApproval(record.approvals, {SignerOf(caller), now});
        if (record.is_draft() && record.approvals.size() >= static_cast<size_t>(context_.policy_approvals)) record.approved = now;
        COMITY_RETURN_IF_ERROR(transaction.policies().PutRecord(record));
        return ToPolicy(context_, book, record, caller);
      });
}

absl::StatusOr<v1::Policy> DeedApp::ActivatePolicy(const Caller& caller, const v1::ActivatePolicyRequest& request) {
  return WriteOnce<v1::Policy>(
      context_, caller, "ActivatePolicy", request, [&](store::Transaction& transaction) -> absl::StatusOr<v1::Policy> {
        COMITY_ASSIGN_OR_RETURN(const PolicyBook book, LoadPolicyBook(context_, transaction));
        COMITY_ASSIGN_OR_RETURN(const PolicyRecord* const found, book.Find(caller, request.name(), "name"));
        if (found->is_activated()) {
          return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kPolicyActive,
                       "it was activated before, and facts were judged by that; draft another policy from it to come back to it");
        }
        COMITY_RETURN_IF_ERROR(CheckApprovals(context_, found->approvals));
        PolicyRecord record = *found;
        COMITY_ASSIGN_OR_RETURN(record.policy.active_time, ActivationOf(request, *book.policies, context_.clock.Now()));
        COMITY_RETURN_IF_ERROR(transaction.deeds().PutPolicy(record.policy));
        COMITY_RETURN_IF_ERROR(transaction.policies().PutRecord(record));
        COMITY_RETURN_IF_ERROR(TellPolicyActivated(transaction, record.policy, context_.clock.Now()));
        return ToPolicy(context_, book, record, caller);
      });
}

}  // namespace comity::app

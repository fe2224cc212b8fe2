// Restating history: announced with a preview, approved, started; then a job judges what lies in the range.
#include <cstdlib>
#include <utility>

#include "service/app/convert.h"
#include "service/app/deed_app.h"
#include "service/app/idempotency.h"
#include "service/app/page_token.h"
#include "service/app/policy_book.h"
#include "service/app/policy_difference_view.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

using domain::Restatement;

constexpr absl::Duration kPreviewBudget = absl::Seconds(20);

absl::Status InvalidRestatement(std::string_view field, std::string_view remedy) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "this restatement cannot be announced",
               {{std::string(field), std::string(remedy)}});
}

// Bulk closings are counted by the window that was in force when they came in.
absl::Status CheckBulkWindow(const domain::Policies& policies, const domain::Policy& policy, const domain::Restated& range) {
  for (const domain::Policy* in_force : policies.Between(range.start, range.end - absl::Microseconds(1))) {
    if (in_force->bulk_window == policy.bulk_window) continue;
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kBulkWindowDiffers,
                 "closings are counted by the bulk_window that was in force when they came in, and that of this policy differs; restate "
                 "by a policy with the same one",
                 {{"policy", "name a policy with the bulk_window of policies/" + std::to_string(in_force->number)}});
  }
  return absl::OkStatus();
}

absl::StatusOr<domain::Restated> RangeOf(const v1::Restatement& asked, const PolicyBook& book, const Caller& caller, absl::Time now) {
  COMITY_ASSIGN_OR_RETURN(const domain::PolicyRecord* const record, book.Find(caller, asked.policy(), "restatement.policy"));
  if (!record->is_activated()) {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kPolicyNotActivated,
                 "history is restated only by a policy that judges or has judged; activate it first");
  }
  if (!asked.has_start_time()) return InvalidRestatement("restatement.start_time", "send the instant of the first fact to judge again");
  if (!asked.has_end_time()) return InvalidRestatement("restatement.end_time", "send the instant after the last fact to judge again");
  domain::Restated range{FromTimestamp(asked.start_time()), FromTimestamp(asked.end_time()), record->policy.number};
  if (range.start >= range.end) return InvalidRestatement("restatement.start_time", "send an instant before end_time");
  if (range.end > now)
    return InvalidRestatement("restatement.end_time", "send an instant that is past; facts to come are judged by activation");
  if (asked.because().empty()) return InvalidRestatement("restatement.because", "say in one line why; everybody reads it");
  if (auto fault = domain::FaultOfBecause(asked.because())) return InvalidRestatement("restatement.because", *fault);
  COMITY_RETURN_IF_ERROR(CheckBulkWindow(*book.policies, record->policy, range));
  return range;
}

absl::StatusOr<Restatement> FindRestatement(store::Transaction& transaction, std::string_view name) {
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("restatements", name, "name"));
  COMITY_ASSIGN_OR_RETURN(std::vector<Restatement> all, transaction.policies().LoadRestatements());
  for (Restatement& restatement : all) {
    if (std::to_string(restatement.number) == id) return std::move(restatement);
  }
  return Error(absl::StatusCode::kNotFound, ErrorReason::kRestatementNotFound,
               "no such restatement; list them with `comity policy restatements`", {{"name", "send `restatements/NUMBER`"}});
}

absl::Status CheckNotStarted(const Restatement& restatement) {
  if (restatement.started == absl::InfiniteFuture()) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kRestatementStarted,
               "it was started and cannot be changed; to undo it, restate the same range by the policy that was in force");
}

absl::StatusOr<v1::Restatement> ToRestatement(Context& context, store::Transaction& transaction, const Restatement& from,
                                              const Caller& caller) {
  v1::Restatement to;
  to.set_name("restatements/" + std::to_string(from.number));
  to.set_policy("policies/" + std::to_string(from.range.policy));
  *to.mutable_start_time() = ToTimestamp(from.range.start);
  *to.mutable_end_time() = ToTimestamp(from.range.end);
  to.set_because(from.because);
  *to.mutable_preview() = ToDifference(from.preview, from.preview_people);
  to.set_preview_complete(from.preview_complete);
  COMITY_ASSIGN_OR_RETURN(const auto directory, context.snapshots.DirectoryIn(transaction));
  for (v1::Policy::Approval& approval : ToApprovals(from.approvals, *directory, caller)) *to.add_approvals() = std::move(approval);
  to.set_required_approval_count(context.policy_approvals);
  *to.mutable_create_time() = ToTimestamp(from.created);
  const bool approved = from.approvals.size() >= static_cast<size_t>(context.policy_approvals);
  to.set_state(approved ? v1::Restatement::STATE_APPROVED : v1::Restatement::STATE_ANNOUNCED);
  if (from.started == absl::InfiniteFuture()) return to;
  *to.mutable_begin_time() = ToTimestamp(from.started);
  to.set_state(v1::Restatement::STATE_DONE);
  if (from.job.empty()) return to;
  to.set_job(NameOf("jobs", from.job));
  COMITY_ASSIGN_OR_RETURN(const auto job, transaction.admin().FindJob(from.job));
  if (job.has_value() && job->ended == absl::InfiniteFuture()) to.set_state(v1::Restatement::STATE_RUNNING);
  return to;
}

}  // namespace

absl::StatusOr<v1::Restatement> DeedApp::CreateRestatement(const Caller& caller, const v1::CreateRestatementRequest& request) {
  Restatement made;
  {  // The preview takes its time: beside the writer, not in it.
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(const PolicyBook book, LoadPolicyBook(context_, *transaction));
    COMITY_ASSIGN_OR_RETURN(made.range, RangeOf(request.restatement(), book, caller, context_.clock.Now()));
    COMITY_ASSIGN_OR_RETURN(
        const PolicyComparison preview,
        ComparePolicies(*transaction, *book.directory, *book.policies, *book.policies->Find(made.range.policy),
                        {.start = made.range.start, .end = made.range.end, .examples = 0, .budget = kPreviewBudget}, context_.clock));
    made.preview = preview.total.counts;
    made.preview_people = ToldPeople(preview.total.people);
    made.preview_complete = preview.complete;
  }
  return WriteOnce<v1::Restatement>(context_, caller, "CreateRestatement", request,
                                    [&](store::Transaction& transaction) -> absl::StatusOr<v1::Restatement> {
                                      Restatement restatement = made;
                                      COMITY_ASSIGN_OR_RETURN(restatement.number, transaction.policies().TakeRestatementNumber());
                                      restatement.because = request.restatement().because();
                                      restatement.proposed_by = SignerOf(caller);
                                      restatement.created = context_.clock.Now();
                                      COMITY_RETURN_IF_ERROR(transaction.policies().PutRestatement(restatement));
                                      return ToRestatement(context_, transaction, restatement, caller);
                                    });
}

absl::StatusOr<v1::ListRestatementsResponse> DeedApp::ListRestatements(const Caller& caller, const v1::ListRestatementsRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const int32_t page_size, PageSize(request.page_size()));
  COMITY_ASSIGN_OR_RETURN(const std::string token_key, PageTokenKey(context_));
  COMITY_ASSIGN_OR_RETURN(const std::string cursor, ReadPageToken(token_key, "ListRestatements", request.page_token()));
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const auto all, transaction->policies().LoadRestatements());
  const int32_t after = cursor.empty() ? 0 : std::atoi(cursor.c_str());
  v1::ListRestatementsResponse response;
  int32_t last = after;
  for (const Restatement& restatement : all) {
    if (restatement.number <= after) continue;
    if (response.restatements_size() == page_size) {
      response.set_next_page_token(MakePageToken(token_key, "ListRestatements", std::to_string(last)));
      break;
    }
    COMITY_ASSIGN_OR_RETURN(*response.add_restatements(), ToRestatement(context_, *transaction, restatement, caller));
    last = restatement.number;
  }
  return response;
}

absl::StatusOr<v1::Restatement> DeedApp::ApproveRestatement(const Caller& caller, const v1::ApproveRestatementRequest& request) {
  return WriteOnce<v1::Restatement>(context_, caller, "ApproveRestatement", request,
                                    [&](store::Transaction& transaction) -> absl::StatusOr<v1::Restatement> {
                                      COMITY_ASSIGN_OR_RETURN(Restatement restatement, FindRestatement(transaction, request.name()));
                                      COMITY_RETURN_IF_ERROR(CheckNotStarted(restatement));
                                      domain::AddApproval(restatement.approvals, {SignerOf(caller), context_.clock.Now()});
                                      COMITY_RETURN_IF_ERROR(transaction.policies().PutRestatement(restatement));
                                      return ToRestatement(context_, transaction, restatement, caller);
                                    });
}

absl::StatusOr<v1::Restatement> DeedApp::StartRestatement(const Caller& caller, const v1::StartRestatementRequest& request) {
  auto started = WriteOnce<v1::Restatement>(
      context_, caller, "StartRestatement", request, [&](store::Transaction& transaction) -> absl::StatusOr<v1::Restatement> {
        COMITY_ASSIGN_OR_RETURN(Restatement restatement, FindRestatement(transaction, request.name()));
        COMITY_RETURN_IF_ERROR(CheckNotStarted(restatement));
        COMITY_RETURN_IF_ERROR(CheckApprovals(context_, restatement.approvals));
        const domain::Restated& range = restatement.range;
        COMITY_ASSIGN_OR_RETURN(const auto policies, context_.snapshots.PoliciesIn(transaction));
        const domain::Policy* policy = policies->Find(range.policy);
        if (policy == nullptr) return absl::InternalError("a restatement names a policy that is not active");
        COMITY_RETURN_IF_ERROR(CheckBulkWindow(*policies, *policy, range));
        restatement.started = context_.clock.Now();
        const auto day = [](absl::Time time) { return domain::DayNumber(domain::DayOf(time)); };
        COMITY_ASSIGN_OR_RETURN(const std::string job,
                                context_.jobs.CreateForDays(transaction, domain::ReasonCode::kPolicyRestated, day(range.start),
                                                            day(range.end - absl::Microseconds(1))));
        if (!job.empty()) {
          COMITY_ASSIGN_OR_RETURN(restatement.job, IdOf("jobs", job, "job"));
        }
        COMITY_RETURN_IF_ERROR(transaction.policies().PutRestatement(restatement));
        return ToRestatement(context_, transaction, restatement, caller);
      });
  if (started.ok()) context_.jobs.Wake();
  return started;
}

absl::StatusOr<v1::DeleteRestatementResponse> DeedApp::DeleteRestatement(const Caller& caller,
                                                                         const v1::DeleteRestatementRequest& request) {
  return WriteOnce<v1::DeleteRestatementResponse>(context_, caller, "DeleteRestatement", request,
                                                  [&](store::Transaction& transaction) -> absl::StatusOr<v1::DeleteRestatementResponse> {
                                                    COMITY_ASSIGN_OR_RETURN(const Restatement restatement,
                                                                            FindRestatement(transaction, request.name()));
                                                    COMITY_RETURN_IF_ERROR(CheckNotStarted(restatement));
                                                    COMITY_RETURN_IF_ERROR(transaction.policies().DeleteRestatement(restatement.number));
                                                    return v1::DeleteRestatementResponse();
                                                  });
}

}  // namespace comity::app

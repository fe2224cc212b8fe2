#include "service/app/admin_app.h"

#include "service/app/convert.h"
#include "service/app/erasure.h"
#include "service/app/resource_name.h"
#include "service/app/rule_watch.h"
#include "service/app/verify.h"
#include "service/base/error.h"
#include "service/base/version.h"

namespace comity::app {

absl::StatusOr<v1::Status> AdminApp::GetStatus(const Caller& caller, const v1::GetStatusRequest& /*request*/) {
  v1::Status status;
  status.set_version(std::string(Version()));
  *status.mutable_start_time() = ToTimestamp(start_time_);
  status.set_store(std::string(context_.store.engine()));
  for (const v1::Role role : caller.roles) status.add_roles(role);
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  if (!caller.person.empty()) {
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(*transaction));
    if (const auto* person = directory->FindPerson(caller.person)) status.set_caller(NameOf("people", person->id));
  }
  COMITY_ASSIGN_OR_RETURN(const auto returned, ReturnedRules(context_, *transaction));
  for (const domain::RuleReturn& rule : returned) *status.add_returned_rules() = ToReturn(rule);
  if (caller.scope != v1::SCOPE_ORGANISATION) return status;
  COMITY_ASSIGN_OR_RETURN(const auto counts, transaction->events().Count());
  COMITY_ASSIGN_OR_RETURN(const auto head, transaction->deeds().Head());
  COMITY_ASSIGN_OR_RETURN(const auto jobs, transaction->admin().RunningJobs());
  status.set_event_count(counts.events);
  status.set_parked_count(counts.parked);
  status.set_set_aside_count(counts.set_aside);
  status.set_ledger_entry_count(head.sequence);
  status.set_running_job_count(static_cast<int32_t>(jobs.size()));
  return status;
}

absl::StatusOr<v1::Job> AdminApp::GetJob(const Caller& /*caller*/, const v1::GetJobRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("jobs", request.name(), "name"));
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const auto row, transaction->admin().FindJob(id));
  if (!row.has_value()) return Error(absl::StatusCode::kNotFound, ErrorReason::kJobNotFound, "there is no such job");
  v1::Job job;
  job.set_name(NameOf("jobs", row->id));
  job.set_cause(std::string(domain::ReasonName(row->cause)));
  job.set_total_count(row->total);
  job.set_done_count(row->done);
  *job.mutable_create_time() = ToTimestamp(row->created);
  if (row->ended != absl::InfiniteFuture()) *job.mutable_end_time() = ToTimestamp(row->ended);
  return job;
}

absl::StatusOr<v1::Erasure> AdminApp::ErasePerson(const Caller& /*caller*/, const v1::ErasePersonRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("people", request.data_subject(), "data_subject"));
  return app::ErasePerson(context_, id);
}

absl::StatusOr<v1::VerifyLedgerResponse> AdminApp::VerifyLedger(const Caller& /*caller*/, const v1::VerifyLedgerRequest& request) {
  return app::VerifyLedger(context_, request.rebuild());
}

}  // namespace comity::app

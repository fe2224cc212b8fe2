// Use cases of operation: status, sources, tokens, consent, reads, jobs, verification, checkpoints and proofs, backup.
#ifndef COMITY_SERVICE_APP_ADMIN_APP_H_
#define COMITY_SERVICE_APP_ADMIN_APP_H_

#include "absl/status/statusor.h"
#include "comity/v1/admin.pb.h"
#include "service/app/caller.h"
#include "service/app/context.h"

namespace comity::app {

// One method for each of comity.v1.AdminService; requests and answers are the API's own messages, errors those its comments name.
// The caller has been authenticated and has a scope; what within it they may see is decided here. Blocks; safe to call from any thread.
class AdminApp {
 public:
  explicit AdminApp(Context& context) : context_(context), start_time_(context.clock.Now()) {}

  absl::StatusOr<v1::Status> GetStatus(const Caller& caller, const v1::GetStatusRequest& request);
  absl::StatusOr<v1::Source> CreateSource(const Caller& caller, const v1::CreateSourceRequest& request);
  absl::StatusOr<v1::Source> GetSource(const Caller& caller, const v1::GetSourceRequest& request);
  absl::StatusOr<v1::ListSourcesResponse> ListSources(const Caller& caller, const v1::ListSourcesRequest& request);
  absl::StatusOr<v1::CreateTokenResponse> CreateToken(const Caller& caller, const v1::CreateTokenRequest& request);
  absl::StatusOr<v1::ListTokensResponse> ListTokens(const Caller& caller, const v1::ListTokensRequest& request);
  absl::StatusOr<v1::Token> RevokeToken(const Caller& caller, const v1::RevokeTokenRequest& request);
  absl::StatusOr<v1::OptOut> SetOptOut(const Caller& caller, const v1::SetOptOutRequest& request);
  absl::StatusOr<v1::OptOut> GetOptOut(const Caller& caller, const v1::GetOptOutRequest& request);
  absl::StatusOr<v1::ListReadsResponse> ListReads(const Caller& caller, const v1::ListReadsRequest& request);
  absl::StatusOr<v1::Job> GetJob(const Caller& caller, const v1::GetJobRequest& request);
  absl::StatusOr<v1::Erasure> ErasePerson(const Caller& caller, const v1::ErasePersonRequest& request);
  absl::StatusOr<v1::ExportPersonResponse> ExportPerson(const Caller& caller, const v1::ExportPersonRequest& request);
  absl::StatusOr<v1::ListAuditResponse> ListAudit(const Caller& caller, const v1::ListAuditRequest& request);
  absl::StatusOr<v1::VerifyLedgerResponse> VerifyLedger(const Caller& caller, const v1::VerifyLedgerRequest& request);
  absl::StatusOr<v1::Checkpoint> CreateCheckpoint(const Caller& caller, const v1::CreateCheckpointRequest& request);
  absl::StatusOr<v1::Checkpoint> GetCheckpoint(const Caller& caller, const v1::GetCheckpointRequest& request);
  absl::StatusOr<v1::ListCheckpointsResponse> ListCheckpoints(const Caller& caller, const v1::ListCheckpointsRequest& request);
  absl::StatusOr<v1::Proof> GetInclusionProof(const Caller& caller, const v1::GetInclusionProofRequest& request);
  absl::StatusOr<v1::Proof> GetConsistencyProof(const Caller& caller, const v1::GetConsistencyProofRequest& request);
  absl::StatusOr<v1::Backup> CreateBackup(const Caller& caller, const v1::CreateBackupRequest& request);
  absl::StatusOr<v1::ReadBackupResponse> ReadBackup(const Caller& caller, const v1::ReadBackupRequest& request);
  absl::StatusOr<v1::DeleteBackupResponse> DeleteBackup(const Caller& caller, const v1::DeleteBackupRequest& request);

 private:
  Context& context_;
  const absl::Time start_time_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_ADMIN_APP_H_

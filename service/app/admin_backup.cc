// Backup over the API: a copy is made on the server, and read in parts.
#include <algorithm>
#include <optional>

#include "service/app/admin_app.h"
#include "service/app/backups.h"
#include "service/app/idempotency.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

constexpr int32_t kDefaultBytes = 1 << 20, kMaxBytes = 2 << 20;

}  // namespace

absl::StatusOr<v1::Backup> AdminApp::CreateBackup(const Caller& caller, const v1::CreateBackupRequest& request) {
  if (request.request_id().size() > 100) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "request_id is longer than 100 characters",
                 {{"request_id", "send at most 100 characters"}});
  }
  return context_.backups->Create(caller, request.request_id());
}

absl::StatusOr<v1::ReadBackupResponse> AdminApp::ReadBackup(const Caller& /*caller*/, const v1::ReadBackupRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("backups", request.name(), "name"));
  if (request.max_bytes() < 0) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "max_bytes is negative",
                 {{"max_bytes", "send 1 to 2097152, or 0 for 1 MiB"}});
  }
  const int32_t size = request.max_bytes() == 0 ? kDefaultBytes : std::min(request.max_bytes(), kMaxBytes);
  v1::ReadBackupResponse response;
  COMITY_ASSIGN_OR_RETURN(*response.mutable_content(), context_.backups->Read(id, request.offset(), static_cast<size_t>(size)));
  return response;
}

absl::StatusOr<v1::DeleteBackupResponse> AdminApp::DeleteBackup(const Caller& caller, const v1::DeleteBackupRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("backups", request.name(), "name"));
  std::optional<absl::Status> deleted;  // once, though a work may run twice
  return WriteOnce<v1::DeleteBackupResponse>(context_, caller, "DeleteBackup", request,
                                             [&](store::Transaction&) -> absl::StatusOr<v1::DeleteBackupResponse> {
                                               if (!deleted.has_value()) deleted = context_.backups->Delete(id);
                                               COMITY_RETURN_IF_ERROR(*deleted);
                                               return v1::DeleteBackupResponse();
                                             });
}

}  // namespace comity::app

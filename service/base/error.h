// Errors that programs can branch on: a gRPC code, a reason of the one registry, plain words with what to do, and fields at fault.
#ifndef COMITY_SERVICE_BASE_ERROR_H_
#define COMITY_SERVICE_BASE_ERROR_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace comity {

// The one registry of error reasons (ErrorInfo.reason, domain `comity`). X(enumerator, NAME)
#define COMITY_ERROR_REASONS(X)                   \
  X(FieldInvalid, "FIELD_INVALID")                \
  X(TokenMissing, "TOKEN_MISSING")                \
  X(TokenUnknown, "TOKEN_UNKNOWN")                \
  X(RoleRequired, "ROLE_REQUIRED")                \
  X(SourceNotInToken, "SOURCE_NOT_IN_TOKEN")      \
  X(AuditUnavailable, "AUDIT_UNAVAILABLE")        \
  X(DeadlineExceeded, "DEADLINE_EXCEEDED")        \
  X(Cancelled, "CANCELLED")                       \
  X(Internal, "INTERNAL")                         \
  X(Stopping, "STOPPING")                         \
  X(PageTokenInvalid, "PAGE_TOKEN_INVALID")       \
  X(RequestIdReused, "REQUEST_ID_REUSED")         \
  X(EtagStale, "ETAG_STALE")                      \
  X(PersonNotFound, "PERSON_NOT_FOUND")           \
  X(TeamNotFound, "TEAM_NOT_FOUND")               \
  X(AccountNotFound, "ACCOUNT_NOT_FOUND")         \
  X(AccountLinked, "ACCOUNT_LINKED")              \
  X(AccountNotLinked, "ACCOUNT_NOT_LINKED")       \
  X(AccountIsBot, "ACCOUNT_IS_BOT")               \
  X(AccountErased, "ACCOUNT_ERASED")              \
  X(AccountRequired, "ACCOUNT_REQUIRED")          \
  X(AccountElsewhere, "ACCOUNT_ELSEWHERE")        \
  X(DirectoryInvalid, "DIRECTORY_INVALID")        \
  X(EventNotFound, "EVENT_NOT_FOUND")             \
  X(SubjectNotFound, "SUBJECT_NOT_FOUND")         \
  X(FactInvalid, "FACT_INVALID")                  \
  X(FactInFuture, "FACT_IN_FUTURE")               \
  X(BatchInvalid, "BATCH_INVALID")                \
  X(DeedNotFound, "DEED_NOT_FOUND")               \
  X(NotTheAsker, "NOT_THE_ASKER")                 \
  X(NotAHelper, "NOT_A_HELPER")                   \
  X(DeedReversed, "DEED_REVERSED")                \
  X(DeedDeclined, "DEED_DECLINED")                \
  X(SharesInvalid, "SHARES_INVALID")              \
  X(HelperInHelpedTeam, "HELPER_IN_HELPED_TEAM")  \
  X(ReasonRequired, "REASON_REQUIRED")            \
  X(NothingToAccept, "NOTHING_TO_ACCEPT")         \
  X(CorrectionLapsed, "CORRECTION_LAPSED")        \
  X(PolicyNotFound, "POLICY_NOT_FOUND")           \
  X(PolicyInvalid, "POLICY_INVALID")              \
  X(PolicyNotDraft, "POLICY_NOT_DRAFT")           \
  X(PolicyActive, "POLICY_ACTIVE")                \
  X(PolicyNotActivated, "POLICY_NOT_ACTIVATED")   \
  X(ApprovalsMissing, "APPROVALS_MISSING")        \
  X(TimeInPast, "TIME_IN_PAST")                   \
  X(BulkWindowDiffers, "BULK_WINDOW_DIFFERS")     \
  X(RestatementNotFound, "RESTATEMENT_NOT_FOUND") \
  X(RestatementStarted, "RESTATEMENT_STARTED")    \
  X(SourceExists, "SOURCE_EXISTS")                \
  X(SourceNotFound, "SOURCE_NOT_FOUND")           \
  X(SourceInvalid, "SOURCE_INVALID")              \
  X(TokenInvalid, "TOKEN_INVALID")                \
  X(TokenNotFound, "TOKEN_NOT_FOUND")             \
  X(JobNotFound, "JOB_NOT_FOUND")                 \
  X(StoreBusy, "STORE_BUSY")                      \
  X(StoreFull, "STORE_FULL")                      \
  X(StoreNewer, "STORE_NEWER")                    \
  X(StoreOlder, "STORE_OLDER")                    \
  X(StoreFailed, "STORE_FAILED")                  \
  X(Overloaded, "OVERLOADED")                     \
  X(PeerUnavailable, "PEER_UNAVAILABLE")          \
  X(AnswerTooLarge, "ANSWER_TOO_LARGE")           \
  X(ConfigInvalid, "CONFIG_INVALID")              \
  X(SecretFileUnsafe, "SECRET_FILE_UNSAFE")       \
  X(MethodUnknown, "METHOD_UNKNOWN")              \
  X(JsonInvalid, "JSON_INVALID")                  \
  X(CheckpointNotFound, "CHECKPOINT_NOT_FOUND")   \
  X(NotInCheckpoint, "NOT_IN_CHECKPOINT")         \
  X(LedgerForked, "LEDGER_FORKED")                \
  X(BackupNotFound, "BACKUP_NOT_FOUND")           \
  X(BackupRunning, "BACKUP_RUNNING")              \
  X(BackupInvalid, "BACKUP_INVALID")              \
  X(StoreExists, "STORE_EXISTS")                  \
  X(ProgrammeNotFound, "PROGRAMME_NOT_FOUND")     \
  X(ProgrammeExists, "PROGRAMME_EXISTS")          \
  X(BehaviourNotFound, "BEHAVIOUR_NOT_FOUND")     \
  X(BehaviourExists, "BEHAVIOUR_EXISTS")          \
  X(CriteriaExpired, "CRITERIA_EXPIRED")          \
  X(RecognitionNotFound, "RECOGNITION_NOT_FOUND") \
  X(NotHelpedSide, "NOT_HELPED_SIDE")             \
  X(NobodyToThank, "NOBODY_TO_THANK")             \
  X(SelfRecognition, "SELF_RECOGNITION")          \
  X(NotTheAuthor, "NOT_THE_AUTHOR")               \
  X(NotARecipient, "NOT_A_RECIPIENT")             \
  X(CommentNotFound, "COMMENT_NOT_FOUND")         \
  X(CommentsFull, "COMMENTS_FULL")                \
  X(CatalogueFull, "CATALOGUE_FULL")              \
  X(ReportNotFound, "REPORT_NOT_FOUND")           \
  X(InvitationNotFound, "INVITATION_NOT_FOUND")   \
  X(AddressRefused, "ADDRESS_REFUSED")            \
  X(EndpointNotFound, "ENDPOINT_NOT_FOUND")       \
  X(EndpointExists, "ENDPOINT_EXISTS")            \
  X(EndpointsFull, "ENDPOINTS_FULL")              \
  X(EndpointPaused, "ENDPOINT_PAUSED")            \
  X(EndpointBehind, "ENDPOINT_BEHIND")            \
  X(DeliveryNotFound, "DELIVERY_NOT_FOUND")       \
  X(TemplateNotFound, "TEMPLATE_NOT_FOUND")       \
  X(TemplateExists, "TEMPLATE_EXISTS")            \
  X(NormSetNotFound, "NORM_SET_NOT_FOUND")        \
  X(NormSetExists, "NORM_SET_EXISTS")             \
  X(CheckInNotFound, "CHECK_IN_NOT_FOUND")        \
  X(CheckInClosed, "CHECK_IN_CLOSED")             \
  X(RotationNotFound, "ROTATION_NOT_FOUND")       \
  X(RotationExists, "ROTATION_EXISTS")            \
  X(RotationsFull, "ROTATIONS_FULL")              \
  X(RotationArchived, "ROTATION_ARCHIVED")        \
  X(AssignmentNotFound, "ASSIGNMENT_NOT_FOUND")   \
  X(AssignmentPast, "ASSIGNMENT_PAST")            \
  X(NotOnDuty, "NOT_ON_DUTY")                     \
  X(SwapNotOffered, "SWAP_NOT_OFFERED")           \
  X(AbsenceNotFound, "ABSENCE_NOT_FOUND")         \
  X(AbsencesFull, "ABSENCES_FULL")

enum class ErrorReason {
#define COMITY_ERROR_ENUM(enumerator, name) k##enumerator,
  COMITY_ERROR_REASONS(COMITY_ERROR_ENUM)
#undef COMITY_ERROR_ENUM
};
std::string_view ErrorReasonName(ErrorReason reason);
std::optional<ErrorReason> ErrorReasonFromName(std::string_view name);

// A field at fault: its path in the request or file, and what to do about it.
struct FieldFault {
  std::string field, description;
  bool operator==(const FieldFault&) const = default;
};

struct ErrorDetails {
  std::string reason;  // name in the registry; empty for foreign errors
  std::vector<std::pair<std::string, std::string>> metadata;
  std::vector<FieldFault> faults;
};

// `message` says what is wrong and what to do; never content or personal data.
absl::Status Error(absl::StatusCode code, ErrorReason reason, std::string_view message, std::vector<FieldFault> faults = {},
                   std::vector<std::pair<std::string, std::string>> metadata = {});
// The same for errors that came over the wire: a newer server may give a reason that this registry does not have yet.
absl::Status ErrorNamed(absl::StatusCode code, std::string_view reason_name, std::string_view message, std::vector<FieldFault> faults = {},
                        std::vector<std::pair<std::string, std::string>> metadata = {});
// What `Error` put into a status; empty for statuses made otherwise.
ErrorDetails DetailsOf(const absl::Status& status);

// The backend's own trouble, such as a full disk: no single piece of work is to blame, and running the others again would only meet it
// again.
inline bool IsBackendsOwn(const absl::Status& status) { return absl::IsUnavailable(status) || absl::IsResourceExhausted(status); }

}  // namespace comity

#define COMITY_RETURN_IF_ERROR(expression)         \
  do {                                             \
    absl::Status comity_status = (expression);     \
    if (!comity_status.ok()) return comity_status; \
  } while (false)

#define COMITY_ASSIGN_OR_RETURN(target, expression) \
  COMITY_ASSIGN_OR_RETURN_IMPL(COMITY_CONCAT(comity_status_or_, __LINE__), target, expression)
#define COMITY_ASSIGN_OR_RETURN_IMPL(holder, target, expression) \
  auto holder = (expression);                                    \
  if (!holder.ok()) return holder.status();                      \
  target = *std::move(holder)
#define COMITY_CONCAT(a, b) COMITY_CONCAT_IMPL(a, b)
#define COMITY_CONCAT_IMPL(a, b) a##b

#endif  // COMITY_SERVICE_BASE_ERROR_H_

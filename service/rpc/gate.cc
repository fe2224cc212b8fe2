#include "service/rpc/gate.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "service/obs/log.h"
#include "service/rpc/status.h"

namespace comity::rpc {
namespace {

constexpr size_t kMaxTargetBytes = 200;

std::string RolesThatFit(const v1::Access& access) {
  std::vector<std::string> names;
  // `member`, as people say it and as `comity tokens create --role` takes it.
  for (const v1::Grant& grant : access.grants())
    names.push_back(absl::AsciiStrToLower(v1::Role_Name(grant.role()).substr(sizeof "ROLE_" - 1)));
  return absl::StrJoin(names, ", ");
}

// What was asked for in vain may be somebody who was erased: then only names are kept that are no person's.
std::string KeptTarget(const std::string& target, const absl::Status& status) {
  const bool in_vain = absl::IsNotFound(status) || DetailsOf(status).reason == ErrorReasonName(ErrorReason::kAccountErased);
  if (!in_vain) return target;
  static constexpr std::string_view kNobodys[] = {"deeds/",     "events/",       "jobs/",      "sources/", "tokens/",     "policies/",
                                                  "teams/",     "recognitions/", "comments/",  "reports/", "behaviours/", "programmes/",
                                                  "endpoints/", "deliveries/",   "rotations/", "absences/"};
  std::vector<std::string> kept;
  for (const absl::string_view part : absl::StrSplit(target, ' ', absl::SkipEmpty())) {
    const bool nobodys = std::any_of(std::begin(kNobodys), std::end(kNobodys), [&](std::string_view collection) {
      return std::string_view(part.data(), part.size()).starts_with(collection);
    });
    kept.emplace_back(nobodys ? std::string(part) : "?");
  }
  return absl::StrJoin(kept, " ");
}

store::AuditRow RowOf(const Passage& passage, const absl::Status& status) {
  store::AuditRow row;
  row.time = passage.begun;
  row.method = passage.rule->name;
  row.token = passage.caller.token_id;
  row.person = passage.caller.person;
  row.code = static_cast<int32_t>(status.code());
  row.target = KeptTarget(passage.target, status);
  return row;
}

bool IsOurFault(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kUnknown || code == absl::StatusCode::kDataLoss ||
         code == absl::StatusCode::kUnavailable || code == absl::StatusCode::kResourceExhausted;
}

absl::Status AuditUnavailable() {
  return Error(absl::StatusCode::kUnavailable, ErrorReason::kAuditUnavailable,
               "no audit record can be written now, and without one this call is not answered; repeat it later with the same request_id");
}

// A full disk keeps its own, more telling error.
absl::Status BecauseOfAudit(const absl::Status& status) {
  if (status.ok()) return status;
  return DetailsOf(status).reason == ErrorReasonName(ErrorReason::kStoreFull) ? status : AuditUnavailable();
}

}  // namespace

absl::Status Gate::Admit(const Credentials& credentials, Passage& passage) {
  COMITY_RETURN_IF_ERROR(authenticator_.Authenticate(credentials, passage.caller));
  passage.caller.scope = WidestScope(passage.rule->access, passage.caller.roles);
  if (passage.caller.scope == v1::SCOPE_UNSPECIFIED) {
    return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kRoleRequired,
                 absl::StrCat("this call needs a token with one of these roles: ", RolesThatFit(passage.rule->access)));
  }
  return CheckAudit(*passage.rule);
}

absl::Status Gate::CheckAudit(const MethodRule& rule) {
  if (!audit_.HasRoom()) return AuditUnavailable();
  return rule.writes ? BecauseOfAudit(audit_.CheckWritable()) : absl::OkStatus();
}

absl::Status Gate::Leave(const Passage& passage, const absl::Status& status) {
  Note(passage, status);
  const bool allowed = passage.caller.scope != v1::SCOPE_UNSPECIFIED;
  if (!allowed || !(passage.rule->writes || passage.rule->reads_deeds)) {
    audit_.Append(RowOf(passage, status));
    return status;
  }
  const absl::Status written = audit_.AppendNow(RowOf(passage, status));
  // Reads go on while the disk is full: their records wait in memory, as long as there is room.
  if (written.ok() || !status.ok() || !passage.rule->writes) return status;
  return BecauseOfAudit(written);
}

void Gate::LeaveSoon(const Passage& passage, const absl::Status& status) {
  Note(passage, status);
  audit_.Append(RowOf(passage, status));
}

void Gate::Note(const Passage& passage, const absl::Status& status) {
  const double seconds = absl::ToDoubleSeconds(clock_.Now() - passage.begun);
  metrics_.CountCall(passage.rule->name, CodeName(status.code()), std::max(seconds, 0.0));
  if (status.ok()) return;
  const std::string reason = DetailsOf(status).reason;
  if (IsOurFault(status.code())) {
    // A status without a reason was made deep inside: its own words belong here, not in the answer.
    const std::string words = reason.empty() ? std::string(status.message()) : "";
    obs::Log(obs::Level::kError, "Call failed",
             {{"method", passage.rule->name},
              {"code", CodeName(status.code())},
              {"reason", reason},
              {"detail", words},
              {"token", passage.caller.token_id},
              {"seconds", seconds}});
  } else {
    obs::Log(obs::Level::kInfo, "Call refused",
             {{"method", passage.rule->name},
              {"code", CodeName(status.code())},
              {"reason", reason},
              {"token", passage.caller.token_id},
              {"seconds", seconds}});
  }
}

std::string TargetOf(const google::protobuf::Message& request) {
  static constexpr std::string_view kNaming[] = {"name",    "source",   "source_id",   "account",  "person",     "team",
                                                 "subject", "endpoint", "endpoint_id", "rotation", "rotation_id"};
  const auto* descriptor = request.GetDescriptor();
  std::string target;
  for (const std::string_view naming : kNaming) {
    const auto* field = descriptor->FindFieldByName(std::string(naming));
    if (field == nullptr || field->is_repeated() || field->type() != google::protobuf::FieldDescriptor::TYPE_STRING) continue;
    const std::string value = request.GetReflection()->GetString(request, field);
    if (value.empty()) continue;
    if (!target.empty()) target += ' ';
    for (const char c : value.substr(0, kMaxTargetBytes)) target += c > 0x20 && c < 0x7f ? c : '?';
  }
  return target.substr(0, kMaxTargetBytes);
}

}  // namespace comity::rpc

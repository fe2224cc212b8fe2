// Reading the audit, for those who audit.
#include <charconv>
#include <limits>
#include <optional>

#include "absl/strings/str_cat.h"
#include "service/app/admin_app.h"
#include "service/app/convert.h"
#include "service/app/page_token.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

constexpr int32_t kRecordsInAPart = 1000;  // records read at once
constexpr int32_t kMostRead = 20'000;      // for one page: what fits a narrow filter may lie far back

struct Filter {
  absl::Time start = absl::InfinitePast(), end = absl::InfiniteFuture();
  std::string method;
  std::optional<domain::PersonUid> person;
  std::optional<int32_t> code;

  bool Fits(const store::AuditRow& row) const {
    if (row.time < start || row.time >= end) return false;
    if (!method.empty() && row.method != method && !row.method.starts_with(method + "/")) return false;
    return (!person || row.person == *person) && (!code || row.code == *code);
  }
};

// `PERMISSION_DENIED`, as gRPC writes its codes.
std::optional<int32_t> CodeFromName(std::string_view name) {
  for (int code = 0; code <= static_cast<int>(absl::StatusCode::kUnauthenticated); ++code) {
    if (absl::StatusCodeToString(static_cast<absl::StatusCode>(code)) == name) return code;
  }
  return std::nullopt;
}

absl::Status InvalidFilter(std::string_view field, std::string_view remedy) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, absl::StrCat(std::string(field), " cannot be used"),
               {{std::string(field), std::string(remedy)}});
}

absl::Status ReadInstant(std::string_view field, bool has, const google::protobuf::Timestamp& stamp, absl::Time& time) {
  if (!has) return absl::OkStatus();
  if (stamp.seconds() < 0 || stamp.seconds() > 253'402'300'799 || stamp.nanos() < 0 || stamp.nanos() > 999'999'999) {
    return InvalidFilter(field, "send an instant from 1970 on");
  }
  time = absl::FromUnixMicros(stamp.seconds() * 1'000'000 + stamp.nanos() / 1000);
  return absl::OkStatus();
}

absl::StatusOr<Filter> ReadFilter(const v1::ListAuditRequest& request, const domain::Directory& directory) {
  Filter filter;
  COMITY_RETURN_IF_ERROR(ReadInstant("start_time", request.has_start_time(), request.start_time(), filter.start));
  COMITY_RETURN_IF_ERROR(ReadInstant("end_time", request.has_end_time(), request.end_time(), filter.end));
  if (filter.start >= filter.end) return InvalidFilter("end_time", "send one after start_time");
  if (request.method().size() > 200) return InvalidFilter("method", "send `Service/Method`, or `Service`");
  filter.method = request.method();
  if (!request.code().empty()) {
    filter.code = CodeFromName(request.code());
    if (!filter.code) return InvalidFilter("code", "send a gRPC code, for example PERMISSION_DENIED");
  }
  if (!request.person().empty()) {
    COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("people", request.person(), "person"));
    const domain::PersonRow* row = directory.FindPersonById(id);
    if (row == nullptr) return Error(absl::StatusCode::kNotFound, ErrorReason::kPersonNotFound, "the directory has no person of this id");
    filter.person = row->uid;
  }
  return filter;
}

v1::AuditRecord ToApi(const store::AuditRow& row, const domain::Directory& directory) {
  v1::AuditRecord record;
  *record.mutable_call_time() = ToTimestamp(row.time);
  record.set_method(row.method);
  record.set_token(NameOf("tokens", row.token));
  if (const auto* person = directory.FindPerson(row.person)) record.set_person(NameOf("people", person->id));
  record.set_code(absl::StatusCodeToString(static_cast<absl::StatusCode>(row.code)));
  record.set_target(row.target);
  return record;
}

}  // namespace

absl::StatusOr<v1::ListAuditResponse> AdminApp::ListAudit(const Caller& /*caller*/, const v1::ListAuditRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const int32_t size, PageSize(request.page_size()));
  COMITY_ASSIGN_OR_RETURN(const std::string key, PageTokenKey(context_));
  v1::ListAuditRequest bound = request;  // a token fits the list that it came from
  bound.clear_page_size();
  bound.clear_page_token();
  const std::string filter_text = "ListAudit " + bound.SerializeAsString();
  COMITY_ASSIGN_OR_RETURN(const std::string cursor, ReadPageToken(key, filter_text, request.page_token()));
  int64_t before = std::numeric_limits<int64_t>::max();
  std::from_chars(cursor.data(), cursor.data() + cursor.size(), before);
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(*transaction));
  COMITY_ASSIGN_OR_RETURN(const Filter filter, ReadFilter(request, *directory));
  v1::ListAuditResponse response;
  for (int32_t looked_at = 0; looked_at < kMostRead;) {
    COMITY_ASSIGN_OR_RETURN(const auto rows, transaction->privacy().ReadAudit(before, kRecordsInAPart));
    for (const auto& row : rows) {
      if (response.records_size() == size) break;
      before = row.id;
      ++looked_at;
      if (filter.Fits(row.audit)) *response.add_records() = ToApi(row.audit, *directory);
    }
    // Records lie in the order of their writing, within a minute of their calls' order.
    if (rows.size() < kRecordsInAPart && (rows.empty() || before == rows.back().id)) return response;
    if (response.records_size() == size) break;
    if (!rows.empty() && rows.back().audit.time < filter.start - absl::Minutes(10)) return response;
  }
  response.set_next_page_token(MakePageToken(key, filter_text, std::to_string(before)));
  return response;
}

}  // namespace comity::app

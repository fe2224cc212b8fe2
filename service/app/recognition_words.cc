// Comments on recognitions, and "report this".
#include <algorithm>
#include <charconv>
#include <utility>

#include "service/app/idempotency.h"
#include "service/app/page_token.h"
#include "service/app/recognition_access.h"
#include "service/app/recognition_app.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

constexpr int32_t kReportScan = 500;

absl::StatusOr<v1::Recognition> WithComments(store::Transaction& transaction, const OpenedRecognition& opened) {
  return ToRecognition(transaction, *opened.directory, opened.recognition(), opened.onlooker, /*with_comments=*/true);
}

bool IsThanked(const domain::Recognition& recognition, domain::PersonUid person) {
  return recognition.author != person && domain::IsConcernedBy(recognition, person);
}

}  // namespace

absl::StatusOr<v1::Recognition> RecognitionApp::CreateComment(const Caller& caller, const v1::CreateCommentRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckIsPerson(caller));
  COMITY_RETURN_IF_ERROR(CheckWords(request.text(), "text", domain::kMaxComment));
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Recognition> {
    COMITY_ASSIGN_OR_RETURN(const OpenedRecognition opened, OpenRecognition(context_, transaction, caller, request.name()));
    COMITY_ASSIGN_OR_RETURN(const auto there, transaction.recognition().CommentsOf(opened.recognition().uid));
    if (there.size() >= domain::kMaxComments) {
      return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kCommentsFull, "there are 100 comments already; talk to each other");
    }
    const domain::Comment comment{.uid = context_.uids.Make<domain::CommentUid>("comment"),
                                  .author = caller.person,
                                  .text = request.text(),
                                  .created = context_.clock.Now()};
    COMITY_RETURN_IF_ERROR(transaction.recognition().InsertComment(opened.recognition().uid, comment));
    return WithComments(transaction, opened);
  };
  return WriteOnce<v1::Recognition>(context_, caller, "CreateComment", request, run);
}

absl::StatusOr<v1::Recognition> RecognitionApp::DeleteComment(const Caller& caller, const v1::DeleteCommentRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckIsPerson(caller));
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("comments", request.comment(), "comment"));
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Recognition> {
    COMITY_ASSIGN_OR_RETURN(const OpenedRecognition opened, OpenRecognition(context_, transaction, caller, request.name()));
    COMITY_ASSIGN_OR_RETURN(const auto there, transaction.recognition().CommentsOf(opened.recognition().uid));
    const auto may_delete = [&](const domain::Comment& comment) {
      return comment.uid.ToText() == id && (comment.author == caller.person || IsThanked(opened.recognition(), caller.person));
    };
    const auto found = std::find_if(there.begin(), there.end(), may_delete);
    if (found == there.end()) {
      return Error(absl::StatusCode::kNotFound, ErrorReason::kCommentNotFound,
                   "no such comment that you may delete: your own, and any on thanks that were given to you");
    }
    COMITY_RETURN_IF_ERROR(transaction.recognition().DeleteComment(found->uid));
    return WithComments(transaction, opened);
  };
  return WriteOnce<v1::Recognition>(context_, caller, "DeleteComment", request, run);
}

absl::StatusOr<v1::Report> RecognitionApp::ReportRecognition(const Caller& caller, const v1::ReportRecognitionRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckIsPerson(caller));
  COMITY_RETURN_IF_ERROR(CheckWords(request.because(), "because", domain::kMaxReport));
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Report> {
    COMITY_ASSIGN_OR_RETURN(const OpenedRecognition opened, OpenRecognition(context_, transaction, caller, request.name()));
    domain::Report report;
    report.uid = context_.uids.Make<domain::ReportUid>("report");
    report.recognition = opened.recognition().uid;
    report.reporter = caller.person;
    report.because = request.because();
    report.created = context_.clock.Now();
    COMITY_RETURN_IF_ERROR(transaction.recognition().PutReport(report));
    return ToReport(report, *opened.directory);
  };
  return WriteOnce<v1::Report>(context_, caller, "ReportRecognition", request, run);
}

absl::StatusOr<v1::ListReportsResponse> RecognitionApp::ListReports(const Caller& caller, const v1::ListReportsRequest& request) {
  const bool all = caller.scope == v1::SCOPE_ORGANISATION;
  if (!all) COMITY_RETURN_IF_ERROR(CheckIsPerson(caller));
  COMITY_ASSIGN_OR_RETURN(const int32_t page_size, PageSize(request.page_size()));
  const std::string filter = "ListReports " + caller.person.ToText() + ' ' + std::to_string(caller.scope) + (request.open() ? " open" : "");
  COMITY_ASSIGN_OR_RETURN(const std::string token_key, PageTokenKey(context_));
  COMITY_ASSIGN_OR_RETURN(const std::string cursor, ReadPageToken(token_key, filter, request.page_token()));
  int64_t before = INT64_MAX;
  std::from_chars(cursor.data(), cursor.data() + cursor.size(), before);
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(*transaction));
  const domain::PersonUid reporter = all ? domain::PersonUid{} : caller.person;
  COMITY_ASSIGN_OR_RETURN(const auto rows, transaction->recognition().ListReports(reporter, before, kReportScan));
  v1::ListReportsResponse response;
  bool more = rows.size() == static_cast<size_t>(kReportScan);
  for (const store::ReportRow& row : rows) {
    if (response.reports_size() == page_size) {
      more = true;
      break;
    }
    before = row.number;
    if (request.open() && row.report.decision != domain::ReportDecision::kNone) continue;
    *response.add_reports() = ToReport(row.report, *directory);
  }
  if (more) response.set_next_page_token(MakePageToken(token_key, filter, std::to_string(before)));
  return response;
}

absl::StatusOr<v1::Report> RecognitionApp::ResolveReport(const Caller& caller, const v1::ResolveReportRequest& request) {
  if (request.decision() != v1::Report::DECISION_KEPT && request.decision() != v1::Report::DECISION_TAKEN_DOWN) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "decision is not a known value",
                 {{"decision", "send KEPT or TAKEN_DOWN"}});
  }
  COMITY_RETURN_IF_ERROR(CheckWords(request.because(), "because", domain::kMaxReport));
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("reports", request.name(), "name"));
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Report> {
    std::optional<store::ReportRow> row;
    if (const auto uid = domain::ReportUid::FromText(id); uid.has_value()) {
      COMITY_ASSIGN_OR_RETURN(row, transaction.recognition().FindReport(*uid));
    }
    if (!row.has_value()) {
      return Error(absl::StatusCode::kNotFound, ErrorReason::kReportNotFound, "no such report; ListReports names all");
    }
    domain::Report& report = row->report;
    COMITY_ASSIGN_OR_RETURN(const auto recognition, transaction.recognition().Find(report.recognition));
    if (recognition.has_value()) {
      // Nobody decides in their own case.
      const domain::Recognition& about = recognition->recognition;
      const bool own = !caller.person.empty() && (about.author == caller.person || report.reporter == caller.person ||
                                                  std::any_of(about.recipients.begin(), about.recipients.end(),
                                                              [&](const auto& recipient) { return recipient.person == caller.person; }));
      if (own) {
        return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kRoleRequired,
                     "this is about yourself or was reported by you; another steward has to decide it");
      }
      const bool down = request.decision() == v1::Report::DECISION_TAKEN_DOWN;
      COMITY_RETURN_IF_ERROR(transaction.recognition().SetTakenDown(report.recognition, down ? request.because() : ""));
    }
    report.decision = static_cast<domain::ReportDecision>(request.decision());
    report.decision_because = request.because();
    report.decided = context_.clock.Now();
    COMITY_RETURN_IF_ERROR(transaction.recognition().PutReport(report));
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(transaction));
    return ToReport(report, *directory);
  };
  return WriteOnce<v1::Report>(context_, caller, "ResolveReport", request, run);
}

}  // namespace comity::app

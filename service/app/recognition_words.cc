// Comments on recognitions, and "report this".
#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "service/app/idempotency.h"
#include "service/app/page_token.h"
#include "service/app/read_audit.h"
#include "service/app/recognition_access.h"
#include "service/app/recognition_app.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"
#include "service/domain/recognition/words.h"

namespace comity::app {
namespace {

constexpr int32_t kReportScan = 500;

absl::Status CommentNotFound() {
  return Error(absl::StatusCode::kNotFound, ErrorReason::kCommentNotFound,
               "no such comment that you may delete: your own, and any on thanks that were given to you");
}

bool IsTakenDown(const store::ReportRow& row) { return row.report.decision == domain::ReportDecision::kTakenDown; }
bool IsOpen(const store::ReportRow& row) { return row.report.is_open(); }

bool IsNamedIn(const domain::Recognition& recognition, domain::PersonUid person) {
  return !person.empty() && (recognition.author == person || domain::IsRecipient(recognition, person));
}

// Who reported it is not told to a steward who is named in it; nor to anybody once it is gone, since nobody knows then who was.
absl::StatusOr<bool> MayNameReporter(store::Transaction& transaction, const domain::Report& report, domain::PersonUid steward) {
  COMITY_ASSIGN_OR_RETURN(const auto row, transaction.recognition().Find(report.recognition));
  return row.has_value() && !IsNamedIn(row->recognition, steward);
}

// The recognition as its reports are answered now.
absl::Status Settle(store::Transaction& transaction, const domain::Recognition& about) {
  store::RecognitionStore& store = transaction.recognition();
  COMITY_ASSIGN_OR_RETURN(const auto reports, store.ReportsOn(about.uid, domain::kMaxReportsLookedAt));
  // It stands again only when no answer says otherwise any more; what is shown is the latest reason.
  const store::ReportRow* down = nullptr;
  for (const store::ReportRow& row : reports) {
    if (IsTakenDown(row) && (down == nullptr || row.report.decided >= down->report.decided)) down = &row;
  }
  COMITY_RETURN_IF_ERROR(store.SetTakenDown(about.uid, down == nullptr ? "" : down->report.decision_because));
  const bool done = std::none_of(reports.begin(), reports.end(), IsOpen);
  return about.withdrawn && done ? store.Delete(about.uid) : absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::Recognition> RecognitionApp::CreateComment(const Caller& caller, const v1::CreateCommentRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  const std::string text = domain::PlainLineBreaks(request.text());
  COMITY_RETURN_IF_ERROR(CheckWords(text, "text", domain::kMaxComment));
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Recognition> {
    COMITY_ASSIGN_OR_RETURN(const OpenedRecognition opened, OpenRecognition(context_, transaction, caller, request.name()));
    COMITY_ASSIGN_OR_RETURN(const auto there, transaction.recognition().CommentsOf(opened.recognition().uid));
    if (there.size() >= domain::kMaxComments) {
      return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kCommentsFull, "there are 100 comments already; talk to each other");
    }
    const domain::Comment comment{
        .uid = context_.uids.Make<domain::CommentUid>("comment"), .author = caller.person, .text = text, .created = context_.clock.Now()};
    COMITY_RETURN_IF_ERROR(transaction.recognition().InsertComment(opened.recognition().uid, comment));
    return NameAlone(opened.recognition().uid);
  };
  return AsItIsNow(context_, caller, WriteOnce<v1::Recognition>(context_, caller, "CreateComment", request, run));
}

absl::StatusOr<v1::Recognition> RecognitionApp::DeleteComment(const Caller& caller, const v1::DeleteCommentRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("comments", request.comment(), "comment"));
  COMITY_ASSIGN_OR_RETURN(const auto recognition, RecognitionUidOf(request.name()));
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Recognition> {
    const auto uid = domain::CommentUid::FromText(id);
    std::optional<std::pair<domain::RecognitionUid, domain::Comment>> found;
    if (uid.has_value()) {
      COMITY_ASSIGN_OR_RETURN(found, transaction.recognition().FindComment(*uid));
    }
    const bool is_there = found.has_value() && recognition == found->first;
    // One's own words one can always take back, also where one does not see the thanks any more.
    if (!is_there || found->second.author != caller.person) {
      COMITY_ASSIGN_OR_RETURN(const OpenedRecognition opened, OpenRecognition(context_, transaction, caller, request.name()));
      if (!is_there || !domain::IsRecipient(opened.recognition(), caller.person)) return CommentNotFound();
    }
    COMITY_RETURN_IF_ERROR(transaction.recognition().DeleteComment(*uid));
    return NameAlone(found->first);
  };
  return AsItIsNow(context_, caller, WriteOnce<v1::Recognition>(context_, caller, "DeleteComment", request, run));
}

absl::StatusOr<v1::Report> RecognitionApp::ReportRecognition(const Caller& caller, const v1::ReportRecognitionRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  const std::string because = domain::PlainLineBreaks(request.because());
  COMITY_RETURN_IF_ERROR(CheckWords(because, "because", domain::kMaxReport));
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Report> {
    COMITY_ASSIGN_OR_RETURN(const OpenedRecognition opened, OpenRecognition(context_, transaction, caller, request.name()));
    // One person's report of it waits once.
    COMITY_ASSIGN_OR_RETURN(const auto reports, transaction.recognition().ReportsOn(opened.recognition().uid, domain::kMaxReportsLookedAt));
    for (const store::ReportRow& row : reports) {
      if (row.report.is_open() && row.report.reporter == caller.person) return ToReport(row.report, *opened.directory);
    }
    domain::Report report;
    report.uid = context_.uids.Make<domain::ReportUid>("report");
    report.recognition = opened.recognition().uid;
    report.reporter = caller.person;
    report.because = because;
    report.created = context_.clock.Now();
    COMITY_RETURN_IF_ERROR(transaction.recognition().PutReport(report));
    return ToReport(report, *opened.directory);
  };
  return WriteOnce<v1::Report>(context_, caller, "ReportRecognition", request, run);
}

absl::StatusOr<v1::ListReportsResponse> RecognitionApp::ListReports(const Caller& caller, const v1::ListReportsRequest& request) {
  const bool all = caller.scope == v1::SCOPE_ORGANISATION;
  if (!all) COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  COMITY_ASSIGN_OR_RETURN(const int32_t page_size, PageSize(request.page_size()));
  const std::string filter = "ListReports " + caller.person.ToText() + ' ' + std::to_string(caller.scope) + (request.open() ? " open" : "");
  COMITY_ASSIGN_OR_RETURN(const std::string token_key, PageTokenKey(context_));
  COMITY_ASSIGN_OR_RETURN(const std::string cursor, ReadPageToken(token_key, filter, request.page_token()));
  int64_t before = INT64_MAX;
  std::from_chars(cursor.data(), cursor.data() + cursor.size(), before);
  std::set<domain::PersonUid> read;
  v1::ListReportsResponse response;
  {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(*transaction));
    const domain::PersonUid reporter = all ? domain::PersonUid{} : caller.person;
    COMITY_ASSIGN_OR_RETURN(const auto rows, transaction->recognition().ListReports(reporter, before, kReportScan));
    bool more = rows.size() == static_cast<size_t>(kReportScan);
    for (const store::ReportRow& row : rows) {
      if (response.reports_size() == page_size) {
        more = true;
        break;
      }
      before = row.number;
      if (request.open() && row.report.decision != domain::ReportDecision::kNone) continue;
      v1::Report& report = *response.add_reports() = ToReport(row.report, *directory);
      if (!all || row.report.reporter == caller.person) continue;
      COMITY_ASSIGN_OR_RETURN(const bool named, MayNameReporter(*transaction, row.report, caller.person));
      if (named) {
        read.insert(row.report.reporter);
      } else {
        report.clear_reporter();
      }
    }
    if (more) response.set_next_page_token(MakePageToken(token_key, filter, CursorOf(before)));
  }
  if (!read.empty()) COMITY_RETURN_IF_ERROR(RecordReads(context_, caller, "ListReports", "list", std::move(read)));
  return response;
}

absl::StatusOr<v1::Report> RecognitionApp::ResolveReport(const Caller& caller, const v1::ResolveReportRequest& request) {
  if (request.decision() != v1::Report::DECISION_KEPT && request.decision() != v1::Report::DECISION_TAKEN_DOWN) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "decision is not a known value",
                 {{"decision", "send KEPT or TAKEN_DOWN"}});
  }
  const std::string because = domain::PlainLineBreaks(request.because());
  COMITY_RETURN_IF_ERROR(CheckWords(because, "because", domain::kMaxReport));
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("reports", request.name(), "name"));
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Report> {
    std::optional<store::ReportRow> row;
    if (const auto uid = domain::ReportUid::FromText(id); uid.has_value()) {
      COMITY_ASSIGN_OR_RETURN(row, transaction.recognition().FindReport(*uid));
    }
    if (!row.has_value()) {
      return Error(absl::StatusCode::kNotFound, ErrorReason::kReportNotFound, "no such report; list them with `comity reports list`");
    }
    domain::Report& report = row->report;
    if (!request.etag().empty() && request.etag() != EtagOf(report)) {
      return Error(absl::StatusCode::kAborted, ErrorReason::kEtagStale, "somebody has answered it meanwhile; read it again, then decide",
                   {{"etag", "send the etag of the report as it is now, or none"}});
    }
    COMITY_ASSIGN_OR_RETURN(const auto about, transaction.recognition().Find(report.recognition));
    if (!about.has_value()) {
      return Error(absl::StatusCode::kNotFound, ErrorReason::kRecognitionNotFound,
                   "its author has withdrawn it: nothing is left to decide");
    }
    // Nobody decides in their own case.
    if (!caller.person.empty() && (IsNamedIn(about->recognition, caller.person) || report.reporter == caller.person)) {
      return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kRoleRequired,
                   "this is about yourself or was reported by you; another steward has to decide it");
    }
    report.decision = static_cast<domain::ReportDecision>(request.decision());
    report.decision_because = because;
    report.decided = context_.clock.Now();
    COMITY_RETURN_IF_ERROR(transaction.recognition().PutReport(report));
    COMITY_RETURN_IF_ERROR(Settle(transaction, about->recognition));
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(transaction));
    v1::Report answered = ToReport(report, *directory);
    answered.clear_reporter();  // whom a steward reads of is in lists, where it is recorded
    return answered;
  };
  return WriteOnce<v1::Report>(context_, caller, "ResolveReport", request, run);
}

}  // namespace comity::app

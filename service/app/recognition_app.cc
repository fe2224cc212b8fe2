#include "service/app/recognition_app.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>
#include <utility>

#include "service/app/deed_access.h"
#include "service/app/idempotency.h"
#include "service/app/outbox.h"
#include "service/app/page_token.h"
#include "service/app/read_audit.h"
#include "service/app/recognition_access.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

constexpr int32_t kRecognitionScan = 200;
constexpr int kMaxRecognitionScans = 10;  // a page of an answer reads at most this many; then it may be short, and its token goes on

using Rows = std::vector<store::RecognitionRow>;

// What may be seen by others than those concerned, or was reported, and what concerns the caller; newest first, at most as many as are
// looked at at once, so that those which nobody else may see cost the list nothing.
absl::StatusOr<Rows> ReadAll(store::RecognitionStore& store, const Viewer& viewer, int64_t before) {
  Rows all;
  const auto add = [&all](absl::StatusOr<Rows> rows) {
    if (rows.ok()) std::move(rows->begin(), rows->end(), std::back_inserter(all));
    return rows.status();
  };
  COMITY_RETURN_IF_ERROR(add(store.List(store::RecognitionSet::kWide, before, kRecognitionScan)));
  if (viewer.oversees) COMITY_RETURN_IF_ERROR(add(store.List(store::RecognitionSet::kReported, before, kRecognitionScan)));
  if (!viewer.person.empty()) {
    for (const store::RecognitionPart part : {store::RecognitionPart::kAuthor, store::RecognitionPart::kRecipient}) {
      COMITY_RETURN_IF_ERROR(add(store.ListOf(viewer.person, part, before, kRecognitionScan)));
    }
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.number > b.number; });
  const auto same = [](const auto& a, const auto& b) { return a.number == b.number; };
  all.erase(std::unique(all.begin(), all.end(), same), all.end());
  if (all.size() > static_cast<size_t>(kRecognitionScan)) all.resize(kRecognitionScan);
  return all;
}

absl::StatusOr<Rows> ReadRows(store::RecognitionStore& store, const Viewer& viewer, v1::ListRecognitionsRequest::Which which,
                              domain::DeedHash deed, int64_t before) {
  if (!deed.empty()) return store.ListFor(deed, before, kRecognitionScan);
  if (which == v1::ListRecognitionsRequest::WHICH_UNSPECIFIED) return ReadAll(store, viewer, before);
  const auto part =
      which == v1::ListRecognitionsRequest::WHICH_GIVEN ? store::RecognitionPart::kAuthor : store::RecognitionPart::kRecipient;
  return store.ListOf(viewer.person, part, before, kRecognitionScan);
}

bool IsWanted(v1::ListRecognitionsRequest::Which which, const domain::Recognition& recognition, domain::PersonUid person) {
  if (which == v1::ListRecognitionsRequest::WHICH_GIVEN) return recognition.author == person;
  return which == v1::ListRecognitionsRequest::WHICH_UNSPECIFIED || domain::IsRecipient(recognition, person);
}

// None without one.
absl::StatusOr<domain::DeedHash> DeedAskedFor(Context& context, store::Transaction& transaction, const Caller& caller,
                                              const std::string& name) {
  if (name.empty()) return domain::DeedHash();
  COMITY_ASSIGN_OR_RETURN(const OpenedDeed opened, OpenDeed(context, transaction, caller, name));
  return opened.row.deed.key.Hash();
}

// Tells of it once everybody may see what not everybody might before.
absl::Status TellIfOpened(Context& context, store::Transaction& transaction, const domain::Recognition& before) {
  COMITY_ASSIGN_OR_RETURN(const auto directory, context.snapshots.DirectoryIn(transaction));
  COMITY_ASSIGN_OR_RETURN(const auto after, transaction.recognition().Find(before.uid));
  if (!after.has_value() || IsOpenToAll(before, *directory) || !IsOpenToAll(after->recognition, *directory)) return absl::OkStatus();
  return TellRecognitionOpened(transaction, after->recognition, context.clock.Now());
}

}  // namespace

absl::StatusOr<v1::Recognition> RecognitionApp::GetRecognition(const Caller& caller, const v1::GetRecognitionRequest& request) {
  v1::Recognition recognition;
  std::set<domain::PersonUid> read;
  {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(const OpenedRecognition opened, OpenRecognition(context_, *transaction, caller, request.name()));
    COMITY_ASSIGN_OR_RETURN(recognition,
                            ToRecognition(*transaction, *opened.directory, opened.recognition(), opened.onlooker, /*with_comments=*/true));
    read = ReadAbout(opened.recognition(), opened.onlooker);
  }
  if (!read.empty()) COMITY_RETURN_IF_ERROR(RecordReads(context_, caller, "GetRecognition", recognition.name(), std::move(read)));
  return recognition;
}

absl::StatusOr<v1::ListRecognitionsResponse> RecognitionApp::ListRecognitions(const Caller& caller,
                                                                              const v1::ListRecognitionsRequest& request) {
  if (!v1::ListRecognitionsRequest::Which_IsValid(request.which())) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "which is not a known value",
                 {{"which", "send RECEIVED or GIVEN, or leave it out for all"}});
  }
  if (!caller.within.empty() && request.deed().empty()) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "a suite lists the thanks for one deed",
                 {{"deed", "send `deeds/ID`"}});
  }
  COMITY_ASSIGN_OR_RETURN(const int32_t page_size, PageSize(request.page_size()));
  const std::string filter = "ListRecognitions " + caller.person.ToText() + ' ' + std::to_string(caller.scope) + ' ' +
                             std::to_string(request.which()) + ' ' + request.deed();
  COMITY_ASSIGN_OR_RETURN(const std::string token_key, PageTokenKey(context_));
  COMITY_ASSIGN_OR_RETURN(const std::string cursor, ReadPageToken(token_key, filter, request.page_token()));
  int64_t before = INT64_MAX;
  std::from_chars(cursor.data(), cursor.data() + cursor.size(), before);
  const absl::Time now = context_.clock.Now();
  v1::ListRecognitionsResponse response;
  std::set<domain::PersonUid> read;
  {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(*transaction));
    COMITY_ASSIGN_OR_RETURN(const domain::DeedHash deed, DeedAskedFor(context_, *transaction, caller, request.deed()));
    const Viewer viewer = ViewerOf(caller, *directory, now);
    bool more = true;
    for (int scanned = 0; more && scanned < kMaxRecognitionScans && response.recognitions_size() < page_size; ++scanned) {
      COMITY_ASSIGN_OR_RETURN(const auto rows, ReadRows(transaction->recognition(), viewer, request.which(), deed, before));
      more = rows.size() == static_cast<size_t>(kRecognitionScan);
      for (const store::RecognitionRow& row : rows) {
        if (response.recognitions_size() == page_size) {
          more = true;
          break;
        }
        before = row.number;
        if (!IsWanted(request.which(), row.recognition, caller.person)) continue;
        const domain::Onlooker onlooker = OnlookerOf(viewer, row.recognition, *directory, now);
        if (!domain::MaySeeRecognition(row.recognition, onlooker)) continue;
        read.merge(ReadAbout(row.recognition, onlooker));
        COMITY_ASSIGN_OR_RETURN(*response.add_recognitions(),
                                ToRecognition(*transaction, *directory, row.recognition, onlooker, /*with_comments=*/false));
      }
    }
    if (more) response.set_next_page_token(MakePageToken(token_key, filter, CursorOf(before)));
  }
  if (!read.empty()) COMITY_RETURN_IF_ERROR(RecordReads(context_, caller, "ListRecognitions", "list", std::move(read)));
  return response;
}

absl::StatusOr<v1::WithdrawRecognitionResponse> RecognitionApp::WithdrawRecognition(const Caller& caller,
                                                                                    const v1::WithdrawRecognitionRequest& request) {
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::WithdrawRecognitionResponse> {
    COMITY_ASSIGN_OR_RETURN(const OpenedRecognition opened, OpenRecognition(context_, transaction, caller, request.name()));
    if (caller.person.empty() || opened.recognition().author != caller.person) {
      return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kNotTheAuthor,
                   "only who wrote it can withdraw it; if you are thanked in it, `comity recognitions consent` takes you off it");
    }
    const domain::RecognitionUid uid = opened.recognition().uid;
    COMITY_ASSIGN_OR_RETURN(const auto reports, transaction.recognition().ReportsOn(uid, domain::kMaxReportsLookedAt));
    const bool waits = std::any_of(reports.begin(), reports.end(), [](const store::ReportRow& row) { return row.report.is_open(); });
    COMITY_RETURN_IF_ERROR(waits ? transaction.recognition().SetWithdrawn(uid) : transaction.recognition().Delete(uid));
    return v1::WithdrawRecognitionResponse();
  };
  return WriteOnce<v1::WithdrawRecognitionResponse>(context_, caller, "WithdrawRecognition", request, run);
}

absl::StatusOr<v1::Recognition> RecognitionApp::SetConsent(const Caller& caller, const v1::SetConsentRequest& request) {
  if (request.visibility() == v1::VISIBILITY_UNSPECIFIED || !v1::Visibility_IsValid(request.visibility())) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "visibility is not a known value",
                 {{"visibility", "send PRIVATE, TEAM, ORGANISATION or WITHDRAWN"}});
  }
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Recognition> {
    COMITY_ASSIGN_OR_RETURN(const auto uid, RecognitionUidOf(request.name()));
    // Whoever is thanked may say so whenever they like, also while a steward has taken it down.
    if (uid.has_value() && !caller.person.empty()) {
      const auto visibility = static_cast<domain::Visibility>(request.visibility());
      COMITY_ASSIGN_OR_RETURN(const auto before, transaction.recognition().Find(*uid));
      COMITY_ASSIGN_OR_RETURN(const bool is_recipient, transaction.recognition().SetVisibility(*uid, caller.person, visibility));
      if (is_recipient && before.has_value()) COMITY_RETURN_IF_ERROR(TellIfOpened(context_, transaction, before->recognition));
      if (is_recipient) return NameAlone(*uid);
    }
    COMITY_RETURN_IF_ERROR(OpenRecognition(context_, transaction, caller, request.name()).status());
    return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kNotARecipient, "only those thanked decide who may see it");
  };
  return AsItIsNow(context_, caller, WriteOnce<v1::Recognition>(context_, caller, "SetConsent", request, run));
}

}  // namespace comity::app

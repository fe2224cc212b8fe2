// Days on which somebody is not available: their own, without a reason, read by nobody else, deleted when they are past.
#include <algorithm>
#include <utility>
#include <vector>

#include "service/app/duty_app.h"
#include "service/app/duty_rounds.h"
#include "service/app/idempotency.h"
#include "service/app/resource_name.h"
#include "service/app/visibility.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

v1::Absence ToAbsence(const domain::Absence& from) {
  v1::Absence to;
  to.set_name(NameOf("absences", from.uid.ToText()));
  to.set_first_date(domain::IsoDay(domain::DayFromNumber(from.first_day)));
  to.set_last_date(domain::IsoDay(domain::DayFromNumber(from.last_day)));
  return to;
}

absl::StatusOr<domain::Absence> ReadAbsence(const v1::Absence& from, absl::Time now) {
  std::vector<FieldFault> faults;
  domain::Absence absence;
  const int32_t today = domain::DayNumber(domain::DayOf(now));
  const auto first = domain::ParseIsoDay(from.first_date()), last = domain::ParseIsoDay(from.last_date());
  if (!first.has_value()) {
    faults.push_back({"absence.first_date", "write a day as 2026-09-07"});
  } else {
    absence.first_day = std::max(domain::DayNumber(*first), today);  // what was is nobody's business
  }
  if (!last.has_value() || domain::DayNumber(*last) < today || domain::DayNumber(*last) > today + domain::kFarthestAbsence) {
    faults.push_back({"absence.last_date", "write a day as 2026-09-07, from today on and at most two years ahead"});
  } else {
    absence.last_day = domain::DayNumber(*last);
    if (first.has_value() && *last < *first) faults.push_back({"absence.last_date", "must not be before first_date"});
  }
  if (faults.empty()) return absence;
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "the absence is not sound", std::move(faults));
}

}  // namespace

absl::StatusOr<v1::Absence> DutyApp::CreateAbsence(const Caller& caller, const v1::CreateAbsenceRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Absence> {
    const absl::Time now = context_.clock.Now();
    COMITY_ASSIGN_OR_RETURN(domain::Absence absence, ReadAbsence(request.absence(), now));
    COMITY_ASSIGN_OR_RETURN(const auto there, transaction.duties().AbsencesOf(caller.person));
    if (there.size() >= domain::kMaxAbsences) {
      return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kAbsencesFull, "you have 50 absences to come; take one back");
    }
    absence.uid = context_.uids.Make<domain::AbsenceUid>("absence");
    COMITY_RETURN_IF_ERROR(transaction.duties().InsertAbsence(caller.person, absence));
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(transaction));
    COMITY_RETURN_IF_ERROR(TakeDueRoundsOf(transaction, *directory, caller.person, now));
    return ToAbsence(absence);
  };
  return WriteOnce<v1::Absence>(context_, caller, "CreateAbsence", request, run);
}

absl::StatusOr<v1::ListAbsencesResponse> DutyApp::ListAbsences(const Caller& caller, const v1::ListAbsencesRequest& /*request*/) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(auto absences, transaction->duties().AbsencesOf(caller.person));
  const int32_t today = domain::DayNumber(domain::DayOf(context_.clock.Now()));
  std::sort(absences.begin(), absences.end(), [](const domain::Absence& a, const domain::Absence& b) {
    return a.first_day != b.first_day ? a.first_day < b.first_day : a.uid < b.uid;
  });
  v1::ListAbsencesResponse response;
  for (const domain::Absence& absence : absences) {
    if (absence.last_day >= today) *response.add_absences() = ToAbsence(absence);
  }
  return response;
}

absl::StatusOr<v1::DeleteAbsenceResponse> DutyApp::DeleteAbsence(const Caller& caller, const v1::DeleteAbsenceRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::DeleteAbsenceResponse> {
    COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("absences", request.name(), "name"));
    const auto uid = domain::AbsenceUid::FromText(id);
    bool deleted = false;
    if (uid.has_value()) {
      COMITY_ASSIGN_OR_RETURN(deleted, transaction.duties().DeleteAbsence(caller.person, *uid));
    }
    if (deleted) return v1::DeleteAbsenceResponse();
    return Error(absl::StatusCode::kNotFound, ErrorReason::kAbsenceNotFound,
                 "you have no such absence; list them with `comity duties absences`");
  };
  return WriteOnce<v1::DeleteAbsenceResponse>(context_, caller, "DeleteAbsence", request, run);
}

}  // namespace comity::app

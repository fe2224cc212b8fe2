// Whose turn it is, and giving turns away.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "service/app/duty_app.h"
#include "service/app/duty_view.h"
#include "service/app/idempotency.h"
#include "service/app/page_token.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

// Nothing is kept of the answer but its name: a repeat shows what is so by then.
v1::Assignment NameAlone(const std::string& name) {
  v1::Assignment assignment;
  assignment.set_name(name);
  return assignment;
}

// A turn that can still be given away. Errors: FAILED_PRECONDITION (ROTATION_ARCHIVED, ASSIGNMENT_PAST).
absl::StatusOr<OpenedAssignment> OpenTurn(Context& context, store::Transaction& transaction, const Caller& caller,
                                          const std::string& name) {
  COMITY_ASSIGN_OR_RETURN(OpenedAssignment turn, OpenAssignment(context, transaction, caller, name));
  const domain::Rotation& rotation = turn.opened.rotation();
  if (rotation.archived != absl::InfiniteFuture()) {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kRotationArchived, "the rotation is archived; nobody has this duty");
  }
  if (domain::LastDayOf(rotation, turn.round) < domain::DayNumber(domain::DayOf(turn.opened.now))) {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kAssignmentPast, "this turn is over");
  }
  return turn;
}

absl::Status CheckIsTheirs(const OpenedAssignment& turn, const Caller& caller) {
  const domain::Seat seat = turn.opened.loaded.SeatOf(caller.person);
  if (seat != 0 && seat == turn.opened.loaded.standing.HolderOf(turn.round)) return absl::OkStatus();
  return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kNotOnDuty, "this turn is not yours");
}

absl::StatusOr<domain::Seat> OfferedTo(store::Transaction& transaction, const OpenedAssignment& turn) {
  COMITY_ASSIGN_OR_RETURN(const auto offers, transaction.duties().OffersOf(turn.opened.loaded.row.number));
  for (const store::OfferRow& offer : offers) {
    if (offer.round == turn.round) return offer.seat;
  }
  return 0;
}

absl::Status NothingOffered() {
  return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kSwapNotOffered, "this turn is not offered to you, or not any more");
}

}  // namespace

absl::StatusOr<v1::ListAssignmentsResponse> DutyApp::ListAssignments(const Caller& caller, const v1::ListAssignmentsRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const OpenedRotation opened, OpenRotation(context_, *transaction, caller, request.rotation(), "rotation"));
  COMITY_ASSIGN_OR_RETURN(auto offers, transaction->duties().OffersOf(opened.loaded.row.number));
  std::vector<int32_t> rounds = RoundsShown(opened);
  std::reverse(rounds.begin(), rounds.end());
  const AssignmentView view(opened, std::move(offers));
  const auto key_of = [](int32_t round) { return std::to_string(round); };
  const auto add = [&](v1::ListAssignmentsResponse& response, int32_t round) { *response.add_assignments() = view.Of(round); };
  return PageOf<v1::ListAssignmentsResponse>(context_, rounds, "ListAssignments " + opened.rotation().id, request.page_size(),
                                             request.page_token(), key_of, add);
}

absl::StatusOr<v1::Assignment> DutyApp::AssignmentNow(const Caller& caller, const absl::StatusOr<v1::Assignment>& written) {
  if (!written.ok()) return written;
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  const absl::StatusOr<OpenedAssignment> turn = OpenAssignment(context_, *transaction, caller, written->name());
  if (absl::IsNotFound(turn.status())) return written;
  if (!turn.ok()) return turn.status();
  COMITY_ASSIGN_OR_RETURN(auto offers, transaction->duties().OffersOf(turn->opened.loaded.row.number));
  return AssignmentView(turn->opened, std::move(offers)).Of(turn->round);
}

absl::StatusOr<v1::Assignment> DutyApp::SkipAssignment(const Caller& caller, const v1::SkipAssignmentRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Assignment> {
    COMITY_ASSIGN_OR_RETURN(OpenedAssignment turn, OpenTurn(context_, transaction, caller, request.name()));
    COMITY_RETURN_IF_ERROR(CheckIsTheirs(turn, caller));
    const DutyPeople people(*turn.opened.directory);
    DutyLook look(transaction, people, turn.opened.loaded, turn.opened.now);
    COMITY_RETURN_IF_ERROR(look.TakeSkip(turn.round));
    COMITY_RETURN_IF_ERROR(look.Write());
    return NameAlone(AssignmentName(turn.opened.rotation(), turn.round));
  };
  return AssignmentNow(caller, WriteOnce<v1::Assignment>(context_, caller, "SkipAssignment", request, run));
}

absl::StatusOr<v1::Assignment> DutyApp::OfferSwap(const Caller& caller, const v1::OfferSwapRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Assignment> {
    COMITY_ASSIGN_OR_RETURN(OpenedAssignment turn, OpenTurn(context_, transaction, caller, request.name()));
    COMITY_RETURN_IF_ERROR(CheckIsTheirs(turn, caller));
    const DutyPeople people(*turn.opened.directory);
    const auto id = IdOf("people", request.person(), "person");
    const domain::PersonRow* to = id.ok() ? turn.opened.directory->FindPersonById(*id) : nullptr;
    if (to == nullptr || to->uid == caller.person || !people.Has(turn.opened.rotation().team, to->uid, domain::DayOf(turn.opened.now))) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "person has no duties in this team",
                   {{"person", "name somebody else of the team who takes part: `people/ID`"}});
    }
    DutyLook look(transaction, people, turn.opened.loaded, turn.opened.now);
    const domain::Seat seat = look.SeatFor(to->uid);
    COMITY_RETURN_IF_ERROR(look.Write());
    COMITY_RETURN_IF_ERROR(transaction.duties().PutOffer(turn.opened.loaded.row.number, {.round = turn.round, .seat = seat}));
    return NameAlone(AssignmentName(turn.opened.rotation(), turn.round));
  };
  return AssignmentNow(caller, WriteOnce<v1::Assignment>(context_, caller, "OfferSwap", request, run));
}

absl::StatusOr<v1::Assignment> DutyApp::AcceptSwap(const Caller& caller, const v1::AcceptSwapRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Assignment> {
    COMITY_ASSIGN_OR_RETURN(OpenedAssignment turn, OpenTurn(context_, transaction, caller, request.name()));
    COMITY_ASSIGN_OR_RETURN(const domain::Seat offered, OfferedTo(transaction, turn));
    const DutyPeople people(*turn.opened.directory);
    const bool takes_part = people.Has(turn.opened.rotation().team, caller.person, domain::DayOf(turn.opened.now));
    if (offered == 0 || offered != turn.opened.loaded.SeatOf(caller.person) || !takes_part) return NothingOffered();
    DutyLook look(transaction, people, turn.opened.loaded, turn.opened.now);
    COMITY_RETURN_IF_ERROR(look.TakeSwap(turn.round, caller.person));
    COMITY_RETURN_IF_ERROR(look.Write());
    return NameAlone(AssignmentName(turn.opened.rotation(), turn.round));
  };
  return AssignmentNow(caller, WriteOnce<v1::Assignment>(context_, caller, "AcceptSwap", request, run));
}

absl::StatusOr<v1::Assignment> DutyApp::DeclineSwap(const Caller& caller, const v1::DeclineSwapRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Assignment> {
    COMITY_ASSIGN_OR_RETURN(const OpenedAssignment turn, OpenTurn(context_, transaction, caller, request.name()));
    COMITY_ASSIGN_OR_RETURN(const domain::Seat offered, OfferedTo(transaction, turn));
    const domain::Seat seat = turn.opened.loaded.SeatOf(caller.person);
    const bool theirs = seat != 0 && (seat == offered || seat == turn.opened.loaded.standing.HolderOf(turn.round));
    if (offered == 0 || !theirs) return NothingOffered();
    COMITY_RETURN_IF_ERROR(transaction.duties().DeleteOffer(turn.opened.loaded.row.number, turn.round));
    return NameAlone(AssignmentName(turn.opened.rotation(), turn.round));
  };
  return AssignmentNow(caller, WriteOnce<v1::Assignment>(context_, caller, "DeclineSwap", request, run));
}

}  // namespace comity::app

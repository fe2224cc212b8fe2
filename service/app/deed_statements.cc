// Putting deeds right: confirm, correct, accept, decline, share. Each is something said, kept as an input of judging.
#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "service/app/deed_access.h"
#include "service/app/deed_app.h"
#include "service/app/deed_shares.h"
#include "service/app/idempotency.h"
#include "service/app/rule_watch.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

using domain::DeedState;
using domain::PersonUid;
using domain::Statement;

absl::Status CheckEtag(const OpenedDeed& opened, const std::string& etag) {
  if (etag.empty() || etag == std::to_string(opened.row.last_sequence)) return absl::OkStatus();
  return Error(absl::StatusCode::kAborted, ErrorReason::kEtagStale, "the deed has changed since it was read; read it again, then decide",
               {{"etag", "send the etag of the deed as it is now, or none"}});
}

absl::Status CheckNotUndone(const OpenedDeed& opened) {
  if (opened.row.deed.state != DeedState::kReversed) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kDeedReversed, "the deed was undone, so there is nothing to put right");
}

absl::Status CheckNotDeclined(const OpenedDeed& opened) {
  if (opened.row.deed.state != DeedState::kDeclined) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kDeedDeclined, "every helper declined, so nobody is credited here");
}

// The deed as it is after what was said, for the same reader.
absl::StatusOr<v1::Deed> Reread(store::Transaction& transaction, OpenedDeed& opened) {
  COMITY_ASSIGN_OR_RETURN(auto row, transaction.deeds().FindDeed(opened.row.deed.key.Hash()));
  if (row.has_value()) opened.row = *std::move(row);
  COMITY_ASSIGN_OR_RETURN(DeedView view, LoadDeedView(transaction, opened.row, opened.view.viewer, opened.now));
  // Whoever gave their part away, or refused to be named, still gets this one answer.
  if (view.view == View::kNone) view.view = View::kNameless;
  return ToDeed(opened.row, view, opened.names, opened.now);
}

absl::Status Say(Context& context, store::Transaction& transaction, const OpenedDeed& opened, const Statement& statement,
                 domain::ReasonCode cause, std::string_view because) {
  const domain::SubjectRef subject = opened.row.deed.key.subject;
  COMITY_RETURN_IF_ERROR(transaction.deeds().PutStatement(subject, statement, because));
  const domain::Occasion occasion{.code = cause, .event = {}, .statement = statement.uid};
  COMITY_RETURN_IF_ERROR(context.judging.JudgeSubjects(transaction, {subject}, occasion, opened.now).status());
  return CheckRule(context, transaction, opened.row.deed.key.kind);
}

Statement MakeStatement(Context& context, const OpenedDeed& opened, Statement::Kind kind, PersonUid by) {
  return {.uid = context.uids.Make<domain::StatementUid>("statement"),
          .kind = kind,
          .deed = opened.row.deed.key,
          .by = by,
          .time = opened.now,
          .shares = {},
          .by_helper = false};
}

const domain::Line* LineOf(const OpenedDeed& opened, PersonUid person) {
  if (person.empty()) return nullptr;
  for (const domain::Line& line : opened.row.deed.lines) {
    if (line.person == person) return &line;
  }
  return nullptr;
}

absl::Status NotAHelper() {
  return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kNotAHelper, "only a helper of this deed can do that");
}

}  // namespace

absl::StatusOr<v1::Deed> DeedApp::ConfirmDeed(const Caller& caller, const v1::ConfirmDeedRequest& request) {
  return WriteOnce<v1::Deed>(context_, caller, "ConfirmDeed", request, [&](store::Transaction& transaction) -> absl::StatusOr<v1::Deed> {
    COMITY_ASSIGN_OR_RETURN(OpenedDeed opened, OpenDeed(context_, transaction, caller, request.name()));
    if (!SpeaksForAsker(opened.view.viewer, opened.row.deed)) {
      return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kNotTheAsker,
                   "only who asked can confirm it; where nobody asked, a lead of the helped team");
    }
    COMITY_RETURN_IF_ERROR(CheckEtag(opened, request.etag()));
    COMITY_RETURN_IF_ERROR(CheckNotUndone(opened));
    COMITY_RETURN_IF_ERROR(CheckNotDeclined(opened));
    if (opened.row.deed.state != DeedState::kConfirmed) {
      const Statement statement = MakeStatement(context_, opened, Statement::Kind::kConfirm, caller.person);
      COMITY_RETURN_IF_ERROR(Say(context_, transaction, opened, statement, domain::ReasonCode::kConfirmed, ""));
    }
    return Reread(transaction, opened);
  });
}

absl::StatusOr<v1::Deed> DeedApp::CorrectDeed(const Caller& caller, const v1::CorrectDeedRequest& request) {
  return WriteOnce<v1::Deed>(context_, caller, "CorrectDeed", request, [&](store::Transaction& transaction) -> absl::StatusOr<v1::Deed> {
    COMITY_ASSIGN_OR_RETURN(OpenedDeed opened, OpenDeed(context_, transaction, caller, request.name()));
    const domain::Line* own = LineOf(opened, caller.person);
    const bool by_asker = SpeaksForAsker(opened.view.viewer, opened.row.deed);
    if (!by_asker && (own == nullptr || own->declined)) {
      return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kNotTheAsker,
                   "only who asked can correct it, or a helper who gives their own share away");
    }
    COMITY_RETURN_IF_ERROR(CheckEtag(opened, request.etag()));
    COMITY_RETURN_IF_ERROR(CheckNotUndone(opened));
    COMITY_RETURN_IF_ERROR(CheckNotDeclined(opened));
    COMITY_ASSIGN_OR_RETURN(const CheckedShares checked,
                            CheckShares(request, opened.row.deed, *opened.directory, by_asker ? domain::kWholePpm : own->share_ppm));
    store::Proposal proposal{.uid = context_.uids.Make<domain::StatementUid>("statement"),
                             .deed = opened.row.deed.key,
                             .by = caller.person,
                             .by_helper = !by_asker,
                             .created = opened.now,
                             .shares = checked.shares,
                             .pending = checked.newly_named,
                             .because = request.because()};
    // A new word of the same person takes the place of what still waited.
    for (const store::Proposal& earlier : opened.view.proposals) {
      if (earlier.by == caller.person) COMITY_RETURN_IF_ERROR(transaction.deeds().DeleteProposal(earlier.uid));
    }
    if (proposal.pending.empty()) {
      COMITY_RETURN_IF_ERROR(
          Say(context_, transaction, opened, StatementOf(proposal, opened.now), domain::ReasonCode::kCorrected, proposal.because));
    } else {
      COMITY_RETURN_IF_ERROR(transaction.deeds().PutProposal(proposal));
    }
    return Reread(transaction, opened);
  });
}

absl::StatusOr<v1::Deed> DeedApp::AcceptDeed(const Caller& caller, const v1::AcceptDeedRequest& request) {
  return WriteOnce<v1::Deed>(context_, caller, "AcceptDeed", request, [&](store::Transaction& transaction) -> absl::StatusOr<v1::Deed> {
    COMITY_RETURN_IF_ERROR(CheckNotLapsed(transaction, caller.person, request.name(), context_.clock.Now()));
    COMITY_ASSIGN_OR_RETURN(OpenedDeed opened, OpenDeed(context_, transaction, caller, request.name()));
    COMITY_RETURN_IF_ERROR(CheckNotUndone(opened));
    bool accepted = false;
    for (store::Proposal proposal : opened.view.proposals) {
      if (std::erase(proposal.pending, caller.person) == 0) continue;
      accepted = true;
      if (!proposal.pending.empty()) {
        COMITY_RETURN_IF_ERROR(transaction.deeds().PutProposal(proposal));
        continue;
      }
      if (proposal.by_helper) {
        const domain::Line* given = LineOf(opened, proposal.by);
        if (given == nullptr || given->declined || given->share_ppm != SumOf(proposal.shares)) {
          return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kCorrectionLapsed,
                       "the share that was to be given away has changed meanwhile; the helper has to correct the deed anew");
        }
      }
      COMITY_RETURN_IF_ERROR(transaction.deeds().DeleteProposal(proposal.uid));
      COMITY_RETURN_IF_ERROR(
          Say(context_, transaction, opened, StatementOf(proposal, opened.now), domain::ReasonCode::kCorrected, proposal.because));
    }
    if (!accepted) {
      return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kNothingToAccept, "no correction of this deed waits for your yes");
    }
    return Reread(transaction, opened);
  });
}

absl::StatusOr<v1::Deed> DeedApp::DeclineDeed(const Caller& caller, const v1::DeclineDeedRequest& request) {
  return WriteOnce<v1::Deed>(context_, caller, "DeclineDeed", request, [&](store::Transaction& transaction) -> absl::StatusOr<v1::Deed> {
    COMITY_ASSIGN_OR_RETURN(OpenedDeed opened, OpenDeed(context_, transaction, caller, request.name()));
    bool refused = false;
    for (const store::Proposal& proposal : opened.view.proposals) {
      if (std::find(proposal.pending.begin(), proposal.pending.end(), caller.person) == proposal.pending.end()) continue;
      COMITY_RETURN_IF_ERROR(transaction.deeds().DeleteProposal(proposal.uid));
      refused = true;
    }
    const domain::Line* own = LineOf(opened, caller.person);
    if (own == nullptr) {
      if (!refused) return NotAHelper();
    } else if (!refused && !own->declined) {
      COMITY_RETURN_IF_ERROR(CheckNotUndone(opened));
      const Statement statement = MakeStatement(context_, opened, Statement::Kind::kDecline, caller.person);
      COMITY_RETURN_IF_ERROR(Say(context_, transaction, opened, statement, domain::ReasonCode::kDeclined, ""));
    }
    return Reread(transaction, opened);
  });
}

absl::StatusOr<v1::Deed> DeedApp::ShareDeed(const Caller& caller, const v1::ShareDeedRequest& request) {
  return WriteOnce<v1::Deed>(context_, caller, "ShareDeed", request, [&](store::Transaction& transaction) -> absl::StatusOr<v1::Deed> {
    COMITY_ASSIGN_OR_RETURN(OpenedDeed opened, OpenDeed(context_, transaction, caller, request.name()));
    if (LineOf(opened, caller.person) == nullptr) return NotAHelper();
    COMITY_RETURN_IF_ERROR(transaction.deeds().SetShared(opened.row.deed.key.Hash(), caller.person, !request.withdraw()));
    return Reread(transaction, opened);
  });
}

}  // namespace comity::app

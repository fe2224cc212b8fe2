// What people chose for themselves, and invitations to thank: within one budget of asks, and forgotten soon.
#include <algorithm>
#include <utility>
#include <vector>

#include "service/app/asking.h"
#include "service/app/convert.h"
#include "service/app/deed_access.h"
#include "service/app/idempotency.h"
#include "service/app/names.h"
#include "service/app/recognition_access.h"
#include "service/app/recognition_app.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

using domain::PersonUid;

constexpr int32_t kDeedsLookedAt = 500;

void SortByArrival(std::vector<store::DeedRow>& rows) {
  std::sort(rows.begin(), rows.end(), [](const store::DeedRow& a, const store::DeedRow& b) {
    return a.first_stored != b.first_stored ? a.first_stored < b.first_stored : a.deed.key < b.deed.key;
  });
}

// Deeds the person asked for that invite thanks now, the one that became known first being the first.
absl::StatusOr<std::vector<store::DeedRow>> DeedsThatInvite(store::Transaction& transaction, const domain::Directory& directory,
                                                            PersonUid person, absl::Time now) {
  const absl::Time earliest = now - domain::kInvitationLasts - domain::kOldestOnArrival;
  const store::DeedFilter filter{.people = {person}, .teams = {}, .since_day = domain::DayNumber(domain::DayOf(earliest))};
  COMITY_ASSIGN_OR_RETURN(auto rows, transaction.deeds().ListDeeds(filter, std::nullopt, kDeedsLookedAt));
  std::vector<store::DeedRow> inviting;
  for (store::DeedRow& row : rows) {
    const domain::Deed& deed = row.deed;
    if (deed.asker != person || !CanBeThankedFor(deed, directory, person) ||
        !domain::InvitesThanks(deed.occur_time, row.first_stored, now)) {
      continue;
    }
    COMITY_ASSIGN_OR_RETURN(const bool thanked, transaction.recognition().HasThanked(person, deed.key.Hash()));
    if (!thanked) inviting.push_back(std::move(row));
  }
  SortByArrival(inviting);
  return inviting;
}

struct Asked {
  std::vector<store::DeedRow> waiting;
  std::vector<store::DeedRow> fresh;  // not asked yet
};

// What is asked already, and what invites besides.
absl::StatusOr<Asked> WhatToAsk(store::Transaction& transaction, const domain::Directory& directory, PersonUid person, absl::Time now) {
  Asked asked;
  COMITY_ASSIGN_OR_RETURN(const store::RecognitionChoice choice, transaction.recognition().ChoiceOf(person));
  if (choice.no_invitations) return asked;
  COMITY_ASSIGN_OR_RETURN(auto rows, DeedsThatInvite(transaction, directory, person, now));
  if (rows.empty()) return asked;
  COMITY_ASSIGN_OR_RETURN(const auto asks, transaction.recognition().AsksOf(person));
  for (store::DeedRow& row : rows) {
    const auto before = std::find_if(asks.begin(), asks.end(), [about = row.deed.key.Hash()](const store::AskRow& ask) {
      return ask.ask.kind == domain::AskKind::kThanks && ask.about == about;
    });
    if (before == asks.end()) {
      asked.fresh.push_back(std::move(row));
    } else if (before->waiting) {
      asked.waiting.push_back(std::move(row));
    }
  }
  return asked;
}

v1::ListInvitationsResponse InvitationsTo(std::vector<store::DeedRow> asked, Names& names) {
  SortByArrival(asked);
  v1::ListInvitationsResponse response;
  for (const store::DeedRow& row : asked) {
    v1::Invitation& invitation = *response.add_invitations();
    invitation.set_deed(DeedName(row.deed));
    invitation.set_subject(names.Subject(row.deed.key.subject));
    *invitation.mutable_occur_time() = ToTimestamp(row.deed.occur_time);
    *invitation.mutable_expire_time() = ToTimestamp(row.first_stored + domain::kInvitationLasts);
  }
  return response;
}

v1::RecognitionPreference ToPreference(const store::RecognitionChoice& choice) {
  v1::RecognitionPreference preference;
  preference.set_visibility(static_cast<v1::Visibility>(choice.visibility));
  preference.set_no_invitations(choice.no_invitations);
  return preference;
}

}  // namespace

absl::StatusOr<v1::ListInvitationsResponse> RecognitionApp::ListInvitations(const Caller& caller,
                                                                            const v1::ListInvitationsRequest& /*request*/) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  const absl::Time now = context_.clock.Now();
  {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(*transaction));
    COMITY_ASSIGN_OR_RETURN(Asked asked, WhatToAsk(*transaction, *directory, caller.person, now));
    bool has_room = !asked.fresh.empty();
    if (has_room) {
      COMITY_ASSIGN_OR_RETURN(has_room, MayBeAsked(*transaction, caller.person, domain::AskKind::kThanks, now));
    }
    if (!has_room) {
      Names names(*transaction, directory);
      return InvitationsTo(std::move(asked.waiting), names);
    }
  }
  // What is newly asked is written down before it is shown, so that the budget holds whoever lists at the same time.
  v1::ListInvitationsResponse response;
  const absl::Status written = context_.writer.Run([&](store::Transaction& transaction) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(transaction));
    COMITY_ASSIGN_OR_RETURN(Asked asked, WhatToAsk(transaction, *directory, caller.person, now));
    for (store::DeedRow& row : asked.fresh) {
      COMITY_ASSIGN_OR_RETURN(const bool is_asked,
                              AskWithinBudget(transaction, caller.person, domain::AskKind::kThanks, row.deed.key.Hash(), now));
      if (is_asked) asked.waiting.push_back(std::move(row));
    }
    Names names(transaction, directory);
    response = InvitationsTo(std::move(asked.waiting), names);
    return absl::OkStatus();
  });
  if (written.ok()) return response;
  if (!absl::IsResourceExhausted(written)) return written;
  // On a full disk what was asked before is shown still, and nothing new is asked.
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(*transaction));
  COMITY_ASSIGN_OR_RETURN(Asked asked, WhatToAsk(*transaction, *directory, caller.person, now));
  Names names(*transaction, directory);
  return InvitationsTo(std::move(asked.waiting), names);
}

absl::StatusOr<v1::DismissInvitationResponse> RecognitionApp::DismissInvitation(const Caller& caller,
                                                                                const v1::DismissInvitationRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::DismissInvitationResponse> {
    const auto hash = DeedHashFromName(request.deed());
    COMITY_ASSIGN_OR_RETURN(const auto asks, transaction.recognition().AsksOf(caller.person));
    for (store::AskRow ask : asks) {
      if (!hash.has_value() || ask.ask.kind != domain::AskKind::kThanks || ask.about != *hash || !ask.waiting) continue;
      ask.waiting = false;
      COMITY_RETURN_IF_ERROR(transaction.recognition().PutAsk(caller.person, ask));
      return v1::DismissInvitationResponse();
    }
    return Error(absl::StatusCode::kNotFound, ErrorReason::kInvitationNotFound, "you are not asked about this deed");
  };
  return WriteOnce<v1::DismissInvitationResponse>(context_, caller, "DismissInvitation", request, run);
}

absl::StatusOr<v1::RecognitionPreference> RecognitionApp::GetRecognitionPreference(const Caller& caller,
                                                                                   const v1::GetRecognitionPreferenceRequest& /*request*/) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const store::RecognitionChoice choice, transaction->recognition().ChoiceOf(caller.person));
  return ToPreference(choice);
}

absl::StatusOr<v1::RecognitionPreference> RecognitionApp::SetRecognitionPreference(const Caller& caller,
                                                                                   const v1::SetRecognitionPreferenceRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  const v1::RecognitionPreference& preference = request.preference();
  const bool known = preference.visibility() == v1::VISIBILITY_UNSPECIFIED || preference.visibility() == v1::VISIBILITY_PRIVATE ||
                     preference.visibility() == v1::VISIBILITY_TEAM || preference.visibility() == v1::VISIBILITY_ORGANISATION;
  if (!known) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "preference.visibility is not one to choose",
                 {{"preference.visibility", "send PRIVATE, TEAM or ORGANISATION, or leave it out to keep it"}});
  }
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::RecognitionPreference> {
    COMITY_ASSIGN_OR_RETURN(store::RecognitionChoice choice, transaction.recognition().ChoiceOf(caller.person));
    if (preference.visibility() != v1::VISIBILITY_UNSPECIFIED) choice.visibility = static_cast<domain::Visibility>(preference.visibility());
    choice.no_invitations = preference.no_invitations();
    COMITY_RETURN_IF_ERROR(transaction.recognition().SetChoice(caller.person, choice));
    return ToPreference(choice);
  };
  return WriteOnce<v1::RecognitionPreference>(context_, caller, "SetRecognitionPreference", request, run);
}

}  // namespace comity::app

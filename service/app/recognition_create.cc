// Giving thanks: by a person, for what they saw, for a deed of their side or without one.
#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "service/app/convert.h"
#include "service/app/deed_access.h"
#include "service/app/idempotency.h"
#include "service/app/outbox.h"
#include "service/app/recognition_access.h"
#include "service/app/recognition_app.h"
#include "service/app/recognition_catalogue.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"
#include "service/domain/recognition/words.h"

namespace comity::app {
namespace {

using domain::PersonUid;
using domain::Recipient;
using domain::Recognition;

constexpr int32_t kEarlierLookedAt = 50;

absl::Status FaultIn(const std::string& field, const char* remedy) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "the request is not sound", {{field, remedy}});
}

absl::Status NobodyToThank(const char* why) { return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kNobodyToThank, why); }

// All that can be said without looking anything up, at once.
absl::Status CheckForm(const v1::CreateRecognitionRequest& request, bool from_suite) {
  std::vector<FieldFault> faults;
  if (!domain::IsSoundText(domain::PlainLineBreaks(request.saw()), domain::kMaxSaw, true)) {
    faults.push_back({"saw", "write what you saw, in 1 to 1000 characters; of control characters only line breaks and tabs"});
  }
  if (request.visibility() == v1::VISIBILITY_WITHDRAWN || !v1::Visibility_IsValid(request.visibility())) {
    faults.push_back({"visibility", "send PRIVATE, TEAM or ORGANISATION, or leave it out for ORGANISATION"});
  }
  if (static_cast<size_t>(request.evidence_size()) > domain::kMaxEvidence) faults.push_back({"evidence", "name at most 5"});
  for (int i = 0; i < request.evidence_size() && static_cast<size_t>(i) < domain::kMaxEvidence; ++i) {
    const std::string& evidence = request.evidence(i);
    if (!domain::IsWebAddress(evidence) && !DeedHashFromName(evidence).has_value()) {
      faults.push_back({"evidence[" + std::to_string(i) + "]", "send `deeds/ID`, or an address that begins with https:// or http://"});
    }
  }
  if (static_cast<size_t>(request.recipients_size()) > domain::kMaxRecipients) faults.push_back({"recipients", "name at most 20"});
  if (from_suite && request.deed().empty()) faults.push_back({"deed", "a suite names the deed that the thanks are for"});
  if (!from_suite && request.deed().empty() && request.recipients_size() == 0) {
    faults.push_back({"recipients", "name whom you thank, or the deed you thank for"});
  }
  if (faults.empty()) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "the thanks are not sound", std::move(faults));
}

// People as they are named in the request, once each; nobody who has left, and not the author.
absl::StatusOr<std::vector<PersonUid>> NamedPeople(const v1::CreateRecognitionRequest& request, const domain::Directory& directory,
                                                   PersonUid author) {
  std::vector<PersonUid> people;
  std::vector<FieldFault> unknown, twice, self;
  for (int i = 0; i < request.recipients_size(); ++i) {
    const std::string field = "recipients[" + std::to_string(i) + "]";
    const auto id = IdOf("people", request.recipients(i), field);
    const domain::PersonRow* person = id.ok() ? directory.FindPersonById(*id) : nullptr;
    if (person == nullptr || person->former) {
      unknown.push_back({field, "is nobody of the organisation; send `people/ID`"});
    } else if (person->uid == author) {
      self.push_back({field, "is yourself; thank others"});
    } else if (std::find(people.begin(), people.end(), person->uid) != people.end()) {
      twice.push_back({field, "comes twice; name each person once"});
    } else {
      people.push_back(person->uid);
    }
  }
  const auto fault = [](ErrorReason reason, const char* message, std::vector<FieldFault> faults) {
    return Error(absl::StatusCode::kInvalidArgument, reason, message, std::move(faults));
  };
  if (!unknown.empty()) return fault(ErrorReason::kPersonNotFound, "somebody named is not in the directory", std::move(unknown));
  if (!self.empty()) return fault(ErrorReason::kSelfRecognition, "nobody thanks themself", std::move(self));
  if (!twice.empty()) return fault(ErrorReason::kFieldInvalid, "somebody is named twice", std::move(twice));
  return people;
}

// Those who helped, as far as anybody knows them: all of them, or such as the asker names. Somebody who does not see their names thanks
// whoever it was, and cannot find out by trying names.
absl::StatusOr<std::vector<Recipient>> HelpersThanked(const OpenedDeed& opened, const v1::CreateRecognitionRequest& request,
                                                      PersonUid author) {
  std::vector<Recipient> helpers;
  for (const PersonUid person : PeopleToThank(opened.row.deed, *opened.directory, author)) {
    helpers.push_back({.person = person, .known = MaySee(opened.view, *opened.directory, person)});
  }
  if (request.recipients_size() > 0) {
    if (opened.view.view != View::kNamed) {
      return FaultIn("recipients", "leave it out: your thanks reach whoever helped, and only who asked sees their names");
    }
    COMITY_ASSIGN_OR_RETURN(const auto named, NamedPeople(request, *opened.directory, author));
    const auto is_named = [&](PersonUid person) { return std::find(named.begin(), named.end(), person) != named.end(); };
    for (const PersonUid person : named) {
      const bool helped =
          std::any_of(helpers.begin(), helpers.end(), [&](const Recipient& helper) { return helper.person == person && helper.known; });
      if (!helped) return FaultIn("recipients", "name helpers of this deed alone; thank others without naming the deed");
    }
    std::erase_if(helpers, [&](const Recipient& helper) { return !is_named(helper.person); });
  }
  if (helpers.empty()) return NobodyToThank("nobody who can be thanked has a part in this deed");
  if (helpers.size() > domain::kMaxRecipients) helpers.resize(domain::kMaxRecipients);
  return helpers;
}

absl::StatusOr<std::vector<Recipient>> OfDeed(const OpenedDeed& opened, const v1::CreateRecognitionRequest& request, PersonUid author) {
  if (!IsHelpedSide(opened.view.viewer, opened.row.deed)) {
    return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kNotHelpedSide,
                 "who asked, and members of the helped team, can thank for a deed; thank others without naming it");
  }
  if (opened.row.deed.state == domain::DeedState::kReversed) {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kDeedReversed, "the deed was undone; thank without naming it");
  }
  if (opened.row.deed.state == domain::DeedState::kDeclined) {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kDeedDeclined, "every helper declined; thank without naming the deed");
  }
  return HelpersThanked(opened, request, author);
}

// Deeds by their full name, each one that the author may see.
absl::StatusOr<std::vector<std::string>> EvidenceOf(Context& context, store::Transaction& transaction, const Caller& caller,
                                                    const v1::CreateRecognitionRequest& request) {
  std::vector<std::string> evidence;
  for (const std::string& given : request.evidence()) {
    if (domain::IsWebAddress(given)) {
      evidence.push_back(given);
      continue;
    }
    COMITY_ASSIGN_OR_RETURN(const OpenedDeed opened, OpenDeed(context, transaction, caller, given));
    evidence.push_back(DeedName(opened.row.deed));
  }
  return evidence;
}

absl::Status SetBehaviour(store::Transaction& transaction, const std::string& name, absl::Time now, Recognition& recognition) {
  if (name.empty()) return absl::OkStatus();
  COMITY_ASSIGN_OR_RETURN(const auto versions, VersionsOf(transaction, name, "behaviour", now));
  const domain::Criteria& criteria = versions.back();
  if (domain::HasExpired(criteria, now)) {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kCriteriaExpired,
                 "the criteria of this behaviour have expired; choose another, or ask a steward to affirm them",
                 {{"behaviour", "list those in force with `comity behaviours list`"}});
  }
  recognition.behaviour = criteria.behaviour;
  recognition.criteria_version = criteria.version;
  return absl::OkStatus();
}

// An invitation to thank for it is over.
absl::Status CloseAsk(store::Transaction& transaction, const Recognition& recognition) {
  if (recognition.deed.empty()) return absl::OkStatus();
  COMITY_ASSIGN_OR_RETURN(const auto asks, transaction.recognition().AsksOf(recognition.author));
  for (store::AskRow ask : asks) {
    if (ask.ask.kind != domain::AskKind::kThanks || ask.about != recognition.deed || !ask.waiting) continue;
    ask.waiting = false;
    COMITY_RETURN_IF_ERROR(transaction.recognition().PutAsk(recognition.author, ask));
  }
  return absl::OkStatus();
}

absl::Status SetLabels(store::Transaction& transaction, Recognition& recognition) {
  COMITY_ASSIGN_OR_RETURN(
      const auto rows, transaction.recognition().ListOf(recognition.author, store::RecognitionPart::kAuthor, INT64_MAX, kEarlierLookedAt));
  std::vector<domain::Earlier> earlier;
  earlier.reserve(rows.size());
  for (const store::RecognitionRow& row : rows) earlier.push_back({row.recognition.saw, row.recognition.deed, row.recognition.created});
  recognition.labels = domain::LabelsFor(recognition, earlier);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::Recognition> RecognitionApp::CreateRecognition(const Caller& caller, const v1::CreateRecognitionRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  COMITY_RETURN_IF_ERROR(CheckForm(request, !caller.within.empty()));
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Recognition> {
    const absl::Time now = context_.clock.Now();
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(transaction));
    Recognition recognition;
    recognition.author = caller.person;
    recognition.saw = domain::PlainLineBreaks(request.saw());
    if (request.visibility() != v1::VISIBILITY_UNSPECIFIED) recognition.widest = static_cast<domain::Visibility>(request.visibility());
    recognition.created = now;
    COMITY_RETURN_IF_ERROR(SetBehaviour(transaction, request.behaviour(), now, recognition));
    if (request.deed().empty()) {
      COMITY_ASSIGN_OR_RETURN(const auto people, NamedPeople(request, *directory, caller.person));
      for (const PersonUid person : people) recognition.recipients.push_back({.person = person});
    } else {
      COMITY_ASSIGN_OR_RETURN(const OpenedDeed opened, OpenDeed(context_, transaction, caller, request.deed()));
      COMITY_ASSIGN_OR_RETURN(recognition.recipients, OfDeed(opened, request, caller.person));
      recognition.deed = opened.row.deed.key.Hash();
    }
    COMITY_ASSIGN_OR_RETURN(recognition.evidence, EvidenceOf(context_, transaction, caller, request));
    for (Recipient& recipient : recognition.recipients) {
      COMITY_ASSIGN_OR_RETURN(const store::RecognitionChoice choice, transaction.recognition().ChoiceOf(recipient.person));
      recipient.visibility = choice.visibility;
    }
    COMITY_RETURN_IF_ERROR(SetLabels(transaction, recognition));
    recognition.uid = context_.uids.Make<domain::RecognitionUid>("recognition");
    COMITY_RETURN_IF_ERROR(transaction.recognition().Insert(recognition));
    COMITY_RETURN_IF_ERROR(CloseAsk(transaction, recognition));
    if (IsOpenToAll(recognition, *directory)) COMITY_RETURN_IF_ERROR(TellRecognitionOpened(transaction, recognition, now));
    return NameAlone(recognition.uid);
  };
  return AsItIsNow(context_, caller, WriteOnce<v1::Recognition>(context_, caller, "CreateRecognition", request, run));
}

}  // namespace comity::app

#include "service/app/recognition_access.h"

#include <algorithm>
#include <utility>

#include "service/app/convert.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"
#include "service/domain/recognition/words.h"

namespace comity::app {

std::string RecognitionName(domain::RecognitionUid uid) { return NameOf("recognitions", uid.ToText()); }

absl::Status CheckIsPerson(const Caller& caller) {
  if (!caller.person.empty()) return absl::OkStatus();
  return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kRoleRequired,
               "only a person can do this, and this token is nobody's; use the person's own");
}

absl::Status CheckWords(std::string_view text, std::string_view field, int most) {
  if (domain::IsSoundText(text, most, /*lines=*/true)) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, std::string(field) + " is empty or too long",
               {{std::string(field), "write 1 to " + std::to_string(most) + " characters; no control characters but line breaks"}});
}

domain::Onlooker OnlookerOf(const Caller& caller, const domain::Recognition& recognition, const domain::Directory& directory,
                            absl::Time now) {
  const Viewer viewer = ViewerOf(caller, directory, now);
  domain::Onlooker onlooker{.person = viewer.person, .oversees = viewer.oversees, .ties = {}};
  for (const domain::Recipient& recipient : recognition.recipients) {
    const std::vector<domain::TeamUid> teams = directory.TeamsOf(recipient.person, domain::DayOf(now));
    onlooker.ties.push_back(
        {.shares_team = std::any_of(teams.begin(), teams.end(), [&](domain::TeamUid team) { return viewer.IsIn(team); }),
         .opted_out = directory.IsOptedOut(recipient.person)});
  }
  return onlooker;
}

absl::StatusOr<OpenedRecognition> OpenRecognition(Context& context, store::Transaction& transaction, const Caller& caller,
                                                  std::string_view name) {
  const absl::Status missing = Error(absl::StatusCode::kNotFound, ErrorReason::kRecognitionNotFound,
                                     "no such recognition among those you may see; list them with `comity recognitions list`");
  const absl::StatusOr<std::string> id = IdOf("recognitions", name, "name");
  if (!id.ok()) return id.status();
  const auto uid = domain::RecognitionUid::FromText(*id);
  if (!uid.has_value()) return missing;
  COMITY_ASSIGN_OR_RETURN(auto row, transaction.recognition().Find(*uid));
  if (!row.has_value()) return missing;
  COMITY_ASSIGN_OR_RETURN(auto directory, context.snapshots.DirectoryIn(transaction));
  domain::Onlooker onlooker = OnlookerOf(caller, row->recognition, *directory, context.clock.Now());
  bool reported = false;
  if (onlooker.oversees) {
    COMITY_ASSIGN_OR_RETURN(reported, transaction.recognition().IsReported(*uid));
  }
  if (!domain::MaySeeRecognition(row->recognition, onlooker, reported)) return missing;
  return OpenedRecognition{*std::move(row), std::move(onlooker), std::move(directory)};
}

absl::StatusOr<v1::Recognition> ToRecognition(store::Transaction& transaction, const domain::Directory& directory,
                                              const domain::Recognition& from, const domain::Onlooker& onlooker, bool with_comments) {
  v1::Recognition to;
  to.set_name(RecognitionName(from.uid));
  to.set_author(PersonName(directory, from.author));
  if (!from.deed.empty()) {
    COMITY_ASSIGN_OR_RETURN(const auto deed, transaction.deeds().FindDeed(from.deed));
    if (deed.has_value()) {
      to.set_deed(DeedName(deed->deed));
      *to.mutable_thanked_after() = ToDuration(from.created - deed->deed.occur_time);
    }
  }
  to.set_behaviour(NameOf("behaviours", from.behaviour));
  to.set_criteria_version(from.criteria_version);
  to.set_saw(from.saw);
  for (const std::string& evidence : from.evidence) to.add_evidence(evidence);
  for (size_t i = 0; i < from.recipients.size(); ++i) {
    const domain::Recipient& recipient = from.recipients[i];
    v1::Recognition::Recipient& shown = *to.add_recipients();
    if (domain::MaySeeRecipient(from, onlooker, i)) shown.set_person(PersonName(directory, recipient.person));
    if (!onlooker.person.empty() && recipient.person == onlooker.person) {
      shown.set_visibility(static_cast<v1::Visibility>(recipient.visibility));
    }
  }
  for (const domain::RecognitionLabel label : from.labels) to.add_labels(static_cast<v1::Recognition::Label>(label));
  to.set_state(from.taken_down() ? v1::Recognition::STATE_TAKEN_DOWN : v1::Recognition::STATE_STANDING);
  to.set_because(from.taken_down_because);
  *to.mutable_create_time() = ToTimestamp(from.created);
  if (!with_comments) return to;
  COMITY_ASSIGN_OR_RETURN(const auto comments, transaction.recognition().CommentsOf(from.uid));
  for (const domain::Comment& comment : comments) {
    v1::Recognition::Comment& added = *to.add_comments();
    added.set_name(NameOf("comments", comment.uid.ToText()));
    added.set_author(PersonName(directory, comment.author));
    added.set_text(comment.text);
    *added.mutable_create_time() = ToTimestamp(comment.created);
  }
  return to;
}

v1::Report ToReport(const domain::Report& from, const domain::Directory& directory) {
  v1::Report to;
  to.set_name(NameOf("reports", from.uid.ToText()));
  to.set_recognition(RecognitionName(from.recognition));
  to.set_reporter(PersonName(directory, from.reporter));
  to.set_because(from.because);
  *to.mutable_create_time() = ToTimestamp(from.created);
  to.set_decision(static_cast<v1::Report::Decision>(from.decision));
  to.set_decision_because(from.decision_because);
  if (from.decision != domain::ReportDecision::kNone) *to.mutable_decide_time() = ToTimestamp(from.decided);
  return to;
}

std::set<domain::PersonUid> ReadAbout(const domain::Recognition& recognition, const domain::Onlooker& onlooker) {
  std::set<domain::PersonUid> people;
  if (!onlooker.oversees || domain::IsConcernedBy(recognition, onlooker.person)) return people;
  if (!recognition.taken_down() && domain::ReachOf(recognition, onlooker) == domain::Visibility::kOrganisation) return people;
  people.insert(recognition.author);
  for (const domain::Recipient& recipient : recognition.recipients) people.insert(recipient.person);
  return people;
}

}  // namespace comity::app

#include "service/app/recognition_access.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "service/app/convert.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"
#include "service/domain/recognition/words.h"

namespace comity::app {

std::string CursorOf(int64_t number) { return absl::StrFormat("%019d", number); }

std::string RecognitionName(domain::RecognitionUid uid) { return NameOf("recognitions", uid.ToText()); }

absl::Status CheckWords(std::string_view text, std::string_view field, int most) {
  if (domain::IsSoundText(text, most, /*lines=*/true)) return absl::OkStatus();
  return Error(
      absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid,
      std::string(field) + " is empty or too long, or holds control characters",
      {{std::string(field), "write 1 to " + std::to_string(most) + " characters; of control characters only line breaks and tabs"}});
}

domain::Onlooker OnlookerOf(const Viewer& viewer, const domain::Recognition& recognition, const domain::Directory& directory,
                            absl::Time now) {
  domain::Onlooker onlooker{.person = viewer.person, .oversees = viewer.oversees, .ties = {}};
  for (const domain::Recipient& recipient : recognition.recipients) {
    const std::vector<domain::TeamUid> teams = directory.TeamsOf(recipient.person, domain::DayOf(now));
    onlooker.ties.push_back(
        {.shares_team = std::any_of(teams.begin(), teams.end(), [&](domain::TeamUid team) { return viewer.IsIn(team); }),
         .opted_out = directory.IsOptedOut(recipient.person)});
  }
  return onlooker;
}

absl::Status RecognitionNotFound() {
  return Error(absl::StatusCode::kNotFound, ErrorReason::kRecognitionNotFound,
               "no such recognition among those you may see; list them with `comity recognitions list`");
}

absl::StatusOr<std::optional<domain::RecognitionUid>> RecognitionUidOf(std::string_view name) {
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("recognitions", name, "name"));
  return domain::RecognitionUid::FromText(id);
}

absl::StatusOr<OpenedRecognition> OpenRecognition(Context& context, store::Transaction& transaction, const Caller& caller,
                                                  std::string_view name) {
  COMITY_ASSIGN_OR_RETURN(const auto uid, RecognitionUidOf(name));
  if (!uid.has_value()) return RecognitionNotFound();
  COMITY_ASSIGN_OR_RETURN(auto row, transaction.recognition().Find(*uid));
  if (!row.has_value()) return RecognitionNotFound();
  COMITY_ASSIGN_OR_RETURN(auto directory, context.snapshots.DirectoryIn(transaction));
  const absl::Time now = context.clock.Now();
  domain::Onlooker onlooker = OnlookerOf(ViewerOf(caller, *directory, now), row->recognition, *directory, now);
  if (!domain::MaySeeRecognition(row->recognition, onlooker)) return RecognitionNotFound();
  return OpenedRecognition{*std::move(row), std::move(onlooker), std::move(directory)};
}

v1::Recognition NameAlone(domain::RecognitionUid uid) {
  v1::Recognition named;
  named.set_name(RecognitionName(uid));
  return named;
}

absl::StatusOr<v1::Recognition> AsItIsNow(Context& context, const Caller& caller, const absl::StatusOr<v1::Recognition>& written) {
  if (!written.ok()) return written;
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context.store.BeginRead());
  const absl::StatusOr<OpenedRecognition> opened = OpenRecognition(context, *transaction, caller, written->name());
  if (absl::IsNotFound(opened.status())) return written;
  if (!opened.ok()) return opened.status();
  return ToRecognition(*transaction, *opened->directory, opened->recognition(), opened->onlooker, /*with_comments=*/true);
}

absl::StatusOr<v1::Recognition> ToRecognition(store::Transaction& transaction, const domain::Directory& directory,
                                              const domain::Recognition& from, const domain::Onlooker& onlooker, bool with_comments) {
  v1::Recognition to;
  const auto writer = [&](domain::PersonUid person) {
    return domain::MaySeeWriter(from, onlooker, person, directory.IsOptedOut(person)) ? PersonName(directory, person) : std::string();
  };
  to.set_name(RecognitionName(from.uid));
  to.set_author(writer(from.author));
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
  if (domain::IsConcernedBy(from, onlooker.person)) to.set_reach(static_cast<v1::Visibility>(domain::ReachOf(from, onlooker)));
  if (!with_comments) return to;
  COMITY_ASSIGN_OR_RETURN(const auto comments, transaction.recognition().CommentsOf(from.uid));
  for (const domain::Comment& comment : comments) {
    v1::Recognition::Comment& added = *to.add_comments();
    added.set_name(NameOf("comments", comment.uid.ToText()));
    added.set_author(writer(comment.author));
    added.set_text(comment.text);
    *added.mutable_create_time() = ToTimestamp(comment.created);
  }
  return to;
}

std::string EtagOf(const domain::Report& report) {
  return report.decision == domain::ReportDecision::kNone ? "0" : std::to_string(absl::ToUnixMicros(report.decided));
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
  to.set_etag(EtagOf(from));
  if (from.decision != domain::ReportDecision::kNone) *to.mutable_decide_time() = ToTimestamp(from.decided);
  return to;
}

std::set<domain::PersonUid> ReadAbout(const domain::Recognition& recognition, const domain::Onlooker& onlooker) {
  std::set<domain::PersonUid> people;
  if (!onlooker.oversees || domain::IsConcernedBy(recognition, onlooker.person)) return people;
  if (!recognition.taken_down() && !recognition.withdrawn && domain::ReachOf(recognition, onlooker) == domain::Visibility::kOrganisation)
    return people;
  people.insert(recognition.author);
  for (const domain::Recipient& recipient : recognition.recipients) people.insert(recipient.person);
  return people;
}

}  // namespace comity::app

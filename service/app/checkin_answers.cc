// What somebody is asked, and what they answer.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/app/checkin_app.h"
#include "service/app/checkin_view.h"
#include "service/app/convert.h"
#include "service/app/resource_name.h"

namespace comity::app {
namespace {

using domain::CheckInAnswer;
using domain::CheckInTemplate;

bool IsOpen(const domain::CheckIn& checkin, absl::Time now) { return checkin.state == domain::CheckInState::kOpen && now < checkin.closes; }

absl::StatusOr<CheckInTemplate> AsItWasAsked(store::Transaction& transaction, const domain::CheckIn& checkin) {
  COMITY_ASSIGN_OR_RETURN(const auto versions, transaction.checkins().TemplateVersionsOf(checkin.template_id));
  for (const CheckInTemplate& version : versions) {
    if (version.version == checkin.template_version) return version;
  }
  return Error(absl::StatusCode::kDataLoss, ErrorReason::kStoreFailed, "a check-in's template is not there");
}

absl::StatusOr<std::string> SubjectOf(store::Transaction& transaction, Names& names, const domain::CheckIn& checkin) {
  if (checkin.kind == domain::OccurrenceKind::kMeeting) return names.Subject(domain::SubjectRef{checkin.about.bytes});
  COMITY_ASSIGN_OR_RETURN(const auto deed, transaction.deeds().FindDeed(domain::DeedHash{checkin.about.bytes}));
  return deed.has_value() ? names.Subject(deed->deed.key.subject) : std::string();
}

void PutAnswers(const CheckInAnswer& from, const std::vector<domain::Question>& questions, v1::CheckIn& to) {
  to.set_was_held(static_cast<v1::Held>(from.held));
  for (size_t i = 0; i < questions.size() && i < from.choices.size(); ++i) {
    if (from.choices[i] == 0 && from.words[i].empty()) continue;
    v1::CheckInAnswer& answer = *to.add_answers();
    answer.set_question(static_cast<int32_t>(i + 1));
    if (questions[i].kind == domain::QuestionKind::kScale) answer.set_scale(from.choices[i]);
    if (questions[i].kind == domain::QuestionKind::kYesNo) answer.set_yes(from.choices[i] == static_cast<int32_t>(domain::YesNo::kYes));
    if (questions[i].kind == domain::QuestionKind::kText) answer.set_text(from.words[i]);
  }
}

// `answers`: all that this person gave.
absl::StatusOr<v1::CheckIn> ToCheckIn(store::Transaction& transaction, Names& names, const domain::CheckIn& from,
                                      const std::vector<store::CheckInAnswerRow>& answers) {
  COMITY_ASSIGN_OR_RETURN(const CheckInTemplate asked, AsItWasAsked(transaction, from));
  v1::CheckIn to;
  to.set_name(NameOf("checkIns", from.uid.ToText()));
  to.set_check_in_template(NameOf("checkInTemplates", from.template_id));
  to.set_title(asked.title);
  to.set_team(names.TeamName(asked.team));
  COMITY_ASSIGN_OR_RETURN(*to.mutable_subject(), SubjectOf(transaction, names, from));
  to.set_is_meeting(from.kind == domain::OccurrenceKind::kMeeting);
  for (const domain::Question& question : asked.questions) {
    COMITY_ASSIGN_OR_RETURN(*to.add_questions(), ToQuestion(transaction, question, from.opened));
  }
  *to.mutable_open_time() = ToTimestamp(from.opened);
  *to.mutable_close_time() = ToTimestamp(from.closes);
  for (const store::CheckInAnswerRow& row : answers) {
    if (row.checkin == from.uid) PutAnswers(row.answer, asked.questions, to);
  }
  return to;
}

// The API's answer in the domain's form; which question each is about is checked here, whether it fits there.
absl::StatusOr<CheckInAnswer> ReadAnswer(const v1::AnswerCheckInRequest& request, domain::PersonUid person, const CheckInTemplate& asked) {
  const size_t count = asked.questions.size();
  CheckInAnswer answer{.person = person, .choices = std::vector<int32_t>(count), .words = std::vector<std::string>(count)};
  std::vector<FieldFault> faults;
  std::vector<bool> seen(count);
  std::vector<std::string> fields(count, "answers");
  for (int i = 0; i < request.answers_size() && faults.empty(); ++i) {
    const v1::CheckInAnswer& given = request.answers(i);
    const std::string field = absl::StrCat("answers[", i, "]");
    const auto place = static_cast<size_t>(given.question()) - 1;
    if (given.question() < 1 || place >= count || seen[place]) {
      faults.push_back({field + ".question", absl::StrCat("send a question's place, 1 to ", count, ", each at most once")});
      continue;
    }
    seen[place] = true;
    fields[place] = field;
    const auto kind = asked.questions[place].kind;
    const bool fits = (kind == domain::QuestionKind::kScale && given.has_scale() && given.scale() != 0) ||
                      (kind == domain::QuestionKind::kYesNo && given.has_yes()) ||
                      (kind == domain::QuestionKind::kText && given.has_text() && !given.text().empty());
    if (!fits) {  // of a kind that this question is not answered by: out of bounds for every kind
      answer.choices[place] = -1;
      continue;
    }
    answer.choices[place] = given.has_scale() ? given.scale()
                            : given.has_yes() ? static_cast<int32_t>(given.yes() ? domain::YesNo::kYes : domain::YesNo::kNo)
                                              : 0;
    answer.words[place] = given.text();
  }
  if (request.was_held() != v1::HELD_UNSPECIFIED && request.was_held() != v1::HELD_NO && request.was_held() != v1::HELD_YES) {
    faults.push_back({"was_held", "send NO or YES, or leave it out"});
  } else {
    answer.held = static_cast<domain::YesNo>(request.was_held());
  }
  for (const domain::AnswerFault& fault : domain::FaultsOf(answer, asked.questions, asked.trigger)) {
    faults.push_back({fault.question == 0 ? "was_held" : fields[fault.question - 1], fault.remedy});
  }
  if (faults.empty()) return answer;
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "the answers do not fit the questions", std::move(faults));
}

// Only whoever was asked knows that there is one.
absl::StatusOr<store::AskRow> AskFor(store::Transaction& transaction, domain::PersonUid person, const std::string& name) {
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("checkIns", name, "check_in"));
  const auto uid = domain::CheckInUid::FromText(id);
  COMITY_ASSIGN_OR_RETURN(const auto asks, transaction.recognition().AsksOf(person));
  for (const store::AskRow& ask : asks) {
    if (uid.has_value() && domain::IsCheckIn(ask.ask.kind) && ask.about == domain::AskedAbout(*uid)) return ask;
  }
  return Error(absl::StatusCode::kNotFound, ErrorReason::kCheckInNotFound, "you are not asked this; see `comity checkins list`",
               {{"check_in", "name one of those that are listed for you"}});
}

// Who opted out, or wants to be asked nothing, is shown nothing either, from that moment on.
absl::StatusOr<bool> WantsNone(store::Transaction& transaction, const domain::Directory& directory, domain::PersonUid person) {
  COMITY_ASSIGN_OR_RETURN(const store::RecognitionChoice choice, transaction.recognition().ChoiceOf(person));
  return choice.no_invitations || directory.IsOptedOut(person);
}

}  // namespace

absl::StatusOr<v1::ListCheckInsResponse> CheckInApp::ListCheckIns(const Caller& caller, const v1::ListCheckInsRequest& /*request*/) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  const absl::Time now = context_.clock.Now();
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(*transaction));
  COMITY_ASSIGN_OR_RETURN(const bool wants_none, WantsNone(*transaction, *directory, caller.person));
  if (wants_none) return v1::ListCheckInsResponse();
  COMITY_ASSIGN_OR_RETURN(const auto asks, transaction->recognition().AsksOf(caller.person));
  COMITY_ASSIGN_OR_RETURN(const auto answers, transaction->checkins().AnswersBy(caller.person));
  std::vector<domain::CheckIn> open;
  for (const store::AskRow& ask : asks) {
    if (!domain::IsCheckIn(ask.ask.kind) || !ask.waiting) continue;
    COMITY_ASSIGN_OR_RETURN(const auto row, transaction->checkins().Find(domain::CheckInUid{ask.about.bytes}));
    if (row.has_value() && IsOpen(row->checkin, now)) open.push_back(row->checkin);
  }
  std::sort(open.begin(), open.end(),
            [](const domain::CheckIn& a, const domain::CheckIn& b) { return a.closes != b.closes ? a.closes < b.closes : a.uid < b.uid; });
  Names names(*transaction, directory);
  v1::ListCheckInsResponse response;
  for (const domain::CheckIn& checkin : open) {
    COMITY_ASSIGN_OR_RETURN(*response.add_check_ins(), ToCheckIn(*transaction, names, checkin, answers));
  }
  return response;
}

absl::StatusOr<v1::AnswerCheckInResponse> CheckInApp::AnswerCheckIn(const Caller& caller, const v1::AnswerCheckInRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  if (request.answers_size() > static_cast<int>(domain::kMaxQuestions)) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "there are more answers than questions",
                 {{"answers", "send at most 3"}});
  }
  const auto run = [&](store::Transaction& transaction) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(store::AskRow ask, AskFor(transaction, caller.person, request.check_in()));
    const domain::CheckInUid uid{ask.about.bytes};
    COMITY_ASSIGN_OR_RETURN(const auto row, transaction.checkins().Find(uid));
    if (!row.has_value() || !IsOpen(row->checkin, context_.clock.Now())) {
      return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kCheckInClosed, "it has closed; what was answered stays as it is");
    }
    COMITY_ASSIGN_OR_RETURN(const CheckInTemplate asked, AsItWasAsked(transaction, row->checkin));
    COMITY_ASSIGN_OR_RETURN(const CheckInAnswer answer, ReadAnswer(request, caller.person, asked));
    // Not `waiting` hides it from the list; when it closes, everybody's is ended alike, and nobody can tell any more who skipped it.
    ask.waiting = !domain::SaysNothing(answer);
    COMITY_RETURN_IF_ERROR(ask.waiting ? transaction.checkins().PutAnswer(uid, answer)
                                       : transaction.checkins().DeleteAnswer(uid, caller.person));
    return transaction.recognition().PutAsk(caller.person, ask);
  };
  // Not by way of `WriteOnce`: answering twice is answering once, and what it keeps to know a request again would tell what was answered.
  COMITY_RETURN_IF_ERROR(context_.writer.Run(run));
  return v1::AnswerCheckInResponse();
}

}  // namespace comity::app

// Check-ins: what one is asked and answers, and what a team reads of it. What teams ask is checkin_templates.cc's.
#include <ostream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/checkin_verbs.h"
#include "clients/cli/names.h"
#include "clients/cli/session.h"
#include "comity/v1/checkin.pb.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

constexpr char kLeftOut[] = "-";

std::string AnswerText(const v1::CheckInAnswer& answer) {
  switch (answer.value_case()) {
    case v1::CheckInAnswer::kScale:
      return std::to_string(answer.scale());
    case v1::CheckInAnswer::kYes:
      return answer.yes() ? "yes" : "no";
    case v1::CheckInAnswer::kText:
      return Printable(answer.text());
    default:
      return "";
  }
}

const char* HowToAnswer(v1::Question::Kind kind) {
  switch (kind) {
    case v1::Question::KIND_SCALE:
      return "1 to 5";
    case v1::Question::KIND_YES_NO:
      return "yes or no";
    default:
      return "one line; name nobody";
  }
}

void PrintCheckIn(Session& session, const v1::CheckIn& checkin) {
  std::ostream& out = session.out();
  out << session.style().Bold(Printable(checkin.title())) << "  " << Printable(BareName(checkin.name())) << "\n";
  PrintField(out, session.style(), "about", Printable(checkin.subject()));
  PrintField(out, session.style(), "read by", absl::StrCat(Printable(checkin.team()), ", without names and from 5 answers on"));
  PrintField(out, session.style(), "open until", Instant(checkin.close_time()));
  for (int i = 0; i < checkin.questions_size(); ++i) {
    const v1::Question& question = checkin.questions(i);
    out << "  " << i + 1 << ". " << Printable(question.text())
        << session.style().Dim(absl::StrCat("  (", HowToAnswer(question.kind()), ")")) << "\n";
    for (const std::string& norm : question.norms()) out << "       - " << Printable(norm) << "\n";
    for (const v1::CheckInAnswer& answer : checkin.answers()) {
      if (answer.question() == i + 1) out << "     you: " << AnswerText(answer) << "\n";
    }
  }
}

absl::Status ListCheckIns(Session& session, const Arguments&) {
  v1::ListCheckInsResponse response;
  COMITY_RETURN_IF_ERROR(session.Call("CheckInService/ListCheckIns", v1::ListCheckInsRequest(), &response));
  if (session.json()) return session.PrintJson(response);
  if (response.check_ins_size() == 0) session.out() << "Nothing is asked just now.\n";
  for (const v1::CheckIn& checkin : response.check_ins()) {
    PrintCheckIn(session, checkin);
    session.out() << "\n";
  }
  if (response.check_ins_size() == 0) return absl::OkStatus();
  session.out() << "Answer, in the order of the questions: comity checkins answer NAME --answer 4 --answer yes\n"
                << "Or not, and nobody learns which:       comity checkins skip NAME\n";
  return absl::OkStatus();
}

// One argument as an answer to that question.
absl::Status ReadAnswer(const std::string& text, const v1::Question& question, v1::CheckInAnswer& answer) {
  if (question.kind() == v1::Question::KIND_TEXT) {
    answer.set_text(text);
    return absl::OkStatus();
  }
  int32_t scale = 0;
  if (question.kind() == v1::Question::KIND_SCALE && absl::SimpleAtoi(text, &scale)) {
    answer.set_scale(scale);
    return absl::OkStatus();
  }
  if (question.kind() == v1::Question::KIND_YES_NO && (text == "yes" || text == "no")) {
    answer.set_yes(text == "yes");
    return absl::OkStatus();
  }
  return UsageError(absl::StrCat("answer ", answer.question(), " is to be ", HowToAnswer(question.kind()), ", or - to leave it out"));
}

absl::Status AnswerCheckIn(Session& session, const Arguments& arguments) {
  const std::vector<std::string>& given = arguments.All("answer");
  if (given.empty() && !arguments.Has("held")) return UsageError("give --answer or --held; comity checkins skip leaves it out whole");
  v1::AnswerCheckInRequest request;
  request.set_check_in(FullName("checkIns", arguments.Get("NAME")));
  v1::ListCheckInsResponse asked;
  COMITY_RETURN_IF_ERROR(session.Call("CheckInService/ListCheckIns", v1::ListCheckInsRequest(), &asked));
  const v1::CheckIn* found = nullptr;
  for (const v1::CheckIn& checkin : asked.check_ins()) {
    if (checkin.name() == request.check_in()) found = &checkin;
  }
  if (found == nullptr) return UsageError("no such check-in is open for you; comity checkins list shows those that are");
  if (given.size() > static_cast<size_t>(found->questions_size())) {
    return UsageError(absl::StrCat("there are more answers than its ", Count(found->questions_size(), "question", "questions")));
  }
  for (size_t i = 0; i < given.size(); ++i) {
    if (given[i] == kLeftOut) continue;
    v1::CheckInAnswer& answer = *request.add_answers();
    answer.set_question(static_cast<int32_t>(i + 1));
    COMITY_RETURN_IF_ERROR(ReadAnswer(given[i], found->questions(static_cast<int>(i)), answer));
  }
  if (arguments.Has("held")) request.set_was_held(arguments.Get("held") == "yes" ? v1::HELD_YES : v1::HELD_NO);
  v1::AnswerCheckInResponse response;
  COMITY_RETURN_IF_ERROR(session.Call("CheckInService/AnswerCheckIn", request, &response));
  if (session.json()) return session.PrintJson(response);
  session.out() << session.style().Good("Answered.") << " Until " << Instant(found->close_time())
                << " you can answer anew; 7 days later it is deleted.\n";
  return absl::OkStatus();
}

absl::Status SkipCheckIn(Session& session, const Arguments& arguments) {
  v1::AnswerCheckInRequest request;
  request.set_check_in(FullName("checkIns", arguments.Get("NAME")));
  v1::AnswerCheckInResponse response;
  COMITY_RETURN_IF_ERROR(session.Call("CheckInService/AnswerCheckIn", request, &response));
  if (session.json()) return session.PrintJson(response);
  session.out() << "Skipped. Nobody learns whether you answered it.\n";
  return absl::OkStatus();
}

void PrintQuestion(Session& session, const v1::CheckInResult::QuestionResult& result) {
  std::ostream& out = session.out();
  out << "  " << Printable(result.question().text()) << "\n";
  if (result.too_few() || result.too_alike()) {
    out << (result.too_few() ? "     too few answers\n" : "     nearly all answered alike; which answer is not told of so few\n");
    return;
  }
  for (int i = 0; i < result.scale_counts_size(); ++i) out << (i == 0 ? "     " : "  ") << i + 1 << ": " << result.scale_counts(i);
  if (result.scale_counts_size() > 0) out << "\n";
  if (result.question().kind() == v1::Question::KIND_YES_NO)
    out << "     yes: " << result.yes_count() << "  no: " << result.no_count() << "\n";
  for (const std::string& text : result.texts()) out << "     " << Printable(text) << "\n";
}

absl::Status ShowResults(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListCheckInResultsRequest request;
  request.set_check_in_template(FullName("checkInTemplates", arguments.Get("TEMPLATE")));
  v1::ListCheckInResultsResponse response;
  COMITY_RETURN_IF_ERROR(session.List("CheckInService/ListCheckInResults", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  if (response.results_size() == 0) session.out() << "None closed in the last 7 days.\n";
  for (const v1::CheckInResult& result : response.results()) {
    for (const auto& occurrence : result.occurrences()) {
      session.out() << session.style().Bold(Instant(occurrence.open_time()))
                    << (occurrence.held() == v1::HELD_YES         ? "  the meeting took place"
                        : occurrence.held() == v1::HELD_NOT_KNOWN ? "  not known whether the meeting took place"
                                                                  : "")
                    << "\n";
    }
    if (result.too_few()) session.out() << "  too few answers\n";
    for (const auto& question : result.questions()) PrintQuestion(session, question);
  }
  session.SayMore(more, limit);
  return absl::OkStatus();
}

const Parameter kCheckIn = {.name = "NAME", .kind = Parameter::Kind::kPositional, .help = "checkIns/… or its bare id", .required = true};

}  // namespace

std::vector<Verb> CheckInVerbs() {
  std::vector<Verb> verbs = {
      {.noun = "checkins", .name = "list", .summary = "what you are asked just now, and what you answered so far", .run = ListCheckIns},
      {.noun = "checkins",
       .name = "answer",
       .summary = "answer, or answer anew until it closes",
       .parameters = {kCheckIn,
                      {.name = "--answer",
                       .kind = Parameter::Kind::kRepeated,
                       .value = "ANSWER",
                       .help = "1 to 5, yes or no, or a line; in the order of the questions, - leaves one out"},
                      {.name = "--held", .value = "yes|no", .help = "whether the meeting took place", .choices = {"yes", "no"}}},
       .run = AnswerCheckIn,
       .details = "Example: comity checkins answer k3f9 --answer 4 --answer yes --answer - --held yes"},
      {.noun = "checkins",
       .name = "skip",
       .summary = "answer nothing, and take back what you answered: nobody learns which it was",
       .parameters = {kCheckIn},
       .run = SkipCheckIn},
      {.noun = "checkins",
       .name = "results",
       .summary = "what was answered, for the team that asks: without names, and of 5 people at least",
       .parameters =
           {{.name = "TEMPLATE", .kind = Parameter::Kind::kPositional, .help = "checkInTemplates/… or its bare id", .required = true},
            LimitParameter()},
       .run = ShowResults},
  };
  for (const auto& more : {CheckInTemplateVerbs(), NormVerbs()}) verbs.insert(verbs.end(), more.begin(), more.end());
  return verbs;
}

}  // namespace comity::cli

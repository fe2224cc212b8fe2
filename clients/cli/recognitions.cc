// Thanks: giving them, reading them, and saying who may see one's own. What thanks are for is behaviours.cc's, reports are reports.cc's.
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/names.h"
#include "clients/cli/recognition_text.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"
#include "comity/v1/recognition.pb.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

std::string RecognitionOf(const Arguments& arguments) { return FullName("recognitions", arguments.Get("NAME")); }

// What a change left behind.
absl::Status Show(Session& session, std::string_view done, const v1::Recognition& recognition) {
  if (session.json()) return session.PrintJson(recognition);
  session.out() << session.style().Good(done) << "\n";
  if (!recognition.has_create_time()) return absl::OkStatus();  // they do not see it any more
  session.out() << "\n";
  PrintRecognition(session.out(), session.style(), recognition);
  return absl::OkStatus();
}

absl::Status Thank(Session& session, const Arguments& arguments) {
  if (!arguments.Has("DEED") && !arguments.Has("to")) {
    return UsageError(
        "say whom you thank: name the deed that helped you, or --to PERSON; comity invitations list shows what you were helped with");
  }
  v1::CreateRecognitionRequest request;
  request.set_deed(FullName("deeds", arguments.Get("DEED")));
  request.set_saw(arguments.Get("saw"));
  request.set_behaviour(FullName("behaviours", arguments.Get("for")));
  if (arguments.Has("visibility")) {
    request.set_visibility(static_cast<v1::Visibility>(EnumFromWords(*v1::Visibility_descriptor(), arguments.Get("visibility"))));
  }
  for (const std::string& person : arguments.All("to")) request.add_recipients(FullName("people", person));
  for (const std::string& evidence : arguments.All("evidence")) request.add_evidence(evidence);
  v1::Recognition recognition;
  COMITY_RETURN_IF_ERROR(session.Call("RecognitionService/CreateRecognition", request, &recognition));
  COMITY_RETURN_IF_ERROR(Show(session, "Thanked. You and those thanked see it; who else does is theirs to say.", recognition));
  if (!session.json()) session.out() << "Take it back: comity recognitions withdraw " << Printable(BareName(recognition.name())) << "\n";
  return absl::OkStatus();
}

absl::Status ListRecognitions(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListRecognitionsRequest request;
  request.set_deed(FullName("deeds", arguments.Get("deed")));
  if (arguments.Has("which")) {
    request.set_which(static_cast<v1::ListRecognitionsRequest::Which>(
        EnumFromWords(*v1::ListRecognitionsRequest::Which_descriptor(), arguments.Get("which"))));
  }
  v1::ListRecognitionsResponse response;
  COMITY_RETURN_IF_ERROR(session.List("RecognitionService/ListRecognitions", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  Table table({"THANKS", "WHEN", "FROM", "TO", "FOR", "WHAT WAS SEEN"});
  for (const v1::Recognition& recognition : response.recognitions()) {
    table.Add({BareName(recognition.name()), Instant(recognition.create_time()), AuthorText(recognition.author()),
               RecipientsText(recognition), BareName(recognition.behaviour()), FirstLine(recognition.saw())});
  }
  table.Print(session.out(), session.style(), "No thanks here that you may see.");
  session.SayMore(more, limit);
  return absl::OkStatus();
}

absl::Status ShowRecognition(Session& session, const Arguments& arguments) {
  v1::GetRecognitionRequest request;
  request.set_name(RecognitionOf(arguments));
  v1::Recognition recognition;
  COMITY_RETURN_IF_ERROR(session.Call("RecognitionService/GetRecognition", request, &recognition));
  if (session.json()) return session.PrintJson(recognition);
  PrintRecognition(session.out(), session.style(), recognition);
  return absl::OkStatus();
}

absl::Status Consent(Session& session, const Arguments& arguments) {
  v1::SetConsentRequest request;
  request.set_name(RecognitionOf(arguments));
  request.set_visibility(static_cast<v1::Visibility>(EnumFromWords(*v1::Visibility_descriptor(), arguments.Get("visibility"))));
  v1::Recognition recognition;
  COMITY_RETURN_IF_ERROR(session.Call("RecognitionService/SetConsent", request, &recognition));
  return Show(session, VisibilityText(request.visibility()), recognition);
}

absl::Status Withdraw(Session& session, const Arguments& arguments) {
  v1::WithdrawRecognitionRequest request;
  request.set_name(RecognitionOf(arguments));
  v1::WithdrawRecognitionResponse response;
  COMITY_RETURN_IF_ERROR(session.Call("RecognitionService/WithdrawRecognition", request, &response));
  if (session.json()) return session.PrintJson(response);
  session.out() << "Withdrawn. Nothing of it is left, but for stewards while a report of it waits.\n";
  return absl::OkStatus();
}

absl::Status CommentOn(Session& session, const Arguments& arguments) {
  v1::CreateCommentRequest request;
  request.set_name(RecognitionOf(arguments));
  request.set_text(arguments.Get("text"));
  v1::Recognition recognition;
  COMITY_RETURN_IF_ERROR(session.Call("RecognitionService/CreateComment", request, &recognition));
  return Show(session, "Added.", recognition);
}

absl::Status DeleteComment(Session& session, const Arguments& arguments) {
  v1::DeleteCommentRequest request;
  request.set_name(RecognitionOf(arguments));
  request.set_comment(FullName("comments", arguments.Get("COMMENT")));
  v1::Recognition recognition;
  COMITY_RETURN_IF_ERROR(session.Call("RecognitionService/DeleteComment", request, &recognition));
  return Show(session, "Deleted.", recognition);
}

absl::Status ShowPreference(Session& session, const v1::RecognitionPreference& preference) {
  if (session.json()) return session.PrintJson(preference);
  session.out()
      << "From now on: " << VisibilityText(preference.visibility()) << "\n"
      << (preference.no_invitations()
              ? "You are asked nothing: not whether you want to thank, and in no check-in. Change: comity me thanks --invitations yes\n"
              : "You are asked whether you want to thank, and in check-ins, at most 5 times in 7 days. Change: comity me thanks "
                "--invitations no\n")
      << session.style().Dim("What you were thanked for before keeps its own: comity recognitions consent") << "\n";
  return absl::OkStatus();
}

// Reads the choices, and sets those that were given.
absl::Status Preference(Session& session, const Arguments& arguments) {
  v1::RecognitionPreference preference;
  COMITY_RETURN_IF_ERROR(session.Call("RecognitionService/GetRecognitionPreference", v1::GetRecognitionPreferenceRequest(), &preference));
  if (!arguments.Has("visibility") && !arguments.Has("invitations")) return ShowPreference(session, preference);
  v1::SetRecognitionPreferenceRequest request;
  *request.mutable_preference() = preference;
  if (arguments.Has("visibility")) {
    request.mutable_preference()->set_visibility(
        static_cast<v1::Visibility>(EnumFromWords(*v1::Visibility_descriptor(), arguments.Get("visibility"))));
  }
  if (arguments.Has("invitations")) request.mutable_preference()->set_no_invitations(arguments.Get("invitations") == "no");
  COMITY_RETURN_IF_ERROR(session.Call("RecognitionService/SetRecognitionPreference", request, &preference));
  return ShowPreference(session, preference);
}

absl::Status ListInvitations(Session& session, const Arguments&) {
  v1::ListInvitationsResponse response;
  COMITY_RETURN_IF_ERROR(session.Call("RecognitionService/ListInvitations", v1::ListInvitationsRequest(), &response));
  if (session.json()) return session.PrintJson(response);
  Table table({"DEED", "WHAT YOU ASKED FOR", "HELPED", "ASKED UNTIL"});
  for (const v1::Invitation& invitation : response.invitations()) {
    table.Add({BareName(invitation.deed()), invitation.subject(), Instant(invitation.occur_time()), Instant(invitation.expire_time())});
  }
  table.Print(session.out(), session.style(), "Nothing to thank for just now.");
  if (response.invitations_size() == 0) return absl::OkStatus();
  session.out() << "\nIf you want to: comity thank DEED --saw \"what you saw\"\nIf not:         comity invitations dismiss DEED\n";
  return absl::OkStatus();
}

absl::Status Dismiss(Session& session, const Arguments& arguments) {
  v1::DismissInvitationRequest request;
  request.set_deed(FullName("deeds", arguments.Get("DEED")));
  v1::DismissInvitationResponse response;
  COMITY_RETURN_IF_ERROR(session.Call("RecognitionService/DismissInvitation", request, &response));
  if (session.json()) return session.PrintJson(response);
  session.out() << "You are not asked about it any more.\n";
  return absl::OkStatus();
}

const Parameter kRecognition = {
    .name = "NAME", .kind = Parameter::Kind::kPositional, .help = "recognitions/… or its bare id", .required = true};

std::vector<Verb> OwnThanksVerbs() {
  return {
      {.name = "thank",
       .summary = "thank somebody for what you saw them do, in your own words",
       .parameters = {{.name = "DEED",
                       .kind = Parameter::Kind::kPositional,
                       .help = "the deed that helped you or your team: all its helpers"},
                      {.name = "--saw", .value = "TEXT", .help = "what you saw", .required = true},
                      {.name = "--for", .value = "BEHAVIOUR", .help = "what it was a way of (comity behaviours list); none is fine too"},
                      {.name = "--to",
                       .kind = Parameter::Kind::kRepeated,
                       .value = "PERSON",
                       .help = "whom, without a deed, or only this one of its helpers; may be repeated"},
                      {.name = "--visibility",
                       .value = "WHO",
                       .help = "no further than this, whatever those thanked say",
                       .choices = {"private", "team", "organisation"}},
                      {.name = "--evidence",
                       .kind = Parameter::Kind::kRepeated,
                       .value = "ADDRESS",
                       .help = "https://… or deeds/… that shows it; may be repeated"}},
       .run = Thank,
       .details = "Example: comity thank 20260902-k3f9 --saw \"You asked why before you changed it\" --for curious-feedback\n"
                  "         comity thank --to ana --saw \"You explained our jargon to the new ones\" --for translated-jargon"},
      {.noun = "invitations", .name = "list", .summary = "what you were helped with, and may want to thank for", .run = ListInvitations},
      {.noun = "invitations",
       .name = "dismiss",
       .summary = "no, thank you: nobody learns which it was",
       .parameters = {{.name = "DEED", .kind = Parameter::Kind::kPositional, .help = "deeds/… or its bare id", .required = true}},
       .run = Dismiss},
      {.noun = "me",
       .name = "thanks",
       .summary = "who may see what you are thanked for, and whether you are asked to thank",
       .parameters = {{.name = "--visibility",
                       .value = "WHO",
                       .help = "who may see thanks to you from now on",
                       .choices = {"private", "team", "organisation"}},
                      {.name = "--invitations",
                       .value = "yes|no",
                       .help = "whether you are asked to thank, and in check-ins",
                       .choices = {"yes", "no"}}},
       .run = Preference},
  };
}

}  // namespace

std::vector<Verb> RecognitionVerbs() {
  std::vector<Verb> verbs = OwnThanksVerbs();
  for (Verb verb : std::vector<Verb>{
           {.noun = "recognitions",
    .name = "list",
    .summary = "thanks you may see, newest first",
    .parameters = {{.name = "--which",
                  .value = "WHICH",
                  .help = "only those you received or gave",
                  .choices = EnumChoices(*v1::ListRecognitionsRequest::Which_descriptor())},
                   {.name = "--deed", .value = "DEED", .help = "only those for this deed"},
                   LimitParameter()},
    .run = ListRecognitions},
           {.noun = "recognitions",
           .name = "show",
           .summary = "one of them, with its comments",
           .parameters = {kRecognition},
           .run = ShowRecognition},
           {.noun = "recognitions",
           .name = "consent",
           .summary = "say who may see thanks that were given to you, or take your name off",
           .parameters = {kRecognition,
                          {.name = "--visibility",
                          .value = "WHO",
                          .help = "who may see it; withdrawn takes you off it",
                          .required = true,
                          .choices = EnumChoices(*v1::Visibility_descriptor())}},
           .run = Consent},
           {.noun = "recognitions",
           .name = "comment",
           .summary = "add a comment",
           .parameters = {kRecognition, {.name = "--text", .value = "TEXT", .help = "1 to 500 characters", .required = true}},
           .run = CommentOn},
           {.noun = "recognitions",
           .name = "uncomment",
           .summary = "delete a comment of yours, or any on thanks to you",
           .parameters = {kRecognition,
                          {.name = "COMMENT", .kind = Parameter::Kind::kPositional, .help = "comments/… or its bare id", .required = true}},
           .run = DeleteComment},
           {.noun = "recognitions",
           .name = "withdraw",
           .summary = "take back thanks that you gave",
           .parameters = {kRecognition},
           .run = Withdraw},
       }) {
    verbs.push_back(std::move(verb));
  }
  return verbs;
}

}  // namespace comity::cli

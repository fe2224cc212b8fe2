// What thanks are for: behaviours with their criteria, and programmes that put them forward.
#include <ostream>

#include "absl/strings/numbers.h"
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

std::string LastsText(const v1::Behaviour& behaviour) {
  return absl::StrCat(behaviour.expired() ? "expired " : "until ", Instant(behaviour.expire_time()).substr(0, 10));
}

void PrintBehaviour(Session& session, const v1::Behaviour& behaviour) {
  std::ostream& out = session.out();
  out << session.style().Bold(Printable(absl::StrCat(BareName(behaviour.name()), ", version ", behaviour.criteria_version()))) << "\n  "
      << Printable(behaviour.title()) << " (" << EnumWords(*v1::Behaviour::Root_descriptor(), behaviour.root()) << "; "
      << LastsText(behaviour) << ")\n  " << Wrap(Printable(behaviour.criteria(), true), session.style(), "  ") << "\n";
}

absl::Status ShowBehaviour(Session& session, std::string_view done, const v1::Behaviour& behaviour) {
  if (session.json()) return session.PrintJson(behaviour);
  session.out() << session.style().Good(done) << "\n\n";
  PrintBehaviour(session, behaviour);
  return absl::OkStatus();
}

absl::Status ListBehaviours(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListBehavioursRequest request;
  v1::ListBehavioursResponse response;
  COMITY_RETURN_IF_ERROR(session.List("RecognitionService/ListBehaviours", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  Table table({"BEHAVIOUR", "A WAY OF", "LASTS", "WHAT ONE SEES"});
  for (const v1::Behaviour& behaviour : response.behaviours()) {
    table.Add({BareName(behaviour.name()), EnumWords(*v1::Behaviour::Root_descriptor(), behaviour.root()), LastsText(behaviour),
               behaviour.title()});
  }
  table.Print(session.out(), session.style(), "No behaviours.");
  session.SayMore(more, limit);
  return absl::OkStatus();
}

absl::Status ListVersions(Session& session, const Arguments& arguments) {
  v1::ListBehaviourVersionsRequest request;
  request.set_name(FullName("behaviours", arguments.Get("NAME")));
  v1::ListBehaviourVersionsResponse response;
  COMITY_RETURN_IF_ERROR(session.List("RecognitionService/ListBehaviourVersions", request, 0, &response));
  if (session.json()) return session.PrintJson(response);
  for (const v1::Behaviour& version : response.versions()) {
    PrintBehaviour(session, version);
    session.out() << session.style().Dim(absl::StrCat("  in force since ", Instant(version.effective_time()), " UTC")) << "\n";
  }
  return absl::OkStatus();
}

// Sets what was given; its names are those of the update mask.
absl::Status ReadBehaviour(const Arguments& arguments, v1::Behaviour& behaviour, google::protobuf::FieldMask* mask) {
  const auto given = [&](const char* option, const char* path) {
    if (arguments.Has(option) && mask != nullptr) mask->add_paths(path);
    return arguments.Has(option);
  };
  if (given("root", "root"))
    behaviour.set_root(static_cast<v1::Behaviour::Root>(EnumFromWords(*v1::Behaviour::Root_descriptor(), arguments.Get("root"))));
  if (given("title", "title")) behaviour.set_title(arguments.Get("title"));
  if (given("criteria", "criteria")) behaviour.set_criteria(arguments.Get("criteria"));
  if (given("lifetime", "lifetime_days")) {
    int32_t days = 0;
    if (!absl::SimpleAtoi(arguments.Get("lifetime"), &days) || days < 1) return UsageError("--lifetime is a number of days, 1 to 366");
    behaviour.set_lifetime_days(days);
  }
  return absl::OkStatus();
}

absl::Status CreateBehaviour(Session& session, const Arguments& arguments) {
  v1::CreateBehaviourRequest request;
  request.set_behaviour_id(arguments.Get("ID"));
  COMITY_RETURN_IF_ERROR(ReadBehaviour(arguments, *request.mutable_behaviour(), nullptr));
  v1::Behaviour behaviour;
  COMITY_RETURN_IF_ERROR(session.Call("RecognitionService/CreateBehaviour", request, &behaviour));
  return ShowBehaviour(session, "Added.", behaviour);
}

absl::Status UpdateBehaviour(Session& session, const Arguments& arguments) {
  v1::UpdateBehaviourRequest request;
  request.mutable_behaviour()->set_name(FullName("behaviours", arguments.Get("NAME")));
  COMITY_RETURN_IF_ERROR(ReadBehaviour(arguments, *request.mutable_behaviour(), request.mutable_update_mask()));
  if (request.update_mask().paths_size() == 0) return UsageError("say what changes: --root, --title, --criteria or --lifetime");
  v1::Behaviour behaviour;
  COMITY_RETURN_IF_ERROR(session.Call("RecognitionService/UpdateBehaviour", request, &behaviour));
  return ShowBehaviour(session, "In force from now on; earlier thanks keep the version they were given by.", behaviour);
}

absl::Status Affirm(Session& session, const Arguments& arguments) {
  v1::AffirmBehaviourRequest request;
  request.set_name(FullName("behaviours", arguments.Get("NAME")));
  v1::Behaviour behaviour;
  COMITY_RETURN_IF_ERROR(session.Call("RecognitionService/AffirmBehaviour", request, &behaviour));
  return ShowBehaviour(session, "Affirmed.", behaviour);
}

std::string Listed(const google::protobuf::RepeatedPtrField<std::string>& names) {
  std::vector<std::string> bare;
  for (const std::string& name : names) bare.push_back(BareName(name));
  return absl::StrJoin(bare, ", ");
}

std::string Owner(const v1::Programme& programme) {
  return programme.owner().empty() ? "somebody who was erased" : BareName(programme.owner());
}

absl::Status ShowProgramme(Session& session, std::string_view done, const v1::Programme& programme) {
  if (session.json()) return session.PrintJson(programme);
  std::ostream& out = session.out();
  out << session.style().Good(done) << "\n\n"
      << session.style().Bold(Printable(programme.name())) << "\n  " << Wrap(Printable(programme.purpose(), true), session.style(), "  ")
      << "\n  "
      << Printable(absl::StrCat("Owner ", Owner(programme), ", from ", programme.start_date(), ", looked at again by ",
                                programme.review_date(), ", for ",
                                programme.audience().empty() ? "everybody" : Listed(programme.audience())))
      << "\n";
  if (!programme.behaviours().empty()) out << "  Behaviours: " << Printable(Listed(programme.behaviours())) << "\n";
  return absl::OkStatus();
}

absl::Status ListProgrammes(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListProgrammesRequest request;
  v1::ListProgrammesResponse response;
  COMITY_RETURN_IF_ERROR(session.List("RecognitionService/ListProgrammes", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  Table table({"PROGRAMME", "OWNER", "FOR", "REVIEW", "PURPOSE"});
  for (const v1::Programme& programme : response.programmes()) {
    table.Add({BareName(programme.name()), Owner(programme), programme.audience().empty() ? "everybody" : Listed(programme.audience()),
               absl::StrCat(programme.review_date(), programme.review_due() ? ", due" : ""), FirstLine(programme.purpose())});
  }
  table.Print(session.out(), session.style(), "No programmes.");
  session.SayMore(more, limit);
  return absl::OkStatus();
}

void ReadProgramme(const Arguments& arguments, v1::Programme& programme, google::protobuf::FieldMask* mask) {
  const auto given = [&](const char* option, const char* path) {
    if (arguments.Has(option) && mask != nullptr) mask->add_paths(path);
    return arguments.Has(option);
  };
  if (given("owner", "owner")) programme.set_owner(FullName("people", arguments.Get("owner")));
  if (given("purpose", "purpose")) programme.set_purpose(arguments.Get("purpose"));
  if (given("start", "start_date")) programme.set_start_date(arguments.Get("start"));
  if (given("review", "review_date")) programme.set_review_date(arguments.Get("review"));
  if (given("behaviour", "behaviours"))
    for (const std::string& behaviour : arguments.All("behaviour")) programme.add_behaviours(FullName("behaviours", behaviour));
  if (given("team", "audience"))
    for (const std::string& team : arguments.All("team")) programme.add_audience(FullName("teams", team));
}

absl::Status CreateProgramme(Session& session, const Arguments& arguments) {
  v1::CreateProgrammeRequest request;
  request.set_programme_id(arguments.Get("ID"));
  ReadProgramme(arguments, *request.mutable_programme(), nullptr);
  v1::Programme programme;
  COMITY_RETURN_IF_ERROR(session.Call("RecognitionService/CreateProgramme", request, &programme));
  return ShowProgramme(session, "Announced.", programme);
}

absl::Status UpdateProgramme(Session& session, const Arguments& arguments) {
  v1::UpdateProgrammeRequest request;
  request.mutable_programme()->set_name(FullName("programmes", arguments.Get("NAME")));
  ReadProgramme(arguments, *request.mutable_programme(), request.mutable_update_mask());
  if (request.update_mask().paths_size() == 0) return UsageError("say what changes, for example --review 2027-03-01");
  v1::Programme programme;
  COMITY_RETURN_IF_ERROR(session.Call("RecognitionService/UpdateProgramme", request, &programme));
  return ShowProgramme(session, "Changed.", programme);
}

Parameter Positional(const char* name, const char* help) {
  return {.name = name, .kind = Parameter::Kind::kPositional, .help = help, .required = true};
}

constexpr char kIdHelp[] = "lower-case letters, digits and dashes, beginning with a letter";

std::vector<Parameter> BehaviourParameters(Parameter first, bool required) {
  return {std::move(first),
          {.name = "--root",
           .value = "ROOT",
           .help = "what it is a way of",
           .required = required,
           .choices = EnumChoices(*v1::Behaviour::Root_descriptor())},
          {.name = "--title", .value = "TEXT", .help = "what one sees, in a few words", .required = required},
          {.name = "--criteria", .value = "TEXT", .help = "what one must have seen", .required = required},
          {.name = "--lifetime", .value = "DAYS", .help = "how long they last unless affirmed (else 90)"}};
}

std::vector<Parameter> ProgrammeParameters(Parameter first, bool required) {
  return {
      std::move(first),
      {.name = "--owner", .value = "PERSON", .help = "who answers for it", .required = required},
      {.name = "--purpose", .value = "TEXT", .help = "what it is meant to bring about", .required = required},
      {.name = "--review", .value = "DATE", .help = "by when its owner looks at it again, within a year", .required = required},
      {.name = "--start", .value = "DATE", .help = "its first day (else today)"},
      {.name = "--behaviour", .kind = Parameter::Kind::kRepeated, .value = "ID", .help = "what it puts forward; may be repeated"},
      {.name = "--team", .kind = Parameter::Kind::kRepeated, .value = "ID", .help = "whom it is for (else everybody); may be repeated"}};
}

}  // namespace

std::vector<Verb> BehaviourVerbs() {
  return {
      {.noun = "behaviours", .name = "list", .summary = "what thanks are for", .parameters = {LimitParameter()}, .run = ListBehaviours},
      {.noun = "behaviours",
       .name = "versions",
       .summary = "every version of one's criteria, oldest first",
       .parameters = {Positional("NAME", "behaviours/… or its bare id")},
       .run = ListVersions},
      {.noun = "behaviours",
       .name = "create",
       .summary = "add one (stewards)",
       .parameters = BehaviourParameters(Positional("ID", kIdHelp), true),
       .run = CreateBehaviour},
      {.noun = "behaviours",
       .name = "update",
       .summary = "word one anew: the next version of its criteria (stewards)",
       .parameters = BehaviourParameters(Positional("NAME", "behaviours/… or its bare id"), false),
       .run = UpdateBehaviour},
      {.noun = "behaviours",
       .name = "affirm",
       .summary = "say that its criteria still hold; else they expire (stewards)",
       .parameters = {Positional("NAME", "behaviours/… or its bare id")},
       .run = Affirm},
      {.noun = "programmes",
       .name = "list",
       .summary = "what recognition is meant to bring about, for whom, until when",
       .parameters = {LimitParameter()},
       .run = ListProgrammes},
      {.noun = "programmes",
       .name = "create",
       .summary = "announce one (stewards)",
       .parameters = ProgrammeParameters(Positional("ID", kIdHelp), true),
       .run = CreateProgramme},
      {.noun = "programmes",
       .name = "update",
       .summary = "change one; reviewing it is giving it a later --review (stewards)",
       .parameters = ProgrammeParameters(Positional("NAME", "programmes/… or its bare id"), false),
       .run = UpdateProgramme},
  };
}

}  // namespace comity::cli

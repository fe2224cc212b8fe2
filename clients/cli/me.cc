#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/privacy.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"
#include "comity/v1/admin.pb.h"
#include "comity/v1/deed.pb.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

void PrintSide(Session& session, std::string_view words, const v1::MyNumbers::Side& side) {
  session.out() << words << " " << Count(side.people_count(), "person", "people") << " in " << Count(side.team_count(), "team", "teams")
                << ".\n";
}

absl::Status Numbers(Session& session, const Arguments&) {
  v1::MyNumbers numbers;
  COMITY_RETURN_IF_ERROR(session.Call("DeedService/GetMyNumbers", v1::GetMyNumbersRequest(), &numbers));
  if (session.json()) return session.PrintJson(numbers);
  if (!numbers.text().empty()) {
    session.out() << Wrap(Printable(numbers.text(), true), session.style()) << "\n";
  } else {
    PrintSide(session, "You helped", numbers.served());
    PrintSide(session, "You stepped in for", numbers.stepped_in());
  }
  session.out() << session.style().Dim("Only you can see this.") << "\n";
  return absl::OkStatus();
}

// A token without a person is known by its roles: `ROLE_ADMIN, ROLE_STEWARD`.
std::string Reader(const std::string& reader) {
  if (!reader.starts_with("ROLE_")) return reader;
  std::vector<std::string> roles;
  for (const std::string& role : std::vector<std::string>(absl::StrSplit(reader, ", "))) {
    v1::Role known = v1::ROLE_UNSPECIFIED;
    roles.push_back(v1::Role_Parse(role, &known) ? EnumWords(*v1::Role_descriptor(), known) : role);
  }
  return absl::StrJoin(roles, ", ");
}

absl::Status Reads(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListReadsRequest request;
  v1::ListReadsResponse response;
  COMITY_RETURN_IF_ERROR(session.List("AdminService/ListReads", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  Table table({"WHEN", "WHO", "READ", "CALL"});
  for (const v1::Read& read : response.reads()) table.Add({Instant(read.read_time()), Reader(read.reader()), read.target(), read.method()});
  table.Print(session.out(), session.style(), "Nobody else has read deeds with your name.");
  session.SayMore(more, limit);
  return absl::OkStatus();
}

absl::Status OptOut(Session& session, const Arguments& arguments) {
  v1::SetOptOutRequest request;
  request.set_opted_out(!arguments.Has("undo"));
  v1::OptOut choice;
  COMITY_RETURN_IF_ERROR(session.Call("AdminService/SetOptOut", request, &choice));
  if (session.json()) return session.PrintJson(choice);
  session.out() << (choice.opted_out()
                        ? "Your name is hidden on every deed, past and to come. Team totals stay. Undo: comity me opt-out --undo\n"
                        : "Your name is shown on your deeds again, to those concerned.\n");
  return absl::OkStatus();
}

absl::Status ExportMine(Session& session, const Arguments& arguments) { return ExportPerson(session, "", arguments.Get("out")); }

}  // namespace

std::vector<Verb> MeVerbs() {
  return {
      {.noun = "me", .name = "numbers", .summary = "how many people and teams you helped; only you can ask", .run = Numbers},
      {.noun = "me", .name = "reads", .summary = "who read deeds with your name", .parameters = {LimitParameter()}, .run = Reads},
      {.noun = "me",
       .name = "export",
       .summary = "everything kept about you, as one JSON document",
       .parameters = {{.name = "--out", .value = "FILE", .help = "where it goes (0600, never overwritten); else it is printed"}},
       .run = ExportMine},
      {.noun = "me",
       .name = "opt-out",
       .summary = "hide your name on every deed",
       .parameters = {{.name = "--undo", .kind = Parameter::Kind::kFlag, .help = "show it again"}},
       .run = OptOut},
  };
}

}  // namespace comity::cli

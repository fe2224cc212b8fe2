#include <cstdio>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/names.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"
#include "comity/v1/admin.pb.h"
#include "service/base/error.h"
#include "service/base/secret_file.h"

namespace comity::cli {
namespace {

std::string Roles(const v1::Token& token) {
  std::vector<std::string> roles;
  for (const int role : token.roles()) roles.push_back(EnumWords(*v1::Role_descriptor(), role));
  return absl::StrJoin(roles, ", ");
}

std::string Sources(const v1::Token& token) {
  std::vector<std::string> sources;
  for (const std::string& source : token.sources()) sources.push_back(BareName(source));
  return absl::StrJoin(sources, ", ");
}

absl::Status CreateToken(Session& session, const Arguments& arguments) {
  v1::CreateTokenRequest request;
  for (const std::string& role : arguments.All("role")) {
    request.mutable_token()->add_roles(static_cast<v1::Role>(EnumFromWords(*v1::Role_descriptor(), role)));
  }
  request.mutable_token()->set_person(FullName("people", arguments.Get("person")));
  for (const std::string& source : arguments.All("source")) request.mutable_token()->add_sources(FullName("sources", source));
  // Tried before the token is made: its secret is shown once, and must not be lost for a folder that is not there.
  const std::string& file = arguments.Get("out");
  COMITY_RETURN_IF_ERROR(WriteSecretFile(file, "the token comes here"));
  v1::CreateTokenResponse response;
  absl::Status status = session.Call("AdminService/CreateToken", request, &response);
  std::remove(file.c_str());
  if (status.ok()) status = WriteSecretFile(file, response.secret());
  if (!status.ok()) return status;
  if (session.json()) return session.PrintJson(response.token());
  const std::string& person = response.token().person();
  session.out() << Printable(absl::StrCat("Made ", response.token().name(), " (", Roles(response.token()),
                                          person.empty() ? "" : ", " + person, "). Its secret is in ", file,
                                          ", readable by you alone, and nowhere else."))
                << "\nUse it: COMITY_TOKEN_FILE=" << Printable(file) << " comity status\n";
  return absl::OkStatus();
}

absl::Status ListTokens(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListTokensRequest request;
  v1::ListTokensResponse response;
  COMITY_RETURN_IF_ERROR(session.List("AdminService/ListTokens", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  Table table({"TOKEN", "ROLES", "PERSON", "SOURCES", "CREATED", "REVOKED"});
  for (const v1::Token& token : response.tokens()) {
    table.Add({BareName(token.name()), Roles(token), BareName(token.person()), Sources(token), Instant(token.create_time()),
               Instant(token.revoke_time())});
  }
  table.Print(session.out(), session.style(), "No tokens.");
  session.SayMore(more, limit);
  return absl::OkStatus();
}

absl::Status Revoke(Session& session, const Arguments& arguments) {
  v1::RevokeTokenRequest request;
  request.set_name(FullName("tokens", arguments.Get("NAME")));
  v1::Token token;
  COMITY_RETURN_IF_ERROR(session.Call("AdminService/RevokeToken", request, &token));
  if (session.json()) return session.PrintJson(token);
  session.out() << Printable(token.name()) << " is good for nothing any more.\n";
  return absl::OkStatus();
}

}  // namespace

std::vector<Verb> TokenVerbs() {
  return {
      {.noun = "tokens",
       .name = "create",
       .summary = "make a token, and put its secret into a file that you alone can read",
       .parameters =
           {{.name = "--role",
             .kind = Parameter::Kind::kRepeated,
             .value = "ROLE",
             .help = "what its holder may be; may be repeated",
             .required = true,
             .choices = EnumChoices(*v1::Role_descriptor())},
            {.name = "--source",
             .kind = Parameter::Kind::kRepeated,
             .value = "ID",
             .help = "for a connector: a source it may ingest for; for a suite: one whose accounts it may speak for; may be repeated"},
            {.name = "--person", .value = "ID", .help = "for a member, facilitator or lead: who it is"},
            {.name = "--out", .value = "FILE", .help = "where the secret goes (0600, never overwritten)", .required = true}},
       .run = CreateToken},
      {.noun = "tokens", .name = "list", .summary = "tokens, without their secrets", .parameters = {LimitParameter()}, .run = ListTokens},
      {.noun = "tokens",
       .name = "revoke",
       .summary = "make a token useless",
       .parameters = {{.name = "NAME", .kind = Parameter::Kind::kPositional, .help = "tokens/… or its bare id", .required = true}},
       .run = Revoke},
  };
}

}  // namespace comity::cli

#include <ostream>

#include "absl/strings/str_cat.h"
#include "clients/cli/names.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"
#include "comity/v1/deed.pb.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

std::string Hours(int64_t seconds) {
  if (seconds % 86'400 == 0 && seconds > 0) return Count(seconds / 86'400, "day", "days");
  return seconds % 3'600 == 0 ? Count(seconds / 3'600, "hour", "hours") : Count(seconds, "second", "seconds");
}

absl::Status Show(Session& session, const Arguments& arguments) {
  v1::GetPolicyRequest request;
  request.set_name(FullName("policies", arguments.Get("NAME")));
  v1::Policy policy;
  COMITY_RETURN_IF_ERROR(session.Call("DeedService/GetPolicy", request, &policy));
  if (session.json()) return session.PrintJson(policy);
  std::ostream& out = session.out();
  out << session.style().Bold(Printable(policy.name()));
  if (policy.has_active_time() && policy.active_time().seconds() != 0)
    out << ", for facts from " << Instant(policy.active_time()) << " UTC on";
  out << "\n\n" << Wrap(Printable(policy.prose(), true), session.style()) << "\n\n";
  Table table({"RULE", "MODE", "CAN BE UNDONE FOR"});
  for (const v1::Policy::Rule& rule : policy.rules()) {
    table.Add({EnumWords(*v1::Deed::Kind_descriptor(), rule.kind()), EnumWords(*v1::Policy::Rule::Mode_descriptor(), rule.mode()),
               Hours(rule.hold().seconds())});
  }
  table.Print(out, session.style());
  return absl::OkStatus();
}

}  // namespace

std::vector<Verb> PolicyVerbs() {
  return {{.noun = "policy",
           .name = "show",
           .summary = "the rules in force, in plain words",
           .parameters = {{.name = "NAME", .kind = Parameter::Kind::kPositional, .help = "policies/… for another than the one in force"}},
           .run = Show}};
}

}  // namespace comity::cli

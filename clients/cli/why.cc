#include <ostream>

#include "absl/strings/str_cat.h"
#include "clients/cli/deed_text.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"
#include "comity/v1/event.pb.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

absl::Status Why(Session& session, const Arguments& arguments) {
  v1::ExplainSubjectRequest request;
  request.set_subject(arguments.Get("ADDRESS"));
  v1::ExplainSubjectResponse response;
  COMITY_RETURN_IF_ERROR(session.Call("EventService/ExplainSubject", request, &response));
  if (session.json()) return session.PrintJson(response);
  std::ostream& out = session.out();
  const Style& style = session.style();
  out << style.Bold(Printable(response.subject())) << "  " << style.Dim(Printable(response.subject_uri())) << "\n";
  // With one deed its explanation below says the same.
  if (!response.summary().empty() && response.deeds_size() != 1) out << Wrap(Printable(response.summary(), true), style) << "\n";
  std::vector<std::string> remedies;
  for (const v1::SubjectDeed& deed : response.deeds()) {
    out << "\n" << style.Bold(Printable(deed.deed())) << "\n";
    PrintExplanation(out, style, deed.explanation());
    remedies.push_back("comity deeds explain " + deed.deed());
    remedies.insert(remedies.end(), deed.explanation().remedies().begin(), deed.explanation().remedies().end());
  }
  out << "\n" << style.Bold("What came in") << "\n";
  PrintEvents(out, style, response.events());
  for (const v1::Event& event : response.events()) {
    if (event.outcome() == v1::Event::OUTCOME_COUNTED || event.outcome() == v1::Event::OUTCOME_CONTEXT ||
        event.explanation().text().empty())
      continue;
    // Without a deed the summary says the reason already.
    if (response.deeds_size() > 0 || response.summary().find(event.explanation().text()) == std::string::npos) {
      out << "\n" << style.Bold(Printable(event.name())) << "\n" << Wrap(Printable(event.explanation().text(), true), style) << "\n";
    }
    remedies.insert(remedies.end(), event.explanation().remedies().begin(), event.explanation().remedies().end());
  }
  PrintRemedies(out, style, remedies);
  return absl::OkStatus();
}

}  // namespace

std::vector<Verb> WhyVerbs() {
  return {{.name = "why",
           .summary = "what was made of a ticket, change, page or event, and why, or why not",
           .parameters = {{.name = "ADDRESS",
                           .kind = Parameter::Kind::kPositional,
                           .help = "its address or key (acme/billing#12), or events/… or deeds/…",
                           .required = true}},
           .run = Why,
           .details = "Example: comity why https://github.com/acme/billing/issues/12"}};
}

}  // namespace comity::cli

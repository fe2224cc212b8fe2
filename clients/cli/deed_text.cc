#include "clients/cli/deed_text.h"

#include <ostream>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/names.h"

namespace comity::cli {
namespace {

std::string HelperText(const v1::Deed::Helper& helper) {
  std::string who = BareName(helper.person());
  if (who.empty()) who = helper.held_for().empty() ? "somebody" : absl::StrCat("held for ", BareName(helper.held_for()));
  return absl::StrCat(who, " ", Percent(helper.share_ppm()), helper.declined() ? " (declined)" : "");
}

std::string Helped(const v1::Deed& deed) {
  const std::string team = BareName(deed.helped_team());
  return deed.asker().empty() ? team : absl::StrCat(team, " (", BareName(deed.asker()), ")");
}

std::string Stance(v1::Deed::Stance stance) {
  return stance == v1::Deed::STANCE_SERVED ? "helped with" : stance == v1::Deed::STANCE_STEPPED_IN ? "stepped in for" : "";
}

void Line(std::ostream& out, const Style& style, std::string_view head, const std::string& text) {
  if (!text.empty()) out << style.Dim(absl::StrCat(std::string(head), std::string(12 - head.size(), ' '))) << Printable(text) << "\n";
}

}  // namespace

std::string HelpersText(const v1::Deed& deed) {
  std::vector<std::string> helpers;
  for (const v1::Deed::Helper& helper : deed.helpers()) helpers.push_back(HelperText(helper));
  return absl::StrJoin(helpers, ", ");
}

std::string StateText(const v1::Deed& deed) {
  std::string text = EnumWords(*v1::Deed::State_descriptor(), deed.state());
  if (deed.state() == v1::Deed::STATE_PROVISIONAL && deed.awaits_confirmation()) text += ", waits for the asker's yes";
  if (deed.state() == v1::Deed::STATE_PROVISIONAL && deed.has_hold_end_time()) text += " until " + Instant(deed.hold_end_time());
  std::vector<std::string> pending;
  for (const std::string& person : deed.pending_people()) pending.push_back(BareName(person));
  if (!pending.empty()) text += absl::StrCat(", a correction waits for ", absl::StrJoin(pending, " and "));
  if (deed.shadow()) text += ", in shadow: credits nobody";
  return text;
}

void PrintDeeds(std::ostream& out, const Style& style, const v1::ListDeedsResponse& deeds) {
  Table table({"DEED", "WHEN", "WHAT", "BY", "FROM", "STANCE", "HELPED", "STATE"});
  for (const v1::Deed& deed : deeds.deeds()) {
    table.Add({BareName(deed.name()), Instant(deed.occur_time()).substr(0, 10),
               absl::StrCat(EnumWords(*v1::Deed::Kind_descriptor(), deed.kind()), " ", deed.subject()), HelpersText(deed),
               BareName(deed.helper_team()), Stance(deed.stance()), Helped(deed), EnumWords(*v1::Deed::State_descriptor(), deed.state())});
  }
  table.Print(out, style, "No deeds here that you may see.");
}

void PrintDeed(std::ostream& out, const Style& style, const v1::Deed& deed) {
  out << style.Bold(Printable(deed.name())) << "\n";
  Line(out, style, "What",
       absl::StrCat(EnumWords(*v1::Deed::Kind_descriptor(), deed.kind()), " ", deed.subject(),
                    deed.subject_title().empty() ? "" : absl::StrCat(" “", deed.subject_title(), "”")));
  Line(out, style, "Where", deed.subject_uri());
  Line(out, style, "When", deed.has_occur_time() ? Instant(deed.occur_time()) + " UTC" : "");
  Line(out, style, "Helpers", HelpersText(deed));
  Line(out, style, "From",
       absl::StrCat(BareName(deed.helper_team()), deed.stance() == v1::Deed::STANCE_SERVED       ? ", who own it"
                                                  : deed.stance() == v1::Deed::STANCE_STEPPED_IN ? ", who stepped in"
                                                                                                 : ""));
  Line(out, style, "Helped", Helped(deed));
  Line(out, style, "State", StateText(deed));
  Line(out, style, "Because", deed.because());
  Line(out, style, "Rules", deed.policy());
}

void PrintExplanation(std::ostream& out, const Style& style, const v1::Explanation& explanation) {
  if (!explanation.text().empty()) out << "\n" << Printable(explanation.text(), true) << "\n";
  bool headed = false;
  for (const v1::ExplanationStep& step : explanation.steps()) {
    if (step.text().empty() || explanation.text().find(step.text()) != std::string::npos) continue;
    if (!headed) out << "\n" << style.Bold("Why") << "\n";
    headed = true;
    out << "  - " << Printable(step.text());
    if (step.evidence_size() > 0) out << style.Dim(Printable(absl::StrCat("  [", absl::StrJoin(step.evidence(), ", "), "]")));
    out << "\n";
  }
}

void PrintEntries(std::ostream& out, const Style& style, const v1::ExplainDeedResponse& response) {
  if (response.entries().empty()) return;
  out << "\n" << style.Bold("In the ledger") << "\n";
  Table table({"ENTRY", "WHEN", "ACTION", "PERSON", "SHARE", "CAUSE"});
  for (const v1::LedgerEntry& entry : response.entries()) {
    table.Add({absl::StrCat(entry.sequence()), Instant(entry.create_time()),
               EnumWords(*v1::LedgerEntry::Action_descriptor(), entry.action()), BareName(entry.person()), Percent(entry.share_ppm()),
               entry.cause()});
  }
  table.Print(out, style);
}

void PrintRemedies(std::ostream& out, const Style& style, const std::vector<std::string>& remedies) {
  std::set<std::string> seen;
  for (const std::string& remedy : remedies) {
    if (remedy.empty() || !seen.insert(remedy).second) continue;
    if (seen.size() == 1) out << "\n" << style.Bold("What can be done") << "\n";
    out << "  " << Printable(remedy) << "\n";
  }
}

void PrintEvents(std::ostream& out, const Style& style, const google::protobuf::RepeatedPtrField<v1::Event>& events) {
  Table table({"EVENT", "WHEN", "SUBJECT", "FACT", "BY", "OUTCOME", "REASON"});
  for (const v1::Event& event : events) {
    const v1::Account& actor = event.fact().actor();
    table.Add({BareName(event.name()), Instant(event.fact().occur_time()), event.subject(),
               EnumWords(*v1::FactKind_descriptor(), event.fact().kind()), actor.login().empty() ? actor.id() : actor.login(),
               EnumWords(*v1::Event::Outcome_descriptor(), event.outcome()), event.reason()});
  }
  table.Print(out, style, "No events.");
}

}  // namespace comity::cli

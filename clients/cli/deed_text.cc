#include "clients/cli/deed_text.h"

#include <ostream>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/names.h"
#include "service/base/percent.h"

namespace comity::cli {
namespace {

std::string HelperText(const v1::Deed::Helper& helper) {
  std::string who = BareName(helper.person());
  if (helper.erased()) who = "somebody who was erased";
  if (who.empty()) who = helper.held_for().empty() ? "somebody" : absl::StrCat("held for ", BareName(helper.held_for()));
  const std::string share = helper.share_ppm() == 1'000'000 ? "" : absl::StrCat(" ", Percent(helper.share_ppm()));
  return absl::StrCat(who, share, helper.declined() ? " (declined)" : "");
}

std::string Helped(const v1::Deed& deed) {
  const std::string team = BareName(deed.helped_team());
  if (deed.asker_erased()) return absl::StrCat(team, " (somebody who was erased)");
  return deed.asker().empty() ? team : absl::StrCat(team, " (", BareName(deed.asker()), ")");
}

std::string Stance(v1::Deed::Stance stance) {
  return stance == v1::Deed::STANCE_SERVED ? "helped with" : stance == v1::Deed::STANCE_STEPPED_IN ? "stepped in for" : "";
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

// Without date, which the name begins with.
void PrintDeeds(std::ostream& out, const Style& style, const v1::ListDeedsResponse& deeds) {
  Table table({"DEED", "WHAT", "BY", "STANCE", "HELPED", "STATE"});
  for (const v1::Deed& deed : deeds.deeds()) {
    table.Add({BareName(deed.name()), absl::StrCat(EnumWords(*v1::Deed::Kind_descriptor(), deed.kind()), " ", deed.subject()),
               absl::StrCat(HelpersText(deed), deed.helper_team().empty() ? "" : absl::StrCat(" (", BareName(deed.helper_team()), ")")),
               Stance(deed.stance()), Helped(deed),
               absl::StrCat(EnumWords(*v1::Deed::State_descriptor(), deed.state()),
                            deed.pending_people().empty() ? "" : ", correction waits", deed.shadow() ? ", shadow" : "")});
  }
  table.Print(out, style, "No deeds here that you may see.");
}

void PrintDeed(std::ostream& out, const Style& style, const v1::Deed& deed) {
  out << style.Bold(Printable(deed.name())) << "\n";
  PrintField(out, style, "What",
             absl::StrCat(EnumWords(*v1::Deed::Kind_descriptor(), deed.kind()), " ", deed.subject(),
                          deed.subject_title().empty() ? "" : absl::StrCat(" “", deed.subject_title(), "”")));
  PrintField(out, style, "Where", deed.subject_uri());
  PrintField(out, style, "When", deed.has_occur_time() ? Instant(deed.occur_time()) + " UTC" : "");
  PrintField(out, style, "Helpers", HelpersText(deed));
  PrintField(out, style, "From",
             absl::StrCat(BareName(deed.helper_team()), deed.stance() == v1::Deed::STANCE_SERVED       ? ", who own it"
                                                        : deed.stance() == v1::Deed::STANCE_STEPPED_IN ? ", who stepped in"
                                                                                                       : ""));
  PrintField(out, style, "Helped", Helped(deed));
  PrintField(out, style, "State", StateText(deed));
  PrintField(out, style, "Because", deed.because());
  PrintField(out, style, "Rules", deed.policy());
}

void PrintExplanation(std::ostream& out, const Style& style, const v1::Explanation& explanation) {
  std::vector<std::string> steps;
  for (const v1::ExplanationStep& step : explanation.steps()) steps.push_back(step.text());
  // The text is usually the steps one after the other: then the first says it, and the others why.
  const bool same = steps.size() > 1 && absl::StrJoin(steps, " ") == explanation.text();
  const std::string text = same ? steps.front() : explanation.text();
  if (!text.empty()) out << "\n" << Wrap(Printable(text, true), style) << "\n";
  bool headed = false;
  for (size_t i = same ? 1 : 0; i < steps.size(); ++i) {
    if (steps[i].empty() || (!same && text.find(steps[i]) != std::string::npos)) continue;
    if (!headed) out << "\n" << style.Bold("Why") << "\n";
    headed = true;
    const auto& evidence = explanation.steps(static_cast<int>(i)).evidence();
    out << "  - " << Wrap(Printable(steps[i]), style, "    ");
    if (evidence.size() > 0) out << style.Dim(Printable(absl::StrCat("  [", absl::StrJoin(evidence, ", "), "]")));
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
    // `command  # when`: the condition first, so that the command stands alone and can be copied.
    const size_t when = remedy.find("  # ");
    if (when != std::string::npos) out << "  " << Printable(remedy.substr(when + 4)) << ":\n  ";
    out << "  " << Printable(remedy.substr(0, when)) << "\n";
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

// Deeds and explanations as people read them.
#ifndef COMITY_CLIENTS_CLI_DEED_TEXT_H_
#define COMITY_CLIENTS_CLI_DEED_TEXT_H_

#include <iosfwd>
#include <string>
#include <vector>

#include "clients/cli/style.h"
#include "comity/v1/deed.pb.h"
#include "comity/v1/event.pb.h"
#include "comity/v1/explanation.pb.h"

namespace comity::cli {

// `ana`, or `ana 70 %, ben 30 %`; who may not be named, and held or declined shares, are said.
std::string HelpersText(const v1::Deed& deed);
// `provisional until 2026-09-05 10:00`, with what it waits for.
std::string StateText(const v1::Deed& deed);
void PrintDeeds(std::ostream& out, const Style& style, const v1::ListDeedsResponse& deeds);
void PrintDeed(std::ostream& out, const Style& style, const v1::Deed& deed);
// What happened, then why, a step a line.
void PrintExplanation(std::ostream& out, const Style& style, const v1::Explanation& explanation);
void PrintEntries(std::ostream& out, const Style& style, const v1::ExplainDeedResponse& response);
// When to do what, and the command below it; nothing when there is none. Repeats are left out.
void PrintRemedies(std::ostream& out, const Style& style, const std::vector<std::string>& remedies);
void PrintEvents(std::ostream& out, const Style& style, const google::protobuf::RepeatedPtrField<v1::Event>& events);

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_DEED_TEXT_H_

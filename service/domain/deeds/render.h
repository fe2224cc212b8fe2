// From reason codes with parameters to plain words. Which names a reader may see is the caller's to decide, through `Naming`.
#ifndef COMITY_SERVICE_DOMAIN_DEEDS_RENDER_H_
#define COMITY_SERVICE_DOMAIN_DEEDS_RENDER_H_

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/domain/deeds/judge.h"

namespace comity::domain {

// How the texts of ids in parameters are shown to this reader. A person who is not to be named becomes, for example, "a member of
// payments". What a function gives as "" or does not handle (unset) is left to the message: "somebody", "the helper's team".
struct Naming {
  using Shown = std::function<std::string(std::string_view id_text)>;
  Shown person, team, account, subject, event, deed;
};

struct ExplainedStep {
  ReasonCode code = ReasonCode::kNone;
  std::vector<std::pair<std::string, std::string>> parameters;  // as shown to this reader; what is not shown is left out
  std::string text;                                             // with what would have had to be different
};

struct Explained {
  std::string text;  // the steps in reading order, as one paragraph
  std::vector<ExplainedStep> steps;
  std::vector<std::string> remedies;  // each a command or one instruction; each once
};

// Never fails: a parameter that is missing or cannot be read is worded around, one that the message does not use is only passed on.
// Codes without a message (kNone, numbers of newer versions) are left out.
Explained Render(const std::vector<Reason>& reasons, const Naming& naming);

// How a parameter of that name is shown: as one of Naming's, or by itself.
enum class ParameterSort { kPerson, kTeam, kAccount, kSubject, kEvent, kDeed, kTime, kHours, kMinutes, kSeconds, kShare, kPlain };
// All parameter names that messages may use.
const std::vector<std::pair<std::string_view, ParameterSort>>& KnownParameters();
bool IsKnownParameter(std::string_view name);

// "72 hours", "7 days", "10 minutes", "45 seconds": the largest unit that fits, days from a week on.
std::string DurationWords(absl::Duration duration);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_DEEDS_RENDER_H_

// What the rules about changes share: who is helped by an act about one, that it counts once the change is merged, and that a revert takes
// it back. Internal to this folder.
#ifndef COMITY_SERVICE_DOMAIN_DEEDS_JUDGE_CHANGES_H_
#define COMITY_SERVICE_DOMAIN_DEEDS_JUDGE_CHANGES_H_

#include <optional>
#include <vector>

#include "service/domain/deeds/judge_act.h"

namespace comity::domain::judging {

// What the fact's actor did about the subject's own change, for its author. nullopt if it can earn nothing; then it was said why.
std::optional<Act> ActAboutChange(Context& context, DeedKind kind, ReasonCode code, const Fact& fact);

// The acts of each rule, in order of time.
std::vector<Act> ReviewsOf(Context& context);
std::vector<Act> AssistsOf(Context& context);
// Takes back the review that a dismissal means.
void Dismiss(Context& context, const Fact& dismissal, std::vector<Act>& reviews);

}  // namespace comity::domain::judging

#endif  // COMITY_SERVICE_DOMAIN_DEEDS_JUDGE_CHANGES_H_

// What remains to be seen of a deed that was posted and that nothing makes any more: nothing vanishes silently. Pure.
#ifndef COMITY_SERVICE_DOMAIN_DEEDS_WITHDRAWN_H_
#define COMITY_SERVICE_DOMAIN_DEEDS_WITHDRAWN_H_

#include "service/domain/deeds/judge.h"

namespace comity::domain {

// `deed`, as it was kept, taken back because of `cause` (an account was unlinked, a membership corrected …): REVERSED, with the same
// people, teams and parts, so that those who could see it still can. `now` is what is said of the fact that made it, nullptr if nothing
// is. A deed that was REVERSED before keeps its reason.
Deed Withdrawn(Deed deed, ReasonCode cause, const FactVerdict* now);

// Takes the names of people who opted out off the deed's lines and out of its explanation. `former_helpers` stays whole: it says who may
// look, and is shown to nobody. Returns the text of each uid it took away.
std::vector<std::string> HideOptedOut(const Directory& directory, Deed& deed);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_DEEDS_WITHDRAWN_H_

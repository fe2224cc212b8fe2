// A turn in plain words that anybody of the team can check.
#ifndef COMITY_SERVICE_DOMAIN_DUTY_WORDS_H_
#define COMITY_SERVICE_DOMAIN_DUTY_WORDS_H_

#include <functional>
#include <string>

#include "service/domain/duty/turns.h"

namespace comity::domain {

// `name` gives a seat's name, never empty. One sentence or two, for example: `It is Ana's turn: of those available, Ana has had the fewest
// turns for the rounds they were here (1, and 1.75 would be even).`
std::string WordsOf(const Reckoned& reckoned, const std::function<std::string(Seat)>& name);

// Parts of a turn as people read them: `1.75`, `2`.
std::string TurnsText(int64_t parts);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_DUTY_WORDS_H_

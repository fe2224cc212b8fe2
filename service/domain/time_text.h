#ifndef COMITY_SERVICE_DOMAIN_TIME_TEXT_H_
#define COMITY_SERVICE_DOMAIN_TIME_TEXT_H_

#include <string>

#include "absl/time/time.h"

namespace comity::domain {

// `2026-09-02T10:00:00Z`: to the second, what is below it is cut off. Years 1 to 9999.
std::string TimeText(absl::Time time);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_TIME_TEXT_H_

// Shares in parts per million, as people read them.
#ifndef COMITY_SERVICE_BASE_PERCENT_H_
#define COMITY_SERVICE_BASE_PERCENT_H_

#include <cstdint>
#include <string>

namespace comity {

// `33.3333 %`, without needless zeros.
std::string Percent(int32_t share_ppm);

}  // namespace comity

#endif  // COMITY_SERVICE_BASE_PERCENT_H_

#include "service/base/version.h"

namespace comity {

std::string_view Version() { return COMITY_VERSION; }

}  // namespace comity

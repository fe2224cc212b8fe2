// The release these binaries were built from.
#ifndef COMITY_SERVICE_BASE_VERSION_H_
#define COMITY_SERVICE_BASE_VERSION_H_

#include <string_view>

namespace comity {

std::string_view Version();  // `0.1.0`, from the project's CMakeLists.txt

}  // namespace comity

#endif  // COMITY_SERVICE_BASE_VERSION_H_

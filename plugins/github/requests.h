// What all questions to GitHub's REST API have alike.
#ifndef COMITY_PLUGINS_GITHUB_REQUESTS_H_
#define COMITY_PLUGINS_GITHUB_REQUESTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "plugins/sdk/connector.h"

namespace comity::github {

inline constexpr size_t kPageSize = 100;
inline constexpr int64_t kMaxPages = 1000;  // of one list; GitHub answers no more

sdk::Fetch Get(std::string path, std::string stream, std::string note);

}  // namespace comity::github

#endif  // COMITY_PLUGINS_GITHUB_REQUESTS_H_

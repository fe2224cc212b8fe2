#include "plugins/github/requests.h"

#include <utility>

namespace comity::github {

sdk::Fetch Get(std::string path, std::string stream, std::string note) {
  return {std::move(path), "application/vnd.github+json", std::move(stream), std::move(note)};
}

}  // namespace comity::github

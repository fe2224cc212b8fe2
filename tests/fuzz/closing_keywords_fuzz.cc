// Closing keywords: the text of a pull or merge request.
#include <set>

#include "plugins/github/closing_keywords.h"
#include "plugins/gitlab/closing_keywords.h"
#include "tests/fuzz/input.h"

namespace {

void Check(const std::vector<std::string>& keys) {
  comity::fuzz::Require(keys.size() <= 100, "at most 100 keys");
  comity::fuzz::Require(std::set<std::string>(keys.begin(), keys.end()).size() == keys.size(), "each key once");
  for (const std::string& key : keys) {
    const size_t slash = key.find('/'), mark = key.find('#');
    comity::fuzz::Require(slash != std::string::npos && slash > 0 && mark != std::string::npos && slash + 1 < mark && mark + 1 < key.size(),
                          "a key names owner, repository and number");
    comity::fuzz::Require(key.find_first_not_of("0123456789", mark + 1) == std::string::npos, "a number has digits alone");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Check(comity::github::ClosedKeys(comity::fuzz::Text(data, size), "acme/billing", "github.com"));
  Check(comity::gitlab::ClosedKeys(comity::fuzz::Text(data, size), "acme/payments/billing", "gitlab.com"));
  return 0;
}

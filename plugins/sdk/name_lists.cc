#include "plugins/sdk/name_lists.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "plugins/sdk/source_checks.h"
#include "plugins/sdk/walk.h"

namespace comity::sdk {
namespace {

std::string Lower(std::string_view text) { return absl::AsciiStrToLower({text.data(), text.size()}); }

}  // namespace

NameList NamesOf(const Manifest& manifest, const Source& source, std::string_view option) {
  return SplitList(Lower(OptionOf(manifest, source, option)));
}

bool IsNamed(const NameList& list, std::string_view name) {
  return !name.empty() && std::find(list.begin(), list.end(), Lower(name)) != list.end();
}

std::vector<std::string> NamedTwice(const std::vector<FilledList>& lists) {
  std::vector<std::string> faults;
  for (auto one = lists.begin(); one != lists.end(); ++one) {
    for (auto other = one + 1; other != lists.end(); ++other) {
      if (one->apart == 0 || one->apart != other->apart) continue;
      for (const std::string& name : one->names) {
        if (!IsNamed(other->names, name)) continue;
        faults.push_back(absl::StrCat("config.", std::string(one->option), " and config.", std::string(other->option),
                                      " (or its default) both name `", name, "`; leave it in one of them"));
      }
    }
  }
  return faults;
}

}  // namespace comity::sdk

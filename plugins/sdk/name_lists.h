// Lists of names that a source's options give: what a site calls its states, resolutions and links. Case does not matter: lists are in
// lower case.
#ifndef COMITY_PLUGINS_SDK_NAME_LISTS_H_
#define COMITY_PLUGINS_SDK_NAME_LISTS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sdk/connector.h"

namespace comity::sdk {

// Names or ids, in lower case, each once.
using NameList = std::vector<std::string>;

// The names that a source gives for an option, else those of the manifest's fallback.
NameList NamesOf(const Manifest& manifest, const Source& source, std::string_view option);

// Whether a list has this name, whatever its case; no list has an empty one.
bool IsNamed(const NameList& list, std::string_view name);

// An option that fills one list of what a connector reads from a source's configuration.
template <typename Reading>
struct ListOption {
  Option option;
  NameList Reading::*list = nullptr;
  int apart = 0;  // lists with the same number must not share a name; 0: may
};

// A list with the option that filled it.
struct FilledList {
  std::string_view option;
  const NameList& names;
  int apart = 0;
};
// A fault for each name that two lists have which must be apart, in the order of the options.
std::vector<std::string> NamedTwice(const std::vector<FilledList>& lists);

// For the manifest.
template <typename Reading, size_t kCount>
std::vector<Option> OptionsOf(const ListOption<Reading> (&lists)[kCount]) {
  std::vector<Option> options;
  for (const ListOption<Reading>& each : lists) options.push_back(each.option);
  return options;
}

template <typename Reading, size_t kCount>
void ReadLists(const ListOption<Reading> (&lists)[kCount], const Manifest& manifest, const Source& source, Reading& reading) {
  for (const ListOption<Reading>& each : lists) reading.*each.list = NamesOf(manifest, source, each.option.name);
}

template <typename Reading, size_t kCount>
std::vector<std::string> NamedTwice(const ListOption<Reading> (&lists)[kCount], const Reading& reading) {
  std::vector<FilledList> filled;
  for (const ListOption<Reading>& each : lists) filled.push_back({each.option.name, reading.*each.list, each.apart});
  return NamedTwice(filled);
}

}  // namespace comity::sdk

#endif  // COMITY_PLUGINS_SDK_NAME_LISTS_H_

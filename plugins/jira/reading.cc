#include "plugins/jira/reading.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "plugins/sdk/source_checks.h"
#include "plugins/sdk/walk.h"

namespace comity::jira {
namespace {

std::string Lower(std::string_view text) { return absl::AsciiStrToLower({text.data(), text.size()}); }

struct ListOption {
  sdk::Option option;
  NameList Reading::*list;
};
const ListOption kLists[] = {
    {{"done_resolutions", "resolutions that mean done: names or ids, with commas between them",
      "Done, Fixed, Resolved, Complete, Completed, Implemented, Delivered"},
     &Reading::done},
    {{"wont_do_resolutions", "resolutions, and statuses of workflows without resolutions, that mean that it will not be done",
      "Won't Do, Won't Fix, Wont Do, Wont Fix, Will Not Do, Rejected, Declined, Cannot Reproduce, Incomplete, Invalid, Not a Bug, "
      "Obsolete, Abandoned, Cancelled, Canceled, Withdrawn, Known Error"},
     &Reading::wont_do},
    {{"duplicate_resolutions", "resolutions and statuses that mean that it is the same as another", "Duplicate, Duplicated"},
     &Reading::duplicate},
    {{"done_statuses", "statuses of the category Done, for webhooks, which tell the category of the new status but not of the old one",
      "Done, Closed, Resolved"},
     &Reading::done_statuses},
    {{"escalation_priorities", "raising a ticket to one of these priorities is an escalation: names or ids", ""}, &Reading::escalation},
    {{"blocked_by_links", "how a link reads from the ticket that waits", "is blocked by"}, &Reading::blocked_by},
    {{"duplicate_links", "how a link reads from the ticket that is the same as another", "duplicates"}, &Reading::duplicates},
};

}  // namespace

std::vector<sdk::Option> ReadingOptions() {
  std::vector<sdk::Option> options;
  for (const ListOption& each : kLists) options.push_back(each.option);
  return options;
}

Reading ReadReading(const sdk::Manifest& manifest, const sdk::Source& source, v1::Assurance assurance) {
  Reading reading;
  reading.assurance = assurance;
  for (const ListOption& each : kLists) {
    reading.*each.list = sdk::SplitList(Lower(sdk::OptionOf(manifest, source, each.option.name)));
  }
  return reading;
}

std::vector<std::string> FaultsOf(const Reading& reading) {
  std::vector<std::string> faults;
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = i + 1; j < 3; ++j) {
      for (const std::string& name : reading.*kLists[i].list) {
        if (!IsNamed(reading.*kLists[j].list, name)) continue;
        faults.push_back(absl::StrCat("config.", std::string(kLists[i].option.name), " and config.", std::string(kLists[j].option.name),
                                      " (or its default) both name `", name, "`; leave it in one of them"));
      }
    }
  }
  return faults;
}

bool IsNamed(const NameList& list, std::string_view id_or_name) {
  return !id_or_name.empty() && std::find(list.begin(), list.end(), Lower(id_or_name)) != list.end();
}

v1::Resolution MeaningOf(const Reading& reading, std::string_view resolution_id, std::string_view resolution, std::string_view status) {
  const auto either = [&](const NameList& list) { return IsNamed(list, resolution_id) || IsNamed(list, resolution); };
  const bool none = resolution_id.empty() && resolution.empty();
  if (either(reading.wont_do)) return v1::RESOLUTION_WONT_DO;
  if (either(reading.duplicate)) return v1::RESOLUTION_DUPLICATE;
  if (!none && !either(reading.done)) return v1::RESOLUTION_UNKNOWN;
  // Simple workflows set `Done` whatever the status is called.
  if (IsNamed(reading.wont_do, status)) return v1::RESOLUTION_WONT_DO;
  if (IsNamed(reading.duplicate, status)) return v1::RESOLUTION_DUPLICATE;
  return v1::RESOLUTION_DONE;
}

}  // namespace comity::jira

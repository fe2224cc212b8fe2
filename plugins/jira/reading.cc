#include "plugins/jira/reading.h"

namespace comity::jira {
namespace {

using sdk::IsNamed;
using sdk::NameList;

// Of these no two may share a name.
constexpr int kResolutions = 1;

const sdk::ListOption<Reading> kLists[] = {
    {{"done_resolutions", "resolutions that mean done: names or ids, with commas between them",
      "Done, Fixed, Resolved, Complete, Completed, Implemented, Delivered"},
     &Reading::done,
     kResolutions},
    {{"wont_do_resolutions", "resolutions, and statuses of workflows without resolutions, that mean that it will not be done",
      "Won't Do, Won't Fix, Wont Do, Wont Fix, Will Not Do, Rejected, Declined, Cannot Reproduce, Incomplete, Invalid, Not a Bug, "
      "Obsolete, Abandoned, Cancelled, Canceled, Withdrawn, Known Error"},
     &Reading::wont_do,
     kResolutions},
    {{"duplicate_resolutions", "resolutions and statuses that mean that it is the same as another", "Duplicate, Duplicated"},
     &Reading::duplicate,
     kResolutions},
    {{"done_statuses", "statuses of the category Done, for webhooks, which tell the category of the new status but not of the old one",
      "Done, Closed, Resolved"},
     &Reading::done_statuses},
    {{"escalation_priorities", "raising a ticket to one of these priorities is an escalation: names or ids", ""}, &Reading::escalation},
    {{"blocked_by_links", "how a link reads from the ticket that waits", "is blocked by"}, &Reading::blocked_by},
    {{"duplicate_links", "how a link reads from the ticket that is the same as another", "duplicates"}, &Reading::duplicates},
};

}  // namespace

std::vector<sdk::Option> ReadingOptions() { return sdk::OptionsOf(kLists); }

Reading ReadReading(const sdk::Manifest& manifest, const sdk::Source& source, v1::Assurance assurance) {
  Reading reading;
  reading.assurance = assurance;
  sdk::ReadLists(kLists, manifest, source, reading);
  return reading;
}

std::vector<std::string> FaultsOf(const Reading& reading) { return sdk::NamedTwice(kLists, reading); }

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

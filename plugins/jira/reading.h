// How a source wants its Jira to be read: what its statuses, resolutions and links mean, since every site names them as it likes.
#ifndef COMITY_PLUGINS_JIRA_READING_H_
#define COMITY_PLUGINS_JIRA_READING_H_

#include <string>
#include <string_view>
#include <vector>

#include "comity/v1/event.pb.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/name_lists.h"

namespace comity::jira {

// Of names or ids.
struct Reading {
  sdk::NameList done, wont_do, duplicate;  // resolutions
  sdk::NameList done_statuses;             // where a webhook does not tell a status's category
  sdk::NameList escalation;                // priorities
  sdk::NameList blocked_by, duplicates;    // how links read from the ticket that waits, and from the ticket that is the same
  v1::Assurance assurance = v1::ASSURANCE_SIGNED;
};

// The options that Read reads, with their defaults.
std::vector<sdk::Option> ReadingOptions();
Reading ReadReading(const sdk::Manifest& manifest, const sdk::Source& source, v1::Assurance assurance);
// What is wrong with the options: one resolution with two meanings.
std::vector<std::string> FaultsOf(const Reading& reading);

// What a resolution means; of none, what the status means that the ticket was closed with.
v1::Resolution MeaningOf(const Reading& reading, std::string_view resolution_id, std::string_view resolution, std::string_view status);

}  // namespace comity::jira

#endif  // COMITY_PLUGINS_JIRA_READING_H_

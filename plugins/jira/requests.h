// Questions to Jira's REST API, and who it takes the asker for.
#ifndef COMITY_PLUGINS_JIRA_REQUESTS_H_
#define COMITY_PLUGINS_JIRA_REQUESTS_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "plugins/jira/scope.h"
#include "plugins/sdk/connector.h"

namespace comity::jira {

inline constexpr int64_t kPageSize = 50;   // tickets, with their changelogs
inline constexpr int64_t kListSize = 100;  // comments, entries of a changelog

// The tickets of a project that changed from then on (by the second), oldest change first. `start` pages in Data Center, `token` in the
// Cloud.
struct Question {
  std::string project;
  absl::Time since;
  int64_t start = 0;
  std::string token;
};
sdk::Fetch AskForTickets(const Scope& scope, const Question& question, std::string note);

sdk::Fetch AskForStatuses(const Scope& scope, std::string note);
// The newest first.
sdk::Fetch AskForComments(const std::string& issue_id, int64_t start, std::string stream, std::string note);
// Entries of a changelog, the oldest is 0; the Cloud's alone.
sdk::Fetch AskForEntries(const std::string& issue_id, int64_t start, int64_t end, std::string stream, std::string note);

// Some of Jira's answers to a token that it does not take are those to strangers: 200, and nothing in them.
bool IsForStrangers(const net::Response& response);

}  // namespace comity::jira

#endif  // COMITY_PLUGINS_JIRA_REQUESTS_H_

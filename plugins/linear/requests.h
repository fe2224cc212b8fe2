// Questions to Linear's GraphQL API. They ask for no texts that people wrote but titles.
#ifndef COMITY_PLUGINS_LINEAR_REQUESTS_H_
#define COMITY_PLUGINS_LINEAR_REQUESTS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "plugins/sdk/connector.h"

namespace comity::linear {

// Linear counts what a question could bring, lists within lists: these stay well below its limit of 10,000 points.
inline constexpr size_t kIssues = 20, kEntries = 25, kComments = 50, kMaxEntries = 100;
inline constexpr std::string_view kIssueStream = "issues", kCommentStream = "comments";

// One walk through a list: `since` stays, so pages are those of one list; `last` is the newest change seen.
struct Walk {
  absl::Time since, floor, last;
  int64_t page = 1;
  std::string after;
};

// `stream` says which list: issues with the newest part of their histories, or comments.
sdk::Fetch AskForList(std::string_view stream, const std::vector<std::string>& teams, const Walk& walk);
// More of one issue's history.
sdk::Fetch AskForHistory(std::string_view issue_id, std::string_view after, std::string_view stream, std::string note);

}  // namespace comity::linear

#endif  // COMITY_PLUGINS_LINEAR_REQUESTS_H_

#include "plugins/linear/requests.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/walk.h"

namespace comity::linear {
namespace {

using sdk::JsonObject;
using sdk::Micros;

constexpr std::string_view kIssueFields =
    "id identifier title url createdAt updatedAt completedAt canceledAt previousIdentifiers state{id name type} team{key private} "
    "project{name} labels(first:20){nodes{name}} creator{id app} externalUserCreator{id} botActor{id type} assignee{id app}";
constexpr std::string_view kHistoryFields =
    "{nodes{id createdAt actor{id app} botActor{id type} autoClosed fromState{id name type} toState{id name type} fromAssignee{id app} "
    "toAssignee{id app} fromTeam{key} toTeam{key} fromPriority toPriority} pageInfo{hasNextPage endCursor}}";

sdk::Fetch Ask(std::string_view query, const std::string& variables, std::string_view stream, std::string note) {
  sdk::Fetch fetch{"/graphql", "application/json", std::string(stream), std::move(note)};
  fetch.method = "POST";
  fetch.body = JsonObject().Text("query", query).Raw("variables", variables).Take();
  fetch.headers = {{"Content-Type", "application/json"}};
  return fetch;
}

// `{"gte":"…"}` of an instant, and of the teams `{"key":{"in":[…]}}`.
std::string From(absl::Time since) { return JsonObject().Text("gte", sdk::UtcText(since)).Take(); }
std::string OfTeams(const std::vector<std::string>& teams) {
  if (teams.empty()) return "";
  std::string keys;
  for (const std::string& team : teams) absl::StrAppend(&keys, keys.empty() ? "[\"" : ",\"", team, "\"");
  return JsonObject().Raw("key", JsonObject().Raw("in", keys + "]").Take()).Take();
}

std::string NoteOf(std::string_view what, const Walk& walk) {
  return JsonObject()
      .Text("what", what)
      .Raw("page", std::to_string(walk.page))
      .Raw("since", Micros(walk.since))
      .Raw("floor", Micros(walk.floor))
      .Raw("last", Micros(walk.last))
      .Take();
}

}  // namespace

sdk::Fetch AskForList(std::string_view stream, const std::vector<std::string>& teams, const Walk& walk) {
  JsonObject variables, filter;
  const bool issues = stream == kIssueStream;
  filter.Raw(issues ? "updatedAt" : "createdAt", From(walk.since));
  const std::string of_teams = OfTeams(teams);
  if (issues) {
    filter.Raw("team", of_teams);
  } else {
    filter.Raw("issue", of_teams.empty() ? "" : JsonObject().Raw("team", of_teams).Take());
  }
  variables.Raw("filter", filter.Take());
  if (!walk.after.empty()) variables.Text("after", walk.after);
  const std::string query =
      issues ? absl::StrCat("query($filter:IssueFilter,$after:String){issues(first:", kIssues,
                            ",after:$after,filter:$filter,orderBy:updatedAt,includeArchived:true){nodes{", std::string(kIssueFields),
                            " history(first:", kEntries, ")", std::string(kHistoryFields), "} pageInfo{hasNextPage endCursor}}}")
             : absl::StrCat("query($filter:CommentFilter,$after:String){comments(first:", kComments,
                            ",after:$after,filter:$filter,orderBy:createdAt){nodes{id createdAt updatedAt user{id app} externalUser{id} "
                            "botActor{id type} issue{id identifier team{key private}}} pageInfo{hasNextPage endCursor}}}");
  return Ask(query, variables.Take(), stream, NoteOf(stream, walk));
}

sdk::Fetch AskForHistory(std::string_view issue_id, std::string_view after, std::string_view stream, std::string note) {
  const std::string query = absl::StrCat("query($id:String!,$after:String){issue(id:$id){", std::string(kIssueFields),
                                         " history(first:", kMaxEntries, ",after:$after)", std::string(kHistoryFields), "}}");
  return Ask(query, JsonObject().Text("id", issue_id).Text("after", after).Take(), stream, std::move(note));
}

}  // namespace comity::linear

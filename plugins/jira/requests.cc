#include "plugins/jira/requests.h"

#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/walk.h"

namespace comity::jira {
namespace {

constexpr std::string_view kFields[] = {"summary",  "status",  "resolution", "created", "updated",  "creator",   "reporter",
                                        "assignee", "project", "components", "labels",  "security", "issuelinks"};

sdk::Fetch Get(std::string path, std::string stream, std::string note) {
  return {std::move(path), "application/json", std::move(stream), std::move(note)};
}

}  // namespace

sdk::Fetch AskForTickets(const Scope& scope, const Question& question, std::string note) {
  // The instant is a number: a text would be read to the minute, in the time zone of the token's owner.
  const std::string jql = absl::StrCat("project = \"", question.project, "\" AND updated >= ", absl::ToUnixSeconds(question.since) * 1000,
                                       " ORDER BY updated ASC, key ASC");
  std::string fields, quoted;
  for (const std::string_view field : kFields) {
    absl::StrAppend(&fields, fields.empty() ? "" : ",", std::string(field));
    absl::StrAppend(&quoted, quoted.empty() ? "\"" : ",\"", std::string(field), "\"");
  }
  if (!scope.cloud) {
    return Get(absl::StrCat("/rest/api/2/search?jql=", sdk::UrlEncoded(jql), "&fields=", fields, "&expand=changelog&maxResults=", kPageSize,
                            "&startAt=", question.start),
               question.project, std::move(note));
  }
  sdk::JsonObject body;
  body.Text("jql", jql).Raw("fields", "[" + quoted + "]").Text("expand", "changelog").Raw("maxResults", std::to_string(kPageSize));
  if (!question.token.empty()) body.Text("nextPageToken", question.token);
  sdk::Fetch fetch = Get("/rest/api/3/search/jql", question.project, std::move(note));
  fetch.method = "POST";
  fetch.body = body.Take();
  fetch.headers = {{"Content-Type", "application/json"}};
  return fetch;
}

sdk::Fetch AskForStatuses(const Scope& scope, std::string note) {
  return Get(scope.cloud ? "/rest/api/3/status" : "/rest/api/2/status", "", std::move(note));
}

sdk::Fetch AskForComments(const std::string& issue_id, int64_t start, std::string stream, std::string note) {
  return Get(absl::StrCat("/rest/api/2/issue/", issue_id, "/comment?orderBy=-created&expand=properties&maxResults=", kListSize,
                          "&startAt=", start),
             std::move(stream), std::move(note));
}

sdk::Fetch AskForEntries(const std::string& issue_id, int64_t start, int64_t end, std::string stream, std::string note) {
  return Get(absl::StrCat("/rest/api/3/issue/", issue_id, "/changelog?startAt=", start, "&maxResults=", end - start), std::move(stream),
             std::move(note));
}

bool IsForStrangers(const net::Response& response) {
  const std::string_view reason = net::FindHeader(response.headers, "X-Seraph-LoginReason");
  return reason.find("FAILED") != reason.npos || reason.find("DENIED") != reason.npos;
}

}  // namespace comity::jira

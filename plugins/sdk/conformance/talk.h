// A recorded talk with a suite's API: what was asked and answered, and what must come of it.
//
// `plugins/<suite>/polls/<name>/` holds `answers.http`: for each request its line (`GET /path?query`, `POST /path BODY`), the answer's
// status and headers, an empty line, the body; `%%` alone on a line parts them. `poll.yaml` says when: `now`, `begin`, `overlap`,
// `cursors`, and in `hooks` which cases of `../../cases` tell facts that this poll must find too. `expected.json` is what comes of it.
#ifndef COMITY_PLUGINS_SDK_CONFORMANCE_TALK_H_
#define COMITY_PLUGINS_SDK_CONFORMANCE_TALK_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/sdk/connector.h"

namespace comity::sdk::conformance {

struct Talk {
  std::string name, folder;
  Source source;  // `source.yaml` of the folder above
  Poll poll;
  std::map<std::string, net::Response> answers;  // by what is asked (Fetch::Name); others are 404
  std::vector<std::string> hooks;
  std::string expected;
};
// All talks below `folder`, by name; none if it is not there. Errors: INVALID_ARGUMENT, naming the file.
absl::StatusOr<std::vector<Talk>> LoadTalks(const std::string& folder);

// What a host would have made of it.
struct Walked {
  std::vector<std::string> asked;  // in order
  std::vector<v1::Fact> facts;
  Cursors cursors;  // with those it began with
  int unreadable = 0;
  std::vector<std::string> errors;
  bool ended = true;  // within `max_requests`
};
using Answerer = std::function<net::Response(const Fetch& fetch)>;
// Walks as the host does: depth first, a stream stands still after its first error.
Walked Walk(const Connector& connector, const Source& source, const Poll& poll, const Answerer& answer, size_t max_requests);

// As `expected.json` says it.
std::string Describe(const Walked& walked);

}  // namespace comity::sdk::conformance

#endif  // COMITY_PLUGINS_SDK_CONFORMANCE_TALK_H_

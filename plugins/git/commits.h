// From commits, as the host tells of them, to facts.
#ifndef COMITY_PLUGINS_GIT_COMMITS_H_
#define COMITY_PLUGINS_GIT_COMMITS_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/json.h"

namespace comity::git_connector {

struct Reading {
  std::string repository;   // its name
  std::string commit_url;   // see CommitUrl
  bool titles = true;       // first lines of messages are sent
  absl::Time begin, until;  // of other instants nothing is told
};

// Adds the facts of one commit to `facts`; false if it cannot be read.
bool MapCommit(sdk::Json commit, const sdk::Source& source, const Reading& reading, std::vector<v1::Fact>* facts);

}  // namespace comity::git_connector

#endif  // COMITY_PLUGINS_GIT_COMMITS_H_

// Git repositories as an API, so that their connector stays a function from bytes to facts: everything that starts processes, copies
// repositories and reads what git prints is here.
//
//   GET /NAME          → {"head": "ID"}: the newest commit of its branch, copied here before if the repository is elsewhere
//   GET /NAME/commits?head=ID&after=ID&since=SECONDS&skip=N
//                      → {"commits": […], "next": N}: commits that `head` contains and `after` does not (either may be left out), of those
//                        only commits with trailers that speak of help and commits that revert others; the newest first. `next` is the
//                        `skip` of what follows; without it this was all. 404 if a commit is not there (any more).
//
// A commit: {"id", "time" (Unix seconds, 0 = not readable), "subject", "author": PERSON, "folder" (in which most of what it changes is),
// "trailers": [{"key", "person": PERSON}], "reverts": [ID]}; a PERSON is {"email" (lower case), "name", "bot"}, after `.mailmap`. A merge
// has the author, and the folder, of most of the commits that it brought; a merge that is reverted stands for itself and those.
#ifndef COMITY_PLUGINS_HOST_GIT_API_H_
#define COMITY_PLUGINS_HOST_GIT_API_H_

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/sdk/connector.h"
#include "service/git/repository.h"
#include "service/net/http.h"

namespace comity::host {

class GitApi {
 public:
  // `mirrors`: the folder for copies of repositories that are elsewhere; made when it is needed.
  GitApi(std::string mirrors, std::vector<sdk::GitRepository> repositories);

  // Blocks. `headers` may hold, as Authorization, the token for repositories behind https.
  // Errors: NOT_FOUND for a repository or branch that is not there, or not for this token; UNAVAILABLE with git's own words; CANCELLED;
  // FAILED_PRECONDITION without git; INVALID_ARGUMENT for a path of another form.
  absl::StatusOr<net::Response> Get(std::string_view path, const net::Headers& headers, const std::atomic<bool>* cancelled) const;

 private:
  absl::StatusOr<net::Response> Head(const sdk::GitRepository& wanted, const git::Repository& repository, const net::Headers& headers,
                                     const git::Bounds& bounds) const;
  std::string PathOf(const sdk::GitRepository& wanted) const;

  const std::string mirrors_;
  const std::vector<sdk::GitRepository> repositories_;
};

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_GIT_API_H_

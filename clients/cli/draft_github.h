// A draft from a GitHub organisation: members, teams, repositories and CODEOWNERS.
#ifndef COMITY_CLIENTS_CLI_DRAFT_GITHUB_H_
#define COMITY_CLIENTS_CLI_DRAFT_GITHUB_H_

#include <string>
#include <string_view>
#include <vector>

#include "clients/cli/draft.h"
#include "clients/cli/github_api.h"

namespace comity::cli {

absl::StatusOr<Draft> DraftFromGithub(const GithubApi& api, const std::string& organisation, const std::string& instance);

// What a CODEOWNERS file says of the whole repository (the last pattern `*`, `**`, `/` or `/**` wins), and how many patterns name parts of
// it.
struct CodeOwners {
  std::vector<std::string> owners;  // as written: `@acme/payments`, `@ana`
  int part_count = 0;
};
CodeOwners ReadCodeOwners(std::string_view text);

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_DRAFT_GITHUB_H_

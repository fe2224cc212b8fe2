// Whose accounts may be: what points to one person, for somebody to look at. Pure; it links nothing.
#ifndef COMITY_CLIENTS_CLI_ACCOUNT_PROPOSALS_H_
#define COMITY_CLIENTS_CLI_ACCOUNT_PROPOSALS_H_

#include <string>
#include <vector>

#include "comity/v1/directory.pb.h"

namespace comity::cli {

// How much a reason is worth. kHigh: the suite itself keeps the address; kMedium: a login in another suite, or an address that its owner
// wrote; kLow: a login that is somebody's id in the directory.
enum class Confidence { kLow, kMedium, kHigh };

struct AccountProposal {
  std::string account, person;  // `accounts/…`, `people/…`
  Confidence confidence;
  std::string reason;  // in plain words, with the account it was found by
};

// For each account that nobody is linked to, the one person whom the best reason names; none where that reason names several, for bots and
// teams, and from names that people go by: two may have the same. In the order of `accounts`, the surest first.
std::vector<AccountProposal> ProposeLinks(const std::vector<v1::DirectoryAccount>& accounts, const std::vector<v1::Person>& people);

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_ACCOUNT_PROPOSALS_H_

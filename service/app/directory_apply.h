// What a directory file changes: its difference to what stands. Pure.
#ifndef COMITY_SERVICE_APP_DIRECTORY_APPLY_H_
#define COMITY_SERVICE_APP_DIRECTORY_APPLY_H_

#include <map>
#include <utility>
#include <vector>

#include "comity/v1/directory.pb.h"
#include "service/app/directory_file.h"
#include "service/domain/deeds/reasons.h"
#include "service/domain/directory/directory.h"

namespace comity::app {

struct DirectoryDifference {
  std::vector<v1::DirectoryChange> changes;  // in the order of the file, then what it no longer names; empty = nothing to do
  domain::DirectoryRows after;

  // What has to be written.
  std::vector<domain::PersonRow> people;
  std::vector<domain::TeamRow> teams;
  std::vector<domain::AccountRow> accounts;
  std::map<domain::PersonUid, std::vector<domain::MembershipRow>> memberships;  // whole histories
  bool ownership_changed = false;
  std::vector<domain::PersonUid> deleted_people;
  std::vector<domain::TeamUid> deleted_teams;

  // Whom it concerns: subjects an account took part in on these days, and subjects in places that these rules match.
  std::vector<std::pair<domain::AccountUid, domain::DayRange>> affected_accounts;
  std::vector<std::string> affected_matches;
  domain::ReasonCode cause = domain::ReasonCode::kDirectoryApplied;  // the narrowest that fits
};

// For a person the file names, its memberships are the whole history. A person or team it no longer names is ended `today`, deleted only
// with `prune`. Accounts that a file linked are unlinked when their person's entry drops them; links made by hand stay. Ownership rules
// are the file's. `current.accounts` must hold every account that the file names and the store knows.
DirectoryDifference DiffDirectory(const DirectoryFile& file, const domain::DirectoryRows& current, absl::CivilDay today, bool prune,
                                  domain::UidSource& uids);

// Whether an ownership rule's `suite:instance:kind:glob` matches the place.
bool MatchesPlace(std::string_view match, std::string_view suite, std::string_view instance, const domain::PlaceName& place);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_DIRECTORY_APPLY_H_

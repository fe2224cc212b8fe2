// The directory file: YAML that says who belongs where and whose things are, for people to write, review and keep under version control.
#ifndef COMITY_SERVICE_APP_DIRECTORY_FILE_H_
#define COMITY_SERVICE_APP_DIRECTORY_FILE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "service/base/error.h"
#include "service/domain/directory/directory.h"

namespace comity::app {

// What a file says, with where it says it. Everything by id; `line` is for messages.
struct DirectoryFile {
  struct Account {
    domain::AccountName name;
    int line = 0;
  };
  struct Person {
    std::string id, name;
    std::vector<Account> accounts;
    bool former = false;
    int line = 0;
  };
  struct Team {
    std::string id, name, parent, function;
    int line = 0;
  };
  struct Membership {
    std::string person, team;
    domain::DayRange days;
    bool primary = false;
    int line = 0;
  };
  struct Ownership {
    std::string match, team;
    domain::DayRange days;
    int line = 0;
  };
  std::vector<Person> people;
  std::vector<Account> bots;
  std::vector<Team> teams;
  std::vector<Membership> memberships;
  std::vector<Ownership> ownership;
};

// At most this many faults are told at once; a last one says how many more there are.
inline constexpr size_t kMaxDirectoryFaults = 100;

// Reads and checks a file. `current` is what stands now: memberships and ownership of earlier days may name teams that the file no longer
// lists, unless `prune` deletes them; accounts linked by hand to somebody else are faults.
// Errors: INVALID_ARGUMENT (DIRECTORY_INVALID) with every fault: `line 12: memberships[3].team` and what to do.
absl::StatusOr<DirectoryFile> ParseDirectoryFile(std::string_view document, const domain::DirectoryRows& current, bool prune);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_DIRECTORY_FILE_H_

// A directory file to be reviewed by people: collected from somewhere, written as commented YAML.
#ifndef COMITY_CLIENTS_CLI_DRAFT_H_
#define COMITY_CLIENTS_CLI_DRAFT_H_

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace comity::cli {

struct Draft {
  struct Account {
    std::string name;  // `suite:instance:id`
    std::string note;  // who that is, for the reviewer
  };
  struct Person {
    std::string id, name;
    std::vector<Account> accounts;
  };
  struct Team {
    std::string id, name, parent, function;
  };
  struct Membership {
    std::string person, team, start, end;
    bool primary = false;
  };
  struct Ownership {
    std::string match;
    std::string team;  // empty = not known: written as a comment to be completed
    std::string note;
  };
  std::vector<std::string> notes;  // on top
  std::vector<Person> people;
  std::vector<Account> bots;
  std::vector<Team> teams;
  std::vector<Membership> memberships;
  std::vector<Ownership> ownership;
};

// Commented YAML. Text from outside is quoted and cannot break out of a value or comment.
std::string WriteDraft(const Draft& draft);

// Gives each key (a login, a name) an id of its own of the form the directory wants: `Ana Alves` → `ana-alves`, the next one `ana-alves-2`.
class Slugs {
 public:
  std::string Of(std::string_view key, std::string_view text);
  // Empty if the key has none yet.
  std::string Find(std::string_view key) const;

 private:
  std::map<std::string, std::string, std::less<>> slugs_;
  std::set<std::string> used_;
};

// A table with a header row: person, team and optionally name, account (several with spaces), start, end, primary, parent, function.
// Errors: INVALID_ARGUMENT with every fault, each with its line.
absl::StatusOr<Draft> DraftFromCsv(std::string_view text);

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_DRAFT_H_

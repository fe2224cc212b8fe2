// One labelled case: facts in, what should be made of them. README.md says how the YAML looks.
#ifndef COMITY_TESTS_CASES_CASE_H_
#define COMITY_TESTS_CASES_CASE_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "service/domain/deeds/judge.h"
#include "tests/cases/world.h"

namespace comity::cases {

// What a fact should come to; an empty reason = any.
struct ExpectedOutcome {
  std::string outcome, reason;
};

struct CaseFact {
  domain::Fact fact;
  std::string line;  // as written
  std::optional<ExpectedOutcome> expected;
};

// Who should have which part of a deed. Exactly one of person and account is set.
struct ExpectedLine {
  domain::PersonUid person;
  domain::AccountUid account;
  int32_t share_ppm = 0;
  domain::TeamUid team;
  domain::Stance stance = domain::Stance::kNone;
  bool declined = false;
};

struct ExpectedDeed {
  domain::DeedKey key;
  domain::TeamUid helped_team;
  std::optional<domain::PersonUid> asker;  // empty uid = nobody asked
  std::vector<ExpectedLine> lines;
  domain::DeedState state = domain::DeedState::kProvisional;
  bool awaits_yes = false, shadow = false;
  std::optional<int32_t> policy;
  std::string reason;  // of the deed; empty = any
};

struct ExpectedInternal {
  domain::SubjectRef subject;
  domain::DeedKind kind = domain::DeedKind::kNone;
  domain::TeamUid team;
  auto operator<=>(const ExpectedInternal&) const = default;
};

struct Case {
  std::string name, file;
  std::set<int> traps;  // numbers of the wrong-credit catalogue, README.md
  std::vector<CaseFact> facts;
  std::vector<domain::Statement> statements;
  std::vector<domain::Policy> policies;
  std::vector<ExpectedDeed> deeds;
  std::vector<ExpectedInternal> internal;
  std::shared_ptr<World> world;
  std::map<domain::SubjectRef, std::string> subject_names;
};

// One case from its YAML, of the organisation in chart.yaml or in `chart`. Throws with the fault.
Case ReadCase(const YAML::Node& node);
Case ReadCase(const YAML::Node& node, const YAML::Node& chart);
// Every case of every file of tests/cases, in order of file and place. Throws with file and case named.
std::vector<Case> ReadCases();

}  // namespace comity::cases

#endif  // COMITY_TESTS_CASES_CASE_H_

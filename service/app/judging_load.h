// Loads everything that judging a set of subjects looks at, in as few reads as there are sorts of rows.
#ifndef COMITY_SERVICE_APP_JUDGING_LOAD_H_
#define COMITY_SERVICE_APP_JUDGING_LOAD_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/app/judging_links.h"
#include "service/domain/deeds/ledger.h"
#include "service/store/store.h"

namespace comity::app {

// A fact that is about to be stored, with what the store keeps beside it.
struct NewFact {
  domain::Fact fact;
  domain::FactHash content;
  std::string source;
  store::SubjectDetails details;
  bool first = true;  // of its event; else one more observation of a known one
};

// One subject with the ids it was moved from and to: what it is judged by, and what is stored of it.
struct JudgingGroup {
  domain::SubjectInput input;               // `subject` = the smallest member
  std::vector<domain::SubjectRef> members;  // in order
  std::map<domain::EventKey, domain::FactVerdict> stored_verdicts;
  std::vector<domain::PostedLine> posted;
  std::map<domain::LineHash, domain::SubjectRef> posted_under;  // the member under whose name a line was posted
  std::vector<store::DeedRow> deeds;
};

// How many resolutions an account has in a window, over all subjects.
using ResolutionCount = std::function<absl::StatusOr<int64_t>(domain::AccountUid account, int64_t window)>;

// Those that the store counts as facts come in. Belongs to its transaction; remembers what it looked up.
ResolutionCount StoredCounts(store::Transaction& transaction);

struct LoadOptions {
  bool dependents = true;                       // also the subjects whose judging looks at these
  bool posted = true;                           // also what was posted of them; else only what is judged
  const std::vector<NewFact>* fresh = nullptr;  // laid over what is stored
  absl::Time now = absl::InfinitePast();        // when the fresh ones are first stored
};

// The groups of these subjects, in order of their names, each once; without those that have no facts.
absl::StatusOr<std::vector<JudgingGroup>> LoadGroups(store::Transaction& transaction, const SubjectSet& subjects,
                                                     const domain::Policies& policies, const ResolutionCount& count_resolutions,
                                                     const LoadOptions& options);

// Fills `bulk_windows`: those in which an actor of these events resolved more than the policy lets pass without a yes.
absl::Status FindBulkWindows(const domain::Policies& policies, const ResolutionCount& count_resolutions, domain::SubjectInput& input);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_JUDGING_LOAD_H_

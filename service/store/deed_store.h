// What is kept of deeds: the ledger, what stands, rollups, what people said, policies.
#ifndef COMITY_SERVICE_STORE_DEED_STORE_H_
#define COMITY_SERVICE_STORE_DEED_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/domain/deeds/ledger.h"

namespace comity::store {

// A deed as it stands, beside the ledger, so that it can be read without replaying.
struct DeedRow {
  domain::Deed deed;
  absl::Time first_stored;    // the hold runs from here
  int64_t last_sequence = 0;  // its latest ledger entry: the etag
};

struct LedgerRow {
  int64_t sequence = 0;
  absl::Time created;
  std::string leaf;
  domain::Digest leaf_hash{}, chain_hash{};
};

struct LedgerHead {
  int64_t sequence = 0;  // 0 = empty
  domain::Digest chain_hash{};
};

// A correction that waits for people to accept. `because` is erasable.
struct Proposal {
  domain::StatementUid uid;
  domain::DeedKey deed;
  domain::PersonUid by;
  bool by_helper = false;
  absl::Time created;
  std::vector<std::pair<domain::PersonUid, int32_t>> shares;
  std::vector<domain::PersonUid> pending;  // newly named who have not yet said yes
  std::string because;
};

struct DeedFilter {
  std::vector<domain::PersonUid> people;  // helped or asked, or named by a correction that waits; empty = anybody
  std::vector<domain::TeamUid> teams;     // helping or helped; empty = any. Both set: either is enough (`any_of`) or both are needed.
  bool any_of = false;
  int32_t since_day = INT32_MIN;
};

// Every call blocks on I/O and belongs to its transaction. Errors not named: UNAVAILABLE (busy or lost), RESOURCE_EXHAUSTED (disk full).
class DeedStore {
 public:
  virtual ~DeedStore() = default;

  // Locks the ledger's head until the transaction ends, so that sequence equals commit order on every server.
  virtual absl::StatusOr<LedgerHead> LockHead() = 0;
  // Appends in order after the locked head; computes hashes. Each (line, revision) once: else ALREADY_EXISTS. Returns the first sequence.
  virtual absl::StatusOr<int64_t> Append(const std::vector<domain::Entry>& entries, domain::SubjectRef subject, absl::Time now) = 0;
  virtual absl::StatusOr<LedgerHead> Head() = 0;
  // From `first` on, at most `limit`, in order.
  virtual absl::StatusOr<std::vector<LedgerRow>> ReadLedger(int64_t first, int32_t limit) = 0;
  // Of one deed, in order.
  virtual absl::StatusOr<std::vector<LedgerRow>> EntriesOf(const domain::SubjectRef& subject, const domain::DeedHash& deed) = 0;

  // The latest entry of each line ever posted for the subject.
  virtual absl::StatusOr<std::vector<domain::PostedLine>> PostedLines(domain::SubjectRef subject) = 0;
  // Latest entries of all lines, in order of (subject, line), after the given place, at most `limit`.
  struct StandingRow {
    domain::SubjectRef subject;
    domain::PostedLine line;
  };
  virtual absl::StatusOr<std::vector<StandingRow>> AllLines(domain::SubjectRef after_subject, domain::LineHash after_line,
                                                            int32_t limit) = 0;

  // Inserts or replaces by hash, with its index rows; keeps `first_stored` of an earlier version.
  virtual absl::Status PutDeed(const DeedRow& deed) = 0;
  virtual absl::Status DeleteDeed(const domain::DeedHash& deed) = 0;
  virtual absl::StatusOr<std::optional<DeedRow>> FindDeed(const domain::DeedHash& hash) = 0;
  virtual absl::StatusOr<std::vector<DeedRow>> DeedsOf(const std::vector<domain::SubjectRef>& subjects) = 0;
  // Newest day first, then hash, strictly after (day, hash) of `after`, at most `limit`.
  virtual absl::StatusOr<std::vector<DeedRow>> ListDeeds(const DeedFilter& filter,
                                                         std::optional<std::pair<int32_t, domain::DeedHash>> after, int32_t limit) = 0;

  // Adds deltas, given summed; cells that become zero are deleted, so that rollups equal a rebuild row for row.
  virtual absl::Status AddRollups(const domain::Rollups& deltas) = 0;
  virtual absl::StatusOr<domain::Rollups> LoadRollups() = 0;

  virtual absl::Status PutStatement(domain::SubjectRef subject, const domain::Statement& statement, std::string_view because) = 0;
  virtual absl::StatusOr<std::vector<domain::Statement>> StatementsOf(domain::SubjectRef subject) = 0;
  virtual absl::StatusOr<std::string> BecauseOf(domain::StatementUid statement) = 0;  // empty once erased

  virtual absl::Status PutProposal(const Proposal& proposal) = 0;
  virtual absl::Status DeleteProposal(domain::StatementUid uid) = 0;
  virtual absl::StatusOr<std::vector<Proposal>> ProposalsOf(const domain::DeedHash& deed) = 0;

  // Helpers who let both teams see their name on a deed.
  virtual absl::Status SetShared(const domain::DeedHash& deed, domain::PersonUid person, bool shared) = 0;
  virtual absl::StatusOr<std::vector<domain::PersonUid>> SharedOf(const domain::DeedHash& deed) = 0;

  virtual absl::Status PutPolicy(const domain::Policy& policy) = 0;
  virtual absl::StatusOr<std::vector<domain::Policy>> LoadPolicies() = 0;
};

}  // namespace comity::store

#endif  // COMITY_SERVICE_STORE_DEED_STORE_H_

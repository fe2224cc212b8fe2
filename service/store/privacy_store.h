// What is kept of people who were erased, a way through every row that may name somebody, and what is kept of calls.
#ifndef COMITY_SERVICE_STORE_PRIVACY_STORE_H_
#define COMITY_SERVICE_STORE_PRIVACY_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/domain/values.h"
#include "service/store/admin_store.h"

namespace comity::store {

struct ErasedAccount {
  std::string name_hash;  // keyed, of the full name
  domain::AccountUid uid;
  domain::PersonUid person;
  bool bot = false;
};

struct ErasedPerson {
  enum class Stage : uint8_t { kWaiting = 0, kSweeping = 1, kDone = 2 };
  domain::PersonUid uid;
  std::string id_hash;  // keyed, of the id they had
  bool opted_out = false;
  std::string job;  // bare id
  Stage stage = Stage::kWaiting;
  std::string words;  // what the sweep looks for; empty once it is done
  std::vector<int32_t> counts;
};

// Tables whose rows may name people, and what of a row is looked at.
enum class Swept : uint8_t {
  kEvents,          // bytes, and each parameter of the verdict
  kObservations,    // bytes
  kDeeds,           // each parameter of its reasons
  kSetAside,        // request, detail
  kSubjects,        // id, subject_key, uri, title
  kPlaces,          // suite, instance, kind, value
  kStatementTexts,  // because
  kProposalTexts,   // because
  kAnswers,         // answer, caller's request id
  kShared,          // person
  kReads,           // about, reader, target
  kAudit,           // target
  kRecognitions,    // saw, evidence, why it was taken down
  kComments,        // words
  kReports,         // because, why it was decided so
  kCheckIns,        // words of answers
};
inline constexpr Swept kLastSwept = Swept::kCheckIns;

// A row's place in the order of its table. Empty = before the first.
struct SweptKey {
  int64_t number = INT64_MIN;
  std::string first, second;
  bool operator==(const SweptKey&) const = default;
};
struct SweptRow {
  SweptKey key;
  std::vector<std::string> texts;
};

// Every call blocks on I/O and belongs to its transaction. Errors not named: UNAVAILABLE (busy or lost), RESOURCE_EXHAUSTED (disk full).
class PrivacyStore {
 public:
  virtual ~PrivacyStore() = default;

  // Deletes the person's and the accounts' rows with names, logins and salts, their words, tokens and choices, thanks that they gave and
  // thanks that were given to them alone; keeps `person` and `accounts` instead. Memberships stay: judging needs them. Returns how many
  // tokens and texts went.
  struct Gone {
    int32_t tokens = 0, texts = 0;
  };
  virtual absl::StatusOr<Gone> Erase(const ErasedPerson& person, const std::vector<ErasedAccount>& accounts) = 0;
  virtual absl::StatusOr<std::optional<ErasedPerson>> FindErased(std::string_view id_hash) = 0;
  // Whether anybody was ever erased: without, no name needs to be compared.
  virtual absl::StatusOr<bool> AnyErased() = 0;
  virtual absl::StatusOr<std::optional<ErasedAccount>> FindErasedAccount(std::string_view name_hash) = 0;
  // Of one person.
  virtual absl::StatusOr<std::vector<ErasedAccount>> ErasedAccounts(domain::PersonUid person) = 0;
  // Those whose sweep is not done.
  virtual absl::StatusOr<std::vector<ErasedPerson>> WaitingErasures() = 0;
  // Stage, words and counts.
  virtual absl::Status UpdateErased(const ErasedPerson& person) = 0;

  struct AuditListing {
    int64_t id = 0;
    AuditRow audit;
  };
  // Newest first, before id `before`.
  virtual absl::StatusOr<std::vector<AuditListing>> ReadAudit(int64_t before, int32_t limit) = 0;
  // Deletes at most `limit` of the oldest records, of calls and of reads each, that are older than `cutoff`; returns the greater number.
  virtual absl::StatusOr<int64_t> PruneAudit(absl::Time cutoff, int32_t limit) = 0;
  // What somebody wrote: the reasons they gave when they put deeds right.
  virtual absl::StatusOr<std::vector<std::string>> TextsBy(domain::PersonUid author) = 0;

  // Rows after `after` in order, at most `limit`.
  virtual absl::StatusOr<std::vector<SweptRow>> Sweep(Swept table, const SweptKey& after, int32_t limit) = 0;
  // Puts other texts in place; of a subject they are kept from then on whatever later facts say.
  virtual absl::Status Rewrite(Swept table, const SweptRow& row) = 0;
  virtual absl::Status Remove(Swept table, const SweptKey& key) = 0;
  // Takes a subject's title away, for good. False if it had none.
  virtual absl::StatusOr<bool> WithholdTitle(domain::SubjectRef subject) = 0;
};

}  // namespace comity::store

#endif  // COMITY_SERVICE_STORE_PRIVACY_STORE_H_

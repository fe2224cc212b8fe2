// What is kept to run the deployment: sources, tokens, audit, answers to repeated requests, jobs, settings.
#ifndef COMITY_SERVICE_STORE_ADMIN_STORE_H_
#define COMITY_SERVICE_STORE_ADMIN_STORE_H_

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

struct SourceRow {
  std::string id, suite, instance;
  absl::Time created;
  absl::Time last_event = absl::InfinitePast();  // InfinitePast = none yet
};

struct TokenRow {
  std::string id;
  std::string secret_hash;     // SHA-256 of the secret, 32 bytes
  std::vector<int32_t> roles;  // comity.v1.Role
  domain::PersonUid person;
  std::vector<std::string> sources;
  absl::Time created;
  absl::Time revoked = absl::InfiniteFuture();
};

// One per call, denied ones included.
struct AuditRow {
  absl::Time time;
  std::string method;
  std::string token;  // token id; empty if the caller was not known
  domain::PersonUid person;
  int32_t code = 0;    // gRPC status code
  std::string target;  // resource name or filter; never content
};

struct ReadRow {
  domain::PersonUid about;  // whose name was read
  absl::Time time;
  domain::PersonUid reader;  // empty: a token without a person
  std::string reader_token;
  std::string method, target;
};

struct JobRow {
  std::string id;
  domain::ReasonCode cause = domain::ReasonCode::kNone;
  int32_t total = 0, done = 0;
  absl::Time created;
  absl::Time ended = absl::InfiniteFuture();
};

struct StoredAnswer {
  std::string request_hash;  // of method and request
  std::string answer;        // serialised
};

// Every call blocks on I/O and belongs to its transaction. Errors not named: UNAVAILABLE (busy or lost), RESOURCE_EXHAUSTED (disk full).
class AdminStore {
 public:
  virtual ~AdminStore() = default;

  // Errors: ALREADY_EXISTS.
  virtual absl::Status CreateSource(const SourceRow& source) = 0;
  virtual absl::StatusOr<std::optional<SourceRow>> FindSource(std::string_view id) = 0;
  virtual absl::StatusOr<std::vector<SourceRow>> ListSources(std::string_view after, int32_t limit) = 0;
  virtual absl::Status TouchSource(std::string_view id, absl::Time last_event) = 0;

  virtual absl::Status PutToken(const TokenRow& token) = 0;
  virtual absl::StatusOr<std::optional<TokenRow>> FindTokenByHash(std::string_view secret_hash) = 0;
  virtual absl::StatusOr<std::optional<TokenRow>> FindToken(std::string_view id) = 0;
  virtual absl::StatusOr<std::vector<TokenRow>> ListTokens(std::string_view after, int32_t limit) = 0;
  // Whether a token of this person that is not revoked at `now` has this role.
  virtual absl::StatusOr<bool> HasRole(domain::PersonUid person, int32_t role, absl::Time now) = 0;

  virtual absl::Status AppendAudit(const std::vector<AuditRow>& rows) = 0;
  virtual absl::StatusOr<int64_t> CountAudit() = 0;
  virtual absl::Status AppendReads(const std::vector<ReadRow>& rows) = 0;
  struct ReadListing {
    int64_t id = 0;
    ReadRow read;
  };
  // Newest first, before id `before` (0 = from the newest).
  virtual absl::StatusOr<std::vector<ReadListing>> ListReads(domain::PersonUid about, int64_t before, int32_t limit) = 0;

  // Answers to requests with a request_id, by caller and id; kept 7 days.
  virtual absl::StatusOr<std::optional<StoredAnswer>> FindAnswer(std::string_view caller, std::string_view request_id, absl::Time now) = 0;
  virtual absl::Status PutAnswer(std::string_view caller, std::string_view request_id, const StoredAnswer& answer, absl::Time now) = 0;

  // Jobs that judge subjects again: made with their subjects, worked off in parts, gone on with after a restart.
  virtual absl::Status CreateJob(const JobRow& job, const std::vector<domain::SubjectRef>& subjects) = 0;
  // The same for the subjects of all facts of these days; gives how many they are. Makes nothing if there are none.
  virtual absl::StatusOr<int32_t> CreateJobForDays(const JobRow& job, int32_t first_day, int32_t last_day) = 0;
  virtual absl::StatusOr<std::optional<JobRow>> FindJob(std::string_view id) = 0;
  virtual absl::StatusOr<std::vector<JobRow>> RunningJobs() = 0;
  virtual absl::StatusOr<std::vector<domain::SubjectRef>> NextJobSubjects(std::string_view job, int32_t limit) = 0;
  // Takes these off and counts them done; ends the job when none is left.
  virtual absl::Status FinishJobSubjects(std::string_view job, const std::vector<domain::SubjectRef>& subjects, absl::Time now) = 0;

  virtual absl::Status SetOptOut(domain::PersonUid person, bool opted_out, absl::Time now) = 0;
  struct OptOutRow {
    bool opted_out = false;
    absl::Time changed = absl::InfinitePast();
  };
  virtual absl::StatusOr<OptOutRow> FindOptOut(domain::PersonUid person) = 0;

  // Small settings, for example the key of page tokens.
  virtual absl::StatusOr<std::optional<std::string>> FindSetting(std::string_view name) = 0;
  virtual absl::Status PutSetting(std::string_view name, std::string_view value) = 0;
};

}  // namespace comity::store

#endif  // COMITY_SERVICE_STORE_ADMIN_STORE_H_

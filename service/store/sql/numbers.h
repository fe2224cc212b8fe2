// The numbers by which this store's rows name subjects, people, teams and accounts (why: migrations/0001_first.sql).
#ifndef COMITY_SERVICE_STORE_SQL_NUMBERS_H_
#define COMITY_SERVICE_STORE_SQL_NUMBERS_H_

#include <cstdint>
#include <unordered_map>

#include "absl/status/statusor.h"
#include "service/domain/values.h"
#include "service/store/sql/connection.h"

namespace comity::store::sql {

// Lives as long as its transaction. 0 stands for the empty id and, where nothing is made, for one that the store does not know.
class Numbers {
 public:
  explicit Numbers(Connection& connection) : connection_(connection) {}
  // What this object remembers may have been rolled back.
  void Forget() {
    subjects_.clear();
    uids_.clear();
  }

  absl::StatusOr<int64_t> Find(const domain::SubjectRef& subject) { return Find(subject, Sql::kFindSubjectNumber, subjects_); }
  absl::StatusOr<int64_t> Ensure(const domain::SubjectRef& subject) {
    return Ensure(subject, Sql::kFindSubjectNumber, Sql::kAddSubjectNumber, subjects_);
  }
  // Of a person, team or account.
  template <typename Tag>
  absl::StatusOr<int64_t> Find(const domain::Id<Tag>& uid) {
    return Find(Untagged{uid.bytes}, Sql::kFindUidNumber, uids_);
  }
  template <typename Tag>
  absl::StatusOr<int64_t> Ensure(const domain::Id<Tag>& uid) {
    return Ensure(Untagged{uid.bytes}, Sql::kFindUidNumber, Sql::kAddUidNumber, uids_);
  }

 private:
  using Untagged = domain::SubjectRef;
  using Known = std::unordered_map<Untagged, int64_t>;

  absl::StatusOr<int64_t> Find(const Untagged& id, Sql find, Known& known);
  absl::StatusOr<int64_t> Ensure(const Untagged& id, Sql find, Sql add, Known& known);

  Connection& connection_;
  Known subjects_, uids_;
};

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_NUMBERS_H_

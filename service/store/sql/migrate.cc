#include <string>

#include "service/base/error.h"
#include "service/base/failpoint.h"
#include "service/store/sql/migrations.h"
#include "service/store/sql/run.h"

namespace comity::store::sql {
namespace {

absl::StatusOr<int64_t> FindVersion(Connection& connection) {
  int64_t version = 0;
  COMITY_RETURN_IF_ERROR(Each(connection, Sql::kFindSchemaVersion, [&](const Statement& row) { version = row.Int(0); }));
  return version;
}

absl::Status Newer(int64_t found, int64_t known) {
  return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kStoreNewer,
               "the store has schema version " + std::to_string(found) + " and this program knows up to " + std::to_string(known) +
                   "; start the release that wrote it, or a later one");
}

// Ids are kept in the ledger, so no migration could change them.
absl::Status CheckIds(Connection& connection) {
  bool known = false;
  COMITY_RETURN_IF_ERROR(Each(
      connection, Sql::kFindSetting, [&](const Statement& row) { known = row.Bytes(0) == "placed"; }, "ids"));
  if (known) return absl::OkStatus();
  return Error(
      absl::StatusCode::kFailedPrecondition, ErrorReason::kStoreOlder,
      "the store was made by a build of before December 2026, whose ids were made otherwise; start with a new data directory, and read "
      "the past again with `comity sources backfill`");
}

// In one transaction that holds the write lock: another process may have come first.
absl::Status RunInside(Connection& connection, const Migration& migration) {
  COMITY_RETURN_IF_ERROR(Run(connection, Sql::kCreateSchemaVersion));
  COMITY_ASSIGN_OR_RETURN(const int64_t version, FindVersion(connection));
  if (version > Migrations().back().version) return Newer(version, Migrations().back().version);
  if (version >= migration.version) return connection.Commit();
  COMITY_RETURN_IF_ERROR(connection.ExecuteScript(migration.text));
  COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kServiceMigration));
  COMITY_RETURN_IF_ERROR(Run(connection, Sql::kInsertSchemaVersion, migration.version));
  return connection.Commit();
}

}  // namespace

absl::Status Migrate(Connection& connection) {
  for (const Migration& migration : Migrations()) {
    COMITY_RETURN_IF_ERROR(connection.Begin());
    const absl::Status done = RunInside(connection, migration);
    if (done.ok()) continue;
    connection.Abandon();
    return done;
  }
  return CheckIds(connection);
}

absl::Status CheckKnown(Connection& connection) {
  COMITY_ASSIGN_OR_RETURN(const int64_t version, FindVersion(connection));
  const int64_t known = Migrations().back().version;
  return version > known ? Newer(version, known) : CheckIds(connection);
}

}  // namespace comity::store::sql

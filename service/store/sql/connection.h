// What the SQL layer asks of an engine. A driver implements these four and nothing else; the statements are the same for all.
#ifndef COMITY_SERVICE_STORE_SQL_CONNECTION_H_
#define COMITY_SERVICE_STORE_SQL_CONNECTION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/store/sql/statements.h"

namespace comity::store::sql {

// One prepared statement. Bind every placeholder (1 is `?1`), Step until there is no row, Reset.
// Bound views must live until Reset; read views until the next Step or Reset.
class Statement {
 public:
  virtual ~Statement() = default;
  virtual void BindInt(int place, int64_t value) = 0;
  virtual void BindText(int place, std::string_view value) = 0;
  virtual void BindBlob(int place, std::string_view value) = 0;
  virtual void BindNull(int place) = 0;

  // True = a row is there to read. Errors: ALREADY_EXISTS for a key that is there, UNAVAILABLE (STORE_BUSY), RESOURCE_EXHAUSTED
  // (STORE_FULL), DATA_LOSS (STORE_FAILED). After any but ALREADY_EXISTS the transaction can only be rolled back.
  virtual absl::StatusOr<bool> Step() = 0;
  virtual int64_t Int(int column) const = 0;
  virtual std::string_view Bytes(int column) const = 0;  // of text and blobs; empty for null
  virtual bool IsNull(int column) const = 0;
  virtual int64_t Changed() const = 0;  // rows that the last Step inserted, updated or deleted
  virtual void Reset() = 0;
};

// One thread at a time.
class Connection {
 public:
  virtual ~Connection() = default;
  // Prepared once per connection, reset and ready to bind. The same statement cannot be used again while it is being stepped.
  virtual absl::StatusOr<Statement*> Prepared(Sql sql) = 0;

  virtual absl::Status Begin() = 0;
  virtual absl::Status Commit() = 0;  // leaves nothing open, also when it fails
  virtual void Abandon() = 0;         // rolls back whatever is open; never fails
  // Savepoints; `depth` counts from 1.
  virtual absl::Status Mark(int depth) = 0;
  virtual absl::Status RollbackTo(int depth) = 0;
  virtual absl::Status Release(int depth) = 0;

  // Several statements without parameters, for migrations; the driver translates types.
  virtual absl::Status ExecuteScript(std::string_view script) = 0;
};

// Goes back to where it came from when it is let go; what is still open then is rolled back.
using Lease = std::unique_ptr<Connection, std::function<void(Connection*)>>;

// Safe to call from any thread.
class Database {
 public:
  virtual ~Database() = default;
  // The connection that may write; waits for the one before. Errors: UNAVAILABLE (STORE_BUSY) after 10 s.
  virtual absl::StatusOr<Lease> Writer() = 0;
  // A connection that reads; never waits.
  virtual absl::StatusOr<Lease> Reader() = 0;
  virtual std::string_view engine() const = 0;
  // See Store::CopyTo.
  virtual absl::Status CopyTo(const std::string& path) = 0;
  // See Store::EmptyLog.
  virtual absl::Status EmptyLog() = 0;
};

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_CONNECTION_H_

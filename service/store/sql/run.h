// Binding and reading of the domain's values, and the two ways to run a statement.
#ifndef COMITY_SERVICE_STORE_SQL_RUN_H_
#define COMITY_SERVICE_STORE_SQL_RUN_H_

#include <concepts>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "absl/time/time.h"
#include "service/base/error.h"
#include "service/domain/deeds/ledger.h"
#include "service/store/sql/connection.h"

namespace comity::store::sql {

// Bytes that are not text.
struct Blob {
  std::string_view bytes;
};
// An id that is null when it is empty.
template <typename IdType>
struct OrNull {
  explicit OrNull(const IdType& value) : id(value) {}  // Clang 14 does not make aggregates from parentheses
  const IdType& id;
};
template <typename IdType>
OrNull(const IdType&) -> OrNull<IdType>;

// Microseconds; the ends of time have numbers of their own.
inline int64_t ToMicros(absl::Time time) {
  if (time == absl::InfinitePast()) return std::numeric_limits<int64_t>::min();
  if (time == absl::InfiniteFuture()) return std::numeric_limits<int64_t>::max();
  return absl::ToUnixMicros(time);
}
inline absl::Time FromMicros(int64_t micros) {
  if (micros == std::numeric_limits<int64_t>::min()) return absl::InfinitePast();
  if (micros == std::numeric_limits<int64_t>::max()) return absl::InfiniteFuture();
  return absl::FromUnixMicros(micros);
}

template <typename Number>
requires std::integral<Number> || std::is_enum_v<Number>
void BindOne(Statement& s, int place, Number value) { s.BindInt(place, static_cast<int64_t>(value)); }
inline void BindOne(Statement& s, int place, std::string_view value) { s.BindText(place, value); }
inline void BindOne(Statement& s, int place, Blob value) { s.BindBlob(place, value.bytes); }
inline void BindOne(Statement& s, int place, absl::Time value) { s.BindInt(place, ToMicros(value)); }
inline void BindOne(Statement& s, int place, std::nullptr_t) { s.BindNull(place); }
template <typename Tag>
void BindOne(Statement& s, int place, const domain::Id<Tag>& value) {
  s.BindBlob(place, value.view());
}
template <typename IdType>
void BindOne(Statement& s, int place, OrNull<IdType> value) {
  if (value.id.empty()) return s.BindNull(place);
  s.BindBlob(place, value.id.view());
}
inline void BindOne(Statement& s, int place, const domain::Digest& value) {
  s.BindBlob(place, {reinterpret_cast<const char*>(value.data()), value.size()});
}

// Empty for null.
template <typename IdType>
IdType ReadId(const Statement& row, int column) {
  return IdType::FromBytes(row.Bytes(column)).value_or(IdType{});
}
inline std::string ReadText(const Statement& row, int column) { return std::string(row.Bytes(column)); }
inline absl::Time ReadTime(const Statement& row, int column) { return FromMicros(row.Int(column)); }
inline bool ReadBool(const Statement& row, int column) { return row.Int(column) != 0; }
inline int32_t ReadInt32(const Statement& row, int column) { return static_cast<int32_t>(row.Int(column)); }
template <typename Enum>
Enum ReadEnum(const Statement& row, int column) {
  return static_cast<Enum>(row.Int(column));
}
inline domain::Digest ReadDigest(const Statement& row, int column) {
  domain::Digest digest{};
  const std::string_view bytes = row.Bytes(column);
  if (bytes.size() == digest.size()) std::memcpy(digest.data(), bytes.data(), digest.size());
  return digest;
}
inline domain::EventKey ReadEventKey(const Statement& row, int day_column) {
  return {ReadInt32(row, day_column), ReadId<domain::FactHash>(row, day_column + 1)};
}

// Runs a statement and hands each row to `row(const Statement&)`, which must not run the same statement.
template <typename Row, typename... Values>
absl::Status Each(Connection& connection, Sql sql, Row&& row, const Values&... values) {
  COMITY_ASSIGN_OR_RETURN(Statement* const statement, connection.Prepared(sql));
  int place = 0;
  (BindOne(*statement, ++place, values), ...);
  absl::StatusOr<bool> more = statement->Step();
  for (; more.ok() && *more; more = statement->Step()) row(static_cast<const Statement&>(*statement));
  statement->Reset();
  return more.status();
}

// Runs a statement that gives no rows; returns how many it changed.
template <typename... Values>
absl::StatusOr<int64_t> RunCounting(Connection& connection, Sql sql, const Values&... values) {
  COMITY_ASSIGN_OR_RETURN(Statement* const statement, connection.Prepared(sql));
  int place = 0;
  (BindOne(*statement, ++place, values), ...);
  const absl::StatusOr<bool> stepped = statement->Step();
  const int64_t changed = stepped.ok() ? statement->Changed() : 0;
  statement->Reset();
  if (!stepped.ok()) return stepped.status();
  return changed;
}
template <typename... Values>
absl::Status Run(Connection& connection, Sql sql, const Values&... values) {
  return RunCounting(connection, sql, values...).status();
}

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_RUN_H_

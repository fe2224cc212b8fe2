// What the contract tests share: a store of their own, transactions in one line, values that read well.
#ifndef COMITY_TESTS_CONTRACT_CONTRACT_H_
#define COMITY_TESTS_CONTRACT_CONTRACT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "service/base/error.h"
#include "service/store/store.h"
#include "tests/contract/backends.h"
#include "tests/support/process.h"

namespace comity::store {

// The value, or a failed test.
template <typename Value>
Value Ok(absl::StatusOr<Value> value) {
  EXPECT_TRUE(value.ok()) << value.status();
  if (!value.ok()) return Value{};
  return *std::move(value);
}
#define EXPECT_OK(expression)                                            \
  do {                                                                   \
    const absl::Status comity_expected = (expression);                   \
    EXPECT_TRUE(comity_expected.ok()) << #expression << comity_expected; \
  } while (false)

// An id that is the same for the same number, and another for another.
template <typename IdType>
IdType IdOf(int number) {
  IdType id;
  for (size_t place = 0; place < id.bytes.size(); ++place) id.bytes[place] = static_cast<uint8_t>((number * 37 + 11) >> (place % 3 * 5));
  id.bytes[0] = static_cast<uint8_t>(number);
  id.bytes[15] = 1;
  return id;
}
inline domain::PersonUid Person(int number) { return IdOf<domain::PersonUid>(number); }
inline domain::TeamUid Team(int number) { return IdOf<domain::TeamUid>(number); }
inline domain::AccountUid Account(int number) { return IdOf<domain::AccountUid>(number); }
inline domain::SubjectRef Subject(int number) { return IdOf<domain::SubjectRef>(number); }
inline domain::EventKey Key(int day, int number) { return {day, IdOf<domain::FactHash>(number)}; }
inline absl::Time At(int64_t seconds) { return absl::FromUnixSeconds(seconds); }

// Ids in order: 1, 2, 3 …
class CountingUids : public domain::UidSource {
 public:
  std::array<uint8_t, 16> Next(std::string_view) override { return IdOf<domain::AccountUid>(++count_).bytes; }
  int count() const { return count_; }

 private:
  int count_ = 0;
};

class StoreContract : public ::testing::TestWithParam<Backend> {
 protected:
  StoreContract() { Reopen(); }

  void Reopen() {
    store_.reset();
    store_ = Ok(OpenStore(address(), true));
  }
  std::string address() const { return GetParam().address(folder_.path()); }

  // Runs and commits, or rolls back when `work` fails.
  absl::Status Write(const std::function<absl::Status(Transaction&)>& work) {
    auto transaction = store_->BeginWrite();
    if (!transaction.ok()) return transaction.status();
    const absl::Status done = work(**transaction);
    return done.ok() ? (*transaction)->Commit() : done;
  }
  // What `work` reads from a snapshot.
  template <typename Value>
  Value Read(const std::function<absl::StatusOr<Value>(Transaction&)>& work) {
    const auto transaction = Ok(store_->BeginRead());
    return Ok(work(*transaction));
  }

  comity::testing::TempDir folder_;
  std::unique_ptr<Store> store_;
};

inline std::string BackendName(const ::testing::TestParamInfo<Backend>& info) { return info.param.name; }
#define COMITY_CONTRACT(Suite) \
  using Suite = StoreContract; \
  INSTANTIATE_TEST_SUITE_P(Store, Suite, ::testing::ValuesIn(Backends()), BackendName)

}  // namespace comity::store

#endif  // COMITY_TESTS_CONTRACT_CONTRACT_H_

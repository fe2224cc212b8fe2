// A store in front of a real one that fails when a test says so: engine trouble where it cannot be had by filling a disk.
#ifndef COMITY_TESTS_SUPPORT_FAULTY_STORE_H_
#define COMITY_TESTS_SUPPORT_FAULTY_STORE_H_

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "service/base/mutex.h"
#include "service/store/store.h"

namespace comity::testing {

// What fails. Each is asked on the writer's thread before the real store is; unset ones never fail. A fault of one statement leaves the
// transaction usable, as a constraint does, unless `rollback` fails as well, as SQLite's does when it has given the transaction up.
struct Faults {
  std::function<absl::Status()> begin_write = {}, commit = {}, rollback = {}, audit = {};
  std::function<absl::Status(const domain::EventKey&)> insert = {};  // of an observation of this event
};

// Safe to call from any thread.
class FaultyStore : public store::Store {
 public:
  explicit FaultyStore(std::unique_ptr<store::Store> real) : real_(std::move(real)) {}
  // From now on, in place of those before; transactions that are open keep theirs.
  void Set(Faults faults);

  absl::StatusOr<std::unique_ptr<store::Transaction>> BeginWrite() override;
  absl::StatusOr<std::unique_ptr<store::Transaction>> BeginRead() override { return real_->BeginRead(); }
  std::string_view engine() const override { return real_->engine(); }
  absl::Status CopyTo(const std::string& path) override { return real_->CopyTo(path); }
  absl::Status EmptyLog() override { return real_->EmptyLog(); }

 private:
  const std::unique_ptr<store::Store> real_;
  Mutex mutex_;
  std::shared_ptr<const Faults> faults_ ABSL_GUARDED_BY(mutex_) = std::make_shared<const Faults>();
};

}  // namespace comity::testing

#endif  // COMITY_TESTS_SUPPORT_FAULTY_STORE_H_

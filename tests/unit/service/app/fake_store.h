// A store of transactions that write nothing: what the writer needs of one, with faults on command.
#ifndef COMITY_TESTS_UNIT_SERVICE_APP_FAKE_STORE_H_
#define COMITY_TESTS_UNIT_SERVICE_APP_FAKE_STORE_H_

#include <atomic>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "service/store/store.h"

namespace comity::testing {

// Each transaction is a list of words; marks nest; what is committed can be looked at.
class FakeStore : public store::Store {
 public:
  // Asked at each commit with the words that it would make durable.
  std::function<absl::Status(const std::vector<std::string>&)> on_commit = [](const auto&) { return absl::OkStatus(); };
  std::function<absl::Status()> on_begin = [] { return absl::OkStatus(); };
  std::atomic<bool> rollback_fails{false};

  class FakeTransaction : public store::Transaction {
   public:
    explicit FakeTransaction(FakeStore& owner) : owner_(owner) {}
    store::DirectoryStore& directory() override { std::abort(); }
    store::EventStore& events() override { std::abort(); }
    store::DeedStore& deeds() override { std::abort(); }
    store::PolicyStore& policies() override { std::abort(); }
    store::AdminStore& admin() override { std::abort(); }
    store::CheckpointStore& checkpoints() override { std::abort(); }
    store::PrivacyStore& privacy() override { std::abort(); }
    store::RecognitionStore& recognition() override { std::abort(); }
    store::EndpointStore& endpoints() override { std::abort(); }
    store::CheckInStore& checkins() override { std::abort(); }
    store::DutyStore& duties() override { std::abort(); }
    absl::Status Commit() override {
      absl::Status status = owner_.on_commit(words);
      if (!status.ok()) return status;
      std::lock_guard lock(owner_.mutex_);
      ++owner_.commits_;
      owner_.committed_.insert(owner_.committed_.end(), words.begin(), words.end());
      return status;
    }
    absl::Status Mark() override {
      marks_.push_back(words.size());
      return absl::OkStatus();
    }
    absl::Status Rollback() override {
      if (owner_.rollback_fails.exchange(false)) return absl::InternalError("the engine gave the transaction up");
      words.resize(marks_.back());
      marks_.pop_back();
      return absl::OkStatus();
    }
    absl::Status Release() override {
      marks_.pop_back();
      return absl::OkStatus();
    }
    std::vector<std::string> words;

   private:
    FakeStore& owner_;
    std::vector<size_t> marks_;
  };

  absl::StatusOr<std::unique_ptr<store::Transaction>> BeginWrite() override {
    if (absl::Status status = on_begin(); !status.ok()) return status;
    return std::make_unique<FakeTransaction>(*this);
  }
  absl::StatusOr<std::unique_ptr<store::Transaction>> BeginRead() override { return std::make_unique<FakeTransaction>(*this); }
  std::string_view engine() const override { return "fake"; }
  absl::Status CopyTo(const std::string&) override { std::abort(); }
  absl::Status EmptyLog() override { return absl::OkStatus(); }

  std::vector<std::string> committed() const {
    std::lock_guard lock(mutex_);
    return committed_;
  }
  int commits() const {
    std::lock_guard lock(mutex_);
    return commits_;
  }

  // A work's body: writes `word`, then gives `status`.
  static std::function<absl::Status(store::Transaction&)> Says(const std::string& word, const absl::Status& status = absl::OkStatus()) {
    return [word, status](store::Transaction& transaction) {
      static_cast<FakeTransaction&>(transaction).words.push_back(word);
      return status;
    };
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> committed_;
  int commits_ = 0;
};

}  // namespace comity::testing

#endif  // COMITY_TESTS_UNIT_SERVICE_APP_FAKE_STORE_H_

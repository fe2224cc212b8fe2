#include "service/store/sql/sql_store.h"

#include <utility>

#include "service/base/error.h"
#include "service/store/sql/admin_sql.h"
#include "service/store/sql/checkin_sql.h"
#include "service/store/sql/checkpoint_sql.h"
#include "service/store/sql/deed_sql.h"
#include "service/store/sql/directory_sql.h"
#include "service/store/sql/duty_sql.h"
#include "service/store/sql/endpoint_sql.h"
#include "service/store/sql/event_sql.h"
#include "service/store/sql/migrations.h"
#include "service/store/sql/policy_sql.h"
#include "service/store/sql/privacy_sql.h"
#include "service/store/sql/recognition_sql.h"

namespace comity::store::sql {
namespace {

class SqlTransaction : public Transaction {
 public:
  explicit SqlTransaction(Lease lease)
      : lease_(std::move(lease)),
        numbers_(*lease_),
        directory_(*lease_),
        events_(*lease_, numbers_),
        deeds_(*lease_, numbers_),
        policies_(*lease_, numbers_),
        admin_(*lease_),
        checkpoints_(*lease_),
        privacy_(*lease_, numbers_),
        recognition_(*lease_, numbers_),
        endpoints_(*lease_),
        checkins_(*lease_, numbers_),
        duties_(*lease_, numbers_) {}

  DirectoryStore& directory() override { return directory_; }
  EventStore& events() override { return events_; }
  DeedStore& deeds() override { return deeds_; }
  PolicyStore& policies() override { return policies_; }
  AdminStore& admin() override { return admin_; }
  CheckpointStore& checkpoints() override { return checkpoints_; }
  PrivacyStore& privacy() override { return privacy_; }
  RecognitionStore& recognition() override { return recognition_; }
  EndpointStore& endpoints() override { return endpoints_; }
  CheckInStore& checkins() override { return checkins_; }
  DutyStore& duties() override { return duties_; }

  absl::Status Commit() override {
    if (!open_) return absl::FailedPreconditionError("the transaction has ended");
    open_ = false;
    return lease_->Commit();
  }

  absl::Status Mark() override {
    COMITY_RETURN_IF_ERROR(lease_->Mark(marks_ + 1));
    ++marks_;
    return absl::OkStatus();
  }
  absl::Status Rollback() override {
    if (marks_ == 0) return absl::FailedPreconditionError("there is no mark to go back to");
    numbers_.Forget();
    events_.Forget();
    deeds_.Forget();
    return lease_->RollbackTo(marks_--);
  }
  absl::Status Release() override {
    if (marks_ == 0) return absl::FailedPreconditionError("there is no mark to release");
    return lease_->Release(marks_--);
  }

 private:
  Lease lease_;
  bool open_ = true;
  int marks_ = 0;
  Numbers numbers_;
  DirectorySql directory_;
  EventSql events_;
  DeedSql deeds_;
  PolicySql policies_;
  AdminSql admin_;
  CheckpointSql checkpoints_;
  PrivacySql privacy_;
  RecognitionSql recognition_;
  EndpointSql endpoints_;
  CheckInSql checkins_;
  DutySql duties_;
};

class SqlStore : public Store {
 public:
  explicit SqlStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}

  absl::StatusOr<std::unique_ptr<Transaction>> BeginWrite() override { return Open(database_->Writer()); }
  absl::StatusOr<std::unique_ptr<Transaction>> BeginRead() override { return Open(database_->Reader()); }
  std::string_view engine() const override { return database_->engine(); }
  absl::Status CopyTo(const std::string& path) override { return database_->CopyTo(path); }
  absl::Status EmptyLog() override { return database_->EmptyLog(); }

 private:
  static absl::StatusOr<std::unique_ptr<Transaction>> Open(absl::StatusOr<Lease> lease) {
    if (!lease.ok()) return lease.status();
    COMITY_RETURN_IF_ERROR((*lease)->Begin());
    return std::make_unique<SqlTransaction>(*std::move(lease));
  }

  std::unique_ptr<Database> database_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> MakeSqlStore(std::unique_ptr<Database> database) {
  {
    COMITY_ASSIGN_OR_RETURN(const Lease writer, database->Writer());
    COMITY_RETURN_IF_ERROR(Migrate(*writer));
  }
  return std::make_unique<SqlStore>(std::move(database));
}

absl::StatusOr<std::unique_ptr<Store>> MakeSqlCopy(std::unique_ptr<Database> database) {
  {
    COMITY_ASSIGN_OR_RETURN(const Lease reader, database->Reader());
    COMITY_RETURN_IF_ERROR(CheckKnown(*reader));
  }
  return std::make_unique<SqlStore>(std::move(database));
}

}  // namespace comity::store::sql

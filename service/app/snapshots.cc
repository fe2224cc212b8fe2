#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "service/app/judging.h"
#include "service/base/error.h"
#include "service/base/mutex.h"

namespace comity::app {
namespace {

// What has been started, in the order in which it was.
absl::StatusOr<std::vector<domain::Restated>> LoadRestated(store::Transaction& transaction) {
  COMITY_ASSIGN_OR_RETURN(std::vector<domain::Restatement> rows, transaction.policies().LoadRestatements());
  std::erase_if(rows, [](const domain::Restatement& row) { return row.started == absl::InfiniteFuture(); });
  std::sort(rows.begin(), rows.end(), [](const domain::Restatement& a, const domain::Restatement& b) {
    return std::tie(a.started, a.number) < std::tie(b.started, b.number);
  });
  std::vector<domain::Restated> restated;
  restated.reserve(rows.size());
  for (const domain::Restatement& row : rows) restated.push_back(row.range);
  return restated;
}

}  // namespace

struct Snapshots::Impl {
  explicit Impl(store::Store& the_store) : store(the_store) {}

  store::Store& store;
  Mutex mutex;
  int64_t version ABSL_GUARDED_BY(mutex) = -1;
  std::shared_ptr<const domain::Directory> directory ABSL_GUARDED_BY(mutex);
  std::shared_ptr<const domain::Policies> policies ABSL_GUARDED_BY(mutex);
  std::vector<domain::Policy> policy_rows ABSL_GUARDED_BY(mutex);
  std::vector<domain::Restated> restated ABSL_GUARDED_BY(mutex);
};

Snapshots::Snapshots(store::Store& store) : impl_(std::make_unique<Impl>(store)) {}
Snapshots::~Snapshots() = default;

absl::StatusOr<std::shared_ptr<const domain::Directory>> Snapshots::DirectoryIn(store::Transaction& transaction) {
  COMITY_ASSIGN_OR_RETURN(const int64_t version, transaction.directory().Version());
  {
    MutexLock lock(impl_->mutex);
    if (impl_->directory != nullptr && impl_->version == version) return impl_->directory;
  }
  COMITY_ASSIGN_OR_RETURN(domain::DirectoryRows rows, transaction.directory().Load());
  auto directory = std::make_shared<const domain::Directory>(std::move(rows));
  // A write transaction may be rolled back, and its version number then be given to other rows: only what is committed is shared.
  COMITY_ASSIGN_OR_RETURN(const auto committed, impl_->store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const int64_t committed_version, committed->directory().Version());
  MutexLock lock(impl_->mutex);
  if (committed_version == version && version > impl_->version) {
    impl_->version = version;
    impl_->directory = directory;
  }
  return directory;
}

absl::StatusOr<std::shared_ptr<const domain::Policies>> Snapshots::PoliciesIn(store::Transaction& transaction) {
  COMITY_ASSIGN_OR_RETURN(std::vector<domain::Policy> rows, transaction.deeds().LoadPolicies());
  if (rows.empty()) {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kPolicyNotFound,
                 "the store holds no policy; make it with `comityd init`");
  }
  COMITY_ASSIGN_OR_RETURN(std::vector<domain::Restated> restated, LoadRestated(transaction));
  MutexLock lock(impl_->mutex);
  if (impl_->policies != nullptr && impl_->policy_rows == rows && impl_->restated == restated) return impl_->policies;
  COMITY_ASSIGN_OR_RETURN(domain::Policies policies, domain::Policies::Create(rows, restated));
  impl_->policy_rows = std::move(rows);
  impl_->restated = std::move(restated);
  impl_->policies = std::make_shared<const domain::Policies>(std::move(policies));
  return impl_->policies;
}

}  // namespace comity::app

#include <utility>

#include "service/app/judging.h"
#include "service/base/error.h"
#include "service/base/mutex.h"

namespace comity::app {

struct Snapshots::Impl {
  explicit Impl(store::Store& the_store) : store(the_store) {}

  store::Store& store;
  Mutex mutex;
  int64_t version ABSL_GUARDED_BY(mutex) = -1;
  std::shared_ptr<const domain::Directory> directory ABSL_GUARDED_BY(mutex);
  std::shared_ptr<const domain::Policies> policies ABSL_GUARDED_BY(mutex);
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
  MutexLock lock(impl_->mutex);
  if (impl_->policies != nullptr && impl_->policies->all() == rows) return impl_->policies;
  COMITY_ASSIGN_OR_RETURN(domain::Policies policies, domain::Policies::Create(std::move(rows)));
  impl_->policies = std::make_shared<const domain::Policies>(std::move(policies));
  return impl_->policies;
}

}  // namespace comity::app

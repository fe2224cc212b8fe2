// Applying a directory file to the store.
#ifndef COMITY_SERVICE_APP_DIRECTORY_IMPORT_H_
#define COMITY_SERVICE_APP_DIRECTORY_IMPORT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "service/app/context.h"
#include "service/app/directory_apply.h"

namespace comity::app {

// A file's difference to what stands as of a transaction, and the subjects that are to be judged again for it, each once.
struct DirectoryImport {
  DirectoryDifference difference;
  std::vector<domain::SubjectRef> subjects;
};

// Errors: INVALID_ARGUMENT (DIRECTORY_INVALID) with every fault.
absl::StatusOr<DirectoryImport> PlanImport(Context& context, store::Transaction& transaction, const v1::ApplyDirectoryRequest& request);

// How many deeds would be other than before, if the directory were `after`.
struct RestatedDeeds {
  int32_t count = 0;
  bool is_minimum = false;  // only the first kMostPreviewed subjects were looked at
};
inline constexpr size_t kMostPreviewed = 2000;
// Takes a few seconds at most, however much is affected: the job that follows judges everything.
absl::StatusOr<RestatedDeeds> CountRestatedDeeds(Context& context, store::Transaction& transaction,
                                                 const std::vector<domain::SubjectRef>& subjects, const domain::Directory& after);

// Writes the difference; subjects are not judged here.
absl::Status WriteDifference(store::DirectoryStore& directory, const DirectoryDifference& difference);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_DIRECTORY_IMPORT_H_

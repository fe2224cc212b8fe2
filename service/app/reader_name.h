// Who read something, as the person it was about is told.
#ifndef COMITY_SERVICE_APP_READER_NAME_H_
#define COMITY_SERVICE_APP_READER_NAME_H_

#include <string>

#include "absl/status/statusor.h"
#include "service/domain/directory/directory.h"
#include "service/store/store.h"

namespace comity::app {

// Somebody's own token shows who they are; any other shows what it may do.
absl::StatusOr<std::string> ReaderOf(const store::ReadRow& read, const domain::Directory& directory, store::Transaction& transaction);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_READER_NAME_H_

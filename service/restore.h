// Backups put in place: on the service's own machine, while no service runs on the store.
#ifndef COMITY_SERVICE_RESTORE_H_
#define COMITY_SERVICE_RESTORE_H_

#include <string>

#include "absl/status/statusor.h"
#include "service/config.h"

namespace comity {

// Checks the folder of a backup: that it was finished, that its copy is the one of its manifest byte for byte, and that the copy's whole
// ledger leads to the signed checkpoint. Gives a sentence for people.
// Errors: NOT_FOUND, INVALID_ARGUMENT, DATA_LOSS (BACKUP_INVALID); DATA_LOSS (LEDGER_FORKED).
absl::StatusOr<std::string> CheckBackup(const std::string& folder);

// Makes the backup the store of `config`: copied into the data directory, checked there as CheckBackup does, then renamed. Whatever
// happens in between, the store that was there stays until then; what is moved aside (`replace`) is kept and named.
// Errors also: ALREADY_EXISTS (STORE_EXISTS); UNAVAILABLE (STORE_BUSY) while a service runs on it; RESOURCE_EXHAUSTED (STORE_FULL).
absl::StatusOr<std::string> RestoreBackup(const Config& config, const std::string& folder, bool replace);

}  // namespace comity

#endif  // COMITY_SERVICE_RESTORE_H_

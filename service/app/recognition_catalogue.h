// The catalogue of behaviours: made at first use.
#ifndef COMITY_SERVICE_APP_RECOGNITION_CATALOGUE_H_
#define COMITY_SERVICE_APP_RECOGNITION_CATALOGUE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/app/context.h"
#include "service/domain/recognition/behaviours.h"

namespace comity::app {

// Every version, in order, within a transaction that writes; a store that has none gets the default ones.
absl::StatusOr<std::vector<domain::Criteria>> CatalogueIn(store::Transaction& transaction, absl::Time now);
// The same from outside any transaction.
absl::StatusOr<std::vector<domain::Criteria>> ReadCatalogue(Context& context);

// Every version of one behaviour, the one in force last. `field` is what the error names if `name` names nothing at all.
// Errors: INVALID_ARGUMENT (FIELD_INVALID); NOT_FOUND (BEHAVIOUR_NOT_FOUND).
absl::StatusOr<std::vector<domain::Criteria>> VersionsOf(store::Transaction& transaction, const std::string& name, const std::string& field,
                                                         absl::Time now);
// The one in force. `field` is what the error names if `name` names nothing at all.
// Errors: INVALID_ARGUMENT (FIELD_INVALID); NOT_FOUND (BEHAVIOUR_NOT_FOUND).
absl::StatusOr<domain::Criteria> FindBehaviour(const std::vector<domain::Criteria>& versions, const std::string& name,
                                               const std::string& field);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_RECOGNITION_CATALOGUE_H_

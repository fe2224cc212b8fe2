// The catalogue of behaviours: made at first use.
#ifndef COMITY_SERVICE_APP_RECOGNITION_CATALOGUE_H_
#define COMITY_SERVICE_APP_RECOGNITION_CATALOGUE_H_

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/app/context.h"
#include "service/app/page_token.h"
#include "service/base/error.h"
#include "service/domain/recognition/behaviours.h"

namespace comity::app {

// Every version, in order, within a transaction that writes; a store that has none gets the default ones.
absl::StatusOr<std::vector<domain::Criteria>> CatalogueIn(store::Transaction& transaction, absl::Time now);
// The same from outside any transaction.
absl::StatusOr<std::vector<domain::Criteria>> ReadCatalogue(Context& context);

// The one in force. `field` is what the error names if `name` names nothing at all.
// Errors: INVALID_ARGUMENT (FIELD_INVALID); NOT_FOUND (BEHAVIOUR_NOT_FOUND).
absl::StatusOr<domain::Criteria> FindBehaviour(const std::vector<domain::Criteria>& versions, const std::string& name,
                                               const std::string& field);

// One page of a list that is small enough to be read whole and of which nothing is ever deleted. `key_of` gives a row's own key.
template <typename Response, typename Row, typename Key, typename Add>
absl::StatusOr<Response> PageOf(Context& context, const std::vector<Row>& rows, const std::string& filter, int32_t requested,
                                const std::string& token, Key key_of, Add add) {
  COMITY_ASSIGN_OR_RETURN(const int32_t size, PageSize(requested));
  COMITY_ASSIGN_OR_RETURN(const std::string key, PageTokenKey(context));
  COMITY_ASSIGN_OR_RETURN(const std::string cursor, ReadPageToken(key, filter, token));
  auto row = rows.begin();
  if (!cursor.empty()) {
    row = std::find_if(rows.begin(), rows.end(), [&](const Row& shown) { return key_of(shown) == cursor; });
    if (row != rows.end()) ++row;
  }
  Response response;
  for (int32_t left = size; left > 0 && row != rows.end(); --left, ++row) add(response, *row);
  if (row != rows.end()) response.set_next_page_token(MakePageToken(key, filter, key_of(*std::prev(row))));
  return response;
}

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_RECOGNITION_CATALOGUE_H_

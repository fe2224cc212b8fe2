// Page tokens: authenticated cursors over the sort key and the filter, so that nobody can make one or carry one to another list; encrypted,
// so that nobody reads from one how much there is that they may not see.
#ifndef COMITY_SERVICE_APP_PAGE_TOKEN_H_
#define COMITY_SERVICE_APP_PAGE_TOKEN_H_

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "service/app/context.h"
#include "service/base/error.h"

namespace comity::app {

// The deployment's key of page tokens, kept in the store's settings and made at first use; 32 bytes.
absl::StatusOr<std::string> PageTokenKey(Context& context);

// `filter` = method and everything but the page that decides what is listed; `cursor` = the last sort key shown, as the caller likes.
std::string MakePageToken(std::string_view key, std::string_view filter, std::string_view cursor);
// The cursor; empty for an empty token. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID) for a token this key did not make for this filter.
absl::StatusOr<std::string> ReadPageToken(std::string_view key, std::string_view filter, std::string_view token);

// 0 = 100; above 1000 is 1000. Errors: INVALID_ARGUMENT (FIELD_INVALID) if negative.
absl::StatusOr<int32_t> PageSize(int32_t requested);

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

#endif  // COMITY_SERVICE_APP_PAGE_TOKEN_H_

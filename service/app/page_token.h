// Page tokens: authenticated cursors over the sort key and the filter, so that nobody can make one or carry one to another list.
#ifndef COMITY_SERVICE_APP_PAGE_TOKEN_H_
#define COMITY_SERVICE_APP_PAGE_TOKEN_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "service/app/context.h"

namespace comity::app {

// The deployment's key of page tokens, kept in the store's settings and made at first use; 32 bytes.
absl::StatusOr<std::string> PageTokenKey(Context& context);

// `filter` = method and everything but the page that decides what is listed; `cursor` = the last sort key shown, as the caller likes.
std::string MakePageToken(std::string_view key, std::string_view filter, std::string_view cursor);
// The cursor; empty for an empty token. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID) for a token this key did not make for this filter.
absl::StatusOr<std::string> ReadPageToken(std::string_view key, std::string_view filter, std::string_view token);

// 0 = 100; above 1000 is 1000. Errors: INVALID_ARGUMENT (FIELD_INVALID) if negative.
absl::StatusOr<int32_t> PageSize(int32_t requested);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_PAGE_TOKEN_H_

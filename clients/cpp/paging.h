// Follows the pages of any List method.
#ifndef COMITY_CLIENTS_CPP_PAGING_H_
#define COMITY_CLIENTS_CPP_PAGING_H_

#include <cstdint>
#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "clients/cpp/client.h"

namespace comity::client {

// Calls `method` until its last page or `limit` items (0 = all), and merges the pages into `response`, whose one repeated field holds the
// items; its `next_page_token` tells whether there is more. `request` needs `page_size` and `page_token`, `response` a `next_page_token`
// (INVALID_ARGUMENT otherwise). A server that gives the same token twice is an INTERNAL error, not an endless loop.
absl::Status ListAll(Client& client, std::string_view method, google::protobuf::Message& request, int64_t limit,
                     google::protobuf::Message* response);

}  // namespace comity::client

#endif  // COMITY_CLIENTS_CPP_PAGING_H_

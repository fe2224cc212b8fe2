#include "clients/cpp/paging.h"

#include <algorithm>
#include <memory>
#include <string>

#include "google/protobuf/descriptor.h"
#include "service/base/error.h"

namespace comity::client {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr int64_t kMaxPageSize = 1000;

const FieldDescriptor* ItemsOf(const Message& response) {
  for (int i = 0; i < response.GetDescriptor()->field_count(); ++i) {
    if (response.GetDescriptor()->field(i)->is_repeated()) return response.GetDescriptor()->field(i);
  }
  return nullptr;
}

// The fields that paging needs, found once.
struct Fields {
  const FieldDescriptor *page_size, *page_token, *next_page_token, *items;
  bool complete() const { return page_size != nullptr && page_token != nullptr && next_page_token != nullptr && items != nullptr; }
};

}  // namespace

absl::Status ListAll(Client& client, std::string_view method, Message& request, int64_t limit, Message* response) {
  const Fields fields{request.GetDescriptor()->FindFieldByName("page_size"), request.GetDescriptor()->FindFieldByName("page_token"),
                      response->GetDescriptor()->FindFieldByName("next_page_token"), ItemsOf(*response)};
  if (!fields.complete()) return absl::InvalidArgumentError("this method does not page");
  std::string token;
  for (int64_t have = 0;;) {
    const int64_t wanted = limit > 0 ? std::min(limit - have, kMaxPageSize) : kMaxPageSize;
    request.GetReflection()->SetInt32(&request, fields.page_size, static_cast<int32_t>(wanted));
    request.GetReflection()->SetString(&request, fields.page_token, token);
    std::unique_ptr<Message> page(response->New());
    COMITY_RETURN_IF_ERROR(client.Call(method, request, page.get()));
    std::string next = page->GetReflection()->GetString(*page, fields.next_page_token);
    response->MergeFrom(*page);
    response->GetReflection()->SetString(response, fields.next_page_token, next);
    have = response->GetReflection()->FieldSize(*response, fields.items);
    if (next.empty() || (limit > 0 && have >= limit)) return absl::OkStatus();
    if (next == token) return absl::InternalError("the server gave the same page token twice");
    token = std::move(next);
  }
}

}  // namespace comity::client

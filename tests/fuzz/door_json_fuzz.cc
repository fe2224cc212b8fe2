// The door's JSON: a byte for the request's type, then a body. What is read is written so that it is read again alike.
// Sources: service/door/json.cc
#include "comity/v1/admin.pb.h"
#include "comity/v1/deed.pb.h"
#include "comity/v1/directory.pb.h"
#include "comity/v1/event.pb.h"
#include "service/base/error.h"
#include "service/door/json.h"
#include "tests/fuzz/input.h"

using comity::fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const google::protobuf::Message* const requests[] = {
      &comity::v1::IngestEventBatchRequest::default_instance(), &comity::v1::CorrectDeedRequest::default_instance(),
      &comity::v1::ListDeedsRequest::default_instance(), &comity::v1::CreateTokenRequest::default_instance(),
      &comity::v1::ApplyDirectoryRequest::default_instance()};
  std::string_view json = comity::fuzz::Text(data, size);
  if (json.empty()) return 0;
  const auto* const type = requests[static_cast<unsigned char>(json[0]) % std::size(requests)];
  json.remove_prefix(1);
  const std::unique_ptr<google::protobuf::Message> message(type->New()), again(type->New());
  const absl::Status status = comity::door::FromJson(json, *message);
  if (!status.ok()) {
    Require(comity::DetailsOf(status).reason == "JSON_INVALID", "a refusal has its reason");
    return 0;
  }
  const std::string text = comity::door::ToJson(*message);
  Require(comity::door::FromJson(text, *again).ok(), "what it writes it reads");
  Require(comity::door::ToJson(*again) == text, "and writes again alike");
  return 0;
}

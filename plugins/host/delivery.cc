#include "plugins/host/delivery.h"

#include "service/base/bytes.h"

namespace comity::host {
namespace {

constexpr uint8_t kVersion = 1;

}  // namespace

std::string EncodeDelivery(const Delivery& delivery) {
  ByteWriter writer;
  writer.Byte(kVersion);
  writer.Text(delivery.source);
  writer.Text(delivery.delivery_id);
  writer.Signed(absl::ToUnixMicros(delivery.receive_time));
  writer.Varint(delivery.headers.size());
  for (const auto& [name, value] : delivery.headers) {
    writer.Text(name);
    writer.Text(value);
  }
  writer.Text(delivery.body);
  return writer.Take();
}

absl::StatusOr<Delivery> DecodeDelivery(std::string_view bytes) {
  ByteReader reader(bytes);
  Delivery delivery;
  const bool known = reader.Byte() == kVersion;
  delivery.source = std::string(reader.Text());
  delivery.delivery_id = std::string(reader.Text());
  delivery.receive_time = absl::FromUnixMicros(reader.Signed());
  for (size_t left = reader.Count(2); left > 0 && reader.ok(); --left) {
    const std::string_view name = reader.Text();
    delivery.headers.emplace_back(std::string(name), std::string(reader.Text()));
  }
  delivery.body = std::string(reader.Text());
  if (!known || !reader.ok() || !reader.at_end()) return absl::DataLossError("not a delivery of this version");
  return delivery;
}

DeliveryKey KeyOf(const Delivery& delivery) {
  ByteWriter writer;
  writer.Text(delivery.source);
  writer.Text(delivery.delivery_id);
  return DigestOf({writer.Take(), delivery.body});
}

}  // namespace comity::host

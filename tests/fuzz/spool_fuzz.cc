// The spool's reader: any bytes as a segment, as a record, as a delivery. Whatever it accepts must encode to the same bytes again.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "plugins/host/delivery.h"
#include "plugins/host/segment.h"

namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  using namespace comity::host;

  size_t records = 0;
  const Scan scan = ScanSegment(bytes, 1, [&](const Record& record) {
    ++records;
    Check(record.offset + kRecordHeadBytes + record.payload.size() <= bytes.size());
  });
  Check(scan.records == records && scan.valid_bytes <= bytes.size());
  Check(!scan.whole || scan.valid_bytes == bytes.size());

  // The same bytes behind a sound header and record: the damage must not reach backwards.
  Chain chain = FirstChain(1);
  std::string segment = SegmentHeader(1);
  AppendRecord(segment, 1, bytes, chain);
  const size_t sound = segment.size();
  segment.append(bytes);
  const Scan behind = ScanSegment(segment, 1, nullptr);
  Check(behind.records >= 1 && behind.valid_bytes >= sound);

  std::string_view payload;
  ReadRecord(bytes, 1, &payload);
  const auto delivery = DecodeDelivery(bytes);
  Check(!delivery.ok() || EncodeDelivery(*delivery) == bytes);
  return 0;
}

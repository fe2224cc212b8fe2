// The form of a spool file: a header, then records, each with its length, CRC-32C and a hash that chains it to the record before. The CRC
// tells whether a record is what was written; the chain, over the CRCs, whether it is where it was written.
#ifndef COMITY_PLUGINS_HOST_SEGMENT_H_
#define COMITY_PLUGINS_HOST_SEGMENT_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "plugins/host/digest.h"

namespace comity::host {

inline constexpr size_t kSegmentHeaderBytes = 24;
inline constexpr size_t kRecordHeadBytes = 40;
inline constexpr size_t kMaxRecordBytes = 32 * 1024 * 1024;

using Chain = Digest;

std::string SegmentHeader(uint64_t number);
// What the first record of a segment is chained to.
Chain FirstChain(uint64_t number);
// Appends one record to `out` and advances `chain`.
void AppendRecord(std::string& out, uint64_t sequence, std::string_view payload, Chain& chain);

struct Record {
  uint64_t sequence = 0;
  size_t offset = 0;  // of its head in the file
  std::string_view payload;
};
struct Scan {
  size_t valid_bytes = 0;  // the sound beginning; 0 if not even the header is
  size_t records = 0;
  bool whole = false;          // everything is sound
  bool records_after = false;  // a sound record lies beyond the damage: this is rot, not a torn end
  Chain chain{};               // after the last sound record
  uint64_t greatest_sequence = 0;
};
// Reads a whole file; any change of any byte ends the sound beginning before it. Bounded by the size of `bytes`; never reads beyond it.
Scan ScanSegment(std::string_view bytes, uint64_t number, const std::function<void(const Record&)>& on_record);

// The payload of the one record that `bytes` is, if it is sound by its own CRC.
bool ReadRecord(std::string_view bytes, uint64_t sequence, std::string_view* payload);

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_SEGMENT_H_

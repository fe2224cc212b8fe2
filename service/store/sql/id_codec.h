// Ids and parameters in little room: within one record each id is written once, then by its number there.
#ifndef COMITY_SERVICE_STORE_SQL_ID_CODEC_H_
#define COMITY_SERVICE_STORE_SQL_ID_CODEC_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "service/base/bytes.h"
#include "service/domain/values.h"
#include "service/store/sql/value_codec.h"

namespace comity::store::sql {

// Ids that are remembered within a record: those of people and teams come first; a busy subject's facts may be thousands.
inline constexpr size_t kRememberedIds = 64;

// Writes ids: 0 for none, the number of one that was written before, or the next number and sixteen bytes.
class IdWriter : public ByteWriter {
 public:
  template <typename Tag>
  void PutId(const domain::Id<Tag>& id) {
    if (id.empty()) return Varint(0);
    const auto known = std::find(ids_.begin(), ids_.end(), id.bytes);
    Varint(static_cast<uint64_t>(known - ids_.begin()) + 1);
    if (known != ids_.end()) return;
    if (ids_.size() < kRememberedIds) ids_.push_back(id.bytes);
    Raw(id.view());
  }

 private:
  std::vector<std::array<uint8_t, 16>> ids_;
};

// Reads what IdWriter wrote; or, with `whole_ids`, records of a form that has all sixteen bytes of each id.
class IdReader : public ByteReader {
 public:
  IdReader(std::string_view bytes, bool whole_ids) : ByteReader(bytes), whole_ids_(whole_ids) {}
  template <typename IdType>
  IdType TakeId() {
    IdType id;
    if (whole_ids_) return IdType::FromBytes(Raw(16)).value_or(id);
    const uint64_t number = Varint();
    if (number == 0) return id;
    if (number <= ids_.size()) {
      id.bytes = ids_[number - 1];
      return id;
    }
    id = IdType::FromBytes(Raw(16)).value_or(id);
    if (number != ids_.size() + 1 || id.empty()) Fault();
    if (ids_.size() < kRememberedIds) ids_.push_back(id.bytes);
    return id;
  }
  bool whole_ids() const { return whole_ids_; }
  void Fault() { sound_ = false; }
  // Everything was read, and all of it was as it is written.
  bool sound() const { return sound_ && ok() && at_end(); }

 private:
  const bool whole_ids_;
  bool sound_ = true;
  std::vector<std::array<uint8_t, 16>> ids_;
};

// Names by number, and values that are ids as ids.
void PutCompactParameters(const Parameters& parameters, IdWriter& out);
Parameters TakeCompactParameters(IdReader& in);

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_ID_CODEC_H_

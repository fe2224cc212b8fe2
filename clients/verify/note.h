// Signed tree heads: the keys, the notes, what they say.
#ifndef COMITY_CLIENTS_VERIFY_NOTE_H_
#define COMITY_CLIENTS_VERIFY_NOTE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clients/verify/bytes.h"

namespace comity::verify {

inline constexpr size_t kMaxNoteBytes = 16 * 1024;

// `name+id+base64`, as `comity checkpoints keys` prints them.
struct PublicKey {
  std::string name, id, key;
};
std::optional<PublicKey> ReadKey(std::string_view text);
// One a line; nothing if any line is not one, or there are none or more than 100.
std::vector<PublicKey> ReadKeys(std::string_view text);

struct TreeHead {
  std::string origin;
  uint64_t size = 0;
  Hash root{}, chain{};
  std::string time;
  bool operator==(const TreeHead&) const = default;
};

// Why a note is not what it should be; empty = `head` is what one of `keys` signed.
std::string OpenNote(std::string_view note, const std::vector<PublicKey>& keys, TreeHead& head);

}  // namespace comity::verify

#endif  // COMITY_CLIENTS_VERIFY_NOTE_H_

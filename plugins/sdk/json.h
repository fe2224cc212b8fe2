// A tolerant view of JSON that somebody else wrote: pointers instead of payload structs; what is missing, null or of another type is
// nothing.
#ifndef COMITY_PLUGINS_SDK_JSON_H_
#define COMITY_PLUGINS_SDK_JSON_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace comity::sdk {

inline constexpr size_t kMaxJsonBytes = 26 * 1024 * 1024;
inline constexpr size_t kMaxJsonDepth = 64;

// One value, or nothing. Small, copied freely; valid while its JsonDocument lives.
class Json {
 public:
  Json() = default;

  // There, and not null.
  bool exists() const;
  bool is_array() const;
  bool is_object() const;

  // The value at a JSON pointer below this one, for example `/issue/user/id`; nothing if a step is missing. "" is this value.
  Json At(std::string_view pointer) const;
  // A string's text; empty for anything else.
  std::string_view Text() const;
  // An integral number that fits.
  std::optional<int64_t> Integer() const;
  std::optional<bool> Boolean() const;
  bool IsTrue() const { return Boolean().value_or(false); }
  // An id in text form: a string, or a non-negative integer in decimal digits; empty for anything else. No detour over doubles.
  std::string IdText() const;
  // The elements of an array, at most `limit`; empty for anything else.
  std::vector<Json> Items(size_t limit) const;
  // The members of an object in their order, at most `limit`; empty for anything else. Names are as received, with escapes resolved.
  std::vector<std::pair<std::string_view, Json>> Members(size_t limit) const;
  // This value as compact JSON.
  std::string ToText() const;

 private:
  friend class JsonDocument;
  // The parser's own handle of a value; kept as bytes so that its large header is read in json.cc alone.
  struct alignas(8) Handle {
    unsigned char bytes[16];
  };
  explicit Json(Handle handle) : handle_(handle) {}
  std::optional<Handle> handle_;
};

// A parsed text. Owns what the views point into; movable.
class JsonDocument {
 public:
  // Bounded: at most `kMaxJsonBytes`, nested at most `kMaxJsonDepth` deep, valid UTF-8 throughout.
  // Errors: INVALID_ARGUMENT (JSON_INVALID), in words that hold nothing of the content.
  static absl::StatusOr<JsonDocument> Parse(std::string_view text);
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;
  ~JsonDocument();

  Json root() const { return root_; }

 private:
  struct Impl;
  JsonDocument(std::unique_ptr<Impl> impl, Json root);
  std::unique_ptr<Impl> impl_;
  Json root_;
};

}  // namespace comity::sdk

#endif  // COMITY_PLUGINS_SDK_JSON_H_

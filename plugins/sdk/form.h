// The fields of a form as chats and browsers post it: `application/x-www-form-urlencoded`.
#ifndef COMITY_PLUGINS_SDK_FORM_H_
#define COMITY_PLUGINS_SDK_FORM_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace comity::sdk {

inline constexpr size_t kMaxFormBytes = 256 * 1024;
inline constexpr size_t kMaxFormFields = 500;

class Form {
 public:
  // Strict, so that nothing else is read as one strange field: at most `kMaxFormBytes` and `kMaxFormFields`, no raw byte that a sender must
  // encode, whole percent escapes, no NUL, valid UTF-8 once decoded.
  // Errors: INVALID_ARGUMENT (FIELD_INVALID), in words that hold nothing of the content.
  static absl::StatusOr<Form> Parse(std::string_view body);

  // The field of that name; empty if there is none, or more than one: who is right cannot be told. Valid while the form lives.
  std::string_view Text(std::string_view name) const;
  // All fields of that name in their order.
  std::vector<std::string_view> All(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace comity::sdk

#endif  // COMITY_PLUGINS_SDK_FORM_H_

#include "plugins/sdk/form.h"

#include <simdjson.h>

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "service/base/error.h"

namespace comity::sdk {
namespace {

absl::Status Unreadable(const char* why) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "the body is not a form: " + std::string(why),
               {{"body", why}});
}

// The bytes that need no encoding, of every encoder there is: those of RFC 3986, `*` of browsers, and the form's own signs.
bool IsFormByte(char c) {
  constexpr std::string_view kSigns = "-_.~*!'(),:;@/?$+=&%";
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || kSigns.find(c) != std::string_view::npos;
}

int Digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::string> Decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = Digit(text[i + 1]), low = Digit(text[i + 2]);
    if (high < 0 || low < 0 || (high == 0 && low == 0)) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (!simdjson::validate_utf8(decoded.data(), decoded.size())) return std::nullopt;
  return decoded;
}

}  // namespace

absl::StatusOr<Form> Form::Parse(std::string_view body) {
  if (body.size() > kMaxFormBytes) return Unreadable("it is larger than 256 KiB");
  if (!std::all_of(body.begin(), body.end(), IsFormByte)) return Unreadable("it has bytes that a form encodes");
  Form form;
  while (!body.empty()) {
    const size_t end = std::min(body.find('&'), body.size());
    const std::string_view field = body.substr(0, end);
    body.remove_prefix(std::min(end + 1, body.size()));
    if (field.empty()) continue;
    if (form.fields_.size() >= kMaxFormFields) return Unreadable("it has more than 500 fields");
    const size_t equals = std::min(field.find('='), field.size());
    std::optional<std::string> name = Decode(field.substr(0, equals));
    std::optional<std::string> value = Decode(field.substr(std::min(equals + 1, field.size())));
    if (!name || !value) return Unreadable("a field is not percent-encoded UTF-8");
    form.fields_.emplace_back(*std::move(name), *std::move(value));
  }
  return form;
}

std::string_view Form::Text(std::string_view name) const {
  const std::vector<std::string_view> all = All(name);
  return all.size() == 1 ? all.front() : std::string_view();
}

std::vector<std::string_view> Form::All(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [known, value] : fields_) {
    if (known == name) values.emplace_back(value);
  }
  return values;
}

}  // namespace comity::sdk

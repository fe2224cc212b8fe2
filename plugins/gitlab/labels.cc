#include <algorithm>

#include "absl/strings/ascii.h"
#include "plugins/gitlab/mapping.h"
#include "plugins/sdk/walk.h"

namespace comity::gitlab {
namespace {

// Letters and digits in lower case, and whatever is not ASCII.
std::string FormOf(std::string_view label) {
  std::string form;
  for (const char c : label) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) {
      form += c;
    } else if (absl::ascii_isalnum(byte)) {
      form += absl::ascii_tolower(byte);
    }
  }
  return form;
}

}  // namespace

LabelSet::LabelSet(std::string_view list) {
  for (const std::string& label : sdk::SplitList(list)) {
    if (std::string form = FormOf(label); !form.empty()) forms_.push_back(std::move(form));
  }
}

bool LabelSet::Holds(std::string_view label) const {
  const auto held = [&](const std::string& form) { return std::find(forms_.begin(), forms_.end(), form) != forms_.end(); };
  const size_t scope = label.rfind("::");
  return held(FormOf(label)) || (scope != std::string_view::npos && held(FormOf(label.substr(scope + 2))));
}

}  // namespace comity::gitlab

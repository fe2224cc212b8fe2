// Forms, as chats post them.
#include "plugins/sdk/form.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body = comity::fuzz::Text(data, size);
  const auto form = comity::sdk::Form::Parse(body);
  if (!form.ok()) return 0;
  comity::fuzz::Require(size <= comity::sdk::kMaxFormBytes, "no form is larger than the bound");
  const auto names = form->All("a");
  comity::fuzz::Require(names.size() <= comity::sdk::kMaxFormFields, "no form has more fields than the bound");
  comity::fuzz::Require(names.size() == 1 ? form->Text("a") == names.front() : form->Text("a").empty(), "one field, or none");
  for (const std::string_view value : names) {
    comity::fuzz::Require(value.size() <= size && value.find('\0') == value.npos, "values only shrink");
  }
  return 0;
}

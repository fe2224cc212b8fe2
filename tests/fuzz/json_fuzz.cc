// The JSON view: a pointer, a line feed, a document.
#include "plugins/sdk/conformance/json_edit.h"
#include "plugins/sdk/json.h"
#include "tests/fuzz/input.h"

using comity::sdk::Json;
using comity::sdk::JsonDocument;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view rest = comity::fuzz::Text(data, size);
  const std::string pointer(comity::fuzz::TakeUntil(rest, '\n'));
  const auto document = JsonDocument::Parse(rest);
  if (!document.ok()) return 0;
  const Json found = document->root().At(pointer);
  (void)found.IdText();
  (void)found.Integer();
  (void)found.Boolean();
  // Visits every value.
  (void)comity::sdk::conformance::Rewrite(document->root(),
                                          [](const std::string&, std::string_view, Json value) -> std::optional<std::string> {
                                            (void)value.Text();
                                            return std::nullopt;
                                          });
  const std::string text = document->root().ToText();
  const auto again = JsonDocument::Parse(text);
  comity::fuzz::Require(again.ok() && again->root().ToText() == text, "what it writes it reads, and writes again alike");
  return 0;
}

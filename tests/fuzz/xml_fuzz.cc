// XML of servers.
#include "plugins/sdk/xml.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto document = comity::sdk::XmlDocument::Parse(comity::fuzz::Text(data, size));
  if (!document.ok()) return 0;
  const std::string text = document->root().Text();
  comity::fuzz::Require(text.size() <= size, "text does not grow");
  for (const comity::sdk::Xml child : document->root().Children("", 100)) {
    comity::fuzz::Require(child.Text().size() <= size, "nor that of an element within");
    (void)child.At("a/b").TrimmedText();
  }
  const auto again = comity::sdk::XmlDocument::Parse("<t>" + comity::sdk::XmlEscaped(text) + "</t>");
  comity::fuzz::Require(again.ok() && again->root().exists(), "escaped text can be read");
  return 0;
}

// A tolerant, bounded view of XML that somebody else wrote: elements by their local names, whatever prefix a server gives a namespace.
//
// No document type, no entities but the five and characters by number, no processing instructions, nothing external: what a text says
// beyond elements, attributes and text is refused or left out, so that nothing grows while it is read.
#ifndef COMITY_PLUGINS_SDK_XML_H_
#define COMITY_PLUGINS_SDK_XML_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace comity::sdk {

inline constexpr size_t kMaxXmlBytes = 16 * 1024 * 1024;
inline constexpr size_t kMaxXmlDepth = 64;

// One element, or nothing. Small, copied freely; valid while its XmlDocument lives.
class Xml {
 public:
  Xml() = default;
  bool exists() const { return node_ != nullptr; }
  // Its name without the prefix.
  std::string_view name() const;
  // The first child of that local name; nothing if there is none.
  Xml Child(std::string_view name) const;
  // The element at a path of local names below this one: `propstat/prop/getetag`.
  Xml At(std::string_view path) const;
  // Children of that local name, of any name if it is empty; at most `limit`.
  std::vector<Xml> Children(std::string_view name, size_t limit) const;
  // All of its own text and of elements below, as written between the tags; at most 8 MiB.
  std::string Text() const;
  // The text with space around it taken off.
  std::string TrimmedText() const;

 private:
  friend class XmlDocument;
  explicit Xml(void* node) : node_(node) {}
  void* node_ = nullptr;  // the parser's own handle; its header is read in xml.cc alone
};

class XmlDocument {
 public:
  // Errors: INVALID_ARGUMENT (FIELD_INVALID) for anything that is not one well-formed element within the bounds, in words that hold nothing
  // of the content.
  static absl::StatusOr<XmlDocument> Parse(std::string_view text);
  XmlDocument(XmlDocument&&) noexcept;
  XmlDocument& operator=(XmlDocument&&) noexcept;
  ~XmlDocument();
  Xml root() const { return root_; }

 private:
  struct Impl;
  explicit XmlDocument(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
  Xml root_;
};

// Text as it may stand between tags and in attributes; characters that XML cannot hold are left out.
std::string XmlEscaped(std::string_view text);

}  // namespace comity::sdk

#endif  // COMITY_PLUGINS_SDK_XML_H_

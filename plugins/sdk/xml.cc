#include "plugins/sdk/xml.h"

#include <pugixml.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "service/base/error.h"

namespace comity::sdk {
namespace {

constexpr size_t kMaxTextBytes = 8 * 1024 * 1024;
constexpr unsigned kParse = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol | pugi::parse_wconv_attribute | pugi::parse_ws_pcdata;

pugi::xml_node NodeOf(void* handle) { return pugi::xml_node(static_cast<pugi::xml_node_struct*>(handle)); }
void* HandleOf(const pugi::xml_node& node) { return node.internal_object(); }

std::string_view LocalName(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

absl::Status Refused(std::string_view why) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "the XML cannot be read: " + std::string(why));
}

// Every element and text below `node` in order, without recursion; false where it is nested too deeply.
template <typename Visit>
bool Walk(const pugi::xml_node& root, const Visit& visit) {
  size_t depth = 0;
  pugi::xml_node node = root.first_child();
  while (node) {
    if (!visit(node)) return true;
    if (node.first_child()) {
      if (++depth > kMaxXmlDepth) return false;
      node = node.first_child();
      continue;
    }
    while (node && !node.next_sibling()) {
      if (node.parent() == root) return true;
      node = node.parent();
      --depth;
    }
    node = node.next_sibling();
  }
  return true;
}

}  // namespace

struct XmlDocument::Impl {
  pugi::xml_document document;
};

XmlDocument::XmlDocument(std::unique_ptr<Impl> impl) : impl_(std::move(impl)), root_(Xml(HandleOf(impl_->document.document_element()))) {}
XmlDocument::XmlDocument(XmlDocument&&) noexcept = default;
XmlDocument& XmlDocument::operator=(XmlDocument&&) noexcept = default;
XmlDocument::~XmlDocument() = default;

absl::StatusOr<XmlDocument> XmlDocument::Parse(std::string_view text) {
  if (text.size() > kMaxXmlBytes) return Refused("it is larger than 16 MiB");
  if (text.find("<!DOCTYPE") != std::string_view::npos || text.find("<!ENTITY") != std::string_view::npos) {
    return Refused("it declares a document type; entities are not read");
  }
  auto impl = std::make_unique<Impl>();
  const pugi::xml_parse_result result = impl->document.load_buffer(text.data(), text.size(), kParse, pugi::encoding_utf8);
  if (!result) return Refused(result.description());
  const pugi::xml_node root = impl->document.document_element();
  if (!root || root.next_sibling()) return Refused("it is not one element");
  if (!Walk(root, [](const pugi::xml_node&) { return true; })) return Refused("it is nested too deeply");
  return XmlDocument(std::move(impl));
}

std::string_view Xml::name() const { return node_ == nullptr ? std::string_view() : LocalName(NodeOf(node_)); }

Xml Xml::Child(std::string_view name) const {
  const std::vector<Xml> found = Children(name, 1);
  return found.empty() ? Xml() : found.front();
}

Xml Xml::At(std::string_view path) const {
  Xml here = *this;
  while (!path.empty() && here.exists()) {
    const size_t slash = path.find('/');
    here = here.Child(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  return here;
}

std::vector<Xml> Xml::Children(std::string_view name, size_t limit) const {
  std::vector<Xml> found;
  if (node_ == nullptr) return found;
  for (const pugi::xml_node& child : NodeOf(node_).children()) {
    if (found.size() >= limit) break;
    if (child.type() == pugi::node_element && (name.empty() || LocalName(child) == name)) found.push_back(Xml(HandleOf(child)));
  }
  return found;
}

std::string Xml::Text() const {
  std::string text;
  if (node_ == nullptr) return text;
  Walk(NodeOf(node_), [&](const pugi::xml_node& node) {
    if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) text += node.value();
    return text.size() < kMaxTextBytes;
  });
  return text;
}

std::string Xml::TrimmedText() const { return std::string(absl::StripAsciiWhitespace(Text())); }

std::string XmlEscaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t' || c == '\r') out += c;
    }
  }
  return out;
}

}  // namespace comity::sdk

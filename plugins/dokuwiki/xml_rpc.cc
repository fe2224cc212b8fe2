#include "plugins/dokuwiki/xml_rpc.h"

#include <charconv>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/base/error.h"

namespace comity::dokuwiki {
namespace {

constexpr size_t kMaxMembers = 50;  // of a struct

std::optional<int64_t> NumberIn(std::string_view text) {
  int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() && !text.empty() ? std::optional<int64_t>(number) : std::nullopt;
}

}  // namespace

std::string Text(std::string_view text) { return absl::StrCat("<value><string>", sdk::XmlEscaped(text), "</string></value>"); }
std::string Whole(int64_t number) { return absl::StrCat("<value><int>", number, "</int></value>"); }
std::string Texts(const std::vector<std::string>& texts) {
  std::string list = "<value><array><data>";
  for (const std::string& text : texts) list += Text(text);
  return list + "</data></array></value>";
}
std::string Structure(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string structure = "<value><struct>";
  for (const auto& [name, value] : members) absl::StrAppend(&structure, "<member><name>", name, "</name>", value, "</member>");
  return structure + "</struct></value>";
}
std::string Call(std::string_view method, const std::vector<std::string>& values) {
  std::string call = absl::StrCat("<methodCall><methodName>", std::string(method), "</methodName><params>");
  for (const std::string& value : values) absl::StrAppend(&call, "<param>", value, "</param>");
  return call + "</params></methodCall>";
}

absl::StatusOr<Answer> Answer::Parse(std::string_view body) {
  // What stands before the first element, such as a warning's blank line, is no reason to lose the answer.
  const size_t begin = body.find('<');
  COMITY_ASSIGN_OR_RETURN(sdk::XmlDocument document, sdk::XmlDocument::Parse(body.substr(begin == std::string_view::npos ? 0 : begin)));
  Answer answer(std::move(document));
  const sdk::Xml root = answer.document_.root();
  const sdk::Xml fault = root.At("fault/value/struct");
  answer.value_ = root.At("params/param/value");
  if (root.name() == "methodResponse" && fault.exists()) {
    answer.fault_ = WholeMember(fault, "faultCode").value_or(0);
  } else if (root.name() != "methodResponse" || !answer.value_.exists()) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid,
                 "the answer is not one of XML-RPC; is api_base the address of the wiki, with its folder?");
  }
  return answer;
}

std::string Answer::Text() const {
  const std::vector<sdk::Xml> typed = value_.Children("", 1);
  return typed.empty() ? value_.Text() : typed.front().Text();
}

std::optional<std::vector<sdk::Xml>> Answer::Items(size_t limit) const {
  std::vector<sdk::Xml> items;
  const sdk::Xml data = value_.At("array/data"), empty = value_.Child("struct");
  if (!data.exists()) return empty.exists() && !empty.Child("member").exists() ? std::optional(items) : std::nullopt;
  for (const sdk::Xml value : data.Children("value", limit)) items.push_back(value.Child("struct"));
  return items;
}

std::string Member(sdk::Xml structure, std::string_view name) {
  for (const sdk::Xml member : structure.Children("member", kMaxMembers)) {
    if (member.Child("name").TrimmedText() == name) return member.Child("value").TrimmedText();
  }
  return "";
}

std::optional<int64_t> WholeMember(sdk::Xml structure, std::string_view name) { return NumberIn(Member(structure, name)); }

}  // namespace comity::dokuwiki

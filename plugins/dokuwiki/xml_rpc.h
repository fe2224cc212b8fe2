// The little of XML-RPC that DokuWiki's interface needs.
#ifndef COMITY_PLUGINS_DOKUWIKI_XML_RPC_H_
#define COMITY_PLUGINS_DOKUWIKI_XML_RPC_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/sdk/xml.h"

namespace comity::dokuwiki {

// Parameters of a call, each as a `<value>` in one line.
std::string Text(std::string_view text);
std::string Whole(int64_t number);
std::string Texts(const std::vector<std::string>& texts);                                // a list
std::string Structure(const std::vector<std::pair<std::string, std::string>>& members);  // names, and values as above
std::string Call(std::string_view method, const std::vector<std::string>& values);

// What a call answered.
class Answer {
 public:
  // Errors: INVALID_ARGUMENT for anything that is not an answer, in words that hold nothing of the content.
  static absl::StatusOr<Answer> Parse(std::string_view body);
  // The fault's code, if it is one; 0 where it has none.
  std::optional<int64_t> fault() const { return fault_; }
  // At most `limit` structs of the list; nullopt where it is no list. DokuWiki writes an empty list as an empty struct too.
  std::optional<std::vector<sdk::Xml>> Items(size_t limit) const;
  // All of its text, as it was written: of an answer that is one text, number or truth. Space around its type's element is none of it.
  std::string Text() const;
  // The struct it is; nothing where it is none.
  sdk::Xml Structure() const { return value_.Child("struct"); }

 private:
  explicit Answer(sdk::XmlDocument document) : document_(std::move(document)) {}
  sdk::XmlDocument document_;
  sdk::Xml value_;
  std::optional<int64_t> fault_;
};

// The text of a struct's member; empty if it has none.
std::string Member(sdk::Xml structure, std::string_view name);
// The same as a number.
std::optional<int64_t> WholeMember(sdk::Xml structure, std::string_view name);

}  // namespace comity::dokuwiki

#endif  // COMITY_PLUGINS_DOKUWIKI_XML_RPC_H_

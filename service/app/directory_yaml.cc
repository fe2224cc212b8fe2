#include "service/app/directory_yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <streambuf>

#include "absl/strings/str_cat.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

// Thrown through the parser, caught in ParseYaml: its events have no other way to stop it.
struct Refused {
  int line;
  std::string why;
};

class TreeBuilder : public YAML::EventHandler {
 public:
  YamlNode Take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { Add(Node(mark, anchor, "", YamlNode::Kind::kNull)); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refused{mark.line + 1, "aliases (*name) are not read here; write the value out"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    YamlNode node = Node(mark, anchor, tag, YamlNode::Kind::kScalar);
    node.text = value;
    Add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    Open(Node(mark, anchor, tag, YamlNode::Kind::kList));
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    Open(Node(mark, anchor, tag, YamlNode::Kind::kMap));
  }
  void OnMapEnd() override { Close(); }

 private:
  struct Level {
    YamlNode node;
    bool has_key = false;
    YamlNode::Entry entry;
  };

  static YamlNode Node(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& tag, YamlNode::Kind kind) {
    if (anchor != 0) throw Refused{mark.line + 1, "anchors (&name) are not read here; write the value out"};
    if (!tag.empty() && tag != "?" && tag != "!") throw Refused{mark.line + 1, "tags (!!name) are not read here; write the plain value"};
    YamlNode node;
    node.kind = kind;
    node.line = mark.line + 1;
    return node;
  }
  void Open(YamlNode node) {
    if (levels_.size() >= static_cast<size_t>(kMaxYamlDepth)) throw Refused{node.line, "this is nested deeper than 16 levels"};
    levels_.push_back({std::move(node), false, {}});
  }
  void Close() {
    YamlNode node = std::move(levels_.back().node);
    levels_.pop_back();
    Add(std::move(node));
  }
  void Add(YamlNode node) {
    if (++count_ > kMaxNodes) throw Refused{node.line, "the file has more than 500,000 values; split off what is no directory"};
    if (levels_.empty()) {
      root_ = std::move(node);
      return;
    }
    Level& level = levels_.back();
    if (level.node.kind == YamlNode::Kind::kList) {
      level.node.items.push_back(std::move(node));
    } else if (!level.has_key) {
      if (node.kind != YamlNode::Kind::kScalar) throw Refused{node.line, "a key must be a plain word"};
      level.entry = {std::move(node.text), node.line, {}};
      level.has_key = true;
    } else {
      level.entry.value = std::move(node);
      level.node.entries.push_back(std::move(level.entry));
      level.has_key = false;
    }
  }

  static constexpr int kMaxNodes = 500'000;

  YamlNode root_;
  std::vector<Level> levels_;
  int count_ = 0;
};

class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // only ever read
    setg(begin, begin, begin + text.size());
  }
};

// Brackets left open, whether they are YAML's or part of a text. The parser looks ahead over all of them before its first event, and needs
// memory for each: so many are refused before.
bool OpensTooMany(std::string_view text) {
  constexpr int kMaxOpen = 1000;
  int open = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') ++open;
    if ((c == ']' || c == '}') && open > 0) --open;
    if (open > kMaxOpen) return true;
  }
  return false;
}

absl::Status Fault(int line, std::string_view why) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kDirectoryInvalid, "the directory file cannot be read",
               {{absl::StrCat("line ", line), std::string(why)}});
}

}  // namespace

const YamlNode* YamlNode::Find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

absl::StatusOr<YamlNode> ParseYaml(std::string_view text) {
  if (text.size() > kMaxDirectoryBytes) return Fault(1, "the file is larger than 3 MiB; split off what is no directory");
  if (text.starts_with("\xFE\xFF") || text.starts_with("\xFF\xFE") || text.find('\0') != std::string_view::npos) {
    return Fault(1, "the file is not UTF-8 text; save it as UTF-8");
  }
  if (OpensTooMany(text)) return Fault(1, "more than a thousand brackets are never closed; close each");
  try {
    ViewBuffer buffer(text);
    std::istream stream(&buffer);
    YAML::Parser parser(stream);
    TreeBuilder builder;
    if (!parser.HandleNextDocument(builder)) return YamlNode{};
    TreeBuilder second;
    if (parser.HandleNextDocument(second)) return Fault(second.Take().line, "there is a second document; put everything into one");
    return builder.Take();
  } catch (const Refused& refused) {
    return Fault(refused.line, refused.why);
  } catch (const YAML::Exception& fault) {
    return Fault(fault.mark.line + 1, absl::StrCat("this is not YAML: ", fault.msg));
  } catch (const std::exception&) {
    return Fault(1, "this is not YAML");
  }
}

}  // namespace comity::app

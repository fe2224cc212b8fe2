#include "plugins/host/artifact_file.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "plugins/host/files.h"
#include "plugins/sdk/times.h"
#include "service/base/error.h"

namespace comity::host {
namespace {

constexpr size_t kMaxEntries = 1000;  // of any list in it; the artifact's own bounds are narrower
// Of all lists and maps, and of all texts: what is read through an alias counts each time, or a small file would be read as a vast one.
constexpr size_t kMaxAllEntries = 100'000, kMaxAllBytes = 4 * kMaxArtifactFileBytes;

class ArtifactReader {
 public:
  std::vector<sdk::Artifact> Read(const YAML::Node& root) {
    std::vector<sdk::Artifact> artifacts;
    if (root.IsMap()) {
      artifacts.push_back(ReadOne(root, ""));
    } else if (root.IsSequence() && root.size() > 0 && root.size() <= kMaxArtifacts) {
      for (size_t i = 0; i < root.size() && !too_much_; ++i) artifacts.push_back(ReadOne(root[i], "[" + std::to_string(i) + "]"));
    } else {
      Fault(root, "", "must be an artifact with id and kind, or a list of up to 1000");
    }
    return artifacts;
  }
  std::vector<FieldFault> TakeFaults() { return std::move(faults_); }

 private:
  sdk::Artifact ReadOne(const YAML::Node& node, const std::string& path) {
    sdk::Artifact artifact;
    if (!node.IsMap()) {
      Fault(node, path, "must be a map with id and kind");
      return artifact;
    }
    const size_t before = faults_.size();
    const bool counted = CheckNames(node, path,
                                    {"id", "kind", "withdrawn", "cancelled", "title", "text", "link", "subject", "folder", "name", "body",
                                     "start", "end", "zone", "change_time", "sequence", "organiser", "attendees"});
    if (!counted) return artifact;
    artifact.kind = KindOf(node, path);
    for (const auto& [name, text] : {std::pair<const char*, std::string*>{"id", &artifact.id},
                                     {"title", &artifact.title},
                                     {"text", &artifact.text},
                                     {"link", &artifact.link},
                                     {"subject", &artifact.subject},
                                     {"folder", &artifact.folder},
                                     {"name", &artifact.name},
                                     {"zone", &artifact.zone}}) {
      *text = Words(node, path, name);
    }
    if (artifact.kind == sdk::ArtifactKind::kCalendarEntry && artifact.zone.empty()) artifact.zone = "UTC";
    while (artifact.text.ends_with('\n')) artifact.text.pop_back();
    artifact.withdrawn = IsTrue(node, path, "withdrawn") || IsTrue(node, path, "cancelled");
    artifact.start = Instant(node, path, "start");
    artifact.end = Instant(node, path, "end");
    artifact.change_time = Instant(node, path, "change_time");
    artifact.sequence = Number(node, path, "sequence");
    artifact.body = Blocks(node["body"], path + ".body");
    if (node["organiser"]) artifact.organiser = Who(node["organiser"], path + ".organiser");
    const YAML::Node attendees = node["attendees"];
    const size_t invited = EntriesOf(attendees, path + ".attendees");
    for (size_t i = 0; i < invited && !too_much_; ++i) {
      artifact.attendees.push_back(Who(attendees[i], path + ".attendees[" + std::to_string(i) + "]"));
    }
    if (!too_much_ && !ids_.insert(artifact.id).second)
      Fault(node, path + ".id", "is used twice in this file; every artifact has an id of its own");
    if (faults_.size() != before) return artifact;  // what could not be read is not checked besides
    for (const FieldFault& fault : sdk::Check(artifact)) Fault(node, path + "." + fault.field, fault.description);
    return artifact;
  }

  sdk::ArtifactKind KindOf(const YAML::Node& node, const std::string& path) {
    const std::string kind = Words(node, path, "kind");
    for (const sdk::ArtifactKind one : {sdk::ArtifactKind::kNote, sdk::ArtifactKind::kPage, sdk::ArtifactKind::kCalendarEntry}) {
      if (kind == sdk::NameOf(one)) return one;
    }
    Fault(node["kind"] ? node["kind"] : node, path + ".kind", "must be note, page or calendar_entry");
    return sdk::ArtifactKind::kNote;
  }

  // `- heading: …`, `- paragraph: …`, `- item: …`; each a text, or a list of texts and {text, link}.
  std::vector<sdk::Block> Blocks(const YAML::Node& node, const std::string& path) {
    std::vector<sdk::Block> blocks;
    const size_t count = EntriesOf(node, path, sdk::kMaxBlocks);
    for (size_t i = 0; i < count && !too_much_; ++i) {
      const std::string at = path + "[" + std::to_string(i) + "]";
      const YAML::Node entry = node[i];
      if (!entry.IsMap() || entry.size() != 1) {
        Fault(entry, at, "must be one of heading, paragraph, item with its text");
        continue;
      }
      sdk::Block block;
      const std::string kind = entry.begin()->first.IsScalar() ? entry.begin()->first.Scalar() : "";
      const YAML::Node value = entry.begin()->second;
      block.kind = kind == "heading" ? sdk::Block::Kind::kHeading : kind == "item" ? sdk::Block::Kind::kItem : sdk::Block::Kind::kParagraph;
      if (kind != "heading" && kind != "paragraph" && kind != "item") Fault(entry, at, "must be one of heading, paragraph, item");
      if (value.IsSequence()) {
        const size_t pieces = EntriesOf(value, at, sdk::kMaxPieces);
        for (size_t j = 0; j < pieces && !too_much_; ++j) block.pieces.push_back(PieceOf(value[j], at + "[" + std::to_string(j) + "]"));
      } else {
        block.pieces.push_back(PieceOf(value, at));
      }
      blocks.push_back(std::move(block));
    }
    return blocks;
  }

  sdk::Piece PieceOf(const YAML::Node& node, const std::string& path) {
    if (node.IsScalar()) return {ScalarOf(node, path), ""};
    if (!node.IsMap()) {
      Fault(node, path, "must be a text, or a map with text and link");
      return {};
    }
    if (!CheckNames(node, path, {"text", "link"})) return {};
    return {Words(node, path, "text"), Words(node, path, "link")};
  }

  // `ana@acme.example`, or {name, address}.
  sdk::Participant Who(const YAML::Node& node, const std::string& path) {
    if (node.IsScalar()) return {"", ScalarOf(node, path)};
    if (!node.IsMap()) {
      Fault(node, path, "must be a mail address, or a map with name and address");
      return {};
    }
    if (!CheckNames(node, path, {"name", "address"})) return {};
    return {Words(node, path, "name"), Words(node, path, "address")};
  }

  std::string Words(const YAML::Node& node, const std::string& path, const char* name) {
    const YAML::Node value = node[name];
    if (!value || value.IsNull()) return "";
    if (value.IsScalar()) return ScalarOf(value, path + "." + name);
    Fault(value, path + "." + name, "must be a text");
    return "";
  }
  bool IsTrue(const YAML::Node& node, const std::string& path, const char* name) {
    const std::string text = Words(node, path, name);
    if (!text.empty() && text != "true" && text != "false") Fault(node[name], path + "." + name, "must be true or false");
    return text == "true";
  }
  absl::Time Instant(const YAML::Node& node, const std::string& path, const char* name) {
    const std::string text = Words(node, path, name);
    if (text.empty()) return absl::Time();
    const std::optional<absl::Time> time = sdk::ParseTime(text);
    if (!time) Fault(node[name], path + "." + name, "must be an instant with a zone, such as 2026-09-02T10:00:00+02:00");
    return time.value_or(absl::Time());
  }
  int64_t Number(const YAML::Node& node, const std::string& path, const char* name) {
    const std::string text = Words(node, path, name);
    int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool sound = read.ec == std::errc{} && read.ptr == text.data() + text.size();
    if (!text.empty() && !sound) Fault(node[name], path + "." + name, "must be a whole number");
    return sound ? number : 0;
  }
  std::string ScalarOf(const YAML::Node& node, const std::string& path) {
    const std::string& text = node.Scalar();
    return Count(node, path, text.size(), bytes_, kMaxAllBytes) ? text : "";
  }
  size_t EntriesOf(const YAML::Node& node, const std::string& path, size_t most = kMaxEntries) {
    if (!node || node.IsNull()) return 0;
    if (node.IsSequence() && node.size() <= most) return Count(node, path, node.size(), entries_, kMaxAllEntries) ? node.size() : 0;
    Fault(node, path, "must be a list of at most " + std::to_string(most));
    return 0;
  }
  // False, and said once, where all that was read together is more than the file may hold: nothing more is read.
  bool Count(const YAML::Node& node, const std::string& path, size_t more, size_t& read, size_t most) {
    if (too_much_) return false;
    read += more;
    too_much_ = read > most;
    if (too_much_) Fault(node, path, "is more than a file may hold, what aliases stand for counted each time; split it");
    return !too_much_;
  }
  bool CheckNames(const YAML::Node& node, const std::string& path, const std::set<std::string>& known) {
    if (!Count(node, path, node.size(), entries_, kMaxAllEntries)) return false;
    std::set<std::string> seen;
    for (const auto& entry : node) {
      const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : "";
      if (!known.contains(name)) {
        Fault(entry.first, path, "has a key that is not known; see the README for those that are");
      } else if (!seen.insert(name).second) {
        Fault(entry.first, path + "." + name, "is given twice; keep one");
      }
    }
    return true;
  }
  void Fault(const YAML::Node& node, std::string path, std::string_view remedy) {
    if (path.starts_with('.')) path.erase(0, 1);
    if (faults_.size() < 100)
      faults_.push_back({"line " + std::to_string(std::max(node.Mark().line, 0) + 1) + ": " + path, std::string(remedy)});
  }

  std::set<std::string> ids_;
  size_t entries_ = 0, bytes_ = 0;
  bool too_much_ = false;
  std::vector<FieldFault> faults_;
};

absl::Status Unpublishable(std::vector<FieldFault> faults) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "the file of artifacts cannot be read as it is",
               std::move(faults));
}

}  // namespace

absl::StatusOr<std::vector<sdk::Artifact>> ParseArtifacts(std::string_view text) {
  if (text.size() > kMaxArtifactFileBytes) return Unpublishable({{"file", "is larger than 4 MiB; split it"}});
  ArtifactReader reader;
  try {
    std::vector<sdk::Artifact> artifacts = reader.Read(YAML::Load(std::string(text)));
    std::vector<FieldFault> faults = reader.TakeFaults();
    if (!faults.empty()) return Unpublishable(std::move(faults));
    return artifacts;
  } catch (const YAML::Exception& error) {
    return Unpublishable({{"line " + std::to_string(std::max(error.mark.line, 0) + 1) + ":", "this is neither YAML nor JSON"}});
  }
}

absl::StatusOr<std::vector<sdk::Artifact>> ReadArtifacts(const std::string& path) {
  COMITY_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(path, kMaxArtifactFileBytes));
  return ParseArtifacts(text);
}

}  // namespace comity::host

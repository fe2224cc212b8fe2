#include "plugins/host/config.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>

#include "plugins/host/files.h"
#include "service/base/error.h"
#include "service/base/secret_file.h"

namespace comity::host {
namespace {

constexpr size_t kMaxConfigBytes = 1 << 20;
constexpr size_t kMaxSources = 1000;

// Walks the file and collects faults; nothing it returns is used if there was one.
class Reader {
 public:
  Reader(std::string base_dir, const Connectors& connectors) : base_dir_(std::move(base_dir)), connectors_(connectors) {}

  Config Read(const YAML::Node& root) {
    Config config;
    if (!root.IsMap()) {
      Fault(root, "", "must be a map of keys; see plugins/host/README.md for a sample");
      return config;
    }
    CheckKeys(root, "", {"server", "token_file", "listen", "spool_dir", "spool_max_mib", "sources"});
    config.server = Text(root, "", "server", config.server);
    config.listen = Text(root, "", "listen", config.listen);
    config.spool_dir = Resolve(Text(root, "", "spool_dir", ""));
    if (config.spool_dir.empty() && !root["spool_dir"])
      Fault(root, "spool_dir", "is missing; name a folder for what waits to be handed over");
    config.spool_max_bytes = Mebibytes(root, "spool_max_mib", config.spool_max_bytes);
    common_token_ = Text(root, "", "token_file", "");
    const YAML::Node sources = root["sources"];
    if (!sources) {
      Fault(root, "sources", "is missing; list at least one, as `comity sources create` prints it");
    } else if (!sources.IsSequence() || sources.size() == 0 || sources.size() > kMaxSources) {
      Fault(sources, "sources", "must be a list of 1 to 1000 sources");
    } else {
      for (size_t i = 0; i < sources.size(); ++i) config.sources.push_back(ReadSource(sources[i], "sources[" + std::to_string(i) + "]"));
    }
    return config;
  }

  std::vector<FieldFault> TakeFaults() { return std::move(faults_); }

 private:
  SourceConfig ReadSource(const YAML::Node& node, const std::string& path) {
    SourceConfig read;
    if (!node.IsMap()) {
      Fault(node, path, "must be a map with id, suite, instance and secret_files");
      return read;
    }
    CheckKeys(node, path, {"id", "suite", "instance", "secret_files", "config", "token_file"});
    sdk::Source& source = read.source;
    source.id = Required(node, path, "id", "give it the id it has in Comity");
    if (!source.id.empty()) CheckId(node["id"], path + ".id", source.id);
    source.suite = Required(node, path, "suite", "say which connector reads it, for example github");
    source.instance = Required(node, path, "instance", "say which installation it is, for example github.com");
    source.secrets = Secrets(node, path);
    read.token_file = Resolve(Text(node, path, "token_file", common_token_));
    CheckToken(node, path, read.token_file);
    source.config = Options(node["config"], path + ".config");
    CheckSuite(node, path, source);
    return read;
  }

  void CheckId(const YAML::Node& node, const std::string& path, const std::string& id) {
    const bool sound =
        id.size() <= 63 && id.front() != '-' && id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
    if (!sound) Fault(node, path, "must be 1 to 63 lower-case letters, digits and dashes");
    if (!ids_.insert(id).second) Fault(node, path, "is used twice; every source needs an id of its own");
  }

  void CheckToken(const YAML::Node& node, const std::string& path, const std::string& file) {
    const YAML::Node own = node["token_file"];
    if (file.empty())
      return Fault(own ? own : node, path + ".token_file", "is missing; name the file of a connector token here or for all at the top");
    const auto token = ReadSecretFile(file);
    if (!token.ok()) Fault(own ? own : node, path + ".token_file", std::string(token.status().message()));
  }

  std::vector<std::string> Secrets(const YAML::Node& node, const std::string& path) {
    std::vector<std::string> secrets;
    const YAML::Node files = node["secret_files"];
    if (!files) {
      Fault(node, path + ".secret_files", "is missing; list the file of the secret that the suite signs with");
    } else if (!files.IsSequence() || files.size() == 0 || files.size() > 10) {
      Fault(files, path + ".secret_files", "must be a list of 1 to 10 files; two while a secret is rotated");
    } else {
      for (size_t i = 0; i < files.size(); ++i) {
        const std::string field = path + ".secret_files[" + std::to_string(i) + "]";
        const std::string file = files[i].IsScalar() ? files[i].Scalar() : "";
        if (file.empty()) {
          Fault(files[i], field, "must be the name of a file");
          continue;
        }
        auto secret = ReadSecretFile(Resolve(file));
        if (secret.ok()) {
          secrets.push_back(*std::move(secret));
        } else {
          Fault(files[i], field, std::string(secret.status().message()));
        }
      }
    }
    return secrets;
  }

  std::map<std::string, std::string> Options(const YAML::Node& node, const std::string& path) {
    std::map<std::string, std::string> options;
    if (!node || node.IsNull()) return options;
    if (!node.IsMap()) {
      Fault(node, path, "must be a map of the connector's options");
      return options;
    }
    for (const auto& entry : node) {
      if (entry.first.IsScalar() && entry.second.IsScalar()) {
        options[entry.first.Scalar()] = entry.second.Scalar();
      } else {
        Fault(entry.second, path, "options are plain texts");
      }
    }
    return options;
  }

  void CheckSuite(const YAML::Node& node, const std::string& path, const sdk::Source& source) {
    if (source.suite.empty()) return;
    const auto connector = connectors_.find(source.suite);
    if (connector == connectors_.end()) {
      std::string known;
      for (const auto& [suite, ignored] : connectors_) known += (known.empty() ? "" : ", ") + suite;
      return Fault(node["suite"], path + ".suite", "no connector is called so; there are: " + known);
    }
    const auto& options = connector->second->manifest().options;
    for (const auto& [name, ignored] : source.config) {
      const auto same = [name = std::string_view(name)](const sdk::Option& option) { return option.name == name; };
      if (std::none_of(options.begin(), options.end(), same))
        Fault(node["config"][name], path + ".config." + name, "is no option of this connector");
    }
    if (source.secrets.empty()) return;  // said already
    for (const std::string& fault : connector->second->Check(source)) Fault(node, path, fault);
  }

  std::string Required(const YAML::Node& node, const std::string& path, const std::string& key, std::string_view remedy) {
    const std::string text = Text(node, path, key, "");
    if (text.empty() && (!node[key] || node[key].IsScalar() || node[key].IsNull()))
      Fault(node[key] ? node[key] : node, Join(path, key), "is missing; " + std::string(remedy));
    return text;
  }

  std::string Text(const YAML::Node& node, const std::string& path, const std::string& key, const std::string& fallback) {
    const YAML::Node value = node[key];
    if (!value || value.IsNull()) return fallback;
    if (!value.IsScalar()) {
      Fault(value, Join(path, key), "must be a plain text");
      return "";
    }
    return value.Scalar();
  }

  size_t Mebibytes(const YAML::Node& root, const std::string& key, size_t fallback) {
    const std::string text = Text(root, "", key, "");
    if (text.empty()) return fallback;
    size_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || end != text.data() + text.size() || number < 32 || number > 1'000'000) {
      Fault(root[key], key, "must be a whole number of MiB from 32 to 1000000");
      return fallback;
    }
    return number << 20;
  }

  void CheckKeys(const YAML::Node& node, const std::string& path, const std::set<std::string>& known) {
    std::set<std::string> seen;
    for (const auto& entry : node) {
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "?";
      if (!known.contains(key)) {
        std::string list;
        for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
        Fault(entry.first, Join(path, key), "is not a known key; there are: " + list);
      } else if (!seen.insert(key).second) {
        Fault(entry.first, Join(path, key), "is given twice; keep one");
      }
    }
  }

  std::string Resolve(const std::string& file) const {
    if (file.empty() || file.front() == '/') return file;
    return base_dir_ + "/" + file;
  }

  static std::string Join(const std::string& path, const std::string& key) { return path.empty() ? key : path + "." + key; }
  void Fault(const YAML::Node& node, const std::string& field, std::string_view remedy) {
    faults_.push_back({"line " + std::to_string(std::max(node.Mark().line, 0) + 1) + ": " + field, std::string(remedy)});
  }

  const std::string base_dir_;
  const Connectors& connectors_;
  std::string common_token_;
  std::set<std::string> ids_;
  std::vector<FieldFault> faults_;
};

absl::Status Invalid(std::vector<FieldFault> faults) {
  const std::string message = "the configuration has " + std::to_string(faults.size()) + (faults.size() == 1 ? " fault" : " faults");
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kConfigInvalid, message, std::move(faults));
}

}  // namespace

absl::StatusOr<Config> ParseConfig(std::string_view text, const std::string& base_dir, const Connectors& connectors) {
  Reader reader(base_dir, connectors);
  try {
    Config config = reader.Read(YAML::Load(std::string(text)));
    std::vector<FieldFault> faults = reader.TakeFaults();
    if (!faults.empty()) return Invalid(std::move(faults));
    return config;
  } catch (const YAML::Exception& error) {
    return Invalid({{"line " + std::to_string(std::max(error.mark.line, 0) + 1) + ":", "this is not YAML: " + error.msg}});
  }
}

absl::StatusOr<Config> ReadConfig(const std::string& path, const Connectors& connectors) {
  COMITY_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(path, kMaxConfigBytes));
  std::filesystem::path folder = std::filesystem::path(path).parent_path();
  return ParseConfig(text, folder.empty() ? "." : folder.string(), connectors);
}

std::string Describe(const Config& config) {
  std::string text = "server: " + config.server + "\nlisten: " + config.listen + "\nspool_dir: " + config.spool_dir +
                     "\nspool_max_mib: " + std::to_string(config.spool_max_bytes >> 20) + "\nsources:\n";
  for (const SourceConfig& source : config.sources) {
    text += "  - id: " + source.source.id + "\n    suite: " + source.source.suite + "\n    instance: " + source.source.instance +
            "\n    secrets: [";
    for (size_t i = 0; i < source.source.secrets.size(); ++i) text += i == 0 ? "***" : ", ***";
    text += "]\n    token_file: " + source.token_file + "\n";
  }
  return text;
}

}  // namespace comity::host

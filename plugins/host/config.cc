#include "plugins/host/config.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>

#include "plugins/host/files.h"
#include "plugins/sdk/source_checks.h"
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
    CheckKeys(root, "", {"server", "token_file", "listen", "hook_url", "spool_dir", "spool_max_mib", "sources"});
    config.server = Text(root, "", "server", config.server);
    config.listen = Text(root, "", "listen", config.listen);
    config.spool_dir = Resolve(Text(root, "", "spool_dir", ""));
    if (config.spool_dir.empty() && !root["spool_dir"])
      Fault(root, "spool_dir", "is missing; name a folder for what waits to be handed over");
    config.spool_max_bytes = Whole(root, "", "spool_max_mib", config.spool_max_bytes >> 20, 32, 1'000'000) << 20;
    common_token_ = Text(root, "", "token_file", "");
    common_hook_url_ = HookUrl(root, "");
    while (common_hook_url_.ends_with('/')) common_hook_url_.pop_back();
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
      Fault(node, path, "must be a map with id, suite, instance and secret_files or poll");
      return read;
    }
    CheckKeys(node, path, {"id", "suite", "instance", "secret_files", "config", "token_file", "poll", "publish", "hook_url"});
    sdk::Source& source = read.source;
    source.id = Required(node, path, "id", "give it the id it has in Comity");
    if (!source.id.empty()) CheckId(node["id"], path + ".id", source.id);
    source.suite = Required(node, path, "suite", "say which connector reads it, for example github");
    source.instance = Required(node, path, "instance", "say which installation it is, for example github.com");
    source.polls = node["poll"] && !node["poll"].IsNull();
    source.secrets = Secrets(node, path);
    read.token_file = Resolve(Text(node, path, "token_file", common_token_));
    CheckToken(node, path, read.token_file);
    source.config = Options(node["config"], path + ".config");
    CheckSuite(node, path, source);
    if (source.polls) read.poll = ReadPoll(node["poll"], path + ".poll", source);
    read.hook_url = HookUrl(node, path);
    if (read.hook_url.empty() && !common_hook_url_.empty()) read.hook_url = common_hook_url_ + "/in/" + source.id;
    if (node["publish"] && !node["publish"].IsNull()) read.publish = ReadPublish(node["publish"], path + ".publish", read);
    return read;
  }

  std::string HookUrl(const YAML::Node& node, const std::string& path) {
    std::string url = Text(node, path, "hook_url", "");
    if (!url.empty() && !sdk::IsSafeBase(url)) {
      Fault(node["hook_url"], Join(path, "hook_url"),
            "must begin with https:// (http:// only for this machine) and be a plain address, since suites send there what only they know");
      url.clear();
    }
    return url;
  }

  std::optional<PollConfig> ReadPoll(const YAML::Node& node, const std::string& path, const sdk::Source& source) {
    if (!node.IsMap()) {
      Fault(node, path, "must be a map; the least is {read_token_file: FILE}");
      return std::nullopt;
    }
    const auto found = connectors_.find(source.suite);
    const sdk::Connector* const connector = found == connectors_.end() ? nullptr : found->second.get();
    if (connector != nullptr && !connector->manifest().reconciles) {
      Fault(node, path, "this connector cannot poll; take the block out and give secret_files");
      return std::nullopt;
    }
    const bool has_api = connector == nullptr || connector->manifest().transport == sdk::Transport::kHttps;
    std::set<std::string> keys = {"read_token_file", "every", "back_fill", "max_requests", "max_mib"};
    if (has_api) keys.insert({"api_base", "overlap"});
    CheckKeys(node, path, keys);
    PollConfig poll;
    poll.read_token_file = Resolve(Text(node, path, "read_token_file", ""));
    if (poll.read_token_file.empty()) {
      if (has_api) Fault(node, path + ".read_token_file", "is missing; name the file (0600) of a token that may only read");
    } else if (const auto token = ReadSecretFile(poll.read_token_file); !token.ok()) {
      Fault(node["read_token_file"], path + ".read_token_file", std::string(token.status().message()));
    } else if (connector != nullptr) {
      const auto exchange = connector->Exchange(source, *token, absl::UnixEpoch());
      if (!exchange.ok()) Fault(node["read_token_file"], path + ".read_token_file", std::string(exchange.status().message()));
    }
    if (has_api) poll.api_base = ReadApiBase(node, path, source, connector);
    poll.every = Span(node, path, "every", poll.every, absl::Seconds(1), absl::Hours(24));
    poll.overlap = Span(node, path, "overlap", poll.overlap, absl::ZeroDuration(), absl::Hours(24));
    poll.back_fill = Span(node, path, "back_fill", poll.back_fill, absl::ZeroDuration(), absl::Hours(24) * 3650);
    poll.max_requests = static_cast<int>(Whole(node, path, "max_requests", static_cast<size_t>(poll.max_requests), 10, 1'000'000));
    poll.max_bytes = Whole(node, path, "max_mib", 256, 32, 100'000) << 20;
    return poll;
  }

  std::optional<PublishConfig> ReadPublish(const YAML::Node& node, const std::string& path, const SourceConfig& read) {
    const auto found = connectors_.find(read.source.suite);
    if (found == connectors_.end()) return std::nullopt;  // said already
    const sdk::Connector& connector = *found->second;
    if (!node.IsMap() || connector.manifest().publishes.empty()) {
      Fault(node, path,
            node.IsMap() ? "this connector publishes nothing; take the block out" : "must be a map; the least is {token_file: FILE}");
      return std::nullopt;
    }
    CheckKeys(node, path, {"token_file", "kinds", "api_base"});
    PublishConfig publish;
    publish.token_file = Resolve(Text(node, path, "token_file", ""));
    const absl::StatusOr<std::string> token = publish.token_file.empty() ? "" : ReadSecretFile(publish.token_file);
    if (publish.token_file.empty()) {
      Fault(node, path + ".token_file", "is missing; name the file (0600) of a token that may write, of an account of its own");
    } else if (!token.ok()) {
      Fault(node["token_file"], path + ".token_file", std::string(token.status().message()));
    } else if (read.poll && !read.poll->read_token_file.empty()) {
      const auto reading = ReadSecretFile(read.poll->read_token_file);
      if (reading.ok() && *reading == *token) {
        Fault(node["token_file"], path + ".token_file", "holds the token that reads; who reads must not be able to write, so make another");
      }
    }
    publish.api_base = ReadApiBase(node, path, read.source, &connector, read.poll ? read.poll->api_base : "");
    publish.kinds = Kinds(node["kinds"], path + ".kinds", connector.manifest().publishes);
    return publish;
  }

  std::vector<sdk::ArtifactKind> Kinds(const YAML::Node& node, const std::string& path, const std::vector<sdk::ArtifactKind>& possible) {
    if (!node || node.IsNull()) return possible;
    std::string names;
    for (const sdk::ArtifactKind kind : possible) names += (names.empty() ? "" : ", ") + std::string(sdk::NameOf(kind));
    std::vector<sdk::ArtifactKind> kinds;
    bool sound = node.IsSequence() && node.size() > 0 && node.size() <= possible.size();
    for (size_t i = 0; sound && i < node.size(); ++i) {
      const auto kind = std::find_if(possible.begin(), possible.end(),
                                     [&](sdk::ArtifactKind one) { return node[i].IsScalar() && node[i].Scalar() == sdk::NameOf(one); });
      sound = kind != possible.end();
      if (sound) kinds.push_back(*kind);
    }
    if (!sound) Fault(node, path, "must be a list of what this connector publishes: " + names);
    return kinds;
  }

  std::string ReadApiBase(const YAML::Node& node, const std::string& path, const sdk::Source& source, const sdk::Connector* connector,
                          const std::string& other = "") {
    const std::string fallback = !other.empty() ? other : connector == nullptr ? "" : connector->ApiBase(source);
    std::string base = Text(node, path, "api_base", fallback);
    while (base.ends_with('/')) base.pop_back();
    if (connector != nullptr && !sdk::IsSafeBase(base)) {
      Fault(node["api_base"] ? node["api_base"] : node, path + ".api_base",
            "must begin with https:// (http:// only for this machine), since the token goes there");
    }
    return base;
  }

  absl::Duration Span(const YAML::Node& node, const std::string& path, const std::string& key, absl::Duration fallback,
                      absl::Duration least, absl::Duration most) {
    const std::string text = Text(node, path, key, "");
    if (text.empty()) return fallback;
    const std::optional<absl::Duration> span = ParseSpan(text);
    if (span && *span >= least && *span <= most) return *span;
    Fault(node[key], Join(path, key),
          "must be a time such as 90s, 5m, 24h or 30d, from " + absl::FormatDuration(least) + " to " + absl::FormatDuration(most));
    return fallback;
  }

  size_t Whole(const YAML::Node& node, const std::string& path, const std::string& key, size_t fallback, size_t least, size_t most) {
    const std::string text = Text(node, path, key, "");
    if (text.empty()) return fallback;
    size_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure == std::errc{} && end == text.data() + text.size() && number >= least && number <= most) return number;
    Fault(node[key], Join(path, key),
          "must be a whole number" + std::string(key.ends_with("_mib") ? " of MiB" : "") + " from " + std::to_string(least) + " to " +
              std::to_string(most));
    return fallback;
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
      if (!node["poll"]) {
        Fault(node, path + ".secret_files",
              "is missing; list the file of the secret that the suite signs with, or give `poll` to ask the suite instead");
      }
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
    if (source.secrets.empty() && (!source.polls || node["secret_files"])) return;  // said already
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
  std::string common_token_, common_hook_url_;
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

std::string HookAddressDoubt(const SourceConfig& source) {
  if (source.source.secrets.empty() || source.hook_url.empty() || source.hook_url.ends_with("/in/" + source.source.id)) return "";
  return "does not end in /in/" + source.source.id + "; unless the proxy before it leads there, no hook arrives";
}

std::string Describe(const Config& config, const Connectors& connectors) {
  std::string text = "server: " + config.server + "\nlisten: " + config.listen + "\nspool_dir: " + config.spool_dir +
                     "\nspool_max_mib: " + std::to_string(config.spool_max_bytes >> 20) + "\nsources:\n";
  for (const SourceConfig& source : config.sources) {
    text += "  - id: " + source.source.id + "\n    suite: " + source.source.suite + "\n    instance: " + source.source.instance +
            "\n    secrets: [";
    for (size_t i = 0; i < source.source.secrets.size(); ++i) text += i == 0 ? "***" : ", ***";
    text += "]\n    token_file: " + source.token_file + "\n    hooks: " + (source.source.secrets.empty() ? "no" : "yes") + "\n";
    if (!source.source.secrets.empty() && !source.hook_url.empty()) text += "    hook_url: " + source.hook_url + "\n";
    if (const std::string doubt = HookAddressDoubt(source); !doubt.empty()) text += "    hook_url: " + doubt + "\n";
    if (source.publish) {
      text += "    publish:\n      token_file: " + source.publish->token_file + "\n      api_base: " + source.publish->api_base +
              "\n      kinds: [";
      for (size_t i = 0; i < source.publish->kinds.size(); ++i) {
        text += (i == 0 ? "" : ", ") + std::string(sdk::NameOf(source.publish->kinds[i]));
      }
      text += "]\n";
    }
    if (!source.poll) continue;
    const PollConfig& poll = *source.poll;
    const sdk::Connector& connector = *connectors.at(source.source.suite);
    text += "    polls: " + connector.Polled(source.source) + "\n    poll:\n";
    if (connector.manifest().transport == sdk::Transport::kHttps) {
      text += "      api_base: " + poll.api_base + "\n      overlap: " + absl::FormatDuration(poll.overlap) + "\n";
    }
    if (!poll.read_token_file.empty()) text += "      read_token_file: " + poll.read_token_file + "\n";
    if (const std::string base = connector.TokenBase(source.source); !base.empty()) text += "      tokens from: " + base + "\n";
    text += "      every: " + absl::FormatDuration(poll.every) + "\n      back_fill: " + absl::FormatDuration(poll.back_fill) +
            "\n      max_requests: " + std::to_string(poll.max_requests) + "\n      max_mib: " + std::to_string(poll.max_bytes >> 20) +
            "\n";
  }
  return text;
}

std::optional<absl::Duration> ParseSpan(std::string_view text) {
  int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || number < 0 || number > 1'000'000'000 || end + 1 != text.data() + text.size()) return std::nullopt;
  switch (*end) {
    case 's':
      return absl::Seconds(number);
    case 'm':
      return absl::Minutes(number);
    case 'h':
      return absl::Hours(number);
    case 'd':
      return absl::Hours(24) * number;
    default:
      return std::nullopt;
  }
}

}  // namespace comity::host

#include "service/config.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "service/base/error.h"
#include "yaml-cpp/yaml.h"

namespace comity {
namespace {

constexpr std::uintmax_t kMaxFileBytes = 64 * 1024;
constexpr int kMostAuditDays = 3650;
constexpr const char* kKeys = "listen, http_listen, store, data_dir, policy_approvals, audit_days, outbound_private";

struct Value {
  std::string text;
  std::string place;  // `comityd.yaml:3 listen` or `--listen`
};
using Values = std::map<std::string, Value>;

bool IsKey(std::string_view key) {
  return key == "listen" || key == "http_listen" || key == "store" || key == "data_dir" || key == "policy_approvals" ||
         key == "audit_days" || key == "outbound_private";
}

std::string FlagOf(std::string key) {
  for (char& c : key) {
    if (c == '_') c = '-';
  }
  return "--" + key;
}

absl::Status Invalid(std::vector<FieldFault> faults) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kConfigInvalid, "the configuration has faults; nothing was started",
               std::move(faults));
}

void ReadEntry(const YAML::Node& key, const YAML::Node& value, const std::string& file, Values& values, std::vector<FieldFault>& faults) {
  std::string name = key.IsScalar() ? key.Scalar() : "";
  const std::string place = file + ":" + std::to_string(key.Mark().line + 1) + " " + name;
  std::replace(name.begin(), name.end(), '-', '_');  // as the flags are written
  if (!IsKey(name)) {
    faults.push_back({place, std::string("is not a key; the keys are ") + kKeys});
  } else if (!value.IsScalar() || value.Scalar().empty()) {
    faults.push_back({place, "needs one text as its value"});
  } else if (!values.emplace(name, Value{value.Scalar(), place}).second) {
    faults.push_back({place, "is there twice; keep one"});
  }
}

// yaml-cpp throws; nothing of that leaves this function.
absl::Status ReadFile(const std::string& path, Values& values, std::vector<FieldFault>& faults) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  std::ifstream stream(path, std::ios::binary);
  if (error || !stream) {
    return Error(absl::StatusCode::kNotFound, ErrorReason::kConfigInvalid, "the configuration file cannot be read",
                 {{path, "give the path of a readable YAML file"}});
  }
  if (size > kMaxFileBytes) return Invalid({{path, "is larger than 64 KiB; is it the right file?"}});
  std::stringstream text;
  text << stream.rdbuf();
  const std::string file = std::filesystem::path(path).filename().string();
  try {
    const YAML::Node root = YAML::Load(text.str());
    if (root.IsNull()) return absl::OkStatus();
    if (!root.IsMap()) return Invalid({{file + ":1", std::string("must be lines of `key: value`; the keys are ") + kKeys}});
    for (const auto& entry : root) ReadEntry(entry.first, entry.second, file, values, faults);
  } catch (const YAML::Exception& exception) {
    faults.push_back({file + ":" + std::to_string(exception.mark.line + 1), "is not YAML: " + exception.msg});
  }
  return absl::OkStatus();
}

bool IsHostAndPort(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view port = text.substr(colon + 1);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  return error == std::errc() && end == port.data() + port.size() && number <= 65535;
}

const std::string* CheckAddress(const Values& values, const char* key, const char* example, std::vector<FieldFault>& faults) {
  const auto found = values.find(key);
  if (found == values.end()) return nullptr;
  if (!IsHostAndPort(found->second.text)) {
    faults.push_back({found->second.place, std::string("must be host:port, for example ") + example});
    return nullptr;
  }
  return &found->second.text;
}

void ReadApprovals(const Values& values, int& approvals, std::vector<FieldFault>& faults) {
  const auto found = values.find("policy_approvals");
  if (found == values.end()) return;
  const std::string& text = found->second.text;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), approvals);
  if (error == std::errc() && end == text.data() + text.size() && approvals >= 1 && approvals <= 20) return;
  faults.push_back({found->second.place, "must be a whole number from 1 to 20: how many stewards have to approve a policy"});
}

void ReadSwitch(const Values& values, const char* key, bool& value, std::vector<FieldFault>& faults) {
  const auto found = values.find(key);
  if (found == values.end()) return;
  value = found->second.text == "true";
  if (!value && found->second.text != "false") faults.push_back({found->second.place, "must be true or false"});
}

std::string Expanded(std::string_view path, std::string_view home) {
  if (path == "~" || path.substr(0, 2) == "~/") return std::string(home) + std::string(path.substr(1));
  return std::string(path);
}

}  // namespace

absl::StatusOr<Config> LoadConfig(const std::string& path, const ConfigFlags& flags, std::string_view home) {
  Values values;
  std::vector<FieldFault> faults;
  if (!path.empty()) COMITY_RETURN_IF_ERROR(ReadFile(path, values, faults));
  for (const auto& [key, text] : flags) values[key] = {text, FlagOf(key)};

  Config config;
  if (const auto* text = CheckAddress(values, "listen", "127.0.0.1:7070", faults)) config.listen = *text;
  if (const auto* text = CheckAddress(values, "http_listen", "127.0.0.1:7080", faults)) config.http_listen = *text;
  ReadApprovals(values, config.policy_approvals, faults);
  ReadSwitch(values, "outbound_private", config.outbound_private, faults);
  const auto data_dir = values.find("data_dir");
  if (data_dir == values.end() && home.empty()) faults.push_back({"--data-dir", "is needed, because there is no HOME to put it under"});
  config.data_dir = Expanded(data_dir == values.end() ? "~/.local/share/comity" : std::string_view(data_dir->second.text), home);
  const auto store = values.find("store");
  config.store = store == values.end() ? "sqlite:" + config.data_dir + "/comity.db" : store->second.text;
  if (config.store.substr(0, 7) != "sqlite:" || config.store.size() == 7) {
    faults.push_back({store == values.end() ? "store" : store->second.place, "must be sqlite:PATH; this release has no other store"});
  } else {
    config.store = "sqlite:" + Expanded(std::string_view(config.store).substr(7), home);
  }
  if (const auto days = values.find("audit_days"); days != values.end()) {
    const std::string& text = days->second.text;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), config.audit_days);
    if (error != std::errc() || end != text.data() + text.size() || config.audit_days < 1 || config.audit_days > kMostAuditDays) {
      faults.push_back({days->second.place, "must be a number of days from 1 to 3650, for example 400"});
    }
  }
  if (!faults.empty()) return Invalid(std::move(faults));
  return config;
}

std::string DescribeFaults(const absl::Status& status) {
  const ErrorDetails details = DetailsOf(status);
  std::string text(status.message());
  for (const FieldFault& fault : details.faults) text += "\n  " + fault.field + ": " + fault.description;
  return text;
}

}  // namespace comity

#include "plugins/sdk/conformance/case.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "google/protobuf/util/json_util.h"

namespace comity::sdk::conformance {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

bool SameName(const std::string& a, const std::string& b) { return absl::EqualsIgnoreCase(a, b); }

// `POST /in/acme?x=y`, header lines, an empty line, the body.
absl::StatusOr<Delivery> ParseRequest(const std::string& text, const fs::path& path) {
  const size_t end = text.find("\n\n");
  if (end == std::string::npos) return absl::InvalidArgumentError(path.string() + ": an empty line must part headers and body");
  const std::vector<std::string> lines = absl::StrSplit(text.substr(0, end), '\n');
  const std::vector<std::string> start = absl::StrSplit(lines[0], ' ');
  if (start.size() != 2) return absl::InvalidArgumentError(path.string() + ": the first line must be a method and a path");
  Delivery delivery;
  const std::vector<std::string> target = absl::StrSplit(start[1], absl::MaxSplits('?', 1));
  delivery.method = start[0];
  delivery.path = target[0];
  if (target.size() > 1) delivery.query = target[1];
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::pair<std::string, std::string> header = absl::StrSplit(lines[i], absl::MaxSplits(": ", 1));
    delivery.headers.push_back(header);
  }
  delivery.body = text.substr(end + 2);
  return delivery;
}

}  // namespace

std::optional<std::string> ReadText(const std::string& path) { return ReadFile(path); }

absl::StatusOr<Source> LoadSource(const std::string& folder_name) {
  const fs::path folder = folder_name;
  const fs::path path = fs::exists(folder / "source.yaml") ? folder / "source.yaml" : folder.parent_path() / "source.yaml";
  try {
    const YAML::Node node = YAML::LoadFile(path.string());
    Source source;
    source.id = node["id"].as<std::string>();
    source.suite = node["suite"].as<std::string>();
    source.instance = node["instance"].as<std::string>();
    if (node["secrets"]) source.secrets = node["secrets"].as<std::vector<std::string>>();
    if (node["polls"]) source.polls = node["polls"].as<bool>();
    if (node["config"]) source.config = node["config"].as<std::map<std::string, std::string>>();
    return source;
  } catch (const YAML::Exception& exception) {
    return absl::InvalidArgumentError(path.string() + ": " + exception.what());
  }
}

namespace {

absl::StatusOr<Case> LoadCase(const fs::path& folder) {
  Case loaded;
  loaded.name = folder.filename().string();
  loaded.folder = folder.string();
  const std::optional<std::string> request = ReadFile(folder / "request.http");
  if (!request) return absl::NotFoundError((folder / "request.http").string() + " is missing");
  absl::StatusOr<Delivery> delivery = ParseRequest(*request, folder / "request.http");
  if (!delivery.ok()) return delivery.status();
  absl::StatusOr<Source> source = LoadSource(folder.string());
  if (!source.ok()) return source.status();
  loaded.delivery = *std::move(delivery);
  loaded.source = *std::move(source);
  loaded.expected = ReadFile(folder / "expected.json").value_or("");
  return loaded;
}

// `text` as a JSON string.
std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

void Delivery::SetHeader(const std::string& name, const std::string& value) {
  DropHeader(name);
  headers.emplace_back(name, value);
}

void Delivery::DropHeader(const std::string& name) {
  headers.erase(std::remove_if(headers.begin(), headers.end(), [&](const auto& header) { return SameName(header.first, name); }),
                headers.end());
}

absl::StatusOr<std::vector<Case>> LoadCases(const std::string& folder) {
  std::error_code error;
  std::vector<fs::path> folders;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  if (error) return absl::NotFoundError(folder + ": " + error.message());
  std::sort(folders.begin(), folders.end());
  std::vector<Case> cases;
  for (const fs::path& path : folders) {
    absl::StatusOr<Case> loaded = LoadCase(path);
    if (!loaded.ok()) return loaded.status();
    cases.push_back(*std::move(loaded));
  }
  return cases;
}

bool UpdateExpected(const Case& one, const std::string& described) {
  if (std::getenv("COMITY_UPDATE_CASES") == nullptr) return false;
  std::ofstream(one.folder + "/expected.json") << described;
  return true;
}

namespace {

std::string DescribeWake(const Parsed& parsed) {
  std::string notices;
  for (const Notice& notice : parsed.notices) {
    const char* const kind = notice.kind == Notice::Kind::kArrived ? "arrived " : notice.kind == Notice::Kind::kRenew ? "renew " : "gone ";
    notices += (notices.empty() ? "" : ", ") + Quoted(kind + notice.subscription);
  }
  return std::string("{\"wake\": ") + (parsed.wake ? "true" : "false") + ", \"notices\": [" + notices +
         "], \"ignored\": " + Quoted(parsed.ignored) + "}\n";
}

}  // namespace

std::string Describe(const absl::StatusOr<Parsed>& parsed) {
  if (!parsed.ok()) return "{\"error\": " + Quoted({parsed.status().message().data(), parsed.status().message().size()}) + "}\n";
  if (parsed->wake || !parsed->notices.empty()) return DescribeWake(*parsed);
  const std::string reply = parsed->reply.body.empty() ? "" : ", \"reply\": " + parsed->reply.body;  // JSON itself
  if (parsed->facts.empty()) return "{\"ignored\": " + Quoted(parsed->ignored) + reply + "}\n";
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  std::string text = "{\"facts\": [";
  for (size_t i = 0; i < parsed->facts.size(); ++i) {
    std::string fact;
    if (!google::protobuf::util::MessageToJsonString(parsed->facts[i], &fact, options).ok()) return "{\"error\": \"unprintable fact\"}\n";
    absl::string_view trimmed = absl::StripSuffix(fact, "\n");
    text.append(i == 0 ? "" : ", ").append(trimmed.data(), trimmed.size());
  }
  return text + "]" + reply + "}\n";
}

}  // namespace comity::sdk::conformance

#include "plugins/sdk/conformance/talk.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <utility>

#include "absl/strings/str_split.h"
#include "plugins/sdk/conformance/case.h"
#include "plugins/sdk/times.h"
#include "service/base/json_text.h"

namespace comity::sdk::conformance {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxMethod = 20;

absl::Status AddAnswer(const std::string& text, const fs::path& path, Talk& talk) {
  const size_t head = text.find("\n\n");
  const std::vector<std::string> lines = absl::StrSplit(text.substr(0, head), '\n', absl::SkipEmpty());
  const size_t slash = lines.empty() ? std::string::npos : lines[0].find(" /");
  if (lines.size() < 2 || slash == std::string::npos || slash > kMaxMethod) {
    return absl::InvalidArgumentError(path.string() + ": an answer must begin with `GET /path` and a status");
  }
  net::Response response;
  response.status = std::atoi(lines[1].c_str());
  for (size_t i = 2; i < lines.size(); ++i) {
    const std::pair<std::string, std::string> header = absl::StrSplit(lines[i], absl::MaxSplits(": ", 1));
    response.headers.push_back(header);
  }
  if (head != std::string::npos) response.body = text.substr(head + 2);
  if (!talk.answers.emplace(lines[0].starts_with("GET ") ? lines[0].substr(4) : lines[0], std::move(response)).second) {
    return absl::InvalidArgumentError(path.string() + ": two answers to " + lines[0]);
  }
  return absl::OkStatus();
}

absl::Time InstantOf(const YAML::Node& node) { return ParseTime(node.as<std::string>()).value_or(absl::UnixEpoch()); }

absl::StatusOr<Talk> LoadTalk(const fs::path& folder) {
  Talk talk;
  talk.name = folder.filename().string();
  talk.folder = folder.string();
  auto source = LoadSource(folder.string());
  if (!source.ok()) return source.status();
  talk.source = *std::move(source);
  talk.source.polls = true;
  try {
    const YAML::Node node = YAML::LoadFile((folder / "poll.yaml").string());
    talk.poll.now = InstantOf(node["now"]);
    talk.poll.begin = InstantOf(node["begin"]);
    talk.poll.overlap = absl::Seconds(node["overlap"].as<int>());
    if (node["cursors"]) {
      for (const auto& entry : node["cursors"]) talk.poll.cursors[entry.first.as<std::string>()] = entry.second.as<std::string>();
    }
    if (node["hooks"]) talk.hooks = node["hooks"].as<std::vector<std::string>>();
  } catch (const YAML::Exception& exception) {
    return absl::InvalidArgumentError((folder / "poll.yaml").string() + ": " + exception.what());
  }
  const std::optional<std::string> answers = ReadText((folder / "answers.http").string());
  if (!answers) return absl::InvalidArgumentError((folder / "answers.http").string() + " is missing");
  for (const absl::string_view part : absl::StrSplit(*answers, "\n%%\n")) {
    const absl::Status added = AddAnswer(std::string(part), folder / "answers.http", talk);
    if (!added.ok()) return added;
  }
  talk.expected = ReadText((folder / "expected.json").string()).value_or("");
  return talk;
}

void AppendTexts(std::string& out, std::string_view name, const std::vector<std::string>& texts) {
  out += ",\n\"" + std::string(name) + "\": [";
  for (size_t i = 0; i < texts.size(); ++i) {
    out += i == 0 ? "\n  " : ",\n  ";
    AppendJsonString(out, texts[i]);
  }
  out += "]";
}

}  // namespace

absl::StatusOr<std::vector<Talk>> LoadTalks(const std::string& folder) {
  std::vector<Talk> talks;
  if (!fs::exists(folder)) return talks;
  std::vector<fs::path> folders;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  for (const fs::path& path : folders) {
    absl::StatusOr<Talk> talk = LoadTalk(path);
    if (!talk.ok()) return talk.status();
    talks.push_back(*std::move(talk));
  }
  return talks;
}

Walked Walk(const Connector& connector, const Source& source, const Poll& poll, const Answerer& answer, size_t max_requests) {
  struct Entry {
    std::optional<Fetch> fetch;
    Commit commit;
  };
  Walked walked;
  walked.cursors = poll.cursors;
  std::vector<Entry> stack;
  const auto push = [&](std::vector<Fetch> next) {
    for (auto fetch = next.rbegin(); fetch != next.rend(); ++fetch) stack.push_back({std::move(*fetch), {}});
  };
  push(connector.Plan(source, poll).next);
  while (!stack.empty()) {
    Entry entry = std::move(stack.back());
    stack.pop_back();
    if (!entry.fetch) {
      walked.cursors[entry.commit.stream] = entry.commit.cursor;
      continue;
    }
    if (walked.asked.size() >= max_requests) {
      walked.ended = false;
      break;
    }
    const Fetch fetch = *std::move(entry.fetch);
    walked.asked.push_back(fetch.Name());
    absl::StatusOr<Step> step = connector.Absorb(source, poll, fetch, answer(fetch));
    if (!step.ok()) {
      walked.errors.emplace_back(step.status().message().data(), step.status().message().size());
      if (fetch.stream.empty()) continue;
      std::erase_if(stack, [&](const Entry& other) { return (other.fetch ? other.fetch->stream : other.commit.stream) == fetch.stream; });
      continue;
    }
    walked.unreadable += step->unreadable;
    for (v1::Fact& fact : step->facts) walked.facts.push_back(std::move(fact));
    if (step->commit) stack.push_back({std::nullopt, *step->commit});
    push(std::move(step->next));
    if (step->reached) stack.push_back({std::nullopt, *step->reached});
  }
  return walked;
}

std::string Describe(const Walked& walked) {
  Parsed parsed;
  parsed.facts = walked.facts;
  std::string text = parsed.facts.empty() ? "{\"facts\": []" : Describe(absl::StatusOr<Parsed>(std::move(parsed)));
  while (!text.empty() && (text.back() == '\n' || text.back() == '}')) {
    const bool brace = text.back() == '}';
    text.pop_back();
    if (brace) break;
  }
  AppendTexts(text, "requests", walked.asked);
  text += ",\n\"cursors\": {";
  for (const auto& [stream, cursor] : walked.cursors) {
    if (text.back() != '{') text += ", ";
    AppendJsonString(text, stream);
    text += ": ";
    AppendJsonString(text, cursor);
  }
  text += "},\n\"unreadable\": " + std::to_string(walked.unreadable);
  AppendTexts(text, "errors", walked.errors);
  return text + "}\n";
}

}  // namespace comity::sdk::conformance

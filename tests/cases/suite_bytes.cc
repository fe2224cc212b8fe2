#include "tests/cases/suite_bytes.h"

#include <filesystem>
#include <stdexcept>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "plugins/sdk/conformance/json_edit.h"
#include "service/base/json_text.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::cases {
namespace {

namespace conformance = sdk::conformance;

constexpr size_t kMaxRequests = 3000;

[[noreturn]] void Fail(const std::string& what) { throw std::runtime_error(what); }
std::string Message(const absl::Status& status) { return {status.message().data(), status.message().size()}; }

conformance::Subject SubjectOf(const std::string& suite) {
  for (conformance::Subject& subject : conformance::AllSubjects()) {
    if (subject.connector->manifest().suite == suite) return std::move(subject);
  }
  Fail("no connector for " + suite);
}

// A value of YAML as JSON: what is quoted is a text.
std::string JsonOf(const YAML::Node& node) {
  std::string out;
  if (node.IsMap()) {
    for (const auto& entry : node) {
      out += out.empty() ? "" : ",";
      AppendJsonString(out, entry.first.as<std::string>());
      out += ":" + JsonOf(entry.second);
    }
    return "{" + out + "}";
  }
  if (node.IsSequence()) {
    for (const YAML::Node& element : node) out += (out.empty() ? "" : ",") + JsonOf(element);
    return "[" + out + "]";
  }
  if (node.IsNull()) return "null";
  const std::string& text = node.Scalar();
  double number = 0;
  if (node.Tag() != "!" && (text == "true" || text == "false" || text == "null" || absl::SimpleAtod(text, &number))) return text;
  AppendJsonString(out, text);
  return out;
}

// `body` with other values where `changes` says.
std::string Changed(const std::string& body, const YAML::Node& changes) {
  absl::StatusOr<sdk::JsonDocument> document = sdk::JsonDocument::Parse(body);
  if (!document.ok()) Fail("not JSON: " + Message(document.status()));
  size_t made = 0;
  std::string changed = conformance::Rewrite(document->root(), [&](const std::string& pointer, std::string_view, sdk::Json) {
    for (const auto& change : changes) {
      if (change.first.as<std::string>() != pointer) continue;
      ++made;
      return std::optional<std::string>(JsonOf(change.second));
    }
    return std::optional<std::string>();
  });
  if (made != changes.size()) Fail("a pointer to change is not in the delivery, or below another one");
  return changed;
}

// `NAME` or `NAME: CHANGES`.
std::pair<std::string, YAML::Node> NameAndChanges(const YAML::Node& node) {
  if (node.IsScalar()) return {node.as<std::string>(), YAML::Node(YAML::NodeType::Map)};
  if (!node.IsMap() || node.size() != 1) Fail("a hook or poll is NAME, or NAME: {what: other}");
  return {node.begin()->first.as<std::string>(), node.begin()->second};
}

template <typename Loaded>
void AddTo(std::map<std::string, Loaded>& all, absl::StatusOr<std::vector<Loaded>> loaded) {
  if (!loaded.ok()) Fail(Message(loaded.status()));
  for (Loaded& one : *loaded) {
    const std::string name = one.name;
    all.emplace(name, std::move(one));
  }
}

}  // namespace

SuiteBytes::SuiteBytes(const std::string& suite) : subject_(SubjectOf(suite)) {
  const std::string own = COMITY_SOURCE_DIR "/tests/cases/suites/" + suite;
  if (std::filesystem::exists(own + "/hooks")) AddTo(hooks_, conformance::LoadCases(own + "/hooks"));
  if (!subject_.cases.empty()) AddTo(hooks_, conformance::LoadCases(subject_.cases));
  AddTo(polls_, conformance::LoadTalks(own + "/polls"));
  if (!subject_.polls.empty()) AddTo(polls_, conformance::LoadTalks(subject_.polls));
}

Arrival SuiteBytes::Hook(const YAML::Node& node) const {
  const auto [name, changes] = NameAndChanges(node);
  const auto found = hooks_.find(name);
  if (found == hooks_.end()) Fail("no such hook: " + name);
  const sdk::Source& source = found->second.source;
  if (const auto faults = subject_.connector->Check(source); !faults.empty()) Fail(name + ": " + faults.front());
  conformance::Delivery delivery = found->second.delivery;
  if (changes.size() > 0) delivery.body = Changed(delivery.body, changes);
  const absl::Time now = absl::FromCivil(absl::CivilDay(2026, 10, 1), absl::UTCTimeZone());
  subject_.sign(delivery, source.secrets.at(0), now);
  if (subject_.connector->Verify(delivery.View(), source, now) != sdk::Auth::kOk) Fail(name + ": its signature is refused");
  absl::StatusOr<sdk::Parsed> parsed = subject_.connector->Parse(delivery.View(), source, now);
  if (!parsed.ok()) Fail(name + ": " + Message(parsed.status()));
  return {std::move(parsed->facts), now};
}

Arrival SuiteBytes::Poll(const YAML::Node& node) const {
  const auto [name, changes] = NameAndChanges(node);
  const auto found = polls_.find(name);
  if (found == polls_.end()) Fail("no such poll: " + name);
  conformance::Talk talk = found->second;
  for (const auto& change : changes) {
    const auto from = change.first.as<std::string>(), to = change.second.as<std::string>();
    size_t made = 0;
    for (auto& [asked, answer] : talk.answers) made += static_cast<size_t>(absl::StrReplaceAll({{from, to}}, &answer.body));
    if (made == 0) Fail(name + ": no answer holds " + from);
  }
  const conformance::Answerer answer = [&talk = talk](const sdk::Fetch& fetch) {
    const auto it = talk.answers.find(fetch.Name());
    return it == talk.answers.end() ? net::Response{404, {}, "{\"message\": \"Not Found\"}"} : it->second;
  };
  conformance::Walked walked = conformance::Walk(*subject_.connector, talk.source, talk.poll, answer, kMaxRequests);
  if (!walked.ended) Fail(name + ": the walk has no end");
  return {std::move(walked.facts), talk.poll.now};
}

}  // namespace comity::cases

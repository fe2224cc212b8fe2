#include "service/app/policy_file.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/app/directory_yaml.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

using domain::DeedKind;

constexpr std::string_view kKeys =
    "because, rules.KIND.mode, rules.KIND.hold, done_resolutions, bulk_limit, bulk_window, fast_approval, closed_by_change, "
    "handover_window, bot_accounts";

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return lower;
}

std::string KindWord(DeedKind kind) { return Lower(domain::DeedKindName(kind)); }

DeedKind KindFromWord(std::string_view word) {
  for (const DeedKind kind : domain::kDeedKinds) {
    if (KindWord(kind) == word) return kind;
  }
  return DeedKind::kNone;
}

template <typename Number>
bool ReadNumber(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

// `90s`, `10m`, `72h`, `7d`.
bool ReadDuration(std::string_view text, absl::Duration& duration) {
  int32_t number = 0;
  if (text.size() < 2 || !ReadNumber(text.substr(0, text.size() - 1), number) || number < 0) return false;
  const auto of = [number](absl::Duration unit) { return number * unit; };
  switch (text.back()) {
    case 's':
      duration = of(absl::Seconds(1));
      return true;
    case 'm':
      duration = of(absl::Minutes(1));
      return true;
    case 'h':
      duration = of(absl::Hours(1));
      return true;
    case 'd':
      duration = of(absl::Hours(24));
      return true;
    default:
      return false;
  }
}

std::string DurationText(absl::Duration duration) {
  const int64_t seconds = absl::ToInt64Seconds(duration);
  if (seconds > 0 && seconds % 86'400 == 0) return absl::StrCat(seconds / 86'400, "d");
  if (seconds > 0 && seconds % 3'600 == 0) return absl::StrCat(seconds / 3'600, "h");
  if (seconds > 0 && seconds % 60 == 0) return absl::StrCat(seconds / 60, "m");
  return absl::StrCat(seconds, "s");
}

class PolicyReader {
 public:
  explicit PolicyReader(PolicyContent& content) : content_(content) {}

  // `path` = the keys above, with a dot behind.
  void Read(const YamlNode& node, const std::string& path) {
    if (node.kind != YamlNode::Kind::kMap) {
      Fault(node.line, path.empty() ? "the file" : path.substr(0, path.size() - 1), "write it as `key: value` lines");
      return;
    }
    for (const YamlNode::Entry& entry : node.entries) {
      const std::string key = path + entry.key;
      const bool opens = key == "rules" || (key.starts_with("rules.") && std::count(key.begin(), key.end(), '.') == 1);
      if (opens) {
        Read(entry.value, key + '.');
      } else if (!seen_.insert(key).second) {
        Fault(entry.line, key, "is written twice; keep one");
      } else {
        ReadValue(key, entry);
      }
    }
  }
  std::vector<FieldFault> Take() { return std::move(faults_); }

 private:
  static constexpr size_t kMaxFaults = 100;

  void Fault(int line, std::string_view key, std::string_view what) {
    if (faults_.size() < kMaxFaults) {
      faults_.push_back({absl::StrCat("line ", line, " ", std::string(key.substr(0, 100))), std::string(what)});
    }
  }

  void ReadValue(const std::string& key, const YamlNode::Entry& entry) {
    domain::Policy& policy = content_.policy;
    if (key.starts_with("rules.")) return ReadRule(key, entry);
    if (key == "because") return Text(key, entry, content_.because);
    if (key == "done_resolutions") return List(key, entry, policy.done_resolutions);
    if (key == "bot_accounts") return List(key, entry, policy.bot_accounts);
    if (key == "bulk_window") return Duration(key, entry, policy.bulk_window);
    if (key == "fast_approval") return Duration(key, entry, policy.fast_approval);
    if (key == "closed_by_change") return Duration(key, entry, policy.closed_by_change);
    if (key == "handover_window") return Duration(key, entry, policy.handover_window);
    if (key != "bulk_limit") return Fault(entry.line, key, absl::StrCat("is no key; the keys are ", std::string(kKeys)));
    std::string text;
    Text(key, entry, text);
    if (!ReadNumber(text, policy.bulk_limit)) Fault(entry.line, key, "must be a whole number, for example 20");
  }

  void ReadRule(const std::string& key, const YamlNode::Entry& entry) {
    const size_t dot = key.find('.', 6);
    const DeedKind kind = KindFromWord(std::string_view(key).substr(6, dot == std::string::npos ? dot : dot - 6));
    const std::string_view field = dot == std::string::npos ? std::string_view() : std::string_view(key).substr(dot + 1);
    if (kind == DeedKind::kNone || (field != "mode" && field != "hold")) {
      return Fault(entry.line, key,
                   "is no rule; write rules.KIND.mode or rules.KIND.hold with resolved, reviewed, answered, unblocked, handed_over, "
                   "page_improved, duty_served or assisted");
    }
    domain::Rule& rule = content_.policy.rules[static_cast<size_t>(kind)];
    if (field == "hold") return Duration(key, entry, rule.hold);
    std::string mode;
    Text(key, entry, mode);
    if (mode != "active" && mode != "shadow") return Fault(entry.line, key, "must be `active` or `shadow`");
    rule.mode = mode == "active" ? domain::RuleMode::kActive : domain::RuleMode::kShadow;
  }

  void Text(const std::string& key, const YamlNode::Entry& entry, std::string& text) {
    text.clear();
    if (entry.value.kind == YamlNode::Kind::kNull) return;
    if (entry.value.kind != YamlNode::Kind::kScalar) return Fault(entry.line, key, "needs one text as its value");
    text = entry.value.text;
  }

  void Duration(const std::string& key, const YamlNode::Entry& entry, absl::Duration& duration) {
    std::string text;
    Text(key, entry, text);
    if (!ReadDuration(text, duration)) Fault(entry.line, key, "must be a number with s, m, h or d, for example 72h");
  }

  void List(const std::string& key, const YamlNode::Entry& entry, std::vector<std::string>& list) {
    list.clear();
    if (entry.value.kind == YamlNode::Kind::kNull) return;
    if (entry.value.kind != YamlNode::Kind::kList) return Fault(entry.line, key, "must be a list, for example [one, two]");
    for (const YamlNode& item : entry.value.items) {
      if (item.kind != YamlNode::Kind::kScalar) {
        Fault(item.line, key, "must be a list of texts");
      } else {
        list.push_back(item.text);
      }
    }
  }

  PolicyContent& content_;
  std::set<std::string> seen_;
  std::vector<FieldFault> faults_;
};

absl::Status InvalidFile(std::vector<FieldFault> faults) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kPolicyInvalid, "the policy file has faults; nothing was drafted",
               std::move(faults));
}

// A double-quoted scalar: every text can be written so.
std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  return quoted + "\"";
}

void WriteList(std::string_view key, const std::vector<std::string>& list, std::string& out) {
  absl::StrAppend(&out, std::string(key), ":", list.empty() ? " []\n" : "\n");
  for (const std::string& item : list) absl::StrAppend(&out, "  - ", Quoted(item), "\n");
}

}  // namespace

absl::StatusOr<PolicyContent> ReadPolicyFile(std::string_view text, PolicyContent base) {
  if (text.size() > kMaxPolicyFileBytes) return InvalidFile({{"line 1", "the file is larger than 64 KiB; is it the right one?"}});
  const absl::StatusOr<YamlNode> root = ParseYaml(text);
  if (!root.ok()) return InvalidFile(DetailsOf(root.status()).faults);
  if (root->kind == YamlNode::Kind::kNull) return base;
  PolicyReader reader(base);
  reader.Read(*root, "");
  std::vector<FieldFault> faults = reader.Take();
  if (!faults.empty()) return InvalidFile(std::move(faults));
  return base;
}

std::string WritePolicyFile(const PolicyContent& content) {
  const domain::Policy& policy = content.policy;
  std::string out = absl::StrCat("because: ", Quoted(content.because), "\nrules:\n");
  for (const DeedKind kind : domain::kDeedKinds) {
    const domain::Rule& rule = policy.rule(kind);
    absl::StrAppend(&out, "  ", KindWord(kind), ": {mode: ", rule.mode == domain::RuleMode::kShadow ? "shadow" : "active",
                    ", hold: ", DurationText(rule.hold), "}\n");
  }
  WriteList("done_resolutions", policy.done_resolutions, out);
  absl::StrAppend(&out, "bulk_limit: ", policy.bulk_limit, "\nbulk_window: ", DurationText(policy.bulk_window),
                  "\nfast_approval: ", DurationText(policy.fast_approval), "\nclosed_by_change: ", DurationText(policy.closed_by_change),
                  "\nhandover_window: ", DurationText(policy.handover_window), "\n");
  WriteList("bot_accounts", policy.bot_accounts, out);
  return out;
}

}  // namespace comity::app

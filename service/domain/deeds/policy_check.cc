// What a policy's rules may be. Every fault is found, each with its remedy.
#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "service/domain/deeds/policy_record.h"
#include "service/domain/deeds/render.h"
#include "service/domain/directory/directory.h"

namespace comity::domain {
namespace {

constexpr size_t kMaxWords = 200;
constexpr size_t kMaxWordBytes = 100;
constexpr size_t kMaxBots = 1000;
constexpr size_t kMaxBotBytes = 300;
constexpr size_t kMaxBecauseBytes = 500;

using Faults = std::vector<FieldFault>;

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::string RuleField(DeedKind kind) {
  std::string name(DeedKindName(kind));
  std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return "rules." + name;
}

void CheckDuration(const std::string& field, absl::Duration value, absl::Duration low, absl::Duration high, Faults& faults) {
  const bool whole = value == absl::Floor(value, absl::Seconds(1));
  if (whole && value >= low && value <= high) return;
  faults.push_back({field, absl::StrCat("must be whole seconds from ", DurationWords(low), " to ", DurationWords(high))});
}

void CheckWords(const std::vector<std::string>& words, Faults& faults) {
  if (words.size() > kMaxWords) faults.push_back({"done_resolutions", "must be at most 200 words; map rarer ones in the connector"});
  std::set<std::string_view> seen;
  for (size_t i = 0; i < words.size() && i < kMaxWords; ++i) {
    const std::string field = absl::StrCat("done_resolutions[", i, "]");
    const bool upper = std::any_of(words[i].begin(), words[i].end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (words[i].empty() || words[i].size() > kMaxWordBytes || HasControl(words[i]) || upper) {
      faults.push_back({field, "must be 1 to 100 characters of one line in lower case, as `won't be long`"});
    } else if (!seen.insert(words[i]).second) {
      faults.push_back({field, "is there twice; keep one"});
    }
  }
}

void CheckBots(const std::vector<std::string>& bots, Faults& faults) {
  if (bots.size() > kMaxBots) faults.push_back({"bot_accounts", "must be at most 1,000; mark further ones as bots in the directory"});
  std::set<std::string_view> seen;
  for (size_t i = 0; i < bots.size() && i < kMaxBots; ++i) {
    const std::string field = absl::StrCat("bot_accounts[", i, "]");
    if (bots[i].size() > kMaxBotBytes || HasControl(bots[i]) || !AccountName::Parse(bots[i]).has_value()) {
      faults.push_back({field, "must be `suite:instance:id or login`, for example github:github.com:dependabot"});
    } else if (!seen.insert(bots[i]).second) {
      faults.push_back({field, "is there twice; keep one"});
    }
  }
}

}  // namespace

std::vector<FieldFault> FaultsOf(const Policy& policy) {
  Faults faults;
  for (const DeedKind kind : kDeedKinds) {
    const Rule& rule = policy.rule(kind);
    if (rule.mode != RuleMode::kShadow && rule.mode != RuleMode::kActive) {
      faults.push_back({RuleField(kind) + ".mode", "must be `active` or `shadow`"});
    }
    CheckDuration(RuleField(kind) + ".hold", rule.hold, absl::Minutes(1), absl::Hours(90 * 24), faults);
  }
  CheckWords(policy.done_resolutions, faults);
  if (policy.bulk_limit < 1 || policy.bulk_limit > 100'000) faults.push_back({"bulk_limit", "must be from 1 to 100,000"});
  CheckDuration("bulk_window", policy.bulk_window, absl::Seconds(10), absl::Hours(24), faults);
  CheckDuration("fast_approval", policy.fast_approval, absl::ZeroDuration(), absl::Hours(24), faults);
  CheckDuration("closed_by_change", policy.closed_by_change, absl::ZeroDuration(), absl::Hours(24), faults);
  CheckDuration("handover_window", policy.handover_window, absl::ZeroDuration(), absl::Hours(24), faults);
  CheckBots(policy.bot_accounts, faults);
  return faults;
}

std::optional<std::string> FaultOfBecause(std::string_view text) {
  if (text.size() <= kMaxBecauseBytes && !HasControl(text)) return std::nullopt;
  return "must be one line of at most 500 characters";
}

}  // namespace comity::domain

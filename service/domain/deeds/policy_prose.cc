// The whole policy in sentences: every field of it shows, and nothing else decides a word.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/domain/deeds/messages.h"
#include "service/domain/deeds/policy.h"
#include "service/domain/deeds/render.h"

namespace comity::domain {
namespace {

using Parameters = std::vector<std::pair<std::string_view, std::string>>;

Parameters ParametersOf(const Policy& policy) {
  return {
      {"number", absl::StrCat(policy.number)},
      {"time", absl::FormatTime("%-d %B %Y, %H:%M UTC", policy.active_time, absl::UTCTimeZone())},
      {"closed_by_change", DurationWords(policy.closed_by_change)},
      {"fast_approval", DurationWords(policy.fast_approval)},
      {"handover_window", DurationWords(policy.handover_window)},
      {"words", absl::StrJoin(policy.done_resolutions, ", ")},
      {"bulk_limit", absl::StrCat(policy.bulk_limit)},
      {"bulk_window", DurationWords(policy.bulk_window)},
      {"accounts", absl::StrJoin(policy.bot_accounts, ", ")},
  };
}

// A line of prose by the keys of its sentences.
std::string Say(std::initializer_list<std::string> keys, const Parameters& parameters) {
  std::string line;
  const auto value_of = [&](std::string_view name) -> std::optional<std::string> {
    for (const auto& [known, value] : parameters) {
      if (known == name) return value;
    }
    return std::nullopt;
  };
  for (const std::string& key : keys) {
    const auto message = PolicyMessages().find(key);
    if (message == PolicyMessages().end()) continue;
    if (!line.empty()) line += ' ';
    line += FillIn(
        message->second.text, [](std::string_view) -> const char* { return "…"; }, value_of);
  }
  return line + "\n";
}

std::string SayRule(DeedKind kind, const Rule& rule, Parameters parameters) {
  parameters.emplace_back("hold", DurationWords(rule.hold));
  return "- " +
         Say({"RULE_" + std::string(DeedKindName(kind)), rule.mode == RuleMode::kShadow ? "MODE_SHADOW" : "MODE_ACTIVE"}, parameters);
}

std::string BeginningOf(const Policy& policy) {
  if (policy.active_time == absl::InfiniteFuture()) return "NOT_YET";
  return policy.active_time <= absl::UnixEpoch() ? "FROM_THE_BEGINNING" : "FROM";
}

}  // namespace

std::string PolicyProse(const Policy& policy) {
  const Parameters parameters = ParametersOf(policy);
  std::string prose = Say({"INTRODUCTION", BeginningOf(policy), "TEAMS"}, parameters);
  for (const DeedKind kind : kDeedKinds) prose += SayRule(kind, policy.rule(kind), parameters);
  prose +=
      Say({policy.done_resolutions.empty() ? "DONE_BY_SUITE" : "DONE_BY_WORDS", "BULK", policy.bot_accounts.empty() ? "NO_BOTS" : "BOTS"},
          parameters);
  return prose;
}

}  // namespace comity::domain

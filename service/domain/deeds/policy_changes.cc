// What differs between two policies, in sentences; the words are messages, as those of the prose.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/domain/deeds/messages.h"
#include "service/domain/deeds/policy_record.h"
#include "service/domain/deeds/render.h"

namespace comity::domain {
namespace {

class Changes {
 public:
  void Say(const std::string& key, std::string before, std::string after) {
    const auto message = PolicyMessages().find(key);
    if (message == PolicyMessages().end()) return;
    const auto value_of = [&](std::string_view name) -> std::optional<std::string> {
      if (name == "before") return before;
      if (name == "after") return after;
      return std::nullopt;
    };
    said_.push_back(FillIn(
        message->second.text, [](std::string_view) -> const char* { return "…"; }, value_of));
  }
  void Duration(const char* key, absl::Duration before, absl::Duration after) {
    if (before != after) Say(key, DurationWords(before), DurationWords(after));
  }
  // One sentence for what came, one for what went.
  void List(const std::string& key, const std::vector<std::string>& before, const std::vector<std::string>& after) {
    const std::vector<std::string> gone = Without(before, after), added = Without(after, before);
    if (!added.empty()) Say(key + "_ADDED", "", absl::StrJoin(added, ", "));
    if (!gone.empty()) Say(key + "_REMOVED", absl::StrJoin(gone, ", "), "");
  }
  std::vector<std::string> Take() { return std::move(said_); }

 private:
  static std::vector<std::string> Without(const std::vector<std::string>& all, const std::vector<std::string>& known) {
    std::vector<std::string> rest;
    for (const std::string& item : all) {
      if (std::find(known.begin(), known.end(), item) == known.end()) rest.push_back(item);
    }
    return rest;
  }

  std::vector<std::string> said_;
};

void CompareRules(const Policy& before, const Policy& after, Changes& changes) {
  for (const DeedKind kind : kDeedKinds) {
    const Rule &was = before.rule(kind), &is = after.rule(kind);
    const std::string name = "CHANGE_" + std::string(DeedKindName(kind));
    if (was.mode != is.mode) changes.Say(name + (is.mode == RuleMode::kActive ? "_ACTIVE" : "_SHADOW"), "", "");
    if (was.hold != is.hold) changes.Say(name + "_HOLD", DurationWords(was.hold), DurationWords(is.hold));
  }
}

}  // namespace

std::vector<std::string> PolicyChanges(const Policy& before, const Policy& after) {
  Changes changes;
  CompareRules(before, after, changes);
  changes.List("CHANGE_DONE", before.done_resolutions, after.done_resolutions);
  if (before.bulk_limit != after.bulk_limit) {
    changes.Say("CHANGE_BULK_LIMIT", absl::StrCat(before.bulk_limit), absl::StrCat(after.bulk_limit));
  }
  changes.Duration("CHANGE_BULK_WINDOW", before.bulk_window, after.bulk_window);
  changes.Duration("CHANGE_FAST_APPROVAL", before.fast_approval, after.fast_approval);
  changes.Duration("CHANGE_CLOSED_BY_CHANGE", before.closed_by_change, after.closed_by_change);
  changes.Duration("CHANGE_HANDOVER_WINDOW", before.handover_window, after.handover_window);
  changes.List("CHANGE_BOTS", before.bot_accounts, after.bot_accounts);
  return changes.Take();
}

}  // namespace comity::domain

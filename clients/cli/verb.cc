#include "clients/cli/verb.h"

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"

namespace comity::cli {
namespace {

constexpr char kUsage[] = "comity/usage";

}  // namespace

const std::vector<std::string>& Arguments::All(const std::string& name) const {
  static const std::vector<std::string> kNone;
  const auto found = values_.find(name);
  return found == values_.end() ? kNone : found->second;
}

const std::string& Arguments::Get(const std::string& name) const {
  static const std::string kEmpty;
  const std::vector<std::string>& values = All(name);
  return values.empty() ? kEmpty : values.back();
}

const std::vector<Verb>& AllVerbs() {
  static const std::vector<Verb> kVerbs = [] {
    std::vector<Verb> all;
    for (const auto& verbs :
         {WhyVerbs(),    DeedVerbs(),   RecognitionVerbs(), BehaviourVerbs(),  ReportVerbs(),  CheckInVerbs(),  DutyVerbs(),
          MeVerbs(),     EventVerbs(),  DirectoryVerbs(),   AccountVerbs(),    SourceVerbs(),  TokenVerbs(),    EndpointVerbs(),
          PolicyVerbs(), StatusVerbs(), BackupVerbs(),      CheckpointVerbs(), PrivacyVerbs(), LookbackVerbs(), CompletionVerbs()}) {
      all.insert(all.end(), verbs.begin(), verbs.end());
    }
    return all;
  }();
  return kVerbs;
}

Parameter LimitParameter() { return {.name = "--limit", .value = "N", .help = "how many at most; 0 = all", .fallback = "100"}; }

absl::Status ReadLimit(const Arguments& arguments, int64_t* limit) {
  if (absl::SimpleAtoi(arguments.Get("limit"), limit) && *limit >= 0) return absl::OkStatus();
  return UsageError("--limit is a whole number from 0, and 0 means all");
}

absl::Status UsageError(std::string_view message) {
  absl::Status status = absl::InvalidArgumentError(absl::string_view(message.data(), message.size()));
  status.SetPayload(kUsage, absl::Cord(""));
  return status;
}

bool IsUsageError(const absl::Status& status) { return status.GetPayload(kUsage).has_value(); }

}  // namespace comity::cli

#include "clients/cli/git_clone.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

constexpr char kNewest[] = "HEAD";

absl::Status Unreadable(std::string_view message) {
  return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kFieldInvalid, "there is nothing to look back at",
               {{"PATH", std::string(message)}});
}

// Git's words, with a remedy for what people meet.
absl::Status InWords(const std::string& path, const absl::Status& status) {
  if (!absl::IsAborted(status)) return status;
  const std::string complaint(status.message());
  const auto says = [&](const char* words) { return complaint.find(words) != std::string::npos; };
  if (says("not a git repository")) {
    return Unreadable(absl::StrCat(path, " is not in a git clone; name the folder of one: comity lookback PATH"));
  }
  if (says("dubious ownership")) {
    return Unreadable(absl::StrCat(path, " belongs to somebody else, so git does not read it; if you trust it: ",
                                   "git config --global --add safe.directory \"$(realpath ", path, ")\""));
  }
  if (says("cannot change to")) return Unreadable(absl::StrCat("there is no folder ", path, " that can be entered"));
  if (says("promisor") || says("not allowed")) {
    return Unreadable(absl::StrCat("parts of the history of ", path,
                                   " are not on this machine, and a look back fetches nothing; git fetch --refetch brings them"));
  }
  return Unreadable(absl::StrCat("git cannot read ", path, ": ", complaint));
}

std::string SinceArgument(int64_t since) {
  return absl::StrCat("--since=", absl::FormatTime("%Y-%m-%d %H:%M:%S +0000", absl::FromUnixSeconds(since), absl::UTCTimeZone()));
}

}  // namespace

absl::StatusOr<std::string> GitClone::Ask(const std::vector<std::string>& arguments) const {
  auto answer = repository_.Ask(arguments);
  if (!answer.ok()) return InWords(repository_.path(), answer.status());
  return answer;
}

absl::StatusOr<GitClone> GitClone::Open(const std::string& path) {
  GitClone clone(path);
  COMITY_ASSIGN_OR_RETURN(const std::string kind, clone.Ask({"rev-parse", "--is-bare-repository", "--is-shallow-repository"}));
  clone.bare_ = kind.starts_with("true\n");
  clone.shallow_ = kind.ends_with("\ntrue");
  const auto head = clone.Ask({"rev-parse", "--verify", "--quiet", "HEAD^{commit}"});
  if (!head.ok())
    return Unreadable(absl::StrCat("the clone in ", path, " has no commit to look back at; check out a branch that has some"));
  COMITY_ASSIGN_OR_RETURN(clone.branch_, clone.Ask({"rev-parse", "--abbrev-ref", "HEAD"}));
  return clone;
}

absl::StatusOr<std::optional<std::string>> GitClone::FileAtHead(const std::string& path, size_t limit) const {
  COMITY_ASSIGN_OR_RETURN(const auto git, git::GitChild::Start(repository_.path(), {"cat-file", "blob", "HEAD:" + path}));
  std::string content;
  while (content.size() < limit) {
    COMITY_ASSIGN_OR_RETURN(const std::string_view piece, git->Read());
    if (piece.empty()) {
      if (git->Wait() != 0) return std::nullopt;
      return content;
    }
    content.append(piece.substr(0, limit - content.size()));
  }
  return content;
}

absl::StatusOr<int64_t> GitClone::CountCommits(int64_t since) const {
  std::vector<std::string> arguments = {"rev-list", "--count"};
  if (since > 0) arguments.push_back(SinceArgument(since));
  arguments.insert(arguments.end(), {"HEAD", "--"});
  COMITY_ASSIGN_OR_RETURN(const std::string answer, Ask(arguments));
  int64_t count = 0;
  if (!absl::SimpleAtoi(answer, &count)) return absl::DataLossError("git did not count the commits");
  return count;
}

absl::Status GitClone::ReadLog(int64_t since, const git::GitLogParser::Visit& visit) const {
  std::vector<std::string> range = {kNewest};
  if (since > 0) range.push_back(SinceArgument(since));
  return InWords(repository_.path(), repository_.ReadLog(kNewest, range, visit));
}

absl::Status GitClone::MapContacts(const std::vector<std::string>& contacts,
                                   const std::function<void(size_t index, std::string_view name, std::string_view email)>& visit) const {
  return InWords(repository_.path(), repository_.MapContacts(kNewest, contacts, visit));
}

}  // namespace comity::cli

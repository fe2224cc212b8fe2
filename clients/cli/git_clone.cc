#include "clients/cli/git_clone.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/git_child.h"
#include "service/base/error.h"
#include "service/domain/lookback/contact.h"

namespace comity::cli {
namespace {

namespace lookback = domain::lookback;

absl::Status Unreadable(std::string_view message) {
  return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kFieldInvalid, "there is nothing to look back at",
               {{"PATH", std::string(message)}});
}

// Git's words, with a remedy for what people meet.
absl::Status Refusal(const std::string& path, const std::string& complaint) {
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
  return Unreadable(absl::StrCat("git cannot read ", path, ": ", complaint.empty() ? "it ended without a word" : complaint));
}

std::string SinceArgument(int64_t since) {
  return absl::StrCat("--since=", absl::FormatTime("%Y-%m-%d %H:%M:%S +0000", absl::FromUnixSeconds(since), absl::UTCTimeZone()));
}

}  // namespace

std::vector<std::string> LogArguments(int64_t since) {
  std::vector<std::string> arguments = {"log",
                                        "-z",
                                        "--name-status",
                                        "--no-renames",
                                        "--diff-merges=off",
                                        "--no-ext-diff",
                                        "--no-textconv",
                                        "--no-show-signature",
                                        "--no-notes",
                                        "--no-color",
                                        "--no-decorate",
                                        "--no-relative",
                                        "--encoding=UTF-8",
                                        "-O/dev/null"};
  arguments.push_back("--format=" + lookback::GitLogFormat());
  if (since > 0) arguments.push_back(SinceArgument(since));
  arguments.insert(arguments.end(), {"HEAD", "--"});
  return arguments;
}

absl::StatusOr<std::string> GitClone::Ask(const std::vector<std::string>& arguments) const {
  constexpr size_t kMaxAnswerBytes = 64u << 10;
  COMITY_ASSIGN_OR_RETURN(const auto git, GitChild::Start(path_, arguments));
  std::string answer;
  while (true) {
    COMITY_ASSIGN_OR_RETURN(const std::string_view piece, git->Read());
    if (piece.empty()) break;
    if (answer.size() < kMaxAnswerBytes) answer.append(piece);
  }
  if (git->Wait() != 0) return Refusal(path_, git->Complaint());
  while (!answer.empty() && answer.back() == '\n') answer.pop_back();
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
  COMITY_ASSIGN_OR_RETURN(const auto git, GitChild::Start(path_, {"cat-file", "blob", "HEAD:" + path}));
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

absl::Status GitClone::ReadLog(int64_t since, const lookback::GitLogParser::Visit& visit) const {
  COMITY_ASSIGN_OR_RETURN(const auto git, GitChild::Start(path_, LogArguments(since)));
  lookback::GitLogParser parser(visit);
  while (true) {
    COMITY_ASSIGN_OR_RETURN(const std::string_view piece, git->Read());
    if (piece.empty()) break;
    COMITY_RETURN_IF_ERROR(parser.Feed(piece));
  }
  // Git's own words first: an output that ends early is only their consequence.
  if (git->Wait() != 0) return Refusal(path_, git->Complaint());
  return parser.Finish();
}

absl::Status GitClone::MapContacts(const std::vector<std::string>& contacts,
                                   const std::function<void(size_t index, std::string_view name, std::string_view email)>& visit) const {
  // Git answers line by line. What is written at once fits into what the system buffers, so neither side waits for the other for ever.
  constexpr size_t kBatchBytes = 16u << 10;
  if (contacts.empty()) return absl::OkStatus();
  COMITY_ASSIGN_OR_RETURN(const auto git, GitChild::Start(path_, {"check-mailmap", "--stdin"}, true));
  std::string answers;
  for (size_t asked = 0, answered = 0; asked < contacts.size();) {
    std::string batch;
    for (; asked < contacts.size() && batch.size() < kBatchBytes; ++asked) absl::StrAppend(&batch, contacts[asked], "\n");
    COMITY_RETURN_IF_ERROR(git->Write(batch));
    while (answered < asked) {
      COMITY_ASSIGN_OR_RETURN(const std::string_view piece, git->Read());
      if (piece.empty()) {
        git->Wait();
        return Refusal(path_, git->Complaint());
      }
      answers.append(piece);
      size_t start = 0;
      for (size_t end = answers.find('\n'); end != std::string::npos && answered < asked; end = answers.find('\n', start)) {
        const std::string_view line = std::string_view(answers).substr(start, end - start);
        auto contact = lookback::ParseContact(line);
        if (!contact) contact = lookback::ParseContact(contacts[answered]);
        if (contact) visit(answered, contact->name, contact->email);
        ++answered;
        start = end + 1;
      }
      answers.erase(0, start);
    }
  }
  git->CloseInput();
  git->Wait();
  return absl::OkStatus();
}

}  // namespace comity::cli

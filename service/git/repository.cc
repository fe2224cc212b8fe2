#include "service/git/repository.h"

#include "absl/strings/str_cat.h"
#include "service/base/error.h"
#include "service/git/contact.h"

namespace comity::git {
namespace {

absl::Status Refusal(const GitChild& git) {
  const std::string complaint = git.Complaint();
  return absl::AbortedError(complaint.empty() ? "it ended without a word" : complaint);
}

// To its end, and no more than `max_bytes` of it.
absl::StatusOr<std::string> ReadAll(GitChild& git, size_t max_bytes) {
  std::string output;
  while (true) {
    COMITY_ASSIGN_OR_RETURN(const std::string_view piece, git.Read());
    if (piece.empty()) break;
    output.append(piece.substr(0, max_bytes - output.size()));
  }
  if (git.Wait() != 0) return Refusal(git);
  return output;
}

// Of what the newest commit says who is who, also where nothing is checked out.
std::vector<std::string> MailmapOf(const std::string& revision) { return {"-c", absl::StrCat("mailmap.blob=", revision, ":.mailmap")}; }

}  // namespace

std::vector<std::string> LogArguments(const std::string& revision, const std::vector<std::string>& range) {
  std::vector<std::string> arguments = MailmapOf(revision);
  arguments.insert(arguments.end(), {"log", "-z", "--name-status", "--no-renames", "--diff-merges=off", "--no-ext-diff", "--no-textconv",
                                     "--no-show-signature", "--no-notes", "--no-color", "--no-decorate", "--no-relative",
                                     "--encoding=UTF-8", "-O/dev/null", "--format=" + GitLogFormat()});
  arguments.insert(arguments.end(), range.begin(), range.end());
  arguments.emplace_back("--");
  return arguments;
}

absl::StatusOr<std::unique_ptr<GitChild>> Repository::Start(const std::vector<std::string>& arguments, bool input) const {
  std::vector<std::string> all;
  if (owner_ == Owner::kAnybody) all = {"-c", "safe.directory=*"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return GitChild::Start(path_, all, bounds_, input);
}

absl::StatusOr<std::string> Repository::Ask(const std::vector<std::string>& arguments, size_t max_bytes) const {
  COMITY_ASSIGN_OR_RETURN(const auto git, Start(arguments));
  COMITY_ASSIGN_OR_RETURN(std::string answer, ReadAll(*git, max_bytes));
  while (!answer.empty() && answer.back() == '\n') answer.pop_back();
  return answer;
}

absl::Status Repository::Fetch(const std::vector<std::string>& arguments, const std::string& authorization) const {
  COMITY_ASSIGN_OR_RETURN(const auto git, GitChild::StartFetch(path_, arguments, authorization, bounds_));
  return ReadAll(*git, 0).status();
}

absl::Status Repository::ReadLog(const std::string& revision, const std::vector<std::string>& range,
                                 const GitLogParser::Visit& visit) const {
  COMITY_ASSIGN_OR_RETURN(const auto git, Start(LogArguments(revision, range)));
  GitLogParser parser(visit);
  while (true) {
    COMITY_ASSIGN_OR_RETURN(const std::string_view piece, git->Read());
    if (piece.empty()) break;
    COMITY_RETURN_IF_ERROR(parser.Feed(piece));
  }
  // Git's own words first: an output that ends early is only their consequence.
  if (git->Wait() != 0) return Refusal(*git);
  return parser.Finish();
}

absl::Status Repository::MapContacts(const std::string& revision, const std::vector<std::string>& contacts,
                                     const std::function<void(size_t index, std::string_view name, std::string_view email)>& visit) const {
  // Git answers line by line. What is written at once fits into what the system buffers, so neither side waits for the other for ever.
  constexpr size_t kBatchBytes = 16u << 10;
  if (contacts.empty()) return absl::OkStatus();
  std::vector<std::string> arguments = MailmapOf(revision);
  arguments.insert(arguments.end(), {"check-mailmap", "--stdin"});
  COMITY_ASSIGN_OR_RETURN(const auto git, Start(arguments, true));
  std::string answers;
  for (size_t asked = 0, answered = 0; asked < contacts.size();) {
    std::string batch;
    for (; asked < contacts.size() && batch.size() < kBatchBytes; ++asked) absl::StrAppend(&batch, contacts[asked], "\n");
    COMITY_RETURN_IF_ERROR(git->Write(batch));
    while (answered < asked) {
      COMITY_ASSIGN_OR_RETURN(const std::string_view piece, git->Read());
      if (piece.empty()) {
        git->Wait();
        return Refusal(*git);
      }
      answers.append(piece);
      size_t start = 0;
      for (size_t end = answers.find('\n'); end != std::string::npos && answered < asked; end = answers.find('\n', start)) {
        const std::string_view line = std::string_view(answers).substr(start, end - start);
        auto contact = ParseContact(line);
        if (!contact) contact = ParseContact(contacts[answered]);
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

}  // namespace comity::git

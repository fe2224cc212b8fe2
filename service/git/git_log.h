// Reads what `git log` prints, as it comes. Pure: bytes in, commits out.
#ifndef COMITY_SERVICE_GIT_GIT_LOG_H_
#define COMITY_SERVICE_GIT_GIT_LOG_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace comity::git {

// The trailers that are read, for `git log`'s own trailer parser; it knows where in a message trailers may stand.
inline constexpr std::string_view kTrailerKeys[] = {"Reviewed-by", "Tested-by",   "Helped-by",
                                                    "Mentored-by", "Reported-by", "Co-authored-by"};
// The value of `--format=tformat:`: every field ends with a NUL, which no name, message or path can contain, so nothing written in a
// commit can pass for another commit. Goes with `-z --name-status --no-renames`. Names and addresses are git's after `.mailmap`.
std::string GitLogFormat();

// Bounds, whatever a commit holds. What lies beyond is dropped while it streams by.
inline constexpr size_t kMaxFieldBytes = 64u << 10;
inline constexpr size_t kMaxTrailers = 200;    // of one commit
inline constexpr size_t kMaxFiles = 20'000;    // of one commit
inline constexpr size_t kMaxReverts = 100;     // likewise
inline constexpr size_t kMaxPathBytes = 4096;  // longer ones are left out

// 40 or 64 hexadecimal digits, lower case.
bool IsCommitId(std::string_view text);

struct Trailer {
  std::string_view key, value;
};

// Lives as long as the call it is passed to. Text is as the commit has it: any bytes but NUL.
struct LogCommit {
  std::string_view id;                    // hexadecimal, 40 or 64 digits
  std::vector<std::string_view> parents;  // likewise
  int64_t time = 0;                       // of the committer, Unix seconds; 0 if it is not between 1970 and 9998
  std::string_view author_name, author_email;
  std::vector<Trailer> trailers;
  std::string_view subject;               // the first line of its message
  std::vector<std::string_view> reverts;  // the commits that lines of the message say this one reverts
  std::vector<std::string_view> files;    // that it touches; none for a merge
};

class GitLogParser {
 public:
  using Visit = std::function<void(const LogCommit&)>;
  explicit GitLogParser(Visit visit) : visit_(std::move(visit)) {}
  GitLogParser(const GitLogParser&) = delete;
  GitLogParser& operator=(const GitLogParser&) = delete;

  // Visits every commit that is complete. Errors: DATA_LOSS if these bytes are not of that format; nothing more is visited then.
  absl::Status Feed(std::string_view bytes);
  // Visits the last commit. Errors: DATA_LOSS if the output ends in the middle of one.
  absl::Status Finish();

 private:
  enum Field { kId, kParents, kTime, kName, kEmail, kTrailers, kMessage, kStatus, kPath };
  absl::Status Take(std::string_view token);
  absl::Status TakeStatus(std::string_view token);
  void Keep(std::string_view token);
  void VisitCommit();
  void Append(std::string_view piece);

  Visit visit_;
  Field next_ = kId;
  bool failed_ = false;
  std::string carried_;  // the beginning of a token whose end has not come yet
  // The fields of the commit that is being read, one after the other, and where each ends.
  std::string text_;
  size_t ends_[kStatus] = {};
  std::vector<size_t> file_ends_;
  LogCommit commit_;
};

}  // namespace comity::git

#endif  // COMITY_SERVICE_GIT_GIT_LOG_H_

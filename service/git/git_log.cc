#include "service/git/git_log.h"

#include <algorithm>
#include <charconv>

namespace comity::git {
namespace {

constexpr int64_t kMaxTime = 253'370'764'800;  // 9999-01-01

bool IsHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

int64_t TimeOf(std::string_view text) {
  int64_t time = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), time);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && time > 0 && time < kMaxTime ? time : 0;
}

void ReadTrailers(std::string_view text, std::vector<Trailer>& trailers) {
  trailers.clear();
  while (!text.empty() && trailers.size() < kMaxTrailers) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    trailers.push_back({line.substr(0, colon), value});
  }
}

// At the beginning of a line only: who brings a change back quotes what had reverted it.
void ReadReverts(std::string_view message, std::vector<std::string_view>& reverts) {
  constexpr std::string_view kWords = "This reverts commit ";
  reverts.clear();
  for (size_t at = message.find(kWords); at != std::string_view::npos && reverts.size() < kMaxReverts; at = message.find(kWords, at + 1)) {
    if (at > 0 && message[at - 1] != '\n') continue;
    const std::string_view rest = message.substr(at + kWords.size());
    const std::string_view id = rest.substr(0, static_cast<size_t>(std::find_if_not(rest.begin(), rest.end(), IsHex) - rest.begin()));
    if (IsCommitId(id)) reverts.push_back(id);
  }
}

absl::Status Unreadable() { return absl::DataLossError("git printed something else than the log that was asked for"); }

}  // namespace

bool IsCommitId(std::string_view text) { return (text.size() == 40 || text.size() == 64) && std::all_of(text.begin(), text.end(), IsHex); }

std::string GitLogFormat() {
  std::string format = "tformat:%H%x00%P%x00%ct%x00%aN%x00%aE%x00%(trailers:unfold,separator=%x0A";
  for (const std::string_view key : kTrailerKeys) format.append(",key=").append(key);
  return format + ")%x00%B";
}

void GitLogParser::Append(std::string_view piece) {
  // One byte more than is kept, so that a token that was cut is told from one that just fits.
  if (carried_.size() <= kMaxFieldBytes) carried_.append(piece.substr(0, kMaxFieldBytes + 1 - carried_.size()));
}

absl::Status GitLogParser::Feed(std::string_view bytes) {
  while (!failed_ && !bytes.empty()) {
    const size_t end = bytes.find('\0');
    if (end == std::string_view::npos) {
      Append(bytes);
      break;
    }
    absl::Status status;
    if (carried_.empty()) {
      status = Take(bytes.substr(0, end));
    } else {
      Append(bytes.substr(0, end));
      status = Take(carried_);
      carried_.clear();
    }
    if (!status.ok()) {
      failed_ = true;
      return status;
    }
    bytes.remove_prefix(end + 1);
  }
  return failed_ ? Unreadable() : absl::OkStatus();
}

absl::Status GitLogParser::Finish() {
  const bool between = next_ == kStatus || (next_ == kId && text_.empty());
  if (failed_ || !carried_.empty() || !between) return Unreadable();
  if (next_ == kStatus) VisitCommit();
  next_ = kId;
  return absl::OkStatus();
}

void GitLogParser::Keep(std::string_view token) {
  text_.append(token.substr(0, kMaxFieldBytes));
  ends_[next_] = text_.size();
}

absl::Status GitLogParser::Take(std::string_view token) {
  if (next_ == kStatus) return TakeStatus(token);
  if (next_ == kPath) {
    if (token.size() <= kMaxPathBytes && file_ends_.size() < kMaxFiles) {
      text_.append(token);
      file_ends_.push_back(text_.size());
    }
    next_ = kStatus;
    return absl::OkStatus();
  }
  if (next_ == kId && !IsCommitId(token)) return Unreadable();
  Keep(token);
  next_ = static_cast<Field>(next_ + 1);
  return absl::OkStatus();
}

// After a commit's fields come pairs of status and path, the first one after a line break, or the next commit.
absl::Status GitLogParser::TakeStatus(std::string_view token) {
  if (token.starts_with('\n')) token.remove_prefix(1);
  if (token.empty()) return absl::OkStatus();
  if (token.size() == 1 && token[0] >= 'A' && token[0] <= 'Z') {
    next_ = kPath;
    return absl::OkStatus();
  }
  VisitCommit();
  next_ = kId;
  return Take(token);
}

void GitLogParser::VisitCommit() {
  const auto field = [this](Field which) {
    const size_t start = which == kId ? 0 : ends_[which - 1];
    return std::string_view(text_).substr(start, ends_[which] - start);
  };
  commit_.id = field(kId);
  commit_.parents.clear();
  for (std::string_view rest = field(kParents); !rest.empty();) {
    const size_t end = rest.find(' ');
    if (IsCommitId(rest.substr(0, end))) commit_.parents.push_back(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  commit_.time = TimeOf(field(kTime));
  commit_.author_name = field(kName);
  commit_.author_email = field(kEmail);
  ReadTrailers(field(kTrailers), commit_.trailers);
  const std::string_view message = field(kMessage);
  commit_.subject = message.substr(0, message.find('\n'));
  ReadReverts(message, commit_.reverts);
  commit_.files.clear();
  size_t start = ends_[kMessage];
  for (const size_t end : file_ends_) {
    commit_.files.push_back(std::string_view(text_).substr(start, end - start));
    start = end;
  }
  visit_(commit_);
  text_.clear();
  file_ends_.clear();
}

}  // namespace comity::git

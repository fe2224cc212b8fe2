#include "plugins/git/git.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "plugins/git/commits.h"
#include "plugins/git/options.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/source_checks.h"
#include "service/base/error.h"
#include "service/git/git_log.h"

namespace comity::git_connector {
namespace {

using sdk::Json;

constexpr absl::Duration kAhead = absl::Minutes(10);  // how far ahead the service takes an instant
constexpr size_t kMaxCommits = 5000;                  // of one answer; the host sends a fifth at most
constexpr std::string_view kNone = "-";

constexpr std::string_view kSetup = R"(Nothing to click: comity-connect reads the repositories, on this machine or over https:// and ssh://.
config.repositories: absolute paths or addresses, with commas between them
poll: {every: 5m, back_fill: 90d}, and read_token_file for those behind https:// that want a token.)";

// How far a repository has been read: everything that `read` contains; and, while a walk is under way, `skip` of what `head` has beyond it.
struct Cursor {
  std::string read, head;
  uint64_t skip = 0;

  std::string ToText() const { return absl::StrCat(OrNone(read), " ", OrNone(head), " ", skip); }
  static std::string OrNone(const std::string& id) { return id.empty() ? std::string(kNone) : id; }
  // nullopt for what no cursor says.
  static std::optional<Cursor> Parse(std::string_view text) {
    const std::vector<std::string> parts = absl::StrSplit(absl::string_view(text.data(), text.size()), ' ');
    Cursor cursor;
    if (parts.size() != 3 || !ReadId(parts[0], &cursor.read) || !ReadId(parts[1], &cursor.head)) return std::nullopt;
    const auto [end, failure] = std::from_chars(parts[2].data(), parts[2].data() + parts[2].size(), cursor.skip);
    if (failure != std::errc() || end != parts[2].data() + parts[2].size()) return std::nullopt;
    if (cursor.head.empty() && (cursor.read.empty() || cursor.skip > 0)) return std::nullopt;
    return cursor;
  }
  static bool ReadId(const std::string& text, std::string* id) {
    if (text != kNone) *id = text;
    return text == kNone || git::IsCommitId(text);
  }
};

absl::Status Unreadable() {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kJsonInvalid, "the answer is not what this host says of a repository");
}

// One answer. The note of a request for commits holds the cursor that it reads by, and then the newest commit that there is.
class Absorber {
 public:
  Absorber(const sdk::Source& source, const Reading& reading, const sdk::Poll& poll, const sdk::Fetch& fetch)
      : source_(source), reading_(reading), poll_(poll), fetch_(fetch) {}

  absl::StatusOr<sdk::Step> Read(const net::Response& response) {
    if (fetch_.note.empty()) return Head(response);
    const size_t cut = fetch_.note.rfind(' ');
    const std::optional<Cursor> cursor = Cursor::Parse(std::string_view(fetch_.note).substr(0, cut));
    const std::string newest = fetch_.note.substr(cut == std::string::npos ? fetch_.note.size() : cut + 1);
    if (!cursor || !git::IsCommitId(newest)) return Unreadable();
    return Commits(*cursor, newest, response);
  }

 private:
  absl::StatusOr<sdk::Step> Head(const net::Response& response) {
    if (response.status != 200) return Unreadable();
    COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, sdk::JsonDocument::Parse(response.body));
    const std::string newest(document.root().At("/head").Text());
    if (!git::IsCommitId(newest)) return Unreadable();
    Cursor cursor;
    if (const auto known = poll_.cursors.find(fetch_.stream); known != poll_.cursors.end()) {
      cursor = Cursor::Parse(known->second).value_or(Cursor());
    }
    if (cursor.head.empty()) cursor.head = newest;  // else a walk that was cut off goes on
    if (cursor.read != cursor.head) Ask(cursor, newest);
    return std::move(step_);
  }

  void Ask(const Cursor& cursor, const std::string& newest) {
    const std::string from = cursor.read.empty() ? absl::StrCat("since=", absl::ToUnixSeconds(std::max(poll_.begin, absl::UnixEpoch())))
                                                 : "after=" + cursor.read;
    step_.next.push_back({absl::StrCat("/", fetch_.stream, "/commits?head=", cursor.head, "&", from, "&skip=", cursor.skip), "",
                          fetch_.stream, absl::StrCat(cursor.ToText(), " ", newest)});
  }

  absl::StatusOr<sdk::Step> Commits(Cursor cursor, const std::string& newest, const net::Response& response) {
    if (response.status == 404) {
      // The branch was written anew and the old commits are gone: from the beginning. What kept its id is known already.
      if (cursor.read.empty() && cursor.head == newest) return Unreadable();
      Ask({"", newest, 0}, newest);
      return std::move(step_);
    }
    if (response.status != 200) return Unreadable();
    COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, sdk::JsonDocument::Parse(response.body));
    const Json commits = document.root().At("/commits");
    if (!commits.is_array()) return Unreadable();
    for (const Json commit : commits.Items(kMaxCommits)) {
      if (!MapCommit(commit, source_, reading_, &step_.facts)) ++step_.unreadable;
    }
    const int64_t next = document.root().At("/next").Integer().value_or(-1);
    if (next > static_cast<int64_t>(cursor.skip)) {
      cursor.skip = static_cast<uint64_t>(next);
      step_.reached = sdk::Commit{fetch_.stream, cursor.ToText()};
      Ask(cursor, newest);
      return std::move(step_);
    }
    cursor = {cursor.head, "", 0};
    step_.reached = sdk::Commit{fetch_.stream, cursor.ToText()};
    if (cursor.read != newest) Ask({cursor.read, newest, 0}, newest);  // this walk had been begun when the branch was older
    return std::move(step_);
  }

  const sdk::Source& source_;
  const Reading& reading_;
  const sdk::Poll& poll_;
  const sdk::Fetch& fetch_;
  sdk::Step step_;
};

class Git : public sdk::Connector {
 public:
  Git() {
    manifest_.suite = "git";
    manifest_.title = "Git";
    manifest_.options = {
        {"repositories", "absolute paths or https:// and ssh:// addresses, with commas between them; NAME=… names one", ""},
        {"branch", "which branch is read; the one that HEAD names unless given", ""},
        {"commit_url", "where a browser shows a commit, with {repository} and {commit}", ""},
        {"titles", "first lines of commit messages are sent to the service", "true"},
    };
    manifest_.reconciles = true;
    manifest_.hooks = false;
    manifest_.transport = sdk::Transport::kGit;
    manifest_.token_prefix = "";
    manifest_.setup = kSetup;
  }

  const sdk::Manifest& manifest() const override { return manifest_; }

  std::vector<std::string> Check(const sdk::Source& source) const override {
    std::vector<std::string> faults = sdk::CheckSource(manifest_, source);
    const std::vector<sdk::GitRepository> repositories = Read(source, &faults);
    if (repositories.empty() && faults.empty()) faults.push_back("config.repositories is missing; list paths or addresses of repositories");
    const std::string_view url = Option(source, "commit_url");
    if (!url.empty() && (!(url.starts_with("https://") || url.starts_with("http://")) || url.find("{commit}") == std::string_view::npos)) {
      faults.push_back("config.commit_url must be an address with {commit} in it: https://git.example/{repository}/commit/{commit}");
    }
    return faults;
  }

  sdk::Auth Verify(const sdk::Request&, const sdk::Source&, absl::Time) const override { return sdk::Auth::kUnauthenticated; }
  absl::StatusOr<sdk::Parsed> Parse(const sdk::Request&, const sdk::Source&, absl::Time) const override { return Unreadable(); }

  std::vector<sdk::GitRepository> Repositories(const sdk::Source& source) const override {
    std::vector<std::string> faults;
    return Read(source, &faults);
  }
  std::string Polled(const sdk::Source& source) const override {
    std::string text = "trailers and reverts of";
    for (const sdk::GitRepository& repository : Repositories(source)) {
      absl::StrAppend(&text, text.ends_with("of") ? " " : ", ", repository.name, repository.is_local() ? "" : " (copied)");
    }
    return text;
  }

  sdk::Step Plan(const sdk::Source& source, const sdk::Poll&) const override {
    sdk::Step step;
    for (const sdk::GitRepository& repository : Repositories(source)) {
      step.next.push_back({"/" + repository.name, "", repository.name, ""});
    }
    return step;
  }

  absl::StatusOr<sdk::Step> Absorb(const sdk::Source& source, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                   const net::Response& response) const override {
    const Reading reading{.repository = fetch.stream,
                          .commit_url = std::string(Option(source, "commit_url")),
                          .titles = Option(source, "titles") == "true",
                          .begin = poll.begin,
                          .until = poll.now + kAhead};
    return Absorber(source, reading, poll, fetch).Read(response);
  }

 private:
  std::string_view Option(const sdk::Source& source, std::string_view name) const { return sdk::OptionOf(manifest_, source, name); }
  std::vector<sdk::GitRepository> Read(const sdk::Source& source, std::vector<std::string>* faults) const {
    return ReadRepositories(Option(source, "repositories"), Option(source, "branch"), faults);
  }

  sdk::Manifest manifest_;
};

}  // namespace

std::unique_ptr<sdk::Connector> MakeConnector() { return std::make_unique<Git>(); }

}  // namespace comity::git_connector

#include "plugins/host/git_api.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "plugins/host/git_commits.h"
#include "service/base/error.h"
#include "service/base/json_text.h"

namespace comity::host {
namespace {

constexpr char kCopied[] = "refs/comity/read";  // where a copy keeps the branch
constexpr auto kLongestCopy = std::chrono::minutes(60), kLongestRead = std::chrono::minutes(10);

absl::Status Misshapen() { return absl::InvalidArgumentError("this is no request to a git repository"); }

template <typename Number>
bool ReadNumber(std::string_view text, Number* number) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return failure == std::errc() && end == text.data() + text.size();
}

absl::StatusOr<CommitRange> RangeOf(std::string_view query) {
  CommitRange range;
  for (const absl::string_view part : absl::StrSplit(absl::string_view(query.data(), query.size()), '&', absl::SkipEmpty())) {
    const std::string_view pair(part.data(), part.size());
    const std::string_view name = pair.substr(0, pair.find('=')), value = pair.substr(std::min(pair.size(), name.size() + 1));
    bool sound = true;
    if (name == "head" || name == "after") {
      sound = git::IsCommitId(value);
      (name == "head" ? range.head : range.after) = std::string(value);
    } else if (name == "since") {
      sound = ReadNumber(value, &range.since);
    } else if (name == "skip") {
      sound = ReadNumber(value, &range.skip);
    } else {
      sound = false;
    }
    if (!sound) return Misshapen();
  }
  if (range.head.empty()) return Misshapen();
  return range;
}

// What git said, on one line.
std::string Words(const std::string& name, const absl::Status& status) {
  constexpr size_t kMaxWords = 300;
  std::string words(status.message());
  std::replace(words.begin(), words.end(), '\n', ' ');
  return absl::StrCat(name, ": git says: ", words.substr(0, kMaxWords));
}

bool WantsOtherToken(const absl::Status& status) {
  return absl::StrContains(status.message(), "Authentication failed") || absl::StrContains(status.message(), "could not read Username") ||
         absl::StrContains(status.message(), "error: 401");
}

// As the forges want it: any user's name goes with a token.
std::string AuthorizationOf(const sdk::GitRepository& wanted, const net::Headers& headers) {
  const std::string_view token = net::FindHeader(headers, "Authorization");
  return token.empty() || !wanted.location.starts_with("http") ? ""
                                                               : "Basic " + absl::Base64Escape(absl::StrCat("git:", std::string(token)));
}

absl::Status NoBranch(const sdk::GitRepository& wanted) {
  return absl::NotFoundError(absl::StrCat(wanted.name, " has no commit on ",
                                          wanted.branch.empty() ? "the branch of its HEAD" : "branch " + wanted.branch,
                                          "; is config.branch right?"));
}

// What a fetch that was killed leaves behind; nobody else writes there.
void RemoveLeftovers(const std::string& copy) {
  std::error_code failure;
  std::vector<std::filesystem::path> left = {copy + "/" + kCopied + ".lock"};
  for (const auto& entry : std::filesystem::directory_iterator(copy + "/objects/pack", failure)) {
    if (entry.path().filename().string().starts_with("tmp_")) left.push_back(entry.path());
  }
  for (const std::filesystem::path& path : left) std::filesystem::remove(path, failure);
}

net::Response Json(int status, std::string body) { return {status, {{"Content-Type", "application/json"}}, std::move(body)}; }

}  // namespace

GitApi::GitApi(std::string mirrors, std::vector<sdk::GitRepository> repositories)
    : mirrors_(std::move(mirrors)), repositories_(std::move(repositories)) {}

std::string GitApi::PathOf(const sdk::GitRepository& wanted) const {
  return wanted.is_local() ? wanted.location : absl::StrCat(mirrors_, "/", wanted.name, ".git");
}

absl::StatusOr<net::Response> GitApi::Get(std::string_view path, const net::Headers& headers, const std::atomic<bool>* cancelled) const {
  const std::string_view resource = path.substr(0, path.find('?'));
  const std::string_view query = path.substr(std::min(path.size(), resource.size() + 1));
  const bool commits = resource.ends_with("/commits");
  const std::string_view name = resource.substr(0, resource.size() - (commits ? std::string_view("/commits").size() : 0));
  const auto wanted = std::find_if(repositories_.begin(), repositories_.end(),
                                   [&](const sdk::GitRepository& one) { return name.size() > 1 && one.name == name.substr(1); });
  if (wanted == repositories_.end()) return Misshapen();
  const git::Bounds bounds{cancelled, std::chrono::steady_clock::now() + (commits ? kLongestRead : kLongestCopy)};
  const git::Repository repository(PathOf(*wanted), bounds, git::Owner::kAnybody);  // whose path it is, the configuration says
  if (!commits) return Head(*wanted, repository, headers, bounds);
  COMITY_ASSIGN_OR_RETURN(const CommitRange range, RangeOf(query));
  for (const std::string& id : {range.head, range.after}) {
    const auto there = id.empty() ? absl::StatusOr<std::string>("") : repository.Ask({"cat-file", "-e", id + "^{commit}"});
    if (absl::StrContains(there.status().message(), "Not a valid object name")) return Json(404, "{\"message\": \"no such commit\"}");
    if (absl::IsAborted(there.status())) return absl::UnavailableError(Words(wanted->name, there.status()));
    if (!there.ok()) return there.status();
  }
  auto json = CommitsJson(repository, range);
  if (absl::IsAborted(json.status())) return absl::UnavailableError(Words(wanted->name, json.status()));
  if (!json.ok()) return json.status();
  return Json(200, *std::move(json));
}

absl::StatusOr<net::Response> GitApi::Head(const sdk::GitRepository& wanted, const git::Repository& repository, const net::Headers& headers,
                                           const git::Bounds& bounds) const {
  std::string revision = wanted.branch.empty() ? "HEAD" : "refs/heads/" + wanted.branch;
  if (!wanted.is_local()) {
    std::error_code failure;
    std::filesystem::create_directories(mirrors_, failure);
    if (failure) return absl::UnavailableError(absl::StrCat("the folder for copies cannot be made: ", failure.message()));
    absl::Status copied = git::Repository(mirrors_, bounds).Ask({"init", "--quiet", "--bare", wanted.name + ".git"}).status();
    if (copied.ok()) {
      RemoveLeftovers(repository.path());
      copied =
          repository.Fetch({"--quiet", "--no-tags", "--no-write-fetch-head", wanted.location, absl::StrCat("+", revision, ":", kCopied)},
                           AuthorizationOf(wanted, headers));
    }
    if (absl::IsAborted(copied)) {
      // Of this repository alone: others of the source may be open to all.
      if (WantsOtherToken(copied)) {
        return absl::NotFoundError(wanted.name + " is not there for this read token, or for nobody without one (poll.read_token_file)");
      }
      if (absl::StrContains(copied.message(), "couldn't find remote ref")) return NoBranch(wanted);
      return absl::UnavailableError(Words(wanted.name, copied));
    }
    if (!copied.ok()) return copied;
    revision = kCopied;
  }
  const auto head = repository.Ask({"rev-parse", "--verify", "--end-of-options", revision + "^{commit}"});
  if (absl::IsAborted(head.status())) {
    const bool nothing = absl::StrContains(head.status().message(), "Needed a single revision");
    if (!nothing) return absl::UnavailableError(Words(wanted.name, head.status()));
    return NoBranch(wanted);
  }
  if (!head.ok()) return head.status();
  std::string body = "{\"head\": ";
  AppendJsonString(body, *head);
  return Json(200, body + "}");
}

}  // namespace comity::host

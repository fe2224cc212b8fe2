#include "plugins/git/options.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace comity::git_connector {
namespace {

constexpr size_t kMaxRepositories = 1000;

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= 100 && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.'; });
}

// What git takes for a branch, as far as it matters here: nothing that is an option, a range or a pattern.
bool IsBranch(std::string_view branch) {
  return branch.size() <= 200 && !branch.starts_with('-') && !branch.starts_with('/') && branch.find("..") == std::string_view::npos &&
         branch.find_first_of(" ~^:?*[\\") == std::string_view::npos &&
         std::all_of(branch.begin(), branch.end(), [](unsigned char c) { return c > ' ' && c != 0x7f; });
}

// Nobody listens in, and no secret stands in the address.
std::string FaultOf(std::string_view location) {
  if (location.size() > 500 || std::any_of(location.begin(), location.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; })) {
    return "is no path and no address";
  }
  if (location.starts_with('/')) return "";
  const size_t start = location.find("://");
  const std::string_view scheme = location.substr(0, start);
  if (start == std::string_view::npos || (scheme != "https" && scheme != "ssh" && scheme != "http")) {
    return "must be an absolute path, or begin with https:// or ssh://";
  }
  const std::string_view authority = location.substr(start + 3, location.find('/', start + 3) - start - 3);
  if (authority.empty() || authority.starts_with('-')) return "names no host";
  if (scheme == "ssh") return authority.find(':') < authority.find('@') && authority.find('@') != authority.npos ? "holds a password" : "";
  if (authority.find('@') != std::string_view::npos) return "holds a user or password; put a token into poll.read_token_file";
  const std::string_view host = authority.substr(0, authority.find(':'));
  return scheme == "https" || host == "127.0.0.1" || host == "localhost" ? "" : "must begin with https://, since others could listen in";
}

// Without what an address must not hold, but may.
std::string Shown(std::string_view text) {
  const size_t start = text.find("://"), end = text.find('/', start == std::string_view::npos ? 0 : start + 3);
  const std::string_view before = text.substr(0, end);
  const size_t at = before.rfind('@');
  if (start == std::string_view::npos || at == std::string_view::npos || at < start) return std::string(text.substr(0, 200));
  return absl::StrCat(std::string(text.substr(0, start)), "://…", std::string(text.substr(at, 200)));
}

// The host and port of an address behind http or https; empty for others.
std::string_view WebHost(std::string_view location) {
  if (!location.starts_with("http")) return {};
  const size_t start = location.find("://") + 3;
  return location.substr(start, location.find('/', start) - start);
}

std::string_view LastPart(std::string_view location) {
  while (location.ends_with('/')) location.remove_suffix(1);
  if (location.ends_with(".git")) location.remove_suffix(4);
  while (location.ends_with('/')) location.remove_suffix(1);  // `/srv/billing/.git`
  return location.substr(location.rfind('/') + 1);
}

}  // namespace

std::vector<sdk::GitRepository> ReadRepositories(std::string_view repositories, std::string_view branch, std::vector<std::string>* faults) {
  std::vector<sdk::GitRepository> read;
  std::set<std::string> names;
  std::set<std::string_view> hosts;
  if (!IsBranch(branch)) faults->push_back("config.branch is no name of a branch");
  for (absl::string_view entry : absl::StrSplit(absl::string_view(repositories.data(), repositories.size()), ',')) {
    entry = absl::StripAsciiWhitespace(entry);
    if (entry.empty()) continue;
    const std::string_view text(entry.data(), entry.size());
    const size_t equals = text.find('=');
    const bool named = equals < text.find('/');
    const std::string_view location = named ? text.substr(equals + 1) : text;
    const std::string name(named ? text.substr(0, equals) : LastPart(location));
    const std::string where = absl::StrCat("config.repositories: ", Shown(text), " ");
    if (const std::string fault = FaultOf(location); !fault.empty()) {
      faults->push_back(where + fault);
    } else if (!IsName(name)) {
      faults->push_back(where + "has no name of letters, digits, `-`, `_` and `.`; give it one: NAME=…");
    } else if (!names.insert(name).second) {
      faults->push_back(where + "has the name of another; give it one of its own: NAME=…");
    } else {
      read.push_back({name, std::string(location), std::string(branch)});
      if (const std::string_view host = WebHost(location); !host.empty()) hosts.insert(host);
    }
  }
  if (hosts.size() > 1) {
    faults->push_back("config.repositories names several hosts; make a source for each, since the read token is shown to all of them");
  }
  if (read.size() > kMaxRepositories) faults->push_back("config.repositories holds more than 1000; make a second source");
  return read;
}

std::string CommitUrl(std::string_view pattern, std::string_view repository, std::string_view commit) {
  const auto view = [](std::string_view text) { return absl::string_view(text.data(), text.size()); };
  return absl::StrReplaceAll(view(pattern), {{"{repository}", view(repository)}, {"{commit}", view(commit)}});
}

}  // namespace comity::git_connector

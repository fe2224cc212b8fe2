#include "plugins/host/git_commits.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "service/base/error.h"
#include "service/base/json_text.h"
#include "service/git/contact.h"

namespace comity::host {
namespace {

constexpr size_t kMaxBrought = 1000;        // commits of one merge that are looked at
constexpr size_t kMaxFolderFiles = 50'000;  // paths that decide about one folder
constexpr size_t kMaxTrailersShown = 100;
constexpr size_t kMaxPageBytes = 8u << 20;

struct Someone {
  std::string email, name;
  bool operator<(const Someone& other) const { return email < other.email; }
};

struct Found {
  std::string id, subject, folder;
  int64_t time = 0;
  bool merge = false;
  Someone author;
  std::vector<std::pair<std::string, size_t>> trailers;  // key, index of the contact
  std::vector<std::string> reverts;
};

Someone SomeoneOf(std::string_view name, std::string_view email) {
  return {git::PersonKey(email.substr(0, git::kMaxContactBytes)), std::string(name.substr(0, git::kMaxContactBytes))};
}

void AppendMember(std::string& out, std::string_view name, std::string_view text) {
  if (out.back() != '{') out += ", ";
  AppendJsonString(out, name);
  out += ": ";
  AppendJsonString(out, text);
}

void AppendPerson(std::string& out, const Someone& person) {
  out += '{';
  AppendMember(out, "email", person.email);
  AppendMember(out, "name", person.name);
  out += git::LooksLikeBot(person.name, person.email) ? ", \"bot\": true}" : ", \"bot\": false}";
}

class Page {
 public:
  Page(const git::Repository& repository, const CommitRange& range) : repository_(repository), range_(range) {}

  absl::StatusOr<std::string> Read() {
    COMITY_RETURN_IF_ERROR(repository_.ReadLog(range_.head, Arguments(), [this](const git::LogCommit& commit) { Add(commit); }));
    for (Found& found : found_) {
      if (found.merge && !found.trailers.empty()) COMITY_RETURN_IF_ERROR(ReadBrought(found));
      if (!found.reverts.empty()) COMITY_RETURN_IF_ERROR(ReadReverted(found));
    }
    people_.resize(contacts_.size());
    COMITY_RETURN_IF_ERROR(repository_.MapContacts(
        range_.head, contacts_,
        [this](size_t index, std::string_view name, std::string_view email) { people_[index] = SomeoneOf(name, email); }));
    return Json();
  }

 private:
  std::vector<std::string> Arguments() const {
    std::string keys;
    for (const std::string_view key : git::kTrailerKeys) absl::StrAppend(&keys, keys.empty() ? "" : "|", std::string(key));
    std::vector<std::string> arguments = {"--topo-order",
                                          absl::StrCat("--skip=", range_.skip),
                                          absl::StrCat("--max-count=", kCommitsAPage),
                                          "--regexp-ignore-case",
                                          "--extended-regexp",
                                          absl::StrCat("--grep=^(", keys, ")[ \t]*:"),
                                          "--grep=^This reverts commit [0-9a-f]{40}"};
    // As a filter: else git would take one commit with an old date for the end of everything behind it.
    if (range_.since > 0) arguments.push_back(absl::StrCat("--since-as-filter=", range_.since));
    if (range_.after.empty()) {
      arguments.push_back(range_.head);
    } else {
      // A branch that was rebased brings the same patches under new ids and dates; those are known.
      arguments.insert(arguments.end(), {"--cherry-pick", "--right-only", absl::StrCat(range_.after, "...", range_.head)});
    }
    return arguments;
  }

  void Add(const git::LogCommit& commit) {
    ++shown_;
    Found found;
    found.id = std::string(commit.id);
    found.subject = std::string(commit.subject);
    found.time = commit.time;
    found.merge = commit.parents.size() > 1;
    found.author = SomeoneOf(commit.author_name, commit.author_email);
    found.folder = MainFolder({commit.files.begin(), commit.files.end()});
    for (const git::Trailer& trailer : commit.trailers) {
      if (found.trailers.size() >= kMaxTrailersShown) break;
      if (const auto contact = git::ParseContact(trailer.value)) {
        found.trailers.emplace_back(std::string(trailer.key), ContactOf(*contact));
      }
    }
    for (const std::string_view reverted : commit.reverts) found.reverts.emplace_back(reverted);
    found_.push_back(std::move(found));
  }

  size_t ContactOf(const git::Contact& contact) {
    const std::string text = absl::StrCat(std::string(contact.name), " <", std::string(contact.email), ">");
    const auto [known, is_new] = contact_by_text_.emplace(text, contacts_.size());
    if (is_new) contacts_.push_back(text);
    return known->second;
  }

  // Trailers of a merge speak of what it brought; what those commits say themselves is not said again.
  absl::Status ReadBrought(Found& merge) {
    std::map<Someone, size_t> authors;
    std::vector<Someone> in_order;  // newest first
    std::vector<std::string> files;
    std::set<std::pair<std::string, std::string>> said;  // trailer and address
    COMITY_RETURN_IF_ERROR(repository_.ReadLog(range_.head,
                                               {absl::StrCat("--max-count=", kMaxBrought), absl::StrCat(merge.id, "^1..", merge.id)},
                                               [&](const git::LogCommit& commit) {
                                                 if (commit.id == merge.id || commit.parents.size() > 1) return;
                                                 in_order.push_back(SomeoneOf(commit.author_name, commit.author_email));
                                                 ++authors[in_order.back()];
                                                 for (const git::Trailer& trailer : commit.trailers) {
                                                   if (const auto contact = git::ParseContact(trailer.value))
                                                     said.insert(Said(trailer.key, contact->email));
                                                 }
                                                 for (const std::string_view file : commit.files) {
                                                   if (files.size() < kMaxFolderFiles) files.emplace_back(file);
                                                 }
                                               }));
    if (in_order.empty()) return absl::OkStatus();
    merge.author = *std::max_element(in_order.begin(), in_order.end(),
                                     [&](const Someone& a, const Someone& b) { return authors.at(a) < authors.at(b); });
    merge.folder = MainFolder(files);
    std::erase_if(merge.trailers, [&](const auto& trailer) {
      const auto contact = git::ParseContact(contacts_[trailer.second]);
      return contact && said.contains(Said(trailer.first, contact->email));
    });
    return absl::OkStatus();
  }
  static std::pair<std::string, std::string> Said(std::string_view key, std::string_view email) {
    return {absl::AsciiStrToLower({key.data(), key.size()}), git::PersonKey(email)};
  }

  // Of a merge, what it brought is taken back with it.
  absl::Status ReadReverted(Found& found) {
    constexpr size_t kIdBytes = 65;  // with its line break
    const std::vector<std::string> targets = found.reverts;
    for (const std::string& target : targets) {
      const auto ids = repository_.Ask({"rev-list", absl::StrCat("--max-count=", kMaxBrought), absl::StrCat(target, "^1..", target), "--"},
                                       kMaxBrought * kIdBytes);
      if (absl::IsAborted(ids.status())) continue;  // not here, or the first commit of all
      if (!ids.ok()) return ids.status();
      for (const absl::string_view id : absl::StrSplit(*ids, '\n', absl::SkipEmpty())) {
        if (id != target && found.reverts.size() < kMaxBrought) found.reverts.emplace_back(id);
      }
    }
    return absl::OkStatus();
  }

  std::string Json() const {
    std::string out = "{\"commits\": [";
    size_t written = 0;
    for (; written < found_.size() && out.size() < kMaxPageBytes; ++written) {
      if (written > 0) out += ",\n";
      Append(out, found_[written]);
    }
    out += "]";
    if (written < found_.size() || shown_ == kCommitsAPage) absl::StrAppend(&out, ", \"next\": ", range_.skip + written);
    return out + "}";
  }

  void Append(std::string& out, const Found& found) const {
    out += '{';
    AppendMember(out, "id", found.id);
    absl::StrAppend(&out, ", \"time\": ", found.time);
    AppendMember(out, "subject", found.subject);
    AppendMember(out, "folder", found.folder);
    out += ", \"author\": ";
    AppendPerson(out, found.author);
    out += ", \"trailers\": [";
    for (size_t i = 0; i < found.trailers.size(); ++i) {
      out += i == 0 ? "{" : ", {";
      AppendMember(out, "key", found.trailers[i].first);
      out += ", \"person\": ";
      AppendPerson(out, people_[found.trailers[i].second]);
      out += '}';
    }
    out += "], \"reverts\": [";
    for (size_t i = 0; i < found.reverts.size(); ++i) {
      if (i > 0) out += ", ";
      AppendJsonString(out, found.reverts[i]);
    }
    out += "]}";
  }

  const git::Repository& repository_;
  const CommitRange& range_;
  size_t shown_ = 0;
  std::vector<Found> found_;
  std::vector<std::string> contacts_;
  std::unordered_map<std::string, size_t> contact_by_text_;
  std::vector<Someone> people_;  // by contact
};

}  // namespace

absl::StatusOr<std::string> CommitsJson(const git::Repository& repository, const CommitRange& range) {
  return Page(repository, range).Read();
}

std::string MainFolder(const std::vector<std::string>& files) {
  std::string folder;  // with a slash at its end
  std::vector<std::string_view> inside(files.begin(), files.end());
  while (true) {
    std::map<std::string_view, size_t> below;
    for (const std::string_view file : inside) {
      const size_t slash = file.find('/', folder.size());
      if (slash != std::string_view::npos) ++below[file.substr(0, slash + 1)];
    }
    const auto most = std::max_element(below.begin(), below.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most == below.end() || most->second * 2 <= files.size()) break;
    folder = std::string(most->first);
    std::erase_if(inside, [&](std::string_view file) { return !file.starts_with(folder); });
  }
  if (!folder.empty()) folder.pop_back();
  return folder;
}

}  // namespace comity::host

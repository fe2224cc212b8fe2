#include "service/app/directory_file.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <set>

#include "absl/strings/str_cat.h"
#include "service/app/directory_check.h"
#include "service/app/directory_yaml.h"
#include "service/app/fact_words.h"

namespace comity::app {
namespace {

using Keys = std::vector<std::string_view>;

bool IsSlug(std::string_view text) {
  constexpr std::string_view kFirst = "abcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::string_view kRest = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
  return !text.empty() && text.size() <= 63 && kFirst.find(text[0]) != std::string_view::npos &&
         text.find_first_not_of(kRest) == std::string_view::npos;
}

// One entry of a list, and what is read from it; faults name the entry by its place, as `people[3].id`.
class YamlEntry {
 public:
  YamlEntry(const YamlNode& node, std::string path, DirectoryFaults& faults) : node_(node), path_(std::move(path)), faults_(faults) {}

  int line() const { return node_.line; }
  void Fault(int line, std::string_view key, std::string_view what) const {
    faults_.Add(line, absl::StrCat(path_, ".", std::string(key)), what);
  }

  // False, and a fault, unless it is a map with known keys, each once.
  bool HasOnly(const Keys& keys) const {
    if (node_.kind != YamlNode::Kind::kMap) {
      faults_.Add(node_.line, path_, "write it as `key: value` pairs");
      return false;
    }
    std::set<std::string_view> seen;
    for (const YamlNode::Entry& entry : node_.entries) {
      if (std::find(keys.begin(), keys.end(), entry.key) == keys.end()) {
        Fault(entry.line, entry.key, absl::StrCat("there is no such key", Suggestion(entry.key, keys)));
      } else if (!seen.insert(entry.key).second) {
        Fault(entry.line, entry.key, "is written twice; keep one");
      }
    }
    return true;
  }

  std::string Text(std::string_view key, size_t max_bytes) const {
    const YamlNode* value = node_.Find(key);
    if (value == nullptr || value->kind == YamlNode::Kind::kNull) return {};
    if (value->kind != YamlNode::Kind::kScalar) {
      Fault(value->line, key, "write one plain value");
    } else if (value->text.size() > max_bytes) {
      Fault(value->line, key, absl::StrCat("is longer than ", max_bytes, " bytes; shorten it"));
    } else if (HasControlCharacter(value->text)) {
      Fault(value->line, key, "contains control characters; remove them");
    } else {
      return value->text;
    }
    return {};
  }
  // An id, or empty after a fault (or without one if it is absent and not `required`). `people/ana` reads as `ana`.
  std::string Slug(std::string_view key, std::string_view collection, bool required) const {
    const bool given = Given(key);
    std::string text = Text(key, 200);
    if (text.starts_with(absl::StrCat(std::string(collection), "/"))) text.erase(0, collection.size() + 1);
    if (IsSlug(text)) return text;
    if (!given && required) Fault(node_.line, key, "is missing; write an id, for example `payments`");
    if (given && !text.empty())
      Fault(LineOf(key), key, "is no id: use 1 to 63 of a-z, 0-9, `-`, `_` and `.`, beginning with a letter or digit");
    if (given && text.empty() && node_.Find(key)->kind == YamlNode::Kind::kScalar && node_.Find(key)->text.empty()) {
      Fault(LineOf(key), key, "is empty; write an id");
    }
    return {};
  }
  bool Flag(std::string_view key) const {
    const std::string text = Text(key, 10);
    if (text == "true" || text == "yes") return true;
    if (!text.empty() && text != "false" && text != "no") Fault(LineOf(key), key, "is neither true nor false");
    return false;
  }
  domain::DayRange Days() const {
    domain::DayRange days;
    days.start = Day("start", days.start);
    days.end = Day("end", days.end);
    if (days.empty())
      Fault(LineOf("end"), "end",
            days.end < days.start ? "is before start; swap them or correct one"
                                  : "is the day of start, so this never holds; end is the first day after it");
    return days;
  }
  const YamlNode* Find(std::string_view key) const { return node_.Find(key); }
  int LineOf(std::string_view key) const { return node_.Find(key) == nullptr ? node_.line : node_.Find(key)->line; }
  const std::string& path() const { return path_; }
  DirectoryFaults& faults() const { return faults_; }

 private:
  bool Given(std::string_view key) const { return node_.Find(key) != nullptr && node_.Find(key)->kind != YamlNode::Kind::kNull; }
  absl::CivilDay Day(std::string_view key, absl::CivilDay otherwise) const {
    const std::string text = Text(key, 40);
    if (text.empty()) return otherwise;
    const std::optional<absl::CivilDay> day = domain::ParseIsoDay(text);
    if (day.has_value() && *day > absl::CivilDay(1900, 1, 1) && *day < absl::CivilDay(9999, 1, 1)) return *day;
    Fault(LineOf(key), key, "is no day; write YYYY-MM-DD, for example 2026-09-01");
    return otherwise;
  }

  const YamlNode& node_;
  const std::string path_;
  DirectoryFaults& faults_;
};

// Calls `read` with every entry of the list `key`; an absent list is empty.
template <typename Read>
void ForEach(const YamlNode* list, const std::string& path, DirectoryFaults& faults, Read read) {
  if (list == nullptr || list->kind == YamlNode::Kind::kNull) return;
  if (list->kind != YamlNode::Kind::kList) return faults.Add(list->line, path, "write a list, each entry behind `- `");
  for (size_t i = 0; i < list->items.size(); ++i) read(list->items[i], absl::StrCat(path, "[", i, "]"));
}

void ReadAccount(const YamlNode& node, const std::string& path, DirectoryFaults& faults, std::vector<DirectoryFile::Account>& accounts) {
  const std::optional<domain::AccountName> name =
      node.kind == YamlNode::Kind::kScalar && !HasControlCharacter(node.text) ? domain::AccountName::Parse(node.text) : std::nullopt;
  const bool sound = name.has_value() && name->suite.size() <= 32 && name->instance.size() <= 200 && name->id.size() <= 200 &&
                     name->suite.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  if (!sound) return faults.Add(node.line, path, "is no account; write suite:instance:id, for example github:github.com:583231");
  accounts.push_back({*name, node.line});
}

DirectoryFile::Person ReadPerson(const YamlEntry& entry) {
  DirectoryFile::Person person;
  person.line = entry.line();
  if (!entry.HasOnly({"id", "name", "accounts", "former"})) return person;
  person.id = entry.Slug("id", "people", true);
  person.name = entry.Text("name", 200);
  if (person.name.empty()) person.name = person.id;
  person.former = entry.Flag("former");
  ForEach(entry.Find("accounts"), entry.path() + ".accounts", entry.faults(),
          [&](const YamlNode& node, const std::string& path) { ReadAccount(node, path, entry.faults(), person.accounts); });
  return person;
}

DirectoryFile::Team ReadTeam(const YamlEntry& entry) {
  DirectoryFile::Team team;
  team.line = entry.line();
  if (!entry.HasOnly({"id", "name", "parent", "function"})) return team;
  team.id = entry.Slug("id", "teams", true);
  team.name = entry.Text("name", 200);
  if (team.name.empty()) team.name = team.id;
  team.parent = entry.Slug("parent", "teams", false);
  team.function = entry.Text("function", 100);
  return team;
}

DirectoryFile::Membership ReadMembership(const YamlEntry& entry) {
  DirectoryFile::Membership membership;
  membership.line = entry.line();
  if (!entry.HasOnly({"person", "team", "start", "end", "primary"})) return membership;
  membership.person = entry.Slug("person", "people", true);
  membership.team = entry.Slug("team", "teams", true);
  membership.days = entry.Days();
  membership.primary = entry.Flag("primary");
  return membership;
}

void CheckMatch(const YamlEntry& entry, const std::string& match) {
  std::array<size_t, 3> colons{};
  size_t from = 0;
  for (size_t& colon : colons) {
    colon = match.find(':', from);
    if (colon == std::string::npos || colon == from) {
      return entry.Fault(entry.LineOf("match"), "match", "write suite:instance:kind:glob, for example github:github.com:repo:acme/*");
    }
    from = colon + 1;
  }
  const std::string kind = match.substr(colons[1] + 1, colons[2] - colons[1] - 1);
  if (std::find(kPlaceKinds.begin(), kPlaceKinds.end(), kind) == kPlaceKinds.end()) {
    entry.Fault(entry.LineOf("match"), "match",
                absl::StrCat("there is no kind of place \"", kind, "\"", Suggestion(kind, kPlaceKinds),
                             "; known: repo, project, component, area, queue, space, namespace, label, path"));
  }
  const std::string head = match.substr(0, colons[2]), glob = match.substr(from);
  if (head.find_first_of("*?") != std::string::npos)
    entry.Fault(entry.LineOf("match"), "match", "wildcards belong into the last part only");
  if (glob.empty())
    entry.Fault(entry.LineOf("match"), "match", "names nothing; write a name or glob behind the last colon, or `**` for all");
  if (glob.find("***") != std::string::npos)
    entry.Fault(entry.LineOf("match"), "match", "has three stars in a row; `*` is within one part, `**` over parts");
}

DirectoryFile::Ownership ReadOwnership(const YamlEntry& entry) {
  DirectoryFile::Ownership ownership;
  ownership.line = entry.line();
  if (!entry.HasOnly({"match", "team", "start", "end"})) return ownership;
  ownership.match = entry.Text("match", 700);
  if (ownership.match.empty()) {
    entry.Fault(entry.LineOf("match"), "match", "is missing; write suite:instance:kind:glob, for example github:github.com:repo:acme/*");
  } else {
    CheckMatch(entry, ownership.match);
  }
  ownership.team = entry.Slug("team", "teams", true);
  ownership.days = entry.Days();
  return ownership;
}

template <typename Item>
void ReadList(const YamlNode& root, std::string_view key, DirectoryFaults& faults, Item (*read)(const YamlEntry&),
              std::vector<Item>& items) {
  ForEach(root.Find(key), std::string(key), faults,
          [&](const YamlNode& node, const std::string& path) { items.push_back(read(YamlEntry(node, path, faults))); });
}

}  // namespace

absl::StatusOr<DirectoryFile> ParseDirectoryFile(std::string_view document, const domain::DirectoryRows& current, bool prune) {
  COMITY_ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(document));
  DirectoryFaults faults;
  if (root.kind != YamlNode::Kind::kMap) {
    faults.Add(std::max(root.line, 1), "file", "has no content; begin with `people:`, `teams:`, `memberships:` and `ownership:`");
    return faults.ToStatus();
  }
  DirectoryFile file;
  if (YamlEntry(root, "file", faults).HasOnly({"people", "bots", "teams", "memberships", "ownership"})) {
    ReadList(root, "people", faults, &ReadPerson, file.people);
    ReadList(root, "teams", faults, &ReadTeam, file.teams);
    ReadList(root, "memberships", faults, &ReadMembership, file.memberships);
    ReadList(root, "ownership", faults, &ReadOwnership, file.ownership);
    ForEach(root.Find("bots"), "bots", faults,
            [&](const YamlNode& node, const std::string& path) { ReadAccount(node, path, faults, file.bots); });
  }
  CheckDirectory(file, current, prune, faults);
  if (!faults.empty()) return faults.ToStatus();
  return file;
}

}  // namespace comity::app

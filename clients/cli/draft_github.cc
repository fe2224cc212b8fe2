#include "clients/cli/draft_github.h"

#include <simdjson.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

using simdjson::dom::element;

std::string Text(element object, std::string_view key) {
  std::string_view text;
  return object[key].get(text) == simdjson::SUCCESS ? std::string(text) : "";
}

// Logins, team slugs and repository names go into paths: nothing but what GitHub allows in them.
bool IsPlain(std::string_view text) {
  return !text.empty() && text != "." && text != ".." &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == std::string_view::npos;
}

absl::Status ForEach(const std::string& body, const std::function<absl::Status(element)>& read) {
  simdjson::dom::parser parser;
  simdjson::dom::array items;
  if (parser.parse(body).get(items) != simdjson::SUCCESS)
    return absl::FailedPreconditionError("GitHub's answer is not the list that was asked for");
  for (const element item : items) COMITY_RETURN_IF_ERROR(read(item));
  return absl::OkStatus();
}

class GithubDraft {
 public:
  GithubDraft(const GithubApi& api, const std::string& organisation, const std::string& instance)
      : api_(api), organisation_(organisation), instance_(instance) {}

  absl::StatusOr<Draft> Collect() {
    draft_.notes.push_back(absl::StrCat("From the GitHub organisation ", organisation_, " at ", instance_,
                                        ". Account numbers are GitHub's own and never change."));
    COMITY_RETURN_IF_ERROR(Members());
    COMITY_RETURN_IF_ERROR(Teams());
    COMITY_RETURN_IF_ERROR(Repositories());
    return std::move(draft_);
  }

 private:
  absl::Status Pages(const std::string& path, const std::function<absl::Status(element)>& read) {
    return api_.GetPages(path, [&](const std::string& body) { return ForEach(body, read); });
  }

  absl::Status Members() {
    return Pages(absl::StrCat("/orgs/", organisation_, "/members?per_page=100"), [this](element member) {
      Person(member);
      return absl::OkStatus();
    });
  }
  // Teams can have members who are not seen in the first list.
  std::string Person(element member) {
    const std::string login = Text(member, "login");
    int64_t number = 0;
    if (login.empty() || member["id"].get(number) != simdjson::SUCCESS) return {};
    const std::string account = absl::StrCat("github:", instance_, ":", number);
    const std::string known = people_.Find(account);
    if (!known.empty() || Text(member, "type") == "Bot") return known;
    const std::string id = people_.Of(account, login);
    draft_.people.push_back({id, login, {{account, "login " + login}}});
    return id;
  }

  absl::Status Teams() {
    std::vector<std::string> slugs;
    COMITY_RETURN_IF_ERROR(Pages(absl::StrCat("/orgs/", organisation_, "/teams?per_page=100"), [&](element team) {
      const std::string slug = Text(team, "slug");
      if (!IsPlain(slug)) return absl::OkStatus();
      element parent;
      const bool has_parent = team["parent"].get(parent) == simdjson::SUCCESS && parent.is_object();
      draft_.teams.push_back({teams_.Of(slug, slug), Text(team, "name"), has_parent ? Text(parent, "slug") : "", ""});
      slugs.push_back(slug);
      return absl::OkStatus();
    }));
    for (Draft::Team& team : draft_.teams) team.parent = teams_.Find(team.parent);
    for (const std::string& slug : slugs) {
      COMITY_RETURN_IF_ERROR(Pages(absl::StrCat("/orgs/", organisation_, "/teams/", slug, "/members?per_page=100"), [&](element member) {
        const std::string person = Person(member);
        if (!person.empty()) draft_.memberships.push_back({person, teams_.Find(slug), "", "", false});
        return absl::OkStatus();
      }));
    }
    return absl::OkStatus();
  }

  absl::Status Repositories() {
    std::vector<std::string> names;
    COMITY_RETURN_IF_ERROR(Pages(absl::StrCat("/orgs/", organisation_, "/repos?per_page=100"), [&](element repository) {
      bool archived = false;
      const bool is_archived = repository["archived"].get(archived) == simdjson::SUCCESS && archived;
      if (!is_archived && IsPlain(Text(repository, "name"))) names.push_back(Text(repository, "name"));
      return absl::OkStatus();
    }));
    for (const std::string& name : names) COMITY_RETURN_IF_ERROR(Owner(name));
    return absl::OkStatus();
  }
  absl::Status Owner(const std::string& repository) {
    Draft::Ownership rule{absl::StrCat("github:", instance_, ":repo:", organisation_, "/", repository), "",
                          "no CODEOWNERS for the whole repository"};
    for (const char* folder : {".github/", "", "docs/"}) {  // GitHub takes the first that is there
      const absl::StatusOr<std::string> text = api_.Get(
          absl::StrCat("/repos/", organisation_, "/", repository, "/contents/", folder, "CODEOWNERS"), "application/vnd.github.raw+json");
      if (absl::IsNotFound(text.status())) continue;
      COMITY_RETURN_IF_ERROR(text.status());
      Decide(ReadCodeOwners(*text), rule);
      break;
    }
    draft_.ownership.push_back(std::move(rule));
    return absl::OkStatus();
  }
  void Decide(const CodeOwners& owners, Draft::Ownership& rule) const {
    const std::string prefix = absl::AsciiStrToLower(absl::StrCat("@", organisation_, "/"));
    for (const std::string& owner : owners.owners) {
      const std::string lower = absl::AsciiStrToLower(owner);
      if (rule.team.empty() && lower.rfind(prefix, 0) == 0) rule.team = teams_.Find(lower.substr(prefix.size()));
    }
    if (!owners.owners.empty()) rule.note = absl::StrCat("CODEOWNERS: ", absl::StrJoin(owners.owners, " "));
    if (owners.part_count > 0) absl::StrAppend(&rule.note, "; ", owners.part_count, " more lines name parts of it");
  }

  const GithubApi& api_;
  const std::string organisation_, instance_;
  Draft draft_;
  Slugs people_, teams_;
};

}  // namespace

CodeOwners ReadCodeOwners(std::string_view text) {
  CodeOwners owners;
  for (const auto& raw : absl::StrSplit(absl::string_view(text.data(), text.size()), '\n')) {
    const absl::string_view line = raw.substr(0, raw.find(" #"));
    const std::vector<std::string> words = absl::StrSplit(line, absl::ByAnyChar(" \t\r"), absl::SkipEmpty());
    if (words.empty() || words[0][0] == '#' || words[0][0] == '[') continue;
    if (words[0] == "*" || words[0] == "**" || words[0] == "/" || words[0] == "/**" || words[0] == "/*") {
      owners.owners.assign(words.begin() + 1, words.end());
    } else {
      ++owners.part_count;
    }
  }
  return owners;
}

absl::StatusOr<Draft> DraftFromGithub(const GithubApi& api, const std::string& organisation, const std::string& instance) {
  if (!IsPlain(organisation)) return absl::InvalidArgumentError("this is no organisation's login");
  return GithubDraft(api, organisation, instance).Collect();
}

}  // namespace comity::cli

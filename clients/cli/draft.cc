#include "clients/cli/draft.h"

#include <cctype>

#include "absl/strings/str_cat.h"
#include "clients/cli/style.h"

namespace comity::cli {
namespace {

// A double-quoted YAML scalar on one line.
void Field(std::string& out, std::string_view key, const std::string& value) {
  if (!value.empty()) absl::StrAppend(&out, ", ", std::string(key), ": ", Quoted(value));
}

std::string Comment(const std::string& text) { return text.empty() ? "" : absl::StrCat("  # ", Printable(text)); }

void WritePeople(std::string& out, const Draft& draft) {
  absl::StrAppend(&out, "people:", draft.people.empty() ? " []" : "", "\n");
  for (const Draft::Person& person : draft.people) {
    absl::StrAppend(&out, "  - id: ", Quoted(person.id), "\n");
    if (!person.name.empty()) absl::StrAppend(&out, "    name: ", Quoted(person.name), "\n");
    if (!person.accounts.empty()) absl::StrAppend(&out, "    accounts:\n");
    for (const Draft::Account& account : person.accounts)
      absl::StrAppend(&out, "      - ", Quoted(account.name), Comment(account.note), "\n");
  }
}

void WriteTeams(std::string& out, const Draft& draft) {
  absl::StrAppend(&out, "\nteams:", draft.teams.empty() ? " []" : "", "\n");
  for (const Draft::Team& team : draft.teams) {
    absl::StrAppend(&out, "  - {id: ", Quoted(team.id));
    Field(out, "name", team.name);
    Field(out, "parent", team.parent);
    Field(out, "function", team.function);
    out += "}\n";
  }
}

void WriteMemberships(std::string& out, const Draft& draft) {
  absl::StrAppend(&out,
                  "\n# Without start: always. `end` is the first day on which it no longer holds. Help is judged by who belonged where "
                  "that day.\nmemberships:",
                  draft.memberships.empty() ? " []" : "", "\n");
  for (const Draft::Membership& membership : draft.memberships) {
    absl::StrAppend(&out, "  - {person: ", Quoted(membership.person), ", team: ", Quoted(membership.team));
    Field(out, "start", membership.start);
    Field(out, "end", membership.end);
    absl::StrAppend(&out, membership.primary ? ", primary: true" : "", "}\n");
  }
}

void WriteOwnership(std::string& out, const Draft& draft) {
  bool empty = true;
  for (const Draft::Ownership& rule : draft.ownership) empty = empty && rule.team.empty();
  absl::StrAppend(&out, "\n# The first rule that matches decides. `*` is within one part of a name, `**` over parts.\nownership:",
                  empty ? " []" : "", "\n");
  for (const Draft::Ownership& rule : draft.ownership) {
    const bool known = !rule.team.empty();
    absl::StrAppend(&out, known ? "  - " : "#  - ", "{match: ", Quoted(rule.match), ", team: ", known ? Quoted(rule.team) : "WHOSE", "}",
                    Comment(rule.note), "\n");
  }
}

}  // namespace

std::string WriteDraft(const Draft& draft) {
  std::string out = "# A draft of a directory file. Read it, correct it, then: comity directory apply FILE --dry-run\n";
  for (const std::string& note : draft.notes) absl::StrAppend(&out, "# ", Printable(note), "\n");
  out += "\n";
  WritePeople(out, draft);
  if (!draft.bots.empty()) out += "\n# Automation: never earns, asks or helps.\nbots:\n";
  for (const Draft::Account& bot : draft.bots) absl::StrAppend(&out, "  - ", Quoted(bot.name), Comment(bot.note), "\n");
  WriteTeams(out, draft);
  WriteMemberships(out, draft);
  WriteOwnership(out, draft);
  return out;
}

std::string Slugs::Of(std::string_view key, std::string_view text) {
  const auto found = slugs_.find(key);
  if (found != slugs_.end()) return found->second;
  std::string slug;
  for (const char c : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 && static_cast<unsigned char>(c) < 0x80;
    if (plain) slug.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
    if (!plain && !slug.empty() && slug.back() != '-') slug.push_back('-');
  }
  slug.resize(std::min<size_t>(slug.size(), 55));
  while (!slug.empty() && slug.back() == '-') slug.pop_back();
  if (slug.empty()) slug = "somebody";
  std::string unique = slug;
  for (int number = 2; !used_.insert(unique).second; ++number) unique = absl::StrCat(slug, "-", number);
  return slugs_[std::string(key)] = unique;
}

std::string Slugs::Find(std::string_view key) const {
  const auto found = slugs_.find(key);
  return found == slugs_.end() ? "" : found->second;
}

}  // namespace comity::cli

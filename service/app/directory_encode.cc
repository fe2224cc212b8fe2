#include "service/app/directory_encode.h"

#include <algorithm>
#include <unordered_map>

#include "absl/strings/str_cat.h"
#include "service/app/names.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

void Encode(const domain::Directory& directory, const domain::MembershipRow& row, v1::Membership* membership) {
  membership->set_person(PersonName(directory, row.person));
  membership->set_team(TeamName(directory, row.team));
  if (!row.days.open_start()) membership->set_start_date(domain::IsoDay(row.days.start));
  if (!row.days.open_end()) membership->set_end_date(domain::IsoDay(row.days.end));
  membership->set_primary(row.primary);
}

}  // namespace

std::string BareId(std::string_view collection, std::string_view name) {
  if (name.starts_with(collection) && name.size() > collection.size() && name[collection.size()] == '/')
    name.remove_prefix(collection.size() + 1);
  return std::string(name);
}

absl::StatusOr<domain::AccountName> ReadAccountName(std::string_view field, std::string_view name) {
  const std::optional<domain::AccountName> parsed = domain::AccountName::Parse(BareId("accounts", name));
  if (parsed.has_value()) return *parsed;
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "this names no account",
               {{std::string(field), "write suite:instance:id, for example github:github.com:583231"}});
}

std::vector<v1::Person> EncodePeople(const domain::Directory& directory, const std::vector<const domain::PersonRow*>& people) {
  std::vector<v1::Person> encoded(people.size());
  std::unordered_map<domain::PersonUid, size_t> places;
  for (size_t i = 0; i < people.size(); ++i) {
    places.emplace(people[i]->uid, i);
    encoded[i].set_name("people/" + people[i]->id);
    encoded[i].set_display_name(people[i]->display_name);
    encoded[i].set_former(people[i]->former);
  }
  for (const domain::AccountRow& account : directory.rows().accounts) {
    const auto place = places.find(account.person);
    if (place != places.end()) encoded[place->second].add_accounts("accounts/" + account.name.ToText());
  }
  for (const domain::MembershipRow& row : directory.rows().memberships) {
    const auto place = places.find(row.person);
    if (place != places.end()) Encode(directory, row, encoded[place->second].add_memberships());
  }
  for (v1::Person& person : encoded) {
    std::sort(person.mutable_accounts()->begin(), person.mutable_accounts()->end());
    std::stable_sort(person.mutable_memberships()->begin(), person.mutable_memberships()->end(),
                     [](const v1::Membership& a, const v1::Membership& b) { return a.start_date() < b.start_date(); });
  }
  return encoded;
}

v1::Team EncodeTeam(const domain::Directory& directory, const domain::TeamRow& team) {
  v1::Team encoded;
  encoded.set_name("teams/" + team.id);
  encoded.set_display_name(team.display_name);
  encoded.set_parent(TeamName(directory, team.parent));
  encoded.set_function(team.function);
  if (team.end.has_value()) encoded.set_end_date(domain::IsoDay(*team.end));
  return encoded;
}

v1::DirectoryAccount EncodeAccount(const domain::Directory& directory, const domain::AccountRow& account) {
  v1::DirectoryAccount encoded;
  encoded.set_name("accounts/" + account.name.ToText());
  encoded.set_login(account.login);
  encoded.set_kind(account.declared_bot ? v1::ACCOUNT_KIND_BOT : static_cast<v1::AccountKind>(account.kind));
  encoded.set_person(PersonName(directory, account.person));
  return encoded;
}

}  // namespace comity::app

#include "tests/cases/world.h"

#include <algorithm>
#include <stdexcept>

namespace comity::cases {
namespace {

template <typename IdType>
IdType NumberedId(uint8_t sort, size_t number) {
  IdType id;
  id.bytes[0] = sort;
  id.bytes[14] = static_cast<uint8_t>(number >> 8);
  id.bytes[15] = static_cast<uint8_t>(number);
  return id;
}

absl::CivilDay Day(const YAML::Node& node, absl::CivilDay otherwise) {
  if (!node) return otherwise;
  const auto day = domain::ParseIsoDay(node.as<std::string>());
  if (!day.has_value()) throw std::runtime_error("not a day: " + node.as<std::string>());
  return *day;
}

domain::DayRange Days(const YAML::Node& node) {
  const domain::DayRange always;
  return {.start = Day(node["start"], always.start), .end = Day(node["end"], always.end)};
}

}  // namespace

World::World(const YAML::Node& chart, const YAML::Node& corrections, const Suite& suite) : suite_(suite) {
  for (const YAML::Node& node : chart["teams"]) {
    domain::TeamRow team{.uid = NumberedId<domain::TeamUid>(0x20, rows_.teams.size() + 1),
                         .id = node["id"].as<std::string>(),
                         .display_name = node["id"].as<std::string>(),
                         .parent = {},
                         .function = node["function"].as<std::string>(""),
                         .end = {}};
    if (node["parent"]) team.parent = Team(node["parent"].as<std::string>());
    rows_.teams.push_back(team);
  }
  for (const YAML::Node& node : chart["people"]) AddPerson(node);
  for (const auto& entry : chart["accounts"]) LinkAccount(entry.first.as<std::string>(), entry.second.as<std::string>());
  for (const YAML::Node& node : chart["bots"]) AccountRowOf(node.as<std::string>()).declared_bot = true;
  for (const YAML::Node& node : chart["memberships"]) AddMembership(node);
  int order = 1000;
  for (const YAML::Node& node : chart["ownership"]) AddOwnership(node, ++order);
  if (corrections) Correct(corrections);
}

void World::AddPerson(const YAML::Node& node) {
  const std::string slug = node.as<std::string>();
  rows_.people.push_back({.uid = NumberedId<domain::PersonUid>(0x10, rows_.people.size() + 1), .id = slug, .display_name = slug});
  LinkAccount(slug, slug);
}

void World::AddMembership(const YAML::Node& node) {
  rows_.memberships.push_back({.person = Person(node["person"].as<std::string>()),
                               .team = Team(node["team"].as<std::string>()),
                               .days = Days(node),
                               .primary = node["primary"].as<bool>(false)});
}

void World::AddOwnership(const YAML::Node& node, int order) {
  rows_.ownership.push_back({.order = order,
                             .match = suite_.name + ":" + suite_.instance + ":" + node["match"].as<std::string>(),
                             .team = Team(node["team"].as<std::string>()),
                             .days = Days(node)});
}

void World::LinkAccount(const std::string& id, const std::string& person) {
  AccountRowOf(id).person = person == "nobody" ? domain::PersonUid{} : Person(person);
}

// `accounts: {id: person | nobody}`, `bots`, `memberships` (for a person named, they are the whole history), `ownership` (comes first).
void World::Correct(const YAML::Node& corrections) {
  for (const auto& entry : corrections["accounts"]) LinkAccount(entry.first.as<std::string>(), entry.second.as<std::string>());
  for (const YAML::Node& node : corrections["bots"]) AccountRowOf(node.as<std::string>()).declared_bot = true;
  for (const YAML::Node& node : corrections["memberships"]) {
    const domain::PersonUid person = Person(node["person"].as<std::string>());
    std::erase_if(rows_.memberships, [&](const domain::MembershipRow& row) { return row.person == person; });
  }
  for (const YAML::Node& node : corrections["memberships"]) {
    if (node["team"]) AddMembership(node);
  }
  int order = 0;
  for (const YAML::Node& node : corrections["ownership"]) AddOwnership(node, ++order);
  std::stable_sort(rows_.ownership.begin(), rows_.ownership.end(), [](const auto& a, const auto& b) { return a.order < b.order; });
}

domain::AccountRow& World::AccountRowOf(const std::string& id) {
  const auto uid = domain::Hasher("cases account")
                       .Add(std::string_view(suite_.name))
                       .Add(std::string_view(suite_.instance))
                       .Add(std::string_view(id))
                       .Finish<domain::AccountUid>();
  const auto [it, added] = account_index_.try_emplace(uid, rows_.accounts.size());
  if (added) {
    domain::AccountRow& row = rows_.accounts.emplace_back();
    row.uid = uid;
    row.name = {suite_.name, suite_.instance, id};
    row.login = id;
    row.kind = domain::AccountKind::kHuman;
  }
  return rows_.accounts[it->second];
}

domain::AccountUid World::Account(const std::string& id) { return AccountRowOf(id).uid; }

domain::AccountUid World::Sighted(const std::string& id, domain::AccountKind kind) {
  domain::AccountRow& row = AccountRowOf(id);
  if (kind == domain::AccountKind::kBot) row.kind = kind;
  return row.uid;
}

domain::PersonUid World::Person(const std::string& slug) const {
  for (const domain::PersonRow& row : rows_.people) {
    if (row.id == slug) return row.uid;
  }
  throw std::runtime_error("no such person: " + slug);
}

domain::TeamUid World::Team(const std::string& slug) const {
  for (const domain::TeamRow& row : rows_.teams) {
    if (row.id == slug) return row.uid;
  }
  throw std::runtime_error("no such team: " + slug);
}

std::string World::NameOf(domain::PersonUid uid) const {
  for (const domain::PersonRow& row : rows_.people) {
    if (row.uid == uid) return row.id;
  }
  return uid.empty() ? "nobody" : "?" + uid.ToText();
}

std::string World::NameOf(domain::TeamUid uid) const {
  for (const domain::TeamRow& row : rows_.teams) {
    if (row.uid == uid) return row.id;
  }
  return uid.empty() ? "-" : "?" + uid.ToText();
}

std::string World::NameOf(domain::AccountUid uid) const {
  const auto it = account_index_.find(uid);
  return it == account_index_.end() ? "?" + uid.ToText() : rows_.accounts[it->second].name.id;
}

}  // namespace comity::cases

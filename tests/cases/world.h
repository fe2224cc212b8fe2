// The small organisation that every case happens in: read once from chart.yaml, corrected by a case's own `directory`.
#ifndef COMITY_TESTS_CASES_WORLD_H_
#define COMITY_TESTS_CASES_WORLD_H_

#include <yaml-cpp/yaml.h>

#include <map>
#include <string>

#include "service/domain/deeds/fact.h"
#include "service/domain/directory/directory.h"

namespace comity::cases {

// Which suite a case's facts come from.
struct Suite {
  std::string name = "github", instance = "github.com";
};

// Ids are made from slugs, the same in every run. People sort by their place in the chart, so that a case can say who gets a remainder.
class World {
 public:
  // Throws YAML::Exception or std::runtime_error with the fault; `corrections` may be null.
  World(const YAML::Node& chart, const YAML::Node& corrections, const Suite& suite);

  domain::PersonUid Person(const std::string& slug) const;
  domain::TeamUid Team(const std::string& slug) const;
  domain::AccountUid Account(const std::string& id);  // known to the directory from then on
  // The same, as a fact shows it: whom a suite has once called a bot is one in all facts.
  domain::AccountUid Sighted(const std::string& id, domain::AccountKind kind);
  std::string NameOf(domain::PersonUid uid) const;
  std::string NameOf(domain::TeamUid uid) const;
  std::string NameOf(domain::AccountUid uid) const;
  const std::string& instance() const { return suite_.instance; }
  domain::Directory MakeDirectory() const { return domain::Directory(rows_); }

 private:
  void AddPerson(const YAML::Node& node);
  void AddMembership(const YAML::Node& node);
  void AddOwnership(const YAML::Node& node, int order);
  void LinkAccount(const std::string& id, const std::string& person);
  void Correct(const YAML::Node& corrections);
  domain::AccountRow& AccountRowOf(const std::string& id);

  Suite suite_;
  domain::DirectoryRows rows_;
  std::map<domain::AccountUid, size_t> account_index_;
};

}  // namespace comity::cases

#endif  // COMITY_TESTS_CASES_WORLD_H_

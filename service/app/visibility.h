// Who sees what of a deed, and whose names on it. The only place where this is decided. Pure.
#ifndef COMITY_SERVICE_APP_VISIBILITY_H_
#define COMITY_SERVICE_APP_VISIBILITY_H_

#include <set>
#include <string_view>
#include <vector>

#include "service/app/caller.h"
#include "service/domain/deeds/judge.h"

namespace comity::app {

// Somebody who looks.
struct Viewer {
  domain::PersonUid person;            // empty: a token without a person
  bool oversees = false;               // steward or auditor
  std::vector<domain::TeamUid> teams;  // today's
  std::vector<SuitePlace> within{};    // looks from within these suites alone; empty: from anywhere
  bool Is(domain::PersonUid other) const { return !person.empty() && person == other; }
  bool IsIn(domain::TeamUid team) const;
  // Whether anything of that suite may be looked at at all.
  bool Reaches(std::string_view suite, std::string_view instance) const;
};

// Whom a deed, or a subject without one, concerns.
struct Sides {
  std::vector<domain::PersonUid> helpers;
  std::vector<domain::PersonUid> askers;
  std::vector<domain::PersonUid> named;  // newly named in a correction that waits for their yes
  std::vector<domain::PersonUid> former_helpers;
  std::vector<domain::TeamUid> teams;  // helping and helped
  bool shadow = false;
};

enum class View {
  kNone,      // as if it did not exist
  kNameless,  // what happened between which teams, and nobody's name but their own and those who share theirs
  kNamed,     // everything
};

// Helpers, former ones too, askers and the newly named see everything, and so do stewards and auditors; members of both teams see it
// without names; nobody else sees it. What a rule in SHADOW finds is seen by its helpers, stewards and auditors alone.
View ViewOf(const Viewer& viewer, const Sides& sides);

// Whether the viewer is one of the people it concerns: then looking at it is no reading of somebody else's.
bool IsConcerned(const Viewer& viewer, const Sides& sides);

struct NameRule {
  bool shared = false;     // lets both teams see their name on this deed
  bool opted_out = false;  // hidden from everybody but themselves, stewards and auditors
};
bool MaySeeName(const Viewer& viewer, View view, domain::PersonUid person, const NameRule& rule);

// Everybody whom the deed and its explanation name to those who see names.
void AddPeopleNamed(const domain::Deed& deed, std::set<domain::PersonUid>& people);

// The sides of a deed. `named` = people whose yes a correction waits for.
Sides SidesOf(const domain::Deed& deed, const Viewer& viewer, const std::vector<domain::PersonUid>& named);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_VISIBILITY_H_

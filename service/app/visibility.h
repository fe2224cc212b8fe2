// Who sees what of a deed, and whose names on it. The only place where this is decided. Pure.
#ifndef COMITY_SERVICE_APP_VISIBILITY_H_
#define COMITY_SERVICE_APP_VISIBILITY_H_

#include <set>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "service/app/caller.h"
#include "service/domain/deeds/judge.h"

namespace comity::app {

// Somebody who looks.
struct Viewer {
  domain::PersonUid person;            // empty: a token without a person
  bool oversees = false;               // steward or auditor
  std::vector<domain::TeamUid> teams;  // today's
  std::vector<SuitePlace> within{};    // looks from within these suites alone; empty: from anywhere
  bool lead = false;                   // answers for their teams
  bool Is(domain::PersonUid other) const { return !person.empty() && person == other; }
  bool IsIn(domain::TeamUid team) const;
  // Whether anything of that suite may be looked at at all.
  bool Reaches(std::string_view suite, std::string_view instance) const;
};

// PERMISSION_DENIED (ROLE_REQUIRED) unless the token is somebody's.
absl::Status CheckIsSomebody(const Caller& caller);

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

// What a viewer may say to a deed as it stands; whether the words fit is checked when they come.
struct Says {
  bool confirm = false;
  bool correct = false;  // all of it as the asker, or their own part as a helper
  bool decline = false;
};
// The asker confirms and corrects, where nobody asked a lead of the helped team; a helper corrects and declines their own part. Nobody says
// anything to what was undone or declined by all.
Says SaysOf(const Viewer& viewer, const domain::Deed& deed);
// The asker, or whoever speaks for them.
bool SpeaksForAsker(const Viewer& viewer, const domain::Deed& deed);

// Everybody whom the deed and its explanation name to those who see names.
void AddPeopleNamed(const domain::Deed& deed, std::set<domain::PersonUid>& people);

// The sides of a deed. `named` = people whose yes a correction waits for.
Sides SidesOf(const domain::Deed& deed, const Viewer& viewer, const std::vector<domain::PersonUid>& named);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_VISIBILITY_H_

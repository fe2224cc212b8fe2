// Who is calling, after authentication and the method's access rule.
#ifndef COMITY_SERVICE_APP_CALLER_H_
#define COMITY_SERVICE_APP_CALLER_H_

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "comity/v1/options.pb.h"
#include "service/domain/values.h"

namespace comity::app {

// An installation of a suite.
struct SuitePlace {
  std::string suite, instance;
  bool operator==(const SuitePlace&) const = default;
};

struct Caller {
  std::string token_id;
  std::vector<v1::Role> roles;
  domain::PersonUid person;                 // empty: a token without a person
  std::vector<std::string> sources;         // ids a connector may ingest for
  std::vector<SuitePlace> within{};         // sees nothing of other suites than these; empty: no such limit
  v1::Scope scope = v1::SCOPE_UNSPECIFIED;  // the widest that the method's access rule grants this caller
  bool person_leads = false;                // the person whom a suite speaks for is a lead by a token of their own

  // Opens no method that the roles do not.
  bool IsLead() const { return person_leads || Has(v1::ROLE_LEAD); }
  bool Has(v1::Role role) const { return std::find(roles.begin(), roles.end(), role) != roles.end(); }
  bool MayIngestFor(std::string_view source) const {
    return scope == v1::SCOPE_ORGANISATION || std::find(sources.begin(), sources.end(), source) != sources.end();
  }
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_CALLER_H_

// What a page inside a suite needs of Comity.
#ifndef COMITY_TESTS_LIVE_SUITE_TOKEN_H_
#define COMITY_TESTS_LIVE_SUITE_TOKEN_H_

#include <string>
#include <vector>

#include "comity/v1/admin.pb.h"
#include "comity/v1/recognition.pb.h"
#include "tests/support/deployment.h"

namespace comity::testing {

// A new token's secret; empty: refused.
inline std::string NewToken(const Deployment& deployment, const v1::Token& token) {
  v1::CreateTokenRequest request;
  *request.mutable_token() = token;
  v1::CreateTokenResponse made;
  return deployment.Steward()->Call("/comity.v1.AdminService/CreateToken", request, &made).ok() ? made.secret() : "";
}

// As `comity tokens create --role suite --source SOURCE` makes it.
inline std::string SuiteToken(const Deployment& deployment, const std::string& source) {
  v1::Token token;
  token.add_roles(v1::ROLE_SUITE);
  token.add_sources("sources/" + source);
  return NewToken(deployment, token);
}

// As `comity tokens create --role lead --person PERSON` makes it.
inline std::string LeadToken(const Deployment& deployment, const std::string& person) {
  v1::Token token;
  token.add_roles(v1::ROLE_LEAD);
  token.set_person("people/" + person);
  return NewToken(deployment, token);
}

// As `comity behaviours create` makes it. False: refused.
inline bool AddBehaviour(const Deployment& deployment, const std::string& id, const std::string& title) {
  v1::CreateBehaviourRequest request;
  request.set_behaviour_id(id);
  request.mutable_behaviour()->set_root(v1::Behaviour::ROOT_LISTEN);
  request.mutable_behaviour()->set_title(title);
  request.mutable_behaviour()->set_criteria("One has seen it oneself.");
  v1::Behaviour made;
  return deployment.Steward()->Call("/comity.v1.RecognitionService/CreateBehaviour", request, &made).ok();
}

// Who called a method with success, by the audit: `people/ana` by token `tokens/…`.
inline std::vector<v1::AuditRecord> Calls(const Deployment& deployment, const std::string& method) {
  v1::ListAuditRequest request;
  request.set_page_size(1000);
  v1::ListAuditResponse page;
  std::vector<v1::AuditRecord> found;
  if (!deployment.Steward()->Call("/comity.v1.AdminService/ListAudit", request, &page).ok()) return found;
  for (const v1::AuditRecord& record : page.records()) {
    if (record.method() == method && record.code() == "OK") found.push_back(record);
  }
  return found;
}

}  // namespace comity::testing

#endif  // COMITY_TESTS_LIVE_SUITE_TOKEN_H_

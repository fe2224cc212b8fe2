#include "tests/integration/standing.h"

#include <gtest/gtest.h>

#include "comity/v1/admin.pb.h"
#include "comity/v1/deed.pb.h"

namespace comity::testing {

std::multiset<std::string> Standing(const Deployment& deployment) {
  std::multiset<std::string> standing;
  v1::ListDeedsRequest request;
  request.set_page_size(1000);
  const auto steward = deployment.Steward();
  do {
    v1::ListDeedsResponse page;
    EXPECT_TRUE(steward->Call("/comity.v1.DeedService/ListDeeds", request, &page).ok());
    for (const v1::Deed& deed : page.deeds()) {
      std::string line = deed.subject() + " " + v1::Deed::Kind_Name(deed.kind()) + " " + v1::Deed::State_Name(deed.state()) + " asked by " +
                         deed.asker() + " of " + deed.helped_team();
      for (const v1::Deed::Helper& helper : deed.helpers()) {
        line += ", " + helper.person() + "=" + std::to_string(helper.share_ppm()) + " " + v1::Deed::Stance_Name(helper.stance());
      }
      standing.insert(line + (deed.awaits_confirmation() ? ", waits" : ""));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return standing;
}

std::vector<v1::Event> Events(const Deployment& deployment, v1::FactKind kind) {
  std::vector<v1::Event> events;
  v1::ListEventsRequest request;
  request.set_page_size(1000);
  v1::ListEventsResponse page;
  EXPECT_TRUE(deployment.Steward()->Call("/comity.v1.EventService/ListEvents", request, &page).ok());
  for (const v1::Event& event : page.events()) {
    if (event.fact().kind() == kind) events.push_back(event);
  }
  return events;
}

void ExpectVerified(const Deployment& deployment) {
  v1::VerifyLedgerRequest request;
  request.set_rebuild(true);
  v1::VerifyLedgerResponse verified;
  ASSERT_TRUE(deployment.Steward()->Call("/comity.v1.AdminService/VerifyLedger", request, &verified).ok());
  EXPECT_TRUE(verified.ok()) << (verified.faults_size() > 0 ? verified.faults(0) : "");
}

}  // namespace comity::testing

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/google/google.h"
#include "plugins/graph/graph.h"
#include "tests/unit/plugins/wake_subjects.h"

namespace comity::sdk::conformance {
namespace {

TEST(HooksThatOnlyWake, GiveWhatTheirCasesExpectAndWithstandEveryMutation) {
  const std::unique_ptr<Connector> google = google_calendar::MakeConnector(), graph = microsoft_graph::MakeConnector();
  Subject of_google, of_graph;
  of_google.connector = google.get();
  of_graph.connector = graph.get();
  AddGoogleHooks(of_google);
  AddGraphHooks(of_graph);
  const Report channels = Check(of_google), subscriptions = Check(of_graph);
  EXPECT_THAT(channels.Failures(), ::testing::IsEmpty());
  EXPECT_THAT(subscriptions.Failures(), ::testing::IsEmpty());
  EXPECT_EQ(channels.cases, 4);
  EXPECT_EQ(subscriptions.cases, 6);
}

}  // namespace
}  // namespace comity::sdk::conformance

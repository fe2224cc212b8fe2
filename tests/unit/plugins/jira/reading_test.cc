#include "plugins/jira/reading.h"

#include <gtest/gtest.h>

#include "plugins/jira/jira.h"

namespace comity::jira {
namespace {

Reading ReadingWith(const std::map<std::string, std::string>& config) {
  const auto connector = MakeConnector();
  return ReadReading(connector->manifest(), {"jira-acme", "jira", "acme.atlassian.net", {}, config, false}, v1::ASSURANCE_SIGNED);
}

TEST(JiraResolutions, MeanWhatTheirUsualNamesSay) {
  const Reading reading = ReadingWith({});
  for (const char* name : {"Done", "Fixed", "RESOLVED", "complete"}) {
    EXPECT_EQ(MeaningOf(reading, "1", name, "Closed"), v1::RESOLUTION_DONE) << name;
  }
  for (const char* name : {"Won't Do", "won't fix", "Rejected", "Declined", "Cannot Reproduce", "Obsolete", "Abandoned"}) {
    EXPECT_EQ(MeaningOf(reading, "1", name, "Closed"), v1::RESOLUTION_WONT_DO) << name;
  }
  EXPECT_EQ(MeaningOf(reading, "1", "Duplicate", "Closed"), v1::RESOLUTION_DUPLICATE);
  EXPECT_EQ(MeaningOf(reading, "1", "Parked", "Closed"), v1::RESOLUTION_UNKNOWN);
}

TEST(JiraResolutions, AreNamedByIdTooSinceNamesAreTranslated) {
  const Reading reading = ReadingWith({{"done_resolutions", "10000"}, {"wont_do_resolutions", "10001, Zurückgestellt"}});
  EXPECT_EQ(MeaningOf(reading, "10000", "Erledigt", "Fertig"), v1::RESOLUTION_DONE);
  EXPECT_EQ(MeaningOf(reading, "10001", "Abgelehnt", "Fertig"), v1::RESOLUTION_WONT_DO);
  EXPECT_EQ(MeaningOf(reading, "7", "Zurückgestellt", "Fertig"), v1::RESOLUTION_WONT_DO);
  EXPECT_EQ(MeaningOf(reading, "2", "Done", "Done"), v1::RESOLUTION_UNKNOWN) << "an option takes the place of its default";
}

TEST(JiraResolutions, WhereThereAreNoneTheStatusSays) {
  const Reading reading = ReadingWith({});
  EXPECT_EQ(MeaningOf(reading, "", "", "Shipped"), v1::RESOLUTION_DONE);
  EXPECT_EQ(MeaningOf(reading, "", "", "Cancelled"), v1::RESOLUTION_WONT_DO);
  EXPECT_EQ(MeaningOf(reading, "1", "Done", "Duplicate"), v1::RESOLUTION_DUPLICATE);
}

}  // namespace
}  // namespace comity::jira

#include "plugins/ical/rule.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace comity::ical {
namespace {

std::vector<absl::CivilSecond> Expand(std::string_view text, absl::CivilSecond start, const RuleWindow& window, Budget& budget) {
  std::vector<absl::CivilSecond> all;
  const auto rule = ParseRule(text);
  EXPECT_TRUE(rule.ok()) << text;
  if (!rule.ok()) return all;
  RuleInstances instances(*rule, start, window, budget);
  while (const auto instance = instances.Next()) {
    all.push_back(*instance);
    if (all.size() >= 1000) break;
  }
  return all;
}

TEST(ParseRule, RefusesWhatIsNoRule) {
  for (const char* text : {"",
                           "COUNT=3",
                           "FREQ=FORTNIGHTLY",
                           "FREQ=DAILY;INTERVAL=0",
                           "FREQ=DAILY;INTERVAL=-1",
                           "FREQ=DAILY;COUNT=0",
                           "FREQ=DAILY;UNTIL=soon",
                           "FREQ=DAILY;UNTIL=20240230",
                           "FREQ=WEEKLY;BYDAY=XX",
                           "FREQ=MONTHLY;BYDAY=0MO",
                           "FREQ=MONTHLY;BYDAY=54MO",
                           "FREQ=MONTHLY;BYMONTHDAY=0",
                           "FREQ=MONTHLY;BYMONTHDAY=32",
                           "FREQ=YEARLY;BYMONTH=13",
                           "FREQ=YEARLY;BYMONTH=-1",
                           "FREQ=YEARLY;BYYEARDAY=-367",
                           "FREQ=YEARLY;BYWEEKNO=54",
                           "FREQ=DAILY;BYHOUR=24",
                           "FREQ=DAILY;BYMINUTE=",
                           "FREQ=DAILY;BYSETPOS=0",
                           "FREQ=DAILY;WKST=ABC",
                           "FREQ=DAILY;BYSECOND=1,,2",
                           "RSCALE=CHINESE;FREQ=YEARLY",
                           "FREQ=MONTHLY;SKIP=FORWARD;RSCALE=GREGORIAN",
                           "FREQ=DAILY;BYEASTER=1",
                           "FREQ"}) {
    EXPECT_FALSE(ParseRule(text).ok()) << text;
  }
  EXPECT_FALSE(ParseRule("FREQ=DAILY;X-A=" + std::string(3000, 'x')).ok());
}

TEST(ParseRule, TakesWhatCalendarsWrite) {
  EXPECT_EQ(ParseRule("freq=weekly;byday=mo,we;").value().days.size(), 2u);
  EXPECT_EQ(ParseRule("FREQ=DAILY;COUNT=99999999999999999999").value().count, 1'000'000'000);
  EXPECT_EQ(ParseRule("FREQ=MONTHLY;BYDAY=+2TU").value().days[0].ordinal, 2);
  EXPECT_TRUE(ParseRule("RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=OMIT;X-EVOLUTION-ENDDATE=1").ok());
}

TEST(RuleInstances, BeginWithTheStartAndCountItWhereItDoesNotFit) {
  Budget budget(kMaxSteps);
  const absl::CivilSecond tuesday(2024, 1, 2, 10, 0, 0);
  const RuleWindow window{tuesday, absl::CivilSecond(2025, 1, 1), true};
  const std::vector<absl::CivilSecond> expected = {tuesday, absl::CivilSecond(2024, 1, 8, 10, 0, 0),
                                                   absl::CivilSecond(2024, 1, 15, 10, 0, 0)};
  EXPECT_EQ(Expand("FREQ=WEEKLY;BYDAY=MO;COUNT=3", tuesday, window, budget), expected);
  const RuleWindow later{absl::CivilSecond(2024, 1, 9), absl::CivilSecond(2025, 1, 1), true};
  EXPECT_EQ(Expand("FREQ=WEEKLY;BYDAY=MO;COUNT=3", tuesday, later, budget), std::vector<absl::CivilSecond>{expected[2]});
  EXPECT_EQ(Expand("FREQ=WEEKLY;COUNT=3", tuesday, later, budget).size(), 2u);
}

TEST(RuleInstances, CountWhatLiesBeforeTheWindow) {
  Budget budget(kMaxSteps);
  const absl::CivilSecond start(2000, 1, 3, 9, 0, 0);
  const RuleWindow window{absl::CivilSecond(2026, 1, 1), absl::CivilSecond(2027, 1, 1)};
  EXPECT_EQ(Expand("FREQ=WEEKLY;COUNT=1360", start, window, budget).size(), 3u);
  EXPECT_EQ(Expand("FREQ=WEEKLY;BYDAY=MO;COUNT=1360", start, window, budget).size(), 3u);
  EXPECT_EQ(Expand("FREQ=WEEKLY;BYDAY=MO,TU;COUNT=2720", start, window, budget).size(), 6u);
  EXPECT_TRUE(Expand("FREQ=DAILY;COUNT=9000", start, window, budget).empty());
  EXPECT_FALSE(budget.exhausted());
}

// The years before the window cost nothing: an old series is as cheap as a new one.
TEST(RuleInstances, JumpOverThePast) {
  const absl::CivilSecond start(1970, 1, 1, 9, 0, 0);
  const RuleWindow window{absl::CivilSecond(2026, 3, 1), absl::CivilSecond(2026, 4, 1)};
  for (const char* rule : {"FREQ=YEARLY", "FREQ=MONTHLY;BYDAY=1MO", "FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3",
                           "FREQ=WEEKLY;COUNT=4000", "FREQ=DAILY;COUNT=100000", "FREQ=SECONDLY;INTERVAL=3600;COUNT=100000000",
                           "FREQ=HOURLY;BYHOUR=9", "FREQ=MINUTELY;BYHOUR=9;BYMINUTE=0", "FREQ=SECONDLY;BYHOUR=9;BYMINUTE=0;BYSECOND=0"}) {
    Budget budget(kMaxSteps);
    Expand(rule, start, window, budget);
    EXPECT_LT(kMaxSteps - budget.left(), 5000) << rule;
  }
}

// Some of these keep libical 3.0.16 busy for ever. Steps are counted: how long a step takes is the machine's.
TEST(RuleInstances, NeverTakeMoreStepsThanTheBudget) {
  std::string all_seconds = "0", all_days = "1";
  for (int i = 1; i < 60; ++i) all_seconds += "," + std::to_string(i);
  for (int i = 2; i < 367; ++i) all_days += "," + std::to_string(i);
  const std::vector<std::string> rules = {
      "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
      "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
      "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30;COUNT=1000000",
      "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=31",
      "FREQ=HOURLY;BYMONTH=4;BYMONTHDAY=31;COUNT=5",
      "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
      "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30;BYDAY=MO",
      "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2,4,6,9,11",
      "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
      "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1",
      "FREQ=YEARLY;INTERVAL=1000000000",
      "FREQ=SECONDLY;INTERVAL=1000000000;BYMONTH=2;BYMONTHDAY=30",
      "FREQ=SECONDLY",
      "FREQ=SECONDLY;COUNT=1000000000",
      "FREQ=SECONDLY;BYSECOND=7,9;COUNT=1000000000",
      "FREQ=SECONDLY;BYSECOND=60",
      "FREQ=SECONDLY;INTERVAL=2;BYSECOND=1",
      "FREQ=MINUTELY;INTERVAL=60;BYMINUTE=1",
      "FREQ=SECONDLY;BYSETPOS=2",
      "FREQ=YEARLY;BYHOUR=1,2,3;BYMINUTE=" + all_seconds + ";BYSECOND=" + all_seconds,
      "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSECOND=" + all_seconds + ";BYMINUTE=" + all_seconds + ";COUNT=900000000",
      "FREQ=YEARLY;BYYEARDAY=" + all_days.substr(0, 1500) + ";BYSETPOS=366",
      "FREQ=YEARLY;BYSETPOS=366;BYDAY=MO",
      "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=300;BYHOUR=1",
  };
  for (const std::string& rule : rules) {
    for (const int year : {1600, 1970, 2026}) {
      const absl::CivilSecond start(year, 1, 1, 0, 0, 0);
      Budget month(kMaxSteps), forever(kMaxSteps);
      const auto within = Expand(rule, start, {absl::CivilSecond(2026, 3, 1), absl::CivilSecond(2026, 4, 1)}, month);
      EXPECT_LE(within.size(), 1000u) << rule;
      const auto ever = Expand(rule, start, {start, absl::CivilSecond(9000, 1, 1)}, forever);
      EXPECT_LE(ever.size(), 1000u) << rule;
    }
  }
}

TEST(RuleInstances, StopForGoodWhenTheBudgetIsExhausted) {
  Budget budget(1000);
  const Rule rule = *ParseRule("FREQ=SECONDLY;INTERVAL=2;BYSECOND=1");
  RuleInstances instances(rule, absl::CivilSecond(2024, 1, 1), {absl::CivilSecond(2024, 1, 1), absl::CivilSecond(2025, 1, 1)}, budget);
  EXPECT_FALSE(instances.Next());
  EXPECT_TRUE(budget.exhausted());
  EXPECT_FALSE(instances.Next());
}

}  // namespace
}  // namespace comity::ical

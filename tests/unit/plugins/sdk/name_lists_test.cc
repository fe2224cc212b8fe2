#include "plugins/sdk/name_lists.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace comity::sdk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Reading {
  NameList done, dropped, same, links;
};
constexpr int kEnds = 1;
const ListOption<Reading> kLists[] = {
    {{"done_states", "states that mean done", "Done, Fixed"}, &Reading::done, kEnds},
    {{"dropped_states", "states that mean dropped", "Dropped"}, &Reading::dropped, kEnds},
    {{"links", "how a link reads", "done"}, &Reading::links},
    {{"same_states", "states that mean the same as another", ""}, &Reading::same, kEnds},
};

Manifest Acme() {
  Manifest manifest;
  manifest.suite = "acme";
  manifest.options = OptionsOf(kLists);
  return manifest;
}

Source SourceWith(const std::map<std::string, std::string>& config) {
  Source source;
  source.config = config;
  return source;
}

Reading ReadingWith(const std::map<std::string, std::string>& config) {
  Reading reading;
  ReadLists(kLists, Acme(), SourceWith(config), reading);
  return reading;
}

TEST(NameLists, AreOptionsInTheirOrder) {
  const std::vector<Option> options = OptionsOf(kLists);
  ASSERT_EQ(options.size(), 4u);
  EXPECT_EQ(options[0].name, "done_states");
  EXPECT_EQ(options[1].meaning, "states that mean dropped");
  EXPECT_EQ(options[2].fallback, "done");
}

TEST(NameLists, AreInLowerCaseEachNameOnceAndWhatTheSourceSaysTakesThePlaceOfTheDefault) {
  const Reading reading = ReadingWith({{"dropped_states", " Won't Do,won't do , 10001,, "}, {"links", ""}});
  EXPECT_THAT(reading.done, ElementsAre("done", "fixed"));
  EXPECT_THAT(reading.dropped, ElementsAre("won't do", "10001"));
  EXPECT_THAT(reading.same, IsEmpty());
  EXPECT_THAT(reading.links, IsEmpty());
}

TEST(NameLists, HaveANameWhateverItsCaseButNeverAnEmptyOne) {
  const NameList list = NamesOf(Acme(), SourceWith({}), "done_states");
  for (const char* name : {"done", "Done", "FIXED"}) EXPECT_TRUE(IsNamed(list, name)) << name;
  for (const char* name : {"", " ", "don", "done ", "done, fixed"}) EXPECT_FALSE(IsNamed(list, name)) << name;
  EXPECT_FALSE(IsNamed({}, ""));
  EXPECT_FALSE(IsNamed({""}, ""));
}

TEST(NameLists, MustNotShareANameWhereTheyAreToBeApart) {
  const auto faults = [](const std::map<std::string, std::string>& config) { return NamedTwice(kLists, ReadingWith(config)); };
  EXPECT_THAT(faults({}), IsEmpty()) << "links may name what a state is called";
  EXPECT_THAT(faults({{"dropped_states", "DONE"}}),
              ElementsAre("config.done_states and config.dropped_states (or its default) both name `done`; leave it in one of them"));
  EXPECT_THAT(faults({{"done_states", "fixed, dropped"}, {"same_states", "Dropped, fixed"}}),
              ElementsAre("config.done_states and config.dropped_states (or its default) both name `dropped`; leave it in one of them",
                          "config.done_states and config.same_states (or its default) both name `fixed`; leave it in one of them",
                          "config.done_states and config.same_states (or its default) both name `dropped`; leave it in one of them",
                          "config.dropped_states and config.same_states (or its default) both name `dropped`; leave it in one of them"));
}

}  // namespace
}  // namespace comity::sdk

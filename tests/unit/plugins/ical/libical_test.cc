// libical's own test data as a second opinion. It is not part of this tree: `apt-get source libical3`, and COMITY_LIBICAL_SOURCE names its
// folder.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "plugins/ical/component.h"
#include "plugins/ical/rule.h"

namespace comity::ical {
namespace {

std::string ReadAll(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string TextOf(absl::CivilSecond moment, const Moment& like) {
  const std::string text = absl::FormatTime("%Y%m%dT%H%M%S", absl::FromCivil(moment, absl::UTCTimeZone()), absl::UTCTimeZone());
  return like.is_date ? text.substr(0, 8) : text + (like.is_utc ? "Z" : "");
}

std::vector<std::string> Instances(const Rule& rule, const Moment& start, absl::CivilSecond from) {
  absl::CivilSecond to(8000, 1, 1);
  if (rule.until) to = rule.until->civil + (rule.until->is_date && !start.is_date ? 86'400 : 1);
  Budget budget(10 * kMaxSteps);
  RuleInstances instances(rule, start.civil, {from, to}, budget);
  std::vector<std::string> all;
  while (const auto instance = instances.Next()) {
    all.push_back(TextOf(*instance, start));
    if (all.size() >= 5000) break;
  }
  return all;
}

class Libical : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("COMITY_LIBICAL_SOURCE");
    if (folder == nullptr) GTEST_SKIP() << "COMITY_LIBICAL_SOURCE does not name the source of libical3 (apt-get source libical3)";
    folder_ = folder;
    ASSERT_TRUE(std::filesystem::exists(folder_ / "test-data/recur.txt")) << folder_ << " is not libical's source";
  }
  std::filesystem::path folder_;
};

// Blocks of RRULE, DTSTART, perhaps START-AT, and INSTANCES.
TEST_F(Libical, HasTheSameInstancesForEveryGregorianRule) {
  int same = 0, other = 0;
  for (const char* name :
       {"icalrecur_test.out", "icalrecur_withicu_test.out", "icalrecur_withouticu_test.out", "icalrecur_withicu_dangi_test.out"}) {
    std::string rule_text, start_text, from_text;
    for (const absl::string_view line : absl::StrSplit(ReadAll(folder_ / "src/test" / name), '\n')) {
      absl::string_view rest = line;
      if (absl::ConsumePrefix(&rest, "RRULE:")) {
        rule_text = std::string(rest);
        from_text.clear();
      } else if (absl::ConsumePrefix(&rest, "DTSTART:")) {
        start_text = std::string(rest);
      } else if (absl::ConsumePrefix(&rest, "START-AT:")) {
        from_text = std::string(rest);
      } else if (absl::ConsumePrefix(&rest, "INSTANCES:")) {
        const auto rule = ParseRule(rule_text);
        const auto start = ParseMoment(start_text);
        if (!rule.ok() || !start || absl::StrContains(rest, "***")) {
          ++other;
          continue;
        }
        const auto from = from_text.empty() ? start : ParseMoment(from_text);
        EXPECT_EQ(absl::StrJoin(Instances(*rule, *start, from->civil), ","), std::string(rest)) << rule_text << " from " << start_text;
        same += absl::StrJoin(Instances(*rule, *start, from->civil), ",") == rest ? 1 : 0;
      }
    }
  }
  std::cout << same << " rules agree; " << other << " are not Gregorian or no rules\n";
  EXPECT_GE(same, 65);
}

// `X-EXPECT-NUMEVENTS` counts what a rule has; of endless ones, until 2038. Some have no number, and some say other than RFC 5545.
TEST_F(Libical, HasTheSameNumberOfInstances) {
  std::string text = ReadAll(folder_ / "test-data/recur.txt");
  int same = 0;
  std::vector<std::string> different;
  std::string line, rule_text, start_text;
  std::vector<std::string> lines;
  for (const absl::string_view raw : absl::StrSplit(text, '\n')) {
    if (!lines.empty() && (absl::StartsWith(raw, " ") || absl::StartsWith(raw, "\t"))) {
      lines.back() += std::string(raw.substr(1));
    } else {
      lines.emplace_back(raw);
    }
  }
  for (const std::string& one : lines) {
    Property property;
    if (!ParseProperty(one, &property)) continue;
    if (property.name == "BEGIN") rule_text = start_text = "";
    if (property.name == "RRULE") rule_text = property.value;
    if (property.name == "DTSTART") start_text = property.value;
    if (property.name != "X-EXPECT-NUMEVENTS") continue;
    const auto rule = ParseRule(rule_text);
    const auto start = ParseMoment(start_text);
    ASSERT_TRUE(rule.ok() && start) << rule_text << " " << start_text;
    size_t count = 0;
    for (const std::string& instance : Instances(*rule, *start, start->civil)) count += instance < "20380119T031407" ? 1 : 0;
    if (count == static_cast<size_t>(std::atoi(property.value.c_str()))) {
      ++same;
    } else {
      different.push_back(rule_text + " from " + start_text + ": " + std::to_string(count) + ", libical " + property.value);
    }
  }
  std::cout << same << " counts agree; not: " << absl::StrJoin(different, "; ") << "\n";
  EXPECT_GE(same, 50);
}

}  // namespace
}  // namespace comity::ical

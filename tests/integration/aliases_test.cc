// I8: accounts that look like somebody's are nobody's: parked and shown, never credited to a guess.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/ingest_world.h"
#include "tests/support/figures.h"

namespace comity::testing {
namespace {

struct Alias {
  const char* name;
  std::string id, login;
};

// pia's account is github:github.com:pia. Everything else only looks like it.
const std::vector<Alias>& Aliases() {
  static const std::vector<Alias> aliases = {
      {"LoginOfAnother", "4711", "pia"},
      {"CapitalLetter", "Pia", "pia"},
      {"Capitals", "PIA", "PIA"},
      {"SpaceBehind", "pia ", "pia"},
      {"SpaceBefore", " pia", "pia"},
      {"Tabulator", "pia\t", "pia"},
      {"LineEnd", "pia\n", "pia"},
      {"NoBreakSpace", "pia\xc2\xa0", "pia"},
      {"ZeroWidthSpace", "p\xe2\x80\x8bia", "pia"},
      {"ZeroWidthJoiner", "pia\xe2\x80\x8d", "pia"},
      {"RightToLeftMark", "\xe2\x80\x8fpia", "pia"},
      {"CyrillicI",
       "p\xd1\x96"
       "a",
       "pia"},
      {"CyrillicEr",
       "\xd1\x80"
       "ia",
       "pia"},
      {"FullWidth", "\xef\xbd\x90\xef\xbd\x89\xef\xbd\x81", "pia"},
      {"Accent",
       "p\xc3\xad"
       "a",
       "pia"},
      {"CombiningAccent",
       "pi\xcc\x81"
       "a",
       "pia"},
      {"DotlessI",
       "p\xc4\xb1"
       "a",
       "pia"},
      {"At", "@pia", "pia"},
      {"Mail", "pia@example.org", "pia"},
      {"Person", "people/pia", "pia"},
      {"Resource", "accounts/github:github.com:pia", "pia"},
      {"WholeName", "github:github.com:pia", "pia"},
      {"Prefix", "pi", "pia"},
      {"Suffix", "piaa", "pia"},
      {"Numbered", "pia2", "pia"},
      {"Quote", "pia'--", "pia"},
      {"Wildcard", "pi_", "pia"},
      {"Percent", "%", "pia"},
      {"Encoded", "%70ia", "pia"},
      {"Null", std::string("pia\0", 4), "pia"},
      {"Zero", "0", "pia"},
      {"Ghost", "ghost", "ghost"},
      {"Path", "../pia", "pia"},
  };
  return aliases;
}

class I8AnAccountThatLooksLikeAnother : public ::testing::TestWithParam<Alias> {};

TEST_P(I8AnAccountThatLooksLikeAnother, IsParkedAndNeverCreditedToAGuess) {
  World world;
  std::vector<v1::Fact> as_helper = {World::Commented("1", "pia", 20), World::Resolved("1", "sam", "pia", 30)};
  std::vector<v1::Fact> as_asker = {World::Commented("2", "carl", 20), World::Resolved("2", "pia", "carl", 30)};
  const auto disguise = [](v1::Account& account) {
    account.set_id(GetParam().id);
    account.set_login(GetParam().login);
  };
  for (v1::Fact& fact : as_helper) disguise(*fact.mutable_actor());
  disguise(*as_asker[1].mutable_asker());
  for (const auto& facts : {as_helper, as_asker}) {
    for (const v1::IngestResult& result : world.Ingest(facts)) EXPECT_NE(result.disposition(), v1::IngestResult::DISPOSITION_UNSPECIFIED);
  }
  EXPECT_TRUE(world.Deeds().empty()) << world.Deeds()[0].ShortDebugString();
  // Whoever links it says so, and only then it counts: nothing was lost.
  const auto counts = world.store->BeginRead().value()->events().Count().value();
  EXPECT_GE(counts.parked + counts.set_aside, 2);
  EXPECT_TRUE(world.Verify().ok());
}

INSTANTIATE_TEST_SUITE_P(Corpus, I8AnAccountThatLooksLikeAnother, ::testing::ValuesIn(Aliases()),
                         [](const auto& tested) { return tested.param.name; });

TEST(I8Corpus, IsReported) {
  Report("I8", std::to_string(Aliases().size()) + " accounts that look like somebody's, as helper and as asker: none credited");
}

}  // namespace
}  // namespace comity::testing

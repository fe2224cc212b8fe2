#include "service/domain/directory/redactor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comity::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Case {
  std::string name, text, expected;
};
class ARedactor : public ::testing::TestWithParam<Case> {
 protected:
  ARedactor() {
    redactor_.Add("ana", "M", 0);
    redactor_.Add("ana-maria", "N", 1);
    redactor_.Add("Ana Öberg", "M", 0);
    redactor_.Add("github:github.com:583231", "M", 0);
  }
  Redactor redactor_;
};

TEST_P(ARedactor, ReplacesWholeWordsAlone) {
  std::string text = GetParam().text;
  std::vector<size_t> owners;
  EXPECT_EQ(redactor_.Redact(text, owners), GetParam().text != GetParam().expected);
  EXPECT_EQ(text, GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(All, ARedactor,
                         ::testing::ValuesIn(std::vector<Case>{
                             {"AWordAlone", "ana", "M"},
                             {"InWhateverCase", "ask ANA, or Ana.", "ask M, or M."},
                             {"BesidePunctuation", "people/ana (ana/tools#12) @ana", "people/M (M/tools#12) @M"},
                             {"NotWithinAnother", "banana ananas xana ana1", "banana ananas xana ana1"},
                             {"NotBesideALetterOfAnotherScript", "anaö öana", "anaö öana"},
                             {"TheLongestFirst", "ana-maria and ana", "N and M"},
                             {"NamesOfSeveralWords", "thanks, Ana Öberg!", "thanks, M!"},
                             {"AccountNames", "accounts/github:github.com:583231", "accounts/M"},
                             {"NoLongerNumber", "accounts/github:github.com:5832319", "accounts/github:github.com:5832319"},
                             {"NothingOfAnEmptyText", "", ""},
                             {"NothingOfAShortText", "an", "an"},
                         }),
                         [](const auto& row) { return row.param.name; });

TEST(RedactorTest, SaysWhoseWordsItFound) {
  Redactor redactor;
  EXPECT_TRUE(redactor.Add("ana", "M", 4));
  EXPECT_TRUE(redactor.Add("ben", "N", 9));
  std::string text = "ben and ana";
  std::vector<size_t> owners;
  EXPECT_TRUE(redactor.Redact(text, owners));
  EXPECT_THAT(owners, ElementsAre(9u, 4u));
}

TEST(RedactorTest, DoesNotLookForWhatIsPartOfEverything) {
  Redactor redactor;
  for (const char* word : {"", "a", "al", "583231"}) EXPECT_FALSE(redactor.Add(word, "M", 0)) << word;
  std::string text = "al 583231";
  std::vector<size_t> owners;
  EXPECT_FALSE(redactor.Redact(text, owners));
}

TEST(RedactorTest, FindsBytesWhateverAdjoinsThem) {
  Redactor redactor;
  redactor.Add("ana-login", "M", 0);
  std::vector<size_t> owners;
  EXPECT_TRUE(redactor.FindIn(std::string("\x0a\x41"
                                          "ANA-login\x12",
                                          12),
                              owners));
  EXPECT_FALSE(redactor.FindIn("ana login", owners));
  EXPECT_THAT(owners, ElementsAre(0u));
}

TEST(RedactorTest, MarksAPersonByTheBeginningOfTheirUid) { EXPECT_EQ(ErasedMark(PersonUid{}), "erased-00000000"); }

}  // namespace
}  // namespace comity::domain

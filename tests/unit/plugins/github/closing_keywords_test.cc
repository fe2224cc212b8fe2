#include "plugins/github/closing_keywords.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

namespace comity::github {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> Keys(std::string_view text) { return ClosedKeys(text, "acme/billing", "github.com"); }

TEST(ClosingKeywords, AreAllNineInAnyCaseWithOrWithoutColon) {
  EXPECT_THAT(Keys("close #1 closes #2 closed #3 fix #4 fixes #5 fixed #6 resolve #7 resolves #8 resolved #9"), SizeIs(9));
  EXPECT_THAT(Keys("Fixes: #4, FIXED\t#5"), ElementsAre("acme/billing#4", "acme/billing#5"));
}

TEST(ClosingKeywords, NameTicketsHereElsewhereAndByAddress) {
  EXPECT_THAT(Keys("fixes #12. closes other/thing.js#3, resolves https://github.com/acme/web/issues/6#issuecomment-1"),
              ElementsAre("acme/billing#12", "other/thing.js#3", "acme/web#6"));
  EXPECT_THAT(ClosedKeys("fixes https://ghe.acme.example/a/b/issues/1 fixes https://github.com/a/b/issues/2", "a/b", "ghe.acme.example"),
              ElementsAre("a/b#1"));
}

TEST(ClosingKeywords, TakeTheSpellingOfTheRepositoryAtHand) {
  EXPECT_THAT(Keys("fixes ACME/Billing#1 fixes Acme/web#2 fixes Other/Web#3"), ElementsAre("acme/billing#1", "acme/web#2", "Other/Web#3"));
}

TEST(ClosingKeywords, NameEachTicketOnceAndAHundredAtMost) {
  EXPECT_THAT(Keys("fixes #1, closes #1, resolves acme/billing#1"), ElementsAre("acme/billing#1"));
  std::string many;
  for (int i = 1; i <= 300; ++i) many += "fixes #" + std::to_string(i) + "\n";
  EXPECT_THAT(Keys(many), SizeIs(100));
}

TEST(ClosingKeywords, AreNotMereMentions) {
  for (const char* text :
       {"see #12", "fixes 12", "fixes#12", "prefixes #12", "fixes-#12", "un_fixes #12", "fixes # 12", "fixes #0", "fixes #12a", "fixes #",
        "fixing #12", "fixes the bug of #12", "fixes acme#12", "fixes /billing#12", "fixes acme/#12", "fixes\n#12",
        "fixes https://github.com/acme/web/pull/6", "fixes https://evil.example/acme/web/issues/6", "fixes #12345678901"}) {
    EXPECT_THAT(Keys(text), IsEmpty()) << text;
  }
  EXPECT_THAT(Keys("fixes #1, #2"), ElementsAre("acme/billing#1")) << "each ticket needs a keyword of its own";
}

TEST(ClosingKeywords, DoNotCountInCodeAndComments) {
  for (const char* text : {"`fixes #1`", "``a ` fixes #1``", "```\nfixes #1\n```", "~~~ text\nfixes #1\n~~~",
                           "   ````\nfixes #1\n```\nfixes #1\n````", "<!-- fixes #1 -->", "<!-- a\nfixes #1", "```\nfixes #1"}) {
    EXPECT_THAT(Keys(text), IsEmpty()) << text;
  }
  EXPECT_THAT(Keys("`a` fixes #1 `b`"), ElementsAre("acme/billing#1"));
  EXPECT_THAT(Keys("a ` alone, fixes #1"), ElementsAre("acme/billing#1"));
  EXPECT_THAT(Keys("```\ncode\n```\nfixes #1"), ElementsAre("acme/billing#1"));
  EXPECT_THAT(Keys("<!-- a --> fixes #1"), ElementsAre("acme/billing#1"));
}

TEST(ClosingKeywords, AreFoundInLinearTimeInHostileTexts) {
  std::string runs;
  for (size_t i = 1; runs.size() < 200'000; ++i) runs += std::string(i % 600 + 1, '`') + " ";
  const std::string fences = [] {
    std::string text;
    while (text.size() < 200'000) text += "~~~\n```x\n";
    return text;
  }();
  for (const std::string& hostile : {runs, fences, std::string(200'000, '`'), std::string(200'000, '<'), std::string(26'000'000, 'f'),
                                     std::string("fixes ") + std::string(200'000, ' ')}) {
    const std::clock_t begin = std::clock();  // of the processor, so that a busy machine fails nothing
    (void)Keys(hostile);
    EXPECT_LT(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC, 5);
  }
}

}  // namespace
}  // namespace comity::github

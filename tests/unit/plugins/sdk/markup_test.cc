// Texts that somebody wrote stay texts, in every suite.
#include "plugins/sdk/markup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "absl/strings/str_replace.h"
#include "plugins/caldav/entry.h"
#include "plugins/dokuwiki/markup.h"
#include "plugins/mediawiki/markup.h"
#include "plugins/sdk/seal.h"
#include "plugins/sdk/text_checks.h"
#include "tests/unit/plugins/publishing_support.h"

namespace comity::sdk {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kHostile[] = {
    "@channel @all @here @bob and bob@acme.example",
    "closes #12, !34, acme/billing#5, GH-7, &9, %\"v2\", ~bug, $3",
    "/close",
    "/assign @bob",
    ":tada: :+1:",
    "[a](javascript:alert(1)) ![x](http://evil.example/x.png)",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "&lt;script&gt; &#64;bob",
    "*bold* _em_ -gone- +new+ ~sub~ ^sup^ ??cite?? `code` **b** __b__",
    "# heading",
    "h1. heading",
    "bq. quote",
    "1. item",
    "1) item",
    "- item",
    "===",
    "| a | b |",
    "{{include(Secrets)}} {{collapse(x)",
    "\"label\":http://evil.example !http://evil.example/x.png!",
    "{{subst:Delete}} {{Template|x}} {{{1}}} ~~~~ ~~~",
    "[[User:Bob]] [http://evil.example x] http://evil.example",
    "__NOTOC__ __NOINDEX__ '''b''' ''i'' <nowiki> <ref>",
    "== x == * a : b ; c",
    "RFC 1149 PMID 12 ISBN 0123456789",
    "-{zh:a}- ---- {| |} #REDIRECT [[X]]",
    "%%end%% of %%% and %",
    "</nowiki>//i//<nowiki>",
    "~~NOCACHE~~ ~~RM:comity~~ <php>echo 1;</php> {{rss>http://evil.example}}",
    "(c) (tm) ((footnote)) \\\\ **x** ''m'' <file> <code>",
    "  * a list",
    "BEGIN:VEVENT ; , \\ END:VEVENT",
    "www.evil.example ftp.evil.example mailto:bob@acme.example",
    "{noformat} [~bob] {color:red}",
    "<!-- hidden --> -->",
    "\xE4\xBD\xA0\xE5\xA5\xBD @\xE4\xBD\xA0",
};

class HostileTexts : public ::testing::TestWithParam<const char*> {};

TEST_P(HostileTexts, MentionNobodyAndReferToNothing) {
  const std::string inert = Inert(GetParam());
  EXPECT_FALSE(std::regex_search(inert, std::regex("@[A-Za-z0-9]"))) << inert;
  EXPECT_FALSE(std::regex_search(inert, std::regex("[#!&~$][A-Za-z0-9]"))) << inert;
  EXPECT_FALSE(std::regex_search(inert, std::regex(":(//|[a-z+])"))) << inert;
  EXPECT_FALSE(std::regex_search(inert, std::regex("GH-[0-9]|www\\."))) << inert;
  EXPECT_EQ(absl::StrReplaceAll(inert, {{"\xE2\x81\xA0", ""}}), GetParam()) << "what is read is what was written";
}

TEST_P(HostileTexts, AreNoMarkdown) {
  const std::string shown = MarkdownText(GetParam());
  const std::string left = std::regex_replace(shown, std::regex(R"(\\[!-/:-@\[-`{-~])"), "");
  EXPECT_EQ(left.find_first_of("*_`[]<>#!&|~^{}$=\\"), std::string::npos) << shown;
  EXPECT_FALSE(std::regex_search(shown, std::regex(R"((^|\n)(/|[-+] |[0-9]+[.)] | {4}))"))) << shown;
  EXPECT_FALSE(std::regex_search(shown, std::regex("@[A-Za-z0-9]"))) << shown;
}

TEST_P(HostileTexts, AreNeitherTextileNorMarkdownForRedmine) {
  const std::string shown = TextileText(GetParam());
  const std::string left = std::regex_replace(shown, std::regex("&#[0-9]+;"), "");
  EXPECT_EQ(left.find_first_of("*_`[]<>#!&|~^{}$=\\\"@+:;(%"), std::string::npos) << shown;
  EXPECT_FALSE(std::regex_search(left, std::regex(R"((^|\n)[a-z0-9]+\. )"))) << shown;
  EXPECT_FALSE(std::regex_search(left, std::regex(R"((^| )-|-($| ))"))) << shown;
}

TEST_P(HostileTexts, AreTextAloneInDokuWiki) {
  const std::string shown = dokuwiki::Escaped(GetParam());
  EXPECT_TRUE(std::regex_match(shown, std::regex("(%%[^%]+%%|<nowiki>%+</nowiki>)+"))) << shown;
  EXPECT_EQ(std::regex_replace(shown, std::regex("%%([^%]+)%%|<nowiki>(%+)</nowiki>"), "$1$2"), GetParam());
}

TEST_P(HostileTexts, AreTextAloneInMediaWiki) {
  const std::string shown = mediawiki::Escaped(GetParam());
  const std::string left = std::regex_replace(shown, std::regex("&#[0-9]+;"), "");
  EXPECT_EQ(left.find_first_of("[]{}<>'=*#:;~_|&!\\"), std::string::npos) << shown;
  EXPECT_FALSE(std::regex_search(left, std::regex("RFC [0-9]|PMID [0-9]|ISBN [0-9]|--"))) << shown;
  EXPECT_FALSE(shown.starts_with(' ')) << "that would be preformatted: " << shown;
}

TEST_P(HostileTexts, AreOneValueInACalendar) {
  Artifact artifact = comity::testing::Entry();
  artifact.title = GetParam();
  artifact.text = std::string(GetParam()) + "\nEND:VEVENT\nATTENDEE:mailto:mallory@acme.example";
  artifact.organiser.name = "Ana\":mailto:mallory@acme.example;X=";
  const std::string item = caldav::EntryText(artifact, {});
  EXPECT_FALSE(std::regex_search(item, std::regex("[^\r]\n"))) << item;
  EXPECT_FALSE(std::regex_search(item, std::regex("[^\r\n]{76}"))) << "lines have at most 75 bytes";
  const std::string unfolded = absl::StrReplaceAll(item, {{"\r\n ", ""}});
  size_t events = 0, attendees = 0;
  for (size_t at = unfolded.find('\n'); at != std::string::npos; at = unfolded.find('\n', at + 1)) {
    events += unfolded.compare(at + 1, 9, "END:VEVEN") == 0;
    attendees += unfolded.compare(at + 1, 8, "ATTENDEE") == 0;
  }
  EXPECT_EQ(events, 1u);
  EXPECT_EQ(attendees, 2u);
  const caldav::Entry read = caldav::ReadEntry(item);
  EXPECT_TRUE(read.intact) << item;
  EXPECT_EQ(read.artifact, artifact.id);
}

TEST_P(HostileTexts, LeaveThePagesOfWikisSealed) {
  Artifact artifact = comity::testing::Page();
  artifact.title = GetParam();
  artifact.body.push_back({Block::Kind::kItem, {{GetParam(), "https://comity.acme.example/__x__/~~~~/@all?%zz"}}});
  const std::string doku = dokuwiki::PageText(artifact), media = mediawiki::PageText(artifact);
  EXPECT_EQ((Seal{"%%", "%%"}.Read(doku, artifact.id)), Seal::State::kIntact);
  EXPECT_EQ(mediawiki::kPageSeal.Read(media, artifact.id), Seal::State::kIntact);
  EXPECT_THAT(media, Not(HasSubstr("~~~")));
  EXPECT_THAT(media, Not(HasSubstr("__")));
  EXPECT_THAT(media + doku, Not(HasSubstr("@all?")));
}

INSTANTIATE_TEST_SUITE_P(All, HostileTexts, ::testing::ValuesIn(kHostile));

TEST(Markup, LeavesPlainSentencesAlone) {
  const char kPlain[] = "Bob, of team Payments, re-ran the import (twice).";
  EXPECT_EQ(MarkdownText(kPlain), kPlain);
  EXPECT_EQ(Inert("at 10:30, for 5 % of it & more"), "at 10:30, for 5 % of it & more");
  EXPECT_EQ(TextileText("Bob re-ran it, and/or Ana did."), "Bob re-ran it, and/or Ana did.");
  EXPECT_EQ(mediawiki::Escaped("Bob re-ran it, and/or Ana did."), "Bob re-ran it, and/or Ana did.");
  EXPECT_EQ(MarkdownText("one\n\n  two  \nthree"), "one\n\ntwo\n\nthree");
}

TEST(Markup, RendersAPageInEachWiki) {
  const Artifact artifact = comity::testing::Page();
  EXPECT_THAT(
      dokuwiki::PageText(artifact),
      ::testing::StartsWith("====== Use one exporter ======\n\n===== Why =====\n\n%%Two disagree.%% "
                            "[[https://comity.acme.example/talks/7|The talk]]\n\n  * %%checkout agrees%%\n  * %%billing agrees%%\n"));
  EXPECT_THAT(
      mediawiki::PageText(artifact),
      ::testing::StartsWith("== Use one exporter ==\n\n=== Why ===\n\nTwo disagree. [https://comity.acme.example/talks/7 The talk]\n\n"
                            "* checkout agrees\n* billing agrees\n"));
  EXPECT_EQ(dokuwiki::PageId("comity", artifact), "comity:decisions:decisions-one-exporter");
  EXPECT_EQ(mediawiki::PageTitle("Project:Comity", artifact), "Project:Comity/Decisions/decisions-one-exporter");
}

TEST(Seal, TellsWhatSomebodyEditedFromWhatSuitesDo) {
  const Seal seal;
  const std::string text = seal.On("one\ntwo\n", "decisions/7");
  using State = Seal::State;
  EXPECT_EQ(seal.Read(text, "decisions/7"), State::kIntact);
  EXPECT_EQ(seal.Read(absl::StrReplaceAll(text, {{"\n", "\r\n"}}) + "\r\n", "decisions/7"), State::kIntact);
  EXPECT_EQ(seal.Read(text, "decisions/8"), State::kForeign);
  EXPECT_EQ(seal.Read(absl::StrReplaceAll(text, {{"two", "2"}}), "decisions/7"), State::kChanged);
  EXPECT_EQ(seal.Read("more\n" + text, "decisions/7"), State::kChanged);
  EXPECT_EQ(seal.Read(text + "\nmore", "decisions/7"), State::kNone);
  EXPECT_EQ(seal.Read("one\ntwo", "decisions/7"), State::kNone);
  EXPECT_TRUE(IsSealed(text));
  EXPECT_FALSE(IsSealed("Published by Comity as x (y)"));
}

TEST(TextChecks, KnowWhatIsPlain) {
  EXPECT_TRUE(
      IsPlainLine("Gr\xC3\xBC\xC3\x9F"
                  "e \xF0\x9F\x8E\x89"));
  for (const char* hidden : {"a\nb", "a\x01",
                             "\xE2\x80\xAE"
                             "x",
                             "\xE2\x80\x8B", "\xC0\xAF", "\xED\xA0\x80", "\xC3", "\xEF\xBB\xBF"}) {
    EXPECT_FALSE(IsPlainLine(hidden)) << hidden;
  }
  EXPECT_TRUE(IsPlainText("a\nb"));
  EXPECT_FALSE(IsPlainText("a\r\nb"));
  EXPECT_TRUE(IsWebAddress("https://acme.example/a?b=c&d=%20#e", 100));
  for (const char* wrong : {"javascript:alert(1)", "https://", "https://ana:pw@acme.example/", "https://acme.example/a b", "http://a/]]",
                            "https://acme.example/\"", "//acme.example"}) {
    EXPECT_FALSE(IsWebAddress(wrong, 100)) << wrong;
  }
  EXPECT_TRUE(IsMailAddress("ana.b+c@acme.example", 100));
  for (const char* wrong : {"ana", "@acme.example", "ana@", "ana@acme.example\r\nX:1", "ana@b@c", "a:b@acme.example"}) {
    EXPECT_FALSE(IsMailAddress(wrong, 100)) << wrong;
  }
}

TEST(Artifact, NamesTheFieldThatIsWrong) {
  struct Case {
    const char* field;
    void (*spoil)(Artifact&);
  };
  const auto fields_of = [](const Artifact& artifact) {
    std::vector<std::string> fields;
    for (const FieldFault& fault : Check(artifact)) {
      EXPECT_THAT(fault.description, Not(HasSubstr("marmalade")));
      fields.push_back(fault.field);
    }
    return fields;
  };
  EXPECT_THAT(fields_of(comity::testing::Note()), ::testing::IsEmpty());
  EXPECT_THAT(fields_of(comity::testing::Page()), ::testing::IsEmpty());
  EXPECT_THAT(fields_of(comity::testing::Entry()), ::testing::IsEmpty());
  for (const Case& one : std::vector<Case>{{"id", [](Artifact& a) { a.id = "a--b marmalade"; }},
                                           {"title", [](Artifact& a) { a.title = std::string(201, 'x'); }},
                                           {"title", [](Artifact& a) { a.title = "marmalade\nX"; }},
                                           {"text", [](Artifact& a) { a.text = "marmalade\x01"; }},
                                           {"link", [](Artifact& a) { a.link = "javascript:marmalade"; }},
                                           {"end", [](Artifact& a) { a.end = a.start; }},
                                           {"zone", [](Artifact& a) { a.zone = "../marmalade"; }},
                                           {"sequence", [](Artifact& a) { a.sequence = -1; }},
                                           {"organiser.address", [](Artifact& a) { a.organiser.address = "marmalade"; }},
                                           {"attendees[1].address", [](Artifact& a) { a.attendees[1].address = "b@c\r\n"; }},
                                           {"attendees[1]",
                                            [](Artifact& a) {
                                              a.attendees[1] = {"", "ANA@acme.example"};
                                            }},
                                           {"subject", [](Artifact& a) { a.subject = "#1"; }}}) {
    Artifact artifact = comity::testing::Entry();
    one.spoil(artifact);
    EXPECT_THAT(fields_of(artifact), ::testing::ElementsAre(one.field));
    EXPECT_NE(DigestOf(artifact), DigestOf(comity::testing::Entry()));
  }
  Artifact page = comity::testing::Page();
  page.folder = "../x";
  page.body[1].pieces[0].text = "marmalade\n== x";
  EXPECT_THAT(fields_of(page), ::testing::ElementsAre("folder", "body[1]"));
}

}  // namespace
}  // namespace comity::sdk

#include "clients/cli/style.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "comity/v1/deed.pb.h"
#include "comity/v1/event.pb.h"

namespace comity::cli {
namespace {

TEST(WhatIsPrinted, NeverCarriesEscapeSequencesToATerminal) {
  EXPECT_EQ(Printable("a\x1b[31mb\x07"), "a?[31mb?");
  EXPECT_EQ(Printable("a\xc2\x9b"
                      "b"),
            "a?b");
  EXPECT_EQ(Printable("a\xe2\x80\xae"
                      "b"),
            "a?b");
  EXPECT_EQ(Printable("a\xff\xfe"
                      "b\xc3"),
            "a??b?");
  EXPECT_EQ(Printable("one\ntwo\r"), "one?two?");
  EXPECT_EQ(Printable("one\ntwo", true), "one\ntwo");
  EXPECT_EQ(Printable("Zoë 猫 “x”"), "Zoë 猫 “x”");
}

TEST(Tables, AlignTheirColumnsByCharacters) {
  Table table({"NAME", "STATE"});
  table.Add({"Zoë", "standing"});
  table.Add({"Benjamin", ""});
  std::ostringstream out;
  table.Print(out, Style(false));
  EXPECT_EQ(out.str(), "NAME      STATE\nZoë       standing\nBenjamin\n");
}

TEST(Tables, SayInWordsThatTheyAreEmpty) {
  std::ostringstream out;
  Table({"NAME"}).Print(out, Style(true), "No deeds.");
  EXPECT_EQ(out.str(), "No deeds.\n");
}

TEST(Tables, PutTheFirstCellOnALineOfItsOwnWhereTheTerminalIsTooNarrow) {
  Table table({"DEED", "WHAT", "STATE"});
  table.Add({"20260902-k3f9", "resolved acme/billing#12", "standing"});
  std::ostringstream narrow, wide, piped;
  table.Print(narrow, Style(false, 40));
  EXPECT_EQ(narrow.str(), "DEED\n  WHAT                      STATE\n20260902-k3f9\n  resolved acme/billing#12  standing\n");
  table.Print(wide, Style(false, 80));
  table.Print(piped, Style(false));
  EXPECT_EQ(wide.str(), piped.str());
  EXPECT_EQ(piped.str(), "DEED           WHAT                      STATE\n20260902-k3f9  resolved acme/billing#12  standing\n");
}

TEST(LongText, BreaksBetweenWordsAndKeepsItsOwnLines) {
  EXPECT_EQ(Wrap("one two three", Style(false, 8)), "one two\nthree");
  EXPECT_EQ(Wrap("one two three", Style(false, 8), "  "), "one\n  two\n  three");
  EXPECT_EQ(Wrap("one\n\ntwo\n", Style(false, 80)), "one\n\ntwo");
  EXPECT_EQ(Wrap("Zoë Zoë Zoë", Style(false, 7)), "Zoë Zoë\nZoë");
  EXPECT_EQ(Wrap("https://github.com/acme/billing", Style(false, 10)), "https://github.com/acme/billing");
  EXPECT_EQ(Wrap("", Style(false)), "");
}

TEST(Enums, AreWordsForPeopleAndBack) {
  EXPECT_EQ(EnumWords(*v1::Deed::Kind_descriptor(), v1::Deed::KIND_HANDED_OVER), "handed over");
  EXPECT_EQ(EnumWords(*v1::FactKind_descriptor(), v1::FACT_KIND_CHANGE_MERGED), "change merged");
  EXPECT_EQ(EnumWords(*v1::Deed::Kind_descriptor(), 0), "");
  EXPECT_EQ(EnumWords(*v1::Deed::Kind_descriptor(), 99), "kind 99");
  EXPECT_EQ(EnumFromWords(*v1::Event::Outcome_descriptor(), "set-aside"), v1::Event::OUTCOME_SET_ASIDE);
  EXPECT_EQ(EnumFromWords(*v1::Event::Outcome_descriptor(), "SET_ASIDE"), v1::Event::OUTCOME_SET_ASIDE);
  EXPECT_EQ(EnumFromWords(*v1::Event::Outcome_descriptor(), "OUTCOME_SET_ASIDE"), v1::Event::OUTCOME_SET_ASIDE);
  EXPECT_EQ(EnumFromWords(*v1::Event::Outcome_descriptor(), "unspecified"), -1);
  EXPECT_THAT(EnumChoices(*v1::Event::Outcome_descriptor()), testing::Contains("not-counted"));
}

TEST(DeedsChanged, SaysHowManyAndWhetherItIsDone) {
  EXPECT_EQ(DeedsChanged(1, false, true), "1 deed would be other than before");
  EXPECT_EQ(DeedsChanged(1900, true, false), "at least 1900 deeds will be other than before");
}

}  // namespace
}  // namespace comity::cli

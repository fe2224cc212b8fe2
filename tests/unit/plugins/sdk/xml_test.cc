#include "plugins/sdk/xml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comity::sdk {
namespace {

using ::testing::HasSubstr;

XmlDocument Read(std::string_view text) {
  auto document = XmlDocument::Parse(text);
  EXPECT_TRUE(document.ok()) << document.status();
  return document.ok() ? *std::move(document) : *XmlDocument::Parse("<nothing/>");
}

TEST(Xml, IsReadByLocalNamesWhateverThePrefix) {
  for (const char* text :
       {"<?xml version='1.0'?><D:multistatus xmlns:D='DAV:'><D:response><D:href>/a</D:href></D:response></D:multistatus>",
        "<multistatus xmlns='DAV:'><response><href>/a</href></response></multistatus>"}) {
    const XmlDocument document = Read(text);
    EXPECT_EQ(document.root().name(), "multistatus");
    EXPECT_EQ(document.root().At("response/href").Text(), "/a");
    EXPECT_FALSE(document.root().At("response/status").exists());
    EXPECT_EQ(document.root().At("response/status/deeper").Text(), "");
  }
}

TEST(Xml, GivesAllTextWithCharactersAsTheyWereMeant) {
  const XmlDocument document = Read("<a> x &amp; &#228;<b><![CDATA[<y>]]></b>\n z </a>");
  EXPECT_EQ(document.root().Text(), " x & \xc3\xa4<y>\n z ");
  EXPECT_EQ(document.root().TrimmedText(), "x & \xc3\xa4<y>\n z");
}

TEST(Xml, ListsChildrenUpToALimit) {
  const XmlDocument document = Read("<a><b>1</b><c/>text<b>2</b><b>3</b></a>");
  EXPECT_EQ(document.root().Children("b", 2).size(), 2u);
  EXPECT_EQ(document.root().Children("", 100).size(), 4u);
}

TEST(Xml, RefusesDocumentTypesSoThatNothingExpands) {
  for (const char* text : {"<!DOCTYPE a [<!ENTITY b 'bbbb'>]><a>&b;</a>", "<!DOCTYPE a SYSTEM 'http://localhost/x'><a/>"}) {
    const auto document = XmlDocument::Parse(text);
    ASSERT_FALSE(document.ok());
    EXPECT_THAT(std::string(document.status().message()), HasSubstr("document type"));
  }
}

TEST(Xml, RefusesWhatIsNotOneElement) {
  for (const char* text : {"", "x", "<a>", "<a></b>", "<a/><b/>", "<a", "<a b=></a>"}) EXPECT_FALSE(XmlDocument::Parse(text).ok()) << text;
}

TEST(Xml, RefusesDepthAndSizeBeyondItsBounds) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  for (int i = 0; i < 100'000; ++i) deep += "</a>";
  EXPECT_FALSE(XmlDocument::Parse(deep).ok());
  EXPECT_FALSE(XmlDocument::Parse("<a>" + std::string(kMaxXmlBytes, 'x') + "</a>").ok());
}

TEST(XmlEscaped, ComesBackAsItWas) {
  const std::string text = "a<b>&\"c\" d";
  EXPECT_EQ(Read("<t>" + XmlEscaped(text) + "</t>").root().Text(), text);
  EXPECT_EQ(XmlEscaped(std::string("a\0b\x01", 4)), "ab");
}

}  // namespace
}  // namespace comity::sdk

#include "service/base/json_text.h"

#include <gtest/gtest.h>

namespace comity {
namespace {

std::string Quoted(std::string_view text) {
  std::string out;
  AppendJsonString(out, text);
  return out;
}

TEST(JsonString, KeepsPlainTextInAnyScript) {
  EXPECT_EQ(Quoted(""), R"("")");
  EXPECT_EQ(Quoted("plain"), R"("plain")");
  EXPECT_EQ(Quoted("Grüße, 東京 🎉"), "\"Grüße, 東京 🎉\"");
}

TEST(JsonString, EscapesWhatWouldEndTheStringOrTheLineOrSteerATerminal) {
  EXPECT_EQ(Quoted("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(Quoted(std::string("\n\r\0\x1b\x7f", 5)), R"("\u000a\u000d\u0000\u001b\u007f")");
  EXPECT_EQ(Quoted("\xc2\x9b"
                   "2J"),
            R"("\u009b2J")");
}

TEST(JsonString, ReplacesEachByteThatIsNotUtf8) {
  EXPECT_EQ(Quoted("a\x80z"), R"("a\ufffdz")");
  EXPECT_EQ(Quoted("\xc3"), R"("\ufffd")");                                // cut short
  EXPECT_EQ(Quoted("\xc0\xaf"), R"("\ufffd\ufffd")");                      // longer than it need be
  EXPECT_EQ(Quoted("\xed\xa0\x80"), R"("\ufffd\ufffd\ufffd")");            // a surrogate
  EXPECT_EQ(Quoted("\xf4\x90\x80\x80"), R"("\ufffd\ufffd\ufffd\ufffd")");  // beyond Unicode
  EXPECT_EQ(Quoted("\xff\xfe"), R"("\ufffd\ufffd")");
}

}  // namespace
}  // namespace comity

#include "plugins/sdk/json.h"

#include <gtest/gtest.h>

#include "service/base/error.h"

namespace comity::sdk {
namespace {

TEST(JsonViews, ReachValuesByPointersAndFindNothingElsewhere) {
  const auto document = JsonDocument::Parse(R"({"issue":{"id":9001,"user":null,"labels":[{"name":"bug"}],"a/b":1}})");
  ASSERT_TRUE(document.ok());
  const Json root = document->root();
  EXPECT_EQ(root.At("/issue/id").IdText(), "9001");
  EXPECT_EQ(root.At("/issue/labels/0/name").Text(), "bug");
  EXPECT_EQ(root.At("/issue/a~1b").Integer(), 1);
  EXPECT_EQ(root.At("/issue").At("/id").Integer(), 9001);
  for (const char* nothing :
       {"/issue/user", "/issue/user/id", "/issue/labels/1", "/issue/labels/x", "/issue/id/deeper", "/nobody", "issue", "/"}) {
    EXPECT_FALSE(root.At(nothing).exists()) << nothing;
    EXPECT_EQ(root.At(nothing).Text(), "") << nothing;
    EXPECT_EQ(root.At(nothing).IdText(), "") << nothing;
  }
}

TEST(JsonViews, GiveIdsWithoutADetourOverDoubles) {
  const auto document = JsonDocument::Parse(R"([9007199254740993, 18446744073709551615, "U_1", -4, 1.0, true, {}])");
  ASSERT_TRUE(document.ok());
  const std::vector<Json> items = document->root().Items(10);
  EXPECT_EQ(items[0].IdText(), "9007199254740993");
  EXPECT_EQ(items[1].IdText(), "18446744073709551615");
  EXPECT_EQ(items[2].IdText(), "U_1");
  for (size_t i = 3; i < items.size(); ++i) EXPECT_EQ(items[i].IdText(), "") << i;
}

TEST(JsonViews, ListNoMoreThanAskedFor) {
  const auto document = JsonDocument::Parse(R"({"b":1,"a":2,"c":3})");
  ASSERT_TRUE(document.ok());
  const auto members = document->root().Members(2);
  ASSERT_EQ(members.size(), 2u);
  EXPECT_EQ(members[0].first, "b") << "in their own order";
  EXPECT_TRUE(document->root().Items(9).empty()) << "an object has no items";
}

TEST(JsonDocuments, AreBoundedInDepth) {
  const auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(JsonDocument::Parse(nested(kMaxJsonDepth)).ok());
  EXPECT_FALSE(JsonDocument::Parse(nested(kMaxJsonDepth + 1)).ok());
  EXPECT_FALSE(JsonDocument::Parse(nested(1'000'000)).ok());
}

TEST(JsonDocuments, SayWhatIsWrongWithoutQuotingIt) {
  for (const std::string& bad : {std::string(), std::string("{"), std::string("{\"secret\":tru"), std::string("[1] [2]"),
                                 std::string("\"\xC3\x28\""), std::string(kMaxJsonBytes + 1, ' ')}) {
    const auto document = JsonDocument::Parse(bad);
    ASSERT_FALSE(document.ok());
    EXPECT_EQ(DetailsOf(document.status()).reason, "JSON_INVALID");
    EXPECT_EQ(document.status().message().find("secret"), std::string::npos);
  }
}

TEST(JsonDocuments, MayBeMovedWhileViewsPointIntoThem) {
  auto document = JsonDocument::Parse(R"({"a":"text"})");
  ASSERT_TRUE(document.ok());
  const Json view = document->root().At("/a");
  const JsonDocument moved = *std::move(document);
  EXPECT_EQ(view.Text(), "text");
  EXPECT_EQ(moved.root().ToText(), R"({"a":"text"})");
}

}  // namespace
}  // namespace comity::sdk

#include "plugins/sdk/conformance/canary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/sdk/conformance/conformance.h"
#include "tests/unit/plugins/host/host_support.h"

namespace comity::sdk::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string kWord(kCanary);

TEST(ACanary, IsInEveryTextOfAFieldByItsNameOrTheEndOfItsPath) {
  const std::string body =
      R"({"issue":{"id":7,"body":"one","labels":[{"body":"two"}]},"review":{"content":"three"},"content":"four","parts":{"custom":[{"id":1,"value":"five"}]}})";
  const Planted planted = Plant(body, "application/json", {"body", "/review/content", "/parts/custom", "absent"}, Planting::kAfter);
  EXPECT_EQ(planted.body, R"({"issue":{"id":7,"body":"one )" + kWord + R"(","labels":[{"body":"two )" + kWord +
                              R"("}]},"review":{"content":"three )" + kWord +
                              R"("},"content":"four","parts":{"custom":[{"id":1,"value":"five )" + kWord + "\"}]}}");
  EXPECT_THAT(planted.fields, ElementsAre("/parts/custom", "/review/content", "body"));
  EXPECT_THAT(Plant(R"([{"body":"\"x"},{"body":null}])", "", {"body"}, Planting::kBefore).body,
              "[{\"body\":\"" + kWord + " \\\"x\"},{\"body\":null}]");
  EXPECT_THAT(Plant(R"({"body":"x"})", "", {"body"}, Planting::kInstead).body, "{\"body\":\"" + kWord + "\"}");
}

TEST(ACanary, IsInFieldsOfFormsAndPropertiesOfCalendars) {
  EXPECT_EQ(Plant("token=t&text=thank+%40bob&user=ana", "application/x-www-form-urlencoded", {"text"}, Planting::kAfter).body,
            "token=t&text=thank+%40bob+" + kWord + "&user=ana");
  const Planted planted = Plant("BEGIN:VEVENT\r\nSUMMARY;ALTREP=\"cid:1\":Review\r\n of it\r\nUID:1\r\n", "text/calendar",
                                {"SUMMARY", "COMMENT"}, Planting::kBefore);
  EXPECT_EQ(planted.body, "BEGIN:VEVENT\r\nSUMMARY;ALTREP=\"cid:1\":" + kWord + " Review\r\n of it\r\nUID:1\r\n");
  EXPECT_THAT(planted.fields, ElementsAre("SUMMARY"));
}

// Puts what it is told not to into facts, errors and replies.
class Gossip : public host::LineConnector {
 public:
  explicit Gossip(std::vector<std::string_view> classified) {
    manifest_ = LineConnector::manifest();
    manifest_.classified = std::move(classified);
  }
  const Manifest& manifest() const override { return manifest_; }
  absl::StatusOr<Parsed> Parse(const Request& request, const Source&, absl::Time) const override {
    const auto document = JsonDocument::Parse(request.body);
    if (!document.ok()) return document.status();
    const std::string_view text = document->root().At("/text").Text();
    if (document->root().At("/wrong").IsTrue()) return absl::InvalidArgumentError("cannot read " + std::string(text));
    Parsed parsed;
    if (text.empty()) parsed.ignored = "nothing said";
    if (!text.empty()) parsed.facts.emplace_back().mutable_subject()->set_title(std::string(text.substr(0, 40)));
    return parsed;
  }

 private:
  Manifest manifest_;
};

TEST(AConnectorsClassifiedFields, AreProvedToStay) {
  const auto failures = [](std::vector<std::string_view> classified, const std::string& body) {
    const Gossip connector(std::move(classified));
    Subject subject;
    subject.connector = &connector;
    subject.sign = [](Delivery&, const std::string&, absl::Time) {};
    Case one;
    one.name = "said";
    one.delivery.body = body;
    one.source = host::LineSource();
    Report report;
    CheckClassified(subject, {one}, report);
    return report.Failures();
  };
  EXPECT_THAT(failures({"text"}, R"({"text":"quiet"})"), SizeIs(3)) << "wherever it is planted";
  EXPECT_THAT(failures({"text"}, R"({"text":"a text that is longer than what anybody would tell of it"})"), SizeIs(2)) << "cut off";
  EXPECT_THAT(failures({"text"}, R"({"text":"quiet","wrong":true})"), SizeIs(3));
  EXPECT_THAT(failures({"other"}, R"({"text":"quiet","other":"marmalade"})"), IsEmpty());
}

}  // namespace
}  // namespace comity::sdk::conformance

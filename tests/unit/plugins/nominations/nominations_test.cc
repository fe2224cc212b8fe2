#include "plugins/nominations/nominations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comity::nominations {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Kind = Word::Kind;

const absl::Time kNow = absl::FromUnixSeconds(1'788'343'200);

sdk::Source ChatSource() { return {.id = "c", .suite = "slack", .instance = "acme.slack.com", .secrets = {"s"}, .config = {}}; }
Word Text(std::string text) { return {.kind = Kind::kText, .text = std::move(text)}; }
Word Named(const std::string& id) { return {.kind = Kind::kPerson, .text = {}, .person = {id, "login-" + id, "<@" + id + ">"}}; }
Command Said(std::vector<Word> words) {
  return {.id = "trigger-1", .name = "/comity", .by = {"U1", "ana", ""}, .words = std::move(words), .unknown_hint = "Hint."};
}

sdk::Parsed Nominated(std::vector<Word> words) {
  auto parsed = Nominate(Said(std::move(words)), ChatSource(), v1::ASSURANCE_SIGNED, kNow);
  EXPECT_TRUE(parsed.ok()) << parsed.status().ToString();
  return parsed.ok() ? *std::move(parsed) : sdk::Parsed{};
}

TEST(Nominations, AreOneFactForEachPersonNamedFirst) {
  const sdk::Parsed parsed =
      Nominated({Text("Thank"), Named("U2"), Text(","), Named("U3"), Text("and"), Named("U2"), Text("who"), Text("helped"), Named("U4")});
  ASSERT_THAT(parsed.facts, SizeIs(2));
  EXPECT_EQ(parsed.facts[0].target().id(), "U2");
  EXPECT_EQ(parsed.facts[1].target().id(), "U3");
  EXPECT_NE(parsed.facts[0].object_id(), parsed.facts[1].object_id());
  EXPECT_EQ(parsed.facts[0].subject().id(), parsed.facts[1].subject().id()) << "one command is one subject";
  for (const v1::Fact& fact : parsed.facts) {
    EXPECT_EQ(fact.kind(), v1::FACT_KIND_NOMINATED);
    EXPECT_EQ(fact.actor().id(), "U1");
    EXPECT_THAT(fact.labels(), IsEmpty());
  }
  EXPECT_THAT(parsed.reply.body, HasSubstr("you named <@U2> and <@U3> for thanks."));
  EXPECT_THAT(parsed.reply.body, HasSubstr("comity why " + parsed.facts[0].subject().key()));
}

TEST(Nominations, OfOneCommandAreTheSameWheneverItComes) {
  const auto first = Nominate(Said({Text("thank"), Named("U2")}), ChatSource(), v1::ASSURANCE_SIGNED, kNow);
  auto other_command = Said({Text("thank"), Named("U2")});
  other_command.id = "trigger-2";
  const auto later = Nominate(Said({Text("thank"), Named("U2")}), ChatSource(), v1::ASSURANCE_SIGNED, kNow + absl::Seconds(9));
  const auto other = Nominate(other_command, ChatSource(), v1::ASSURANCE_SIGNED, kNow);
  ASSERT_TRUE(first.ok() && later.ok() && other.ok());
  EXPECT_EQ(first->facts[0].object_id(), later->facts[0].object_id());
  EXPECT_EQ(first->facts[0].revision(), later->facts[0].revision());
  EXPECT_NE(first->facts[0].object_id(), other->facts[0].object_id());
}

TEST(Nominations, OfOneselfAreNotTakenAndOthersInTheSameCommandAre) {
  const sdk::Parsed alone = Nominated({Text("thank"), Named("U1"), Text("me")});
  EXPECT_THAT(alone.facts, IsEmpty());
  EXPECT_EQ(alone.ignored, "self-nomination");
  const sdk::Parsed both = Nominated({Text("thank"), Named("U1"), Named("U2")});
  ASSERT_THAT(both.facts, SizeIs(1));
  EXPECT_EQ(both.facts[0].target().id(), "U2");
  EXPECT_THAT(both.reply.body, HasSubstr("You yourself are left out"));
}

TEST(Nominations, NameNoGroupsNorPeopleWhoAreNotKnown) {
  EXPECT_EQ(Nominated({Text("thank"), Named("U2"), {.kind = Kind::kGroup}}).ignored, "group named");
  const sdk::Parsed unknown = Nominated({Text("thank"), {.kind = Kind::kUnknown}, Named("U2")});
  EXPECT_EQ(unknown.ignored, "unknown name");
  EXPECT_THAT(unknown.reply.body, HasSubstr("Hint."));
  EXPECT_EQ(Nominated({Text("thank"), Text("everybody")}).ignored, "nobody named");
  std::vector<Word> crowd = {Text("thank")};
  for (size_t i = 0; i <= kMaxPeople; ++i) crowd.push_back(Named("V" + std::to_string(i)));
  EXPECT_EQ(Nominated(crowd).ignored, "too many named");
  crowd.pop_back();
  EXPECT_THAT(Nominated(crowd).facts, SizeIs(kMaxPeople));
}

TEST(Nominations, AreExplainedToWhoeverAsks) {
  for (const std::vector<Word>& words : {std::vector<Word>{}, {Text("help")}, {Text("marmalade"), Named("U2")}}) {
    const sdk::Parsed parsed = Nominated(words);
    EXPECT_EQ(parsed.ignored, "help");
    EXPECT_THAT(parsed.reply.body, HasSubstr("/comity thank @somebody"));
    EXPECT_THAT(parsed.reply.body, HasSubstr("\"response_type\":\"ephemeral\""));
    EXPECT_THAT(parsed.reply.body, Not(HasSubstr("marmalade")));
  }
}

TEST(Nominations, CannotBeReadWithoutTheirIdOrTheirAuthor) {
  Command nameless = Said({Text("thank"), Named("U2")}), anonymous = nameless;
  nameless.id.clear();
  anonymous.by.id.clear();
  for (const Command& command : {nameless, anonymous}) {
    const auto parsed = Nominate(command, ChatSource(), v1::ASSURANCE_SIGNED, kNow);
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(Nominations, FindTheTicketAmongTheWords) {
  const std::vector<std::pair<std::string, std::string>> words = {
      {"#billing-42", "billing-42"},
      {"#42.", "#42"},
      {"BILL-42!", "BILL-42"},
      {"acme/billing#12", "acme/billing#12"},
      {"acme/billing!7,", "acme/billing!7"},
      {"https://jira.acme.example/browse/BILL-42?focused=marmalade#marmalade", "https://jira.acme.example/browse/BILL-42"},
      {"https://ana:marmalade@jira.acme.example/x", ""},
      {"https://", ""},
      {"#marmalade", ""},
      {"bill-42", ""},
      {"42-7", ""},
      {"marmalade-x", ""},
      {"#<!channel>-1", ""},
      {"acme/billing#twelve", ""},
      {"#", ""},
      {"", ""},
      {"BILL-" + std::string(200, '1'), ""},
  };
  for (const auto& [word, ticket] : words) EXPECT_EQ(TicketOf(word), ticket) << word;
  const sdk::Parsed parsed = Nominated({Text("thank"), Named("U2"), Text("for"), Text("marmalade"), Text("BILL-42"), Text("BILL-43")});
  ASSERT_THAT(parsed.facts, SizeIs(1));
  ASSERT_THAT(parsed.facts[0].labels(), SizeIs(1));
  EXPECT_EQ(parsed.facts[0].labels(0), "ticket:BILL-42");
}

}  // namespace
}  // namespace comity::nominations

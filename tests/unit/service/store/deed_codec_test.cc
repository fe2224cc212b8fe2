#include "service/store/sql/deed_codec.h"

#include <gmock/gmock.h>

#include "service/base/bytes.h"
#include "service/store/sql/value_codec.h"

namespace comity::store::sql {
namespace {

using domain::Deed;
using domain::Hasher;

template <typename IdType>
IdType IdOf(int64_t number) {
  return Hasher("deed codec test").Add(number).Finish<IdType>();
}

Deed MadeUp() {
  Deed deed;
  deed.key = {IdOf<domain::SubjectRef>(1), domain::DeedKind::kReviewed, 2, IdOf<domain::PersonUid>(4)};
  deed.made_by = {20'000, IdOf<domain::FactHash>(2)};
  deed.occur_time = absl::FromUnixMicros(1'788'339'600'000'001);
  deed.asker = IdOf<domain::PersonUid>(3);
  deed.asker_account = IdOf<domain::AccountUid>(5);
  deed.helped_team = IdOf<domain::TeamUid>(6);
  deed.owner_team = deed.helped_team;
  deed.lines = {{IdOf<domain::PersonUid>(4), {}, 600'000, false, IdOf<domain::TeamUid>(7), domain::Stance::kServed, {}},
                {{}, IdOf<domain::AccountUid>(8), 400'000, true, {}, domain::Stance::kSteppedIn, IdOf<domain::LineHash>(9)}};
  deed.state = domain::DeedState::kCorrected;
  deed.awaits_yes = true;
  deed.hold = absl::Hours(72);
  deed.policy = 3;
  deed.statement = IdOf<domain::StatementUid>(10);
  deed.because = {domain::ReasonCode::kResolvedByCloser, {{"account", IdOf<domain::AccountUid>(11).ToText()}, {"count", "2"}}};
  deed.steps = {{domain::ReasonCode::kStepAsked, {{"asker", deed.asker.ToText()}, {"team", deed.helped_team.ToText()}}},
                {domain::ReasonCode::kStepOwner, {{"team", deed.owner_team.ToText()}, {"time", "2026-09-02T09:00:00Z"}}},
                {domain::ReasonCode::kStepPolicy, {{"a name without a number", ""}, {"person", domain::PersonUid().ToText()}}}};
  deed.evidence = {{19'999, IdOf<domain::FactHash>(12)}, deed.made_by};
  deed.former_helpers = {IdOf<domain::PersonUid>(13), IdOf<domain::PersonUid>(3)};
  return deed;
}

// As the first version wrote it.
std::string InVersion1(const Deed& deed) {
  ByteWriter out;
  const auto put_key = [&](const domain::EventKey& key) {
    out.Signed(key.day);
    out.Raw(key.hash.view());
  };
  const auto put_reason = [&](const domain::Reason& reason) {
    out.Varint(static_cast<uint64_t>(reason.code));
    out.Varint(reason.parameters.size());
    for (const auto& [name, value] : reason.parameters) {
      out.Text(name);
      out.Text(value);
    }
  };
  out.Byte(1);
  out.Raw(deed.key.subject.view());
  out.Byte(static_cast<uint8_t>(deed.key.kind));
  out.Signed(deed.key.episode);
  out.Raw(deed.key.person.view());
  put_key(deed.made_by);
  out.Signed(absl::ToUnixMicros(deed.occur_time));
  out.Raw(deed.asker.view());
  out.Raw(deed.asker_account.view());
  out.Raw(deed.helped_team.view());
  out.Raw(deed.owner_team.view());
  out.Varint(deed.lines.size());
  for (const domain::Line& line : deed.lines) {
    out.Raw(line.person.view());
    out.Raw(line.account.view());
    out.Signed(line.share_ppm);
    out.Bool(line.declined);
    out.Raw(line.team.view());
    out.Byte(static_cast<uint8_t>(line.stance));
    out.Raw(line.opted_out_line.view());
  }
  out.Byte(static_cast<uint8_t>(deed.state));
  out.Bool(deed.awaits_yes);
  out.Bool(deed.shadow);
  out.Signed(absl::ToInt64Microseconds(deed.hold));
  out.Signed(deed.policy);
  out.Raw(deed.statement.view());
  put_reason(deed.because);
  out.Varint(deed.steps.size());
  for (const domain::Reason& step : deed.steps) put_reason(step);
  out.Varint(deed.evidence.size());
  for (const domain::EventKey& key : deed.evidence) put_key(key);
  return out.Take();
}

TEST(DeedCodecTest, GivesBackWhatWasPut) {
  const auto deed = DecodeDeed(EncodeDeed(MadeUp()));
  ASSERT_TRUE(deed.ok()) << deed.status();
  EXPECT_EQ(*deed, MadeUp());
  const auto empty = DecodeDeed(EncodeDeed(Deed()));
  ASSERT_TRUE(empty.ok()) << empty.status();
  EXPECT_EQ(empty->lines, Deed().lines);
}

TEST(DeedCodecTest, GivesBackADeedThatRestsOnThousandsOfFacts) {
  Deed deed = MadeUp();
  for (int i = 0; i < 5000; ++i) deed.evidence.push_back({20'000 + i % 3, IdOf<domain::FactHash>(100 + i % 3000)});
  const auto read = DecodeDeed(EncodeDeed(deed));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, deed);
}

TEST(DeedCodecTest, StillReadsTheFirstVersion) {
  Deed made = MadeUp();
  made.former_helpers.clear();
  const auto deed = DecodeDeed(InVersion1(made));
  ASSERT_TRUE(deed.ok()) << deed.status();
  EXPECT_EQ(*deed, made);
}

TEST(DeedCodecTest, StillReadsTheSecondVersionWhichKnewNoFormerHelpers) {
  Deed made = MadeUp();
  made.former_helpers.clear();
  std::string bytes = EncodeDeed(made);
  bytes.pop_back();  // their number
  const auto deed = DecodeDeed('\2' + bytes.substr(1));
  ASSERT_TRUE(deed.ok()) << deed.status();
  EXPECT_EQ(*deed, made);
}

TEST(DeedCodecTest, TakesLessThanTwoThirdsOfTheRoomOfTheFirstVersion) {
  EXPECT_LT(EncodeDeed(MadeUp()).size() * 3, InVersion1(MadeUp()).size() * 2);
}

TEST(DeedCodecTest, RefusesWhatIsCutShortOrOfALaterVersion) {
  const std::string bytes = EncodeDeed(MadeUp()), first = InVersion1(MadeUp());
  for (size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(DecodeDeed(bytes.substr(0, size)).ok()) << size;
  for (size_t size = 0; size < first.size(); ++size) EXPECT_FALSE(DecodeDeed(first.substr(0, size)).ok()) << size;
  EXPECT_FALSE(DecodeDeed(bytes + '\0').ok());
  EXPECT_FALSE(DecodeDeed('\4' + bytes.substr(1)).ok());
}

TEST(ParametersCodecTest, GivesBackWhatWasPutAndWhatEarlierBuildsWrote) {
  const Parameters parameters = MadeUp().steps.front().parameters;
  EXPECT_EQ(DecodeParameters(EncodeParameters(parameters)), parameters);
  ByteWriter texts;
  texts.Varint(parameters.size());
  for (const auto& [name, value] : parameters) {
    texts.Text(name);
    texts.Text(value);
  }
  const std::string earlier = texts.Take();
  EXPECT_EQ(DecodeParameters(earlier), parameters);
  EXPECT_LT(EncodeParameters(parameters).size() * 3, earlier.size() * 2);
  EXPECT_EQ(DecodeParameters(EncodeParameters({})), Parameters{});
}

TEST(DeedCodecTest, SurvivesAnyChangedByte) {
  for (const std::string& whole : {EncodeDeed(MadeUp()), InVersion1(MadeUp())}) {
    for (size_t place = 0; place < whole.size(); ++place) {
      for (const char value : {'\0', '\1', '\x7f', '\x80', '\xff'}) {
        std::string bytes = whole;
        bytes[place] = value;
        DecodeDeed(bytes).IgnoreError();
      }
    }
  }
}

}  // namespace
}  // namespace comity::store::sql

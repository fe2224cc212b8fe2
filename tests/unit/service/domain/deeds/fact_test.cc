#include "service/domain/deeds/fact.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>

#include "service/domain/deeds/judge.h"

namespace comity::domain {
namespace {

Fact FullFact() {
  Fact fact;
  fact.kind = FactKind::kResolved;
  fact.suite = "github";
  fact.instance = "github.com";
  fact.object_id = "4711";
  fact.revision = "r1";
  fact.occur_time = absl::FromUnixMicros(1'788'345'678'123'456);
  fact.key = EventKeyOf(fact.suite, fact.instance, fact.kind, fact.object_id, fact.occur_time, fact.revision);
  fact.subject = SubjectRefOf(fact.suite, fact.instance, SubjectKind::kIssue, "4711");
  fact.alias = SubjectAliasOf(fact.suite, fact.instance, "acme/billing#12");
  fact.subject_kind = SubjectKind::kIssue;
  fact.actor = {*AccountUid::FromBytes("actor-0123456789"), AccountKind::kHuman};
  fact.asker = {*AccountUid::FromBytes("asker-0123456789"), AccountKind::kUnknown};
  fact.author = {*AccountUid::FromBytes("author-012345678"), AccountKind::kBot};
  fact.target = {*AccountUid::FromBytes("target-012345678"), AccountKind::kTeam};
  fact.places = {{"repo", "acme/billing"}, {"namespace", "acme"}};
  fact.labels = {"bug", "größer"};
  fact.links = {{LinkKind::kCloses, fact.subject}, {LinkKind::kMentions, fact.alias}};
  fact.resolution = Resolution::kDone;
  fact.resolution_text = "completed";
  fact.review_state = ReviewState::kApproved;
  fact.automation = fact.minor = fact.revert = fact.confidential = fact.default_branch = fact.tentative = true;
  fact.open_time = fact.occur_time - absl::Hours(5);
  fact.assurance = Assurance::kSigned;
  fact.object_version = -7;
  fact.occur_time_text = "2026-09-02T13:21:18.123456+02:00";
  return fact;
}

Fact MeetingFact() {
  Fact fact = FullFact();
  fact.kind = FactKind::kMeetingScheduled;
  fact.subject_kind = SubjectKind::kMeeting;
  fact.meeting = Meeting{fact.occur_time, fact.occur_time + absl::Minutes(30), "weekly@acme.example", {}};
  fact.meeting->attendees = {{fact.actor, Answer::kAccepted, true, false}, {fact.target, Answer::kDeclined, false, true}};
  return fact;
}

TEST(EncodedFact, HoldsTheMeetingAsContent) {
  Fact fact = MeetingFact();
  const std::string with = EncodeFact(fact);
  fact.meeting.reset();
  EXPECT_LT(EncodeFact(fact).size(), with.size());
  EXPECT_NE(ContentHashOf(MeetingFact()), ContentHashOf(fact)) << "who answered what is content";
}

TEST(EncodedFact, ReadsBackAsWritten) {
  for (const Fact& fact : {Fact{}, FullFact(), MeetingFact()}) {
    const auto decoded = DecodeFact(EncodeFact(fact));
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(*decoded, fact);
  }
}

TEST(EncodedFact, MayBeOfEveryKindThatHasAName) {
  Fact fact = FullFact();
  int kind = 0;
  for (; !FactKindName(static_cast<FactKind>(kind)).empty(); ++kind) {
    fact.kind = static_cast<FactKind>(kind);
    EXPECT_EQ(DecodeFact(EncodeFact(fact)).value(), fact);
  }
  fact.kind = static_cast<FactKind>(kind);
  EXPECT_FALSE(DecodeFact(EncodeFact(fact)).ok());
}

TEST(OneInstantWrittenInTwoWays, IsOneContent) {
  Fact other = FullFact();
  other.occur_time_text = "1788345678123";
  EXPECT_EQ(ContentHashOf(other), ContentHashOf(FullFact()));
  EXPECT_NE(EncodeFact(other), EncodeFact(FullFact()));
  other.object_version = 8;
  EXPECT_NE(ContentHashOf(other), ContentHashOf(FullFact()));
}

TEST(FoldedObservations, KeepTheTextOfTheInstantTheyKeep) {
  Fact without = FullFact(), with = FullFact();
  without.occur_time_text.clear();
  without.object_version = 9;
  EXPECT_EQ(FoldObservations({without, with}).occur_time_text, with.occur_time_text);
  without.occur_time += absl::Seconds(1);  // of another instant it would be wrong
  EXPECT_EQ(FoldObservations({without, with}).occur_time_text, "");
}

TEST(EncodedFact, IsRefusedWhenCutShortOrContinued) {
  const std::string bytes = EncodeFact(FullFact());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(DecodeFact(bytes.substr(0, size)).status().code(), absl::StatusCode::kDataLoss) << size;
  }
  EXPECT_EQ(DecodeFact(bytes + '\0').status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(DecodeFact(std::string((1 << 20) + 1, '\1')).status().code(), absl::StatusCode::kDataLoss);
}

TEST(EncodedFact, IsRefusedOrMeansItselfWhenAnyBitFlips) {
  const std::string bytes = EncodeFact(FullFact());
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const auto decoded = DecodeFact(flipped);
    if (decoded.ok()) {
      EXPECT_EQ(EncodeFact(*decoded), flipped) << bit;
    } else {
      EXPECT_EQ(decoded.status().code(), absl::StatusCode::kDataLoss);
    }
  }
}

TEST(EncodedFact, SurvivesNoise) {
  std::mt19937 random(42);
  for (int round = 0; round < 2000; ++round) {
    std::string noise(random() % 400, '\0');
    for (char& c : noise) c = static_cast<char>(random());
    if (!noise.empty()) noise[0] = 1;
    const auto decoded = DecodeFact(noise);
    if (decoded.ok()) {
      EXPECT_EQ(EncodeFact(*decoded), noise);
    }
  }
}

TEST(EventKey, IsTheSameByHookAndPollAndDiffersByWhatMakesTheFact) {
  const absl::Time time = absl::FromUnixSeconds(1'788'345'678);
  const EventKey key = EventKeyOf("github", "github.com", FactKind::kResolved, "1", time, "");
  EXPECT_EQ(key, EventKeyOf("github", "github.com", FactKind::kResolved, "1", time, ""));
  EXPECT_NE(key, EventKeyOf("github", "github.com", FactKind::kReopened, "1", time, ""));
  EXPECT_NE(key, EventKeyOf("github", "github.com", FactKind::kResolved, "2", time, ""));
  EXPECT_NE(key, EventKeyOf("github", "ghe.acme", FactKind::kResolved, "1", time, ""));
  EXPECT_NE(key, EventKeyOf("github", "github.com", FactKind::kResolved, "1", time + absl::Seconds(1), ""));
  EXPECT_EQ(EventKeyOf("wiki", "w", FactKind::kPageEdited, "1", time, "r9").hash,
            EventKeyOf("wiki", "w", FactKind::kPageEdited, "1", time + absl::Seconds(1), "r9").hash);
}

// The first bytes, by which indexes are sorted.
std::string PlaceOf(const SubjectRef& ref) { return std::string(ref.view().substr(0, kPlaceBytes)); }

TEST(SubjectRef, LiesBesideThoseOfNumbersNearByAndDiffersFromEach) {
  std::set<std::string> places;
  std::set<SubjectRef> refs;
  for (int number = 1000; number < 2000; ++number) {
    const SubjectRef ref = SubjectRefOf("github", "github.com", SubjectKind::kIssue, std::to_string(number));
    const SubjectRef alias = SubjectAliasOf("github", "github.com", "acme/billing#" + std::to_string(number));
    places.insert(PlaceOf(ref));
    EXPECT_EQ(PlaceOf(alias), PlaceOf(SubjectAliasOf("github", "github.com", "acme/billing#" + std::to_string(number / 256 * 256))));
    refs.insert(ref);
    refs.insert(alias);
  }
  EXPECT_EQ(places.size(), 5u) << "1000 to 1999 in 256s";
  EXPECT_EQ(refs.size(), 2000u);
  EXPECT_LT(SubjectRefOf("github", "github.com", SubjectKind::kIssue, "255"),
            SubjectRefOf("github", "github.com", SubjectKind::kIssue, "256"));
}

TEST(SubjectRef, DiffersByAllThatMakesIt) {
  const SubjectRef ref = SubjectRefOf("github", "github.com", SubjectKind::kIssue, "7");
  EXPECT_EQ(ref, SubjectRefOf("github", "github.com", SubjectKind::kIssue, "7"));
  EXPECT_NE(ref, SubjectRefOf("github", "github.com", SubjectKind::kIssue, "07"));
  EXPECT_NE(ref, SubjectRefOf("github", "github.com", SubjectKind::kIssue, "8"));
  EXPECT_NE(ref, SubjectRefOf("github", "github.com", SubjectKind::kChange, "7"));
  EXPECT_NE(ref, SubjectRefOf("github", "ghe.acme", SubjectKind::kIssue, "7"));
  EXPECT_NE(ref, SubjectRefOf("gitlab", "github.com", SubjectKind::kIssue, "7"));
  EXPECT_NE(ref, SubjectAliasOf("github", "github.com", "7"));
  EXPECT_NE(PlaceOf(SubjectAliasOf("github", "github.com", "acme/billing#7")),
            PlaceOf(SubjectAliasOf("github", "github.com", "acme/search#7")));
}

TEST(SubjectRef, IsAllHashWithoutANumberAndTakesNumbersOfAnyLength) {
  EXPECT_NE(PlaceOf(SubjectAliasOf("linear", "linear.app", "a-b")), PlaceOf(SubjectAliasOf("linear", "linear.app", "a-c")));
  const std::string digits(5000, '9');
  EXPECT_EQ(PlaceOf(SubjectRefOf("s", "i", SubjectKind::kIssue, digits)), PlaceOf(SubjectRefOf("s", "i", SubjectKind::kIssue, digits)));
  EXPECT_NE(SubjectRefOf("s", "i", SubjectKind::kIssue, digits), SubjectRefOf("s", "i", SubjectKind::kIssue, digits + "9"));
  EXPECT_NE(SubjectRefOf("s", "i", SubjectKind::kIssue, ""), SubjectRefOf("s", "i", SubjectKind::kIssue, "0"));
}

TEST(DeedHash, LiesBesideThoseOfTheSameSubject) {
  const SubjectRef subject = SubjectRefOf("github", "github.com", SubjectKind::kIssue, "4711");
  const DeedKey first{subject, DeedKind::kResolved, 0, {}}, second{subject, DeedKind::kResolved, 1, {}};
  EXPECT_NE(first.Hash(), second.Hash());
  for (const DeedHash& hash : {first.Hash(), second.Hash()}) EXPECT_EQ(hash.view().substr(0, kPlaceBytes), PlaceOf(subject));
}

TEST(EventKey, HasANameThatReadsBack) {
  const EventKey key = EventKeyOf("s", "i", FactKind::kOpened, "1", absl::FromUnixSeconds(1'788'345'678), "");
  EXPECT_THAT(key.ToName(), testing::StartsWith("events/20260902-"));
  EXPECT_EQ(EventKey::FromName(key.ToName()), key);
  for (const char* bad : {"", "events/", "events/20260902", "events/20260230-", "deeds/20260902-00000000000000000000000000",
                          "events/20260902-0000000000000000000000000", "events/20260902-0000000000000000000000000z"}) {
    EXPECT_EQ(EventKey::FromName(bad), std::nullopt) << bad;
  }
}

TEST(FoldedObservations, TakeEachFieldFromTheGreatestThatHasIt) {
  Fact hook = FullFact();
  hook.assurance = Assurance::kSigned;
  hook.labels.clear();
  hook.resolution_text = "completed";
  Fact poll = FullFact();
  poll.assurance = Assurance::kPolled;
  poll.actor = Party{};
  poll.labels = {"bug"};
  poll.resolution_text = "not_planned";
  const Fact folded = FoldObservations({hook, poll});
  EXPECT_EQ(folded.actor, hook.actor);
  EXPECT_THAT(folded.labels, testing::ElementsAre("bug"));
  EXPECT_EQ(folded.resolution_text, "not_planned");
  EXPECT_EQ(folded.assurance, Assurance::kPolled);
}

TEST(FoldedObservations, AreTheSameInAnyOrder) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<Fact> observations;
    for (int i = 0; i < 4; ++i) {
      Fact fact = FullFact();
      if (random() % 2) fact.actor = Party{};
      if (random() % 2) fact.labels = {std::to_string(random() % 3)};
      if (random() % 2) fact.open_time = absl::InfinitePast();
      fact.tentative = random() % 2;
      fact.assurance = static_cast<Assurance>(random() % 5);
      fact.object_version = static_cast<int64_t>(random() % 2);
      observations.push_back(fact);
    }
    const Fact folded = FoldObservations(observations);
    std::shuffle(observations.begin(), observations.end(), random);
    observations.push_back(observations.front());
    EXPECT_EQ(FoldObservations(observations), folded);
  }
}

TEST(FoldedObservations, AreNoLongerTentativeOnceALookNamesTheAuthor) {
  Fact hook = FullFact();
  hook.tentative = true;
  Fact look = FullFact();
  look.tentative = false;
  look.assurance = Assurance::kPolled;
  EXPECT_FALSE(FoldObservations({hook, look}).tentative);
}

}  // namespace
}  // namespace comity::domain

#include "tests/contract/contract.h"

namespace comity::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

COMITY_CONTRACT(AnEventStore);

domain::FactVerdict Counted() {
  return {domain::Outcome::kCounted, {domain::ReasonCode::kResolvedByCloser, {{"team", "t1"}}}, IdOf<domain::DeedHash>(5)};
}
domain::FactVerdict Outcome(domain::Outcome outcome) { return {outcome, {domain::ReasonCode::kContext, {}}, std::nullopt}; }

EventStore::NewObservation New(domain::EventKey key, int subject, int content = 1,
                               domain::FactVerdict verdict = Outcome(domain::Outcome::kContext)) {
  return {{key, IdOf<domain::FactHash>(content), "bytes" + std::to_string(content), "github-acme", At(100 + content)},
          Subject(subject),
          content == 1,
          std::move(verdict)};
}

absl::Status Insert(Transaction& t, const std::vector<EventStore::NewObservation>& observations) {
  return t.events().InsertObservations(observations);
}

TEST_P(AnEventStore, GivesBackAnEventWithItsVerdict) {
  EXPECT_OK(Write([](Transaction& t) { return Insert(t, {New(Key(20, 1), 3, 1, Counted())}); }));
  Reopen();
  const auto event = Ok(Ok(store_->BeginRead())->events().FindEvent(Key(20, 1)));
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->key, Key(20, 1));
  EXPECT_EQ(event->subject, Subject(3));
  EXPECT_EQ(event->verdict, Counted());
  ASSERT_EQ(event->observations.size(), 1u);
  EXPECT_EQ(event->observations[0].key, Key(20, 1));
  EXPECT_EQ(event->observations[0].bytes, "bytes1");
  EXPECT_EQ(event->observations[0].source, "github-acme");
  EXPECT_EQ(event->observations[0].stored, At(101));
  EXPECT_EQ(event->observations[0].content, IdOf<domain::FactHash>(1));
}

TEST_P(AnEventStore, KnowsTheContentsOfEachKeyInOrder) {
  EXPECT_OK(Write([](Transaction& t) { return Insert(t, {New(Key(20, 1), 3), New(Key(19, 9), 3, 1)}); }));
  EXPECT_OK(Write([](Transaction& t) { return Insert(t, {New(Key(20, 1), 3, 2)}); }));
  const auto known = Ok(Ok(store_->BeginRead())->events().KnownContents({Key(21, 1), Key(20, 1), Key(19, 9)}));
  ASSERT_EQ(known.size(), 3u);
  EXPECT_THAT(known[0], IsEmpty());
  EXPECT_THAT(known[1], ::testing::UnorderedElementsAre(IdOf<domain::FactHash>(1), IdOf<domain::FactHash>(2)));
  EXPECT_THAT(known[2], ElementsAre(IdOf<domain::FactHash>(1)));
}

TEST_P(AnEventStore, RefusesAFirstObservationOfAKnownKey) {
  EXPECT_OK(Write([](Transaction& t) { return Insert(t, {New(Key(20, 1), 3)}); }));
  EXPECT_TRUE(absl::IsAlreadyExists(Write([](Transaction& t) { return Insert(t, {New(Key(20, 2), 3), New(Key(20, 1), 4)}); })));
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->events().FindEvent(Key(20, 2))), std::nullopt);
}

TEST_P(AnEventStore, RefusesAFurtherObservationOfAnUnknownKey) {
  EXPECT_FALSE(Write([](Transaction& t) { return Insert(t, {New(Key(20, 1), 3, 2)}); }).ok());
}

TEST_P(AnEventStore, KeepsObservationsOldestFirstWithTheLatestVerdict) {
  EXPECT_OK(Write([](Transaction& t) {
    return Insert(t, {New(Key(20, 1), 3, 3, Counted()), New(Key(20, 1), 3, 1), New(Key(20, 1), 3, 2)});
  }));
  const auto event = Ok(Ok(store_->BeginRead())->events().FindEvent(Key(20, 1)));
  ASSERT_TRUE(event.has_value());
  std::vector<std::string> bytes;
  for (const Observation& observation : event->observations) bytes.push_back(observation.bytes);
  EXPECT_THAT(bytes, ElementsAre("bytes1", "bytes2", "bytes3"));
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->events().Count()).events, 1);
}

TEST_P(AnEventStore, TakesTheSameObservationTwiceAsOne) {
  EXPECT_OK(Write([](Transaction& t) { return Insert(t, {New(Key(20, 1), 3), New(Key(20, 1), 3, 2), New(Key(20, 1), 3, 2)}); }));
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->events().FindEvent(Key(20, 1)))->observations.size(), 2u);
}

TEST_P(AnEventStore, UpdatesVerdicts) {
  EXPECT_OK(Write([](Transaction& t) { return Insert(t, {New(Key(20, 1), 3), New(Key(20, 2), 3)}); }));
  EXPECT_OK(Write([](Transaction& t) {
    return t.events().UpdateVerdicts({{Key(20, 2), Counted()}, {Key(20, 1), Outcome(domain::Outcome::kParked)}});
  }));
  const auto snapshot = Ok(store_->BeginRead());
  EXPECT_EQ(Ok(snapshot->events().FindEvent(Key(20, 2)))->verdict, Counted());
  EXPECT_EQ(Ok(snapshot->events().FindEvent(Key(20, 1)))->verdict, Outcome(domain::Outcome::kParked));
  EXPECT_OK(Write([](Transaction& t) { return t.events().UpdateVerdicts({{Key(20, 2), Outcome(domain::Outcome::kContext)}}); }));
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->events().FindEvent(Key(20, 2)))->verdict, Outcome(domain::Outcome::kContext));
}

TEST_P(AnEventStore, GivesTheEventsOfSubjectsEachByKey) {
  EXPECT_OK(Write([](Transaction& t) {
    return Insert(t, {New(Key(22, 1), 3), New(Key(20, 5), 3), New(Key(20, 4), 3), New(Key(21, 1), 4), New(Key(21, 2), 5)});
  }));
  EXPECT_OK(Write([](Transaction& t) { return Insert(t, {New(Key(20, 5), 3, 2)}); }));
  const auto events = Ok(Ok(store_->BeginRead())->events().EventsOf({Subject(4), Subject(3), Subject(9), Subject(3)}));
  ASSERT_EQ(events.size(), 2u);
  std::vector<domain::EventKey> keys;
  for (const StoredEvent& event : events.at(Subject(3))) keys.push_back(event.key);
  EXPECT_THAT(keys, ElementsAre(Key(20, 4), Key(20, 5), Key(22, 1)));
  EXPECT_EQ(events.at(Subject(3))[1].observations.size(), 2u);
  EXPECT_EQ(events.at(Subject(4)).size(), 1u);
}

TEST_P(AnEventStore, SetsAsideOnePerKeyAndKeepsTheLast) {
  const SetAsideRow first{Key(20, 1), "s", domain::ReasonCode::kFutureTime, "occur_time", std::string("\0\xff", 2), At(1)};
  SetAsideRow last = first;
  last.detail = "kind";
  last.received = At(2);
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.events().SetAside(first));
    return t.events().SetAside(last);
  }));
  const auto found = Ok(Ok(store_->BeginRead())->events().FindSetAside(Key(20, 1)));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->detail, "kind");
  EXPECT_EQ(found->request, first.request);
  EXPECT_EQ(found->reason, domain::ReasonCode::kFutureTime);
  EXPECT_EQ(found->received, At(2));
  EXPECT_OK(Write([&](Transaction& t) { return t.events().RemoveSetAside(Key(20, 1)); }));
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->events().FindSetAside(Key(20, 1))).has_value(), false);
}

std::vector<std::pair<domain::EventKey, bool>> ListAll(Store& store, domain::Outcome outcome, int32_t page) {
  const auto snapshot = Ok(store.BeginRead());
  std::vector<std::pair<domain::EventKey, bool>> all;
  std::optional<domain::EventKey> before;
  for (;;) {
    const auto listings = Ok(snapshot->events().List(outcome, before, page));
    for (const EventListing& listing : listings) all.emplace_back(listing.key, listing.set_aside);
    if (listings.size() < static_cast<size_t>(page)) return all;
    before = listings.back().key;
  }
}

TEST_P(AnEventStore, ListsTheNewestKeyFirstInPages) {
  EXPECT_OK(Write([](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(Insert(t, {New(Key(20, 1), 1), New(Key(22, 1), 1, 1, Counted()),
                                      New(Key(21, 2), 1, 1, Outcome(domain::Outcome::kParked)), New(Key(21, 3), 1, 1, Counted())}));
    return t.events().SetAside({Key(21, 1), "s", domain::ReasonCode::kInvalidFact, "", "", At(1)});
  }));
  for (const int32_t page : {1, 2, 10}) {
    EXPECT_THAT(ListAll(*store_, domain::Outcome::kNone, page),
                ElementsAre(std::pair(Key(22, 1), false), std::pair(Key(21, 3), false), std::pair(Key(21, 2), false),
                            std::pair(Key(21, 1), true), std::pair(Key(20, 1), false)));
    EXPECT_THAT(ListAll(*store_, domain::Outcome::kCounted, page), ElementsAre(std::pair(Key(22, 1), false), std::pair(Key(21, 3), false)));
    EXPECT_THAT(ListAll(*store_, domain::Outcome::kContext, page), ElementsAre(std::pair(Key(20, 1), false)));
    EXPECT_THAT(ListAll(*store_, domain::Outcome::kParked, page), ElementsAre(std::pair(Key(21, 2), false)));
    EXPECT_THAT(ListAll(*store_, domain::Outcome::kSetAside, page), ElementsAre(std::pair(Key(21, 1), true)));
    EXPECT_THAT(ListAll(*store_, domain::Outcome::kUndo, page), IsEmpty());
  }
}

TEST_P(AnEventStore, ListsWhatHasAnOutcomeFromTheLastStoredOn) {
  for (const domain::EventKey& key : {Key(21, 1), Key(20, 1), Key(23, 1), Key(22, 1)}) {
    EXPECT_OK(Write([&](Transaction& t) { return Insert(t, {New(key, 1, 1, Outcome(domain::Outcome::kParked))}); }));
  }
  for (const int32_t page : {1, 3, 10}) {
    EXPECT_THAT(ListAll(*store_, domain::Outcome::kParked, page), ElementsAre(std::pair(Key(22, 1), false), std::pair(Key(23, 1), false),
                                                                              std::pair(Key(20, 1), false), std::pair(Key(21, 1), false)));
  }
}

TEST_P(AnEventStore, CountsEventsParkedAndSetAside) {
  EXPECT_OK(Write([](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(Insert(t, {New(Key(20, 1), 1), New(Key(20, 2), 1, 1, Outcome(domain::Outcome::kParked)), New(Key(20, 3), 1)}));
    COMITY_RETURN_IF_ERROR(t.events().UpdateVerdicts({{Key(20, 3), Outcome(domain::Outcome::kParked)}}));
    return t.events().SetAside({Key(21, 1), "s", domain::ReasonCode::kPoison, "", "", At(1)});
  }));
  const EventStore::Counts counts = Ok(Ok(store_->BeginRead())->events().Count());
  EXPECT_EQ(counts.events, 3);
  EXPECT_EQ(counts.parked, 2);
  EXPECT_EQ(counts.set_aside, 1);
}

TEST_P(AnEventStore, WalksAllSubjectsInOrder) {
  EXPECT_OK(Write([](Transaction& t) {
    return Insert(t, {New(Key(20, 1), 7), New(Key(20, 2), 3), New(Key(20, 3), 7), New(Key(20, 4), 5)});
  }));
  const auto snapshot = Ok(store_->BeginRead());
  std::vector<domain::SubjectRef> expected{Subject(7), Subject(3), Subject(5)};
  std::sort(expected.begin(), expected.end());
  const auto first = Ok(snapshot->events().AllSubjects({}, 2));
  ASSERT_EQ(first.size(), 2u);
  const auto rest = Ok(snapshot->events().AllSubjects(first.back(), 2));
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(std::vector({first[0], first[1], rest[0]}), expected);
}

}  // namespace
}  // namespace comity::store

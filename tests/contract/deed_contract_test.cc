#include "tests/contract/contract.h"

namespace comity::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

COMITY_CONTRACT(ADeedStore);

domain::Deed ResolvedDeed(int subject, int day, int asker = 1, int helper = 2, int helped_team = 1, int helper_team = 2) {
  domain::Deed deed;
  deed.key = {Subject(subject), domain::DeedKind::kResolved, 0, {}};
  deed.made_by = Key(day, subject);
  deed.occur_time = At(86400LL * day + 5);
  deed.asker = Person(asker);
  deed.asker_account = Account(asker);
  deed.helped_team = Team(helped_team);
  deed.owner_team = Team(helper_team);
  deed.lines = {{Person(helper), {}, 600'000, false, Team(helper_team), domain::Stance::kServed, {}},
                {{}, Account(9), 300'000, false, {}, domain::Stance::kSteppedIn, {}},
                {{}, {}, 100'000, true, Team(helper_team), domain::Stance::kServed, IdOf<domain::LineHash>(4)}};
  deed.statement = IdOf<domain::StatementUid>(6);
  deed.state = domain::DeedState::kConfirmed;
  deed.awaits_yes = true;
  deed.shadow = true;
  deed.hold = absl::Hours(72);
  deed.policy = 3;
  deed.because = {domain::ReasonCode::kResolvedByCloser, {{"account", "a"}, {"count", "2"}}};
  deed.steps = {{domain::ReasonCode::kStepAsked, {}}, {domain::ReasonCode::kStepPolicy, {{"policy", "3"}}}};
  deed.evidence = {Key(day, subject), Key(day - 1, subject)};
  return deed;
}
DeedRow Row(const domain::Deed& deed, int64_t sequence = 1) { return {deed, At(50), sequence}; }

TEST_P(ADeedStore, GivesBackADeed) {
  const domain::Deed deed = ResolvedDeed(1, 20);
  EXPECT_OK(Write([&](Transaction& t) { return t.deeds().PutDeed(Row(deed, 7)); }));
  Reopen();
  const auto found = Ok(Ok(store_->BeginRead())->deeds().FindDeed(deed.key.Hash()));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->deed, deed);
  EXPECT_EQ(found->first_stored, At(50));
  EXPECT_EQ(found->last_sequence, 7);
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->deeds().FindDeed(IdOf<domain::DeedHash>(99))).has_value(), false);
}

TEST_P(ADeedStore, KeepsTheFirstStoredTimeOfAnEarlierVersion) {
  domain::Deed deed = ResolvedDeed(1, 20);
  EXPECT_OK(Write([&](Transaction& t) { return t.deeds().PutDeed(Row(deed)); }));
  deed.state = domain::DeedState::kReversed;
  EXPECT_OK(Write([&](Transaction& t) { return t.deeds().PutDeed({deed, At(900), 8}); }));
  const auto found = Ok(Ok(store_->BeginRead())->deeds().FindDeed(deed.key.Hash()));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->deed.state, domain::DeedState::kReversed);
  EXPECT_EQ(found->first_stored, At(50));
  EXPECT_EQ(found->last_sequence, 8);
}

TEST_P(ADeedStore, GivesTheDeedsOfSubjects) {
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    for (const int subject : {1, 2, 3}) COMITY_RETURN_IF_ERROR(t.deeds().PutDeed(Row(ResolvedDeed(subject, 20))));
    return absl::OkStatus();
  }));
  const auto deeds = Ok(Ok(store_->BeginRead())->deeds().DeedsOf({Subject(1), Subject(3), Subject(8)}));
  std::vector<domain::SubjectRef> subjects;
  subjects.reserve(deeds.size());
  for (const DeedRow& row : deeds) subjects.push_back(row.deed.key.subject);
  EXPECT_THAT(subjects, UnorderedElementsAre(Subject(1), Subject(3)));
}

using Place = std::pair<int32_t, domain::DeedHash>;
std::vector<Place> Listed(Store& store, const DeedFilter& filter, int32_t page) {
  const auto snapshot = Ok(store.BeginRead());
  std::vector<Place> places;
  std::optional<Place> after;
  for (;;) {
    const auto rows = Ok(snapshot->deeds().ListDeeds(filter, after, page));
    for (const DeedRow& row : rows) places.emplace_back(row.deed.made_by.day, row.deed.key.Hash());
    if (rows.size() < static_cast<size_t>(page)) return places;
    after = places.back();
  }
}

// 150 deeds over 10 days, five people and four teams; what a listing must give is worked out from the deeds themselves.
class ListingDeeds : public StoreContract {
 protected:
  ListingDeeds() {
    for (int i = 0; i < 150; ++i) deeds_.push_back(ResolvedDeed(i, 20 + i % 10, i % 5, (i + 1 + i % 3) % 5, i % 4, (i + 1) % 4));
    EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
      for (const domain::Deed& deed : deeds_) COMITY_RETURN_IF_ERROR(t.deeds().PutDeed(Row(deed)));
      return absl::OkStatus();
    }));
  }
  std::vector<Place> Expected(const std::function<bool(const domain::Deed&)>& matches) const {
    std::vector<Place> places;
    for (const domain::Deed& deed : deeds_) {
      if (matches(deed)) places.emplace_back(deed.made_by.day, deed.key.Hash());
    }
    std::sort(places.begin(), places.end(),
              [](const Place& a, const Place& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
    return places;
  }
  static bool HasPerson(const domain::Deed& deed, int person) {
    return deed.asker == Person(person) || deed.lines[0].person == Person(person);
  }
  static bool HasTeam(const domain::Deed& deed, int team) { return deed.helped_team == Team(team) || deed.lines[0].team == Team(team); }

  std::vector<domain::Deed> deeds_;
};
INSTANTIATE_TEST_SUITE_P(Store, ListingDeeds, ::testing::ValuesIn(Backends()), BackendName);

TEST_P(ListingDeeds, GivesTheNewestDayFirstThenTheHashInPagesOfAnySize) {
  for (const int32_t page : {1, 7, 64, 500}) EXPECT_EQ(Listed(*store_, {}, page), Expected([](const domain::Deed&) { return true; }));
}
TEST_P(ListingDeeds, StopsAtTheFirstDayAskedFor) {
  EXPECT_EQ(Listed(*store_, {{}, {}, false, 25}, 9), Expected([](const domain::Deed& deed) { return deed.made_by.day >= 25; }));
  EXPECT_EQ(Listed(*store_, {{Person(1)}, {}, false, 25}, 9),
            Expected([](const domain::Deed& deed) { return deed.made_by.day >= 25 && HasPerson(deed, 1); }));
}
TEST_P(ListingDeeds, TakesAnyOfThePeopleAndAnyOfTheTeams) {
  EXPECT_EQ(Listed(*store_, {{Person(1), Person(2)}, {}, false, INT32_MIN}, 7),
            Expected([](const domain::Deed& deed) { return HasPerson(deed, 1) || HasPerson(deed, 2); }));
  EXPECT_EQ(Listed(*store_, {{}, {Team(1), Team(3)}, false, INT32_MIN}, 7),
            Expected([](const domain::Deed& deed) { return HasTeam(deed, 1) || HasTeam(deed, 3); }));
}
TEST_P(ListingDeeds, NeedsPeopleAndTeamsUnlessEitherIsEnough) {
  EXPECT_EQ(Listed(*store_, {{Person(1)}, {Team(2)}, false, INT32_MIN}, 3),
            Expected([](const domain::Deed& deed) { return HasPerson(deed, 1) && HasTeam(deed, 2); }));
  EXPECT_EQ(Listed(*store_, {{Person(1)}, {Team(2)}, true, INT32_MIN}, 3),
            Expected([](const domain::Deed& deed) { return HasPerson(deed, 1) || HasTeam(deed, 2); }));
}
TEST_P(ListingDeeds, GivesNothingForStrangers) {
  EXPECT_THAT(Listed(*store_, {{Person(77)}, {}, false, INT32_MIN}, 7), IsEmpty());
  EXPECT_THAT(Listed(*store_, {{Person(77)}, {Team(1)}, false, INT32_MIN}, 7), IsEmpty());
}
TEST_P(ListingDeeds, FollowsADeedThatChangesDayAndPeople) {
  domain::Deed& moved = deeds_[3];
  moved.made_by.day = 99;
  moved.asker = Person(50);
  moved.lines[0].person = Person(51);
  moved.helped_team = Team(52);
  EXPECT_OK(Write([&](Transaction& t) { return t.deeds().PutDeed(Row(moved)); }));
  EXPECT_EQ(Listed(*store_, {}, 40), Expected([](const domain::Deed&) { return true; }));
  for (const int person : {0, 1, 2, 3, 4, 50, 51}) {
    EXPECT_EQ(Listed(*store_, {{Person(person)}, {}, false, INT32_MIN}, 40),
              Expected([&](const domain::Deed& deed) { return HasPerson(deed, person); }));
  }
}
TEST_P(ListingDeeds, LeavesOutADeletedDeed) {
  EXPECT_OK(Write([&](Transaction& t) { return t.deeds().DeleteDeed(deeds_[3].key.Hash()); }));
  EXPECT_OK(Write([&](Transaction& t) { return t.deeds().DeleteDeed(deeds_[3].key.Hash()); }));
  deeds_.erase(deeds_.begin() + 3);
  EXPECT_EQ(Listed(*store_, {}, 40), Expected([](const domain::Deed&) { return true; }));
  EXPECT_EQ(Listed(*store_, {{Person(3)}, {}, false, INT32_MIN}, 40),
            Expected([](const domain::Deed& deed) { return HasPerson(deed, 3); }));
}

TEST_P(ADeedStore, AddsRollupsAndDropsCellsThatBecomeZero) {
  domain::Rollups first, back, expected;
  const domain::RollupKey cell{true, 20, Team(1), Team(2), domain::DeedKind::kResolved, domain::Stance::kServed},
      kept{false, 21, Team(1), Team(2), domain::DeedKind::kResolved, domain::Stance::kSteppedIn};
  const domain::WeekPersonKey helper{20, Team(1), Team(2), true, Person(1)}, asker{20, Team(1), Team(2), false, Person(2)};
  first.cells = {{cell, {1, 1'000'000}}, {kept, {2, 1'500'000}}};
  first.people = {{helper, 2}, {asker, 1}};
  back.cells = {{cell, {-1, -1'000'000}}, {kept, {1, -500'000}}};
  back.people = {{helper, -1}, {asker, -1}};
  expected.cells = {{kept, {3, 1'000'000}}};
  expected.people = {{helper, 1}};
  EXPECT_OK(Write([&](Transaction& t) { return t.deeds().AddRollups(first); }));
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->deeds().LoadRollups()), first);
  EXPECT_OK(Write([&](Transaction& t) { return t.deeds().AddRollups(back); }));
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->deeds().LoadRollups()), expected);
}

TEST_P(ADeedStore, LeavesNoCellForADeltaOfZero) {
  domain::Rollups nothing;
  nothing.cells[{false, 21, Team(1), Team(2), domain::DeedKind::kResolved, domain::Stance::kServed}] = {0, 0};
  nothing.people[{20, Team(1), Team(2), true, Person(1)}] = 0;
  EXPECT_OK(Write([&](Transaction& t) { return t.deeds().AddRollups(nothing); }));
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->deeds().LoadRollups()), domain::Rollups{});
}

domain::Statement Correction(int uid, int64_t time) {
  return {IdOf<domain::StatementUid>(uid),
          domain::Statement::Kind::kCorrect,
          {Subject(1), domain::DeedKind::kReviewed, 0, Person(4)},
          Person(3),
          At(time),
          {{Person(4), 700'000}, {Person(5), 300'000}},
          true};
}

TEST_P(ADeedStore, GivesBackWhatPeopleSaidOfASubjectAndWhy) {
  domain::Statement confirm{IdOf<domain::StatementUid>(2),
                            domain::Statement::Kind::kConfirm,
                            {Subject(1), domain::DeedKind::kResolved, 2, {}},
                            Person(3),
                            At(5),
                            {},
                            false};
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.deeds().PutStatement(Subject(1), Correction(1, 9), "Bo did most of it"));
    COMITY_RETURN_IF_ERROR(t.deeds().PutStatement(Subject(2), Correction(3, 9), ""));
    return t.deeds().PutStatement(Subject(1), confirm, "");
  }));
  const auto snapshot = Ok(store_->BeginRead());
  EXPECT_THAT(Ok(snapshot->deeds().StatementsOf(Subject(1))), ElementsAre(confirm, Correction(1, 9)));
  EXPECT_EQ(Ok(snapshot->deeds().BecauseOf(IdOf<domain::StatementUid>(1))), "Bo did most of it");
  EXPECT_EQ(Ok(snapshot->deeds().BecauseOf(IdOf<domain::StatementUid>(2))), "");
}

TEST_P(ADeedStore, ErasesWhatADeletedPersonWroteAndKeepsThatTheySaidIt) {
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.deeds().PutStatement(Subject(1), Correction(1, 9), "Bo did most of it"));
    return t.directory().DeletePerson(Person(3));
  }));
  const auto snapshot = Ok(store_->BeginRead());
  EXPECT_EQ(Ok(snapshot->deeds().BecauseOf(IdOf<domain::StatementUid>(1))), "");
  EXPECT_THAT(Ok(snapshot->deeds().StatementsOf(Subject(1))), ElementsAre(Correction(1, 9)));
}

TEST_P(ADeedStore, ListsADeedToThoseWhomACorrectionNamesWhileItWaits) {
  const domain::Deed deed = ResolvedDeed(1, 20, 3, 4);
  const auto listed = [&](int person) { return Listed(*store_, {.people = {Person(person)}, .teams = {}}, 10).size(); };
  Proposal first{.uid = IdOf<domain::StatementUid>(1),
                 .deed = deed.key,
                 .by = Person(3),
                 .created = At(8),
                 .shares = {},
                 .pending = {},
                 .because = ""};
  first.shares = {{Person(4), 500'000}, {Person(7), 500'000}};
  Proposal second = first;
  second.uid = IdOf<domain::StatementUid>(2);
  second.shares = {{Person(7), 300'000}, {Person(8), 700'000}};
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.deeds().PutDeed(Row(deed)));
    COMITY_RETURN_IF_ERROR(t.deeds().PutProposal(first));
    return t.deeds().PutProposal(second);
  }));
  EXPECT_EQ(listed(7), 1u);
  EXPECT_EQ(listed(8), 1u);
  EXPECT_OK(Write([&](Transaction& t) { return t.deeds().DeleteProposal(second.uid); }));
  EXPECT_EQ(listed(7), 1u);  // the first still names them
  EXPECT_EQ(listed(8), 0u);
  domain::Deed later = deed;  // an earlier act came to light: another day
  later.made_by.day = 18;
  EXPECT_OK(Write([&](Transaction& t) { return t.deeds().PutDeed(Row(later)); }));
  EXPECT_EQ(listed(7), 1u);
  EXPECT_OK(Write([&](Transaction& t) { return t.deeds().DeleteProposal(first.uid); }));
  EXPECT_EQ(listed(7), 0u);
  EXPECT_EQ(listed(4), 1u);  // helped anyway
  EXPECT_EQ(listed(3), 1u);
}

TEST_P(ADeedStore, KeepsProposalsUntilTheyAreDeleted) {
  Proposal proposal;
  proposal.uid = IdOf<domain::StatementUid>(1);
  proposal.deed = {Subject(1), domain::DeedKind::kReviewed, 0, Person(4)};
  proposal.by = Person(3);
  proposal.by_helper = true;
  proposal.created = At(8);
  proposal.shares = {{Person(5), 1'000'000}};
  proposal.pending = {Person(5), Person(6)};
  proposal.because = "it was Cy";
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.deeds().PutProposal(proposal));
    proposal.pending = {Person(6)};
    return t.deeds().PutProposal(proposal);
  }));
  const auto found = Ok(Ok(store_->BeginRead())->deeds().ProposalsOf(proposal.deed.Hash()));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].uid, proposal.uid);
  EXPECT_EQ(found[0].deed, proposal.deed);
  EXPECT_EQ(found[0].by, proposal.by);
  EXPECT_TRUE(found[0].by_helper);
  EXPECT_EQ(found[0].created, proposal.created);
  EXPECT_EQ(found[0].shares, proposal.shares);
  EXPECT_THAT(found[0].pending, ElementsAre(Person(6)));
  EXPECT_EQ(found[0].because, proposal.because);
  EXPECT_OK(Write([&](Transaction& t) { return t.deeds().DeleteProposal(proposal.uid); }));
  EXPECT_THAT(Ok(Ok(store_->BeginRead())->deeds().ProposalsOf(proposal.deed.Hash())), IsEmpty());
}

TEST_P(ADeedStore, KeepsTheWordsOfAProposalThatBecameAStatement) {
  Proposal proposal;
  proposal.uid = IdOf<domain::StatementUid>(1);
  proposal.by = Person(3);
  proposal.because = "it was Cy";
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.deeds().PutProposal(proposal));
    COMITY_RETURN_IF_ERROR(t.deeds().PutStatement(Subject(1), Correction(1, 9), proposal.because));
    return t.deeds().DeleteProposal(proposal.uid);
  }));
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->deeds().BecauseOf(proposal.uid)), "it was Cy");
}

TEST_P(ADeedStore, RemembersWhoSharesTheirName) {
  const auto deed = IdOf<domain::DeedHash>(1);
  const auto shared = [&] { return Ok(Ok(store_->BeginRead())->deeds().SharedOf(deed)); };
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.deeds().SetShared(deed, Person(1), true));
    COMITY_RETURN_IF_ERROR(t.deeds().SetShared(deed, Person(1), true));
    return t.deeds().SetShared(deed, Person(2), true);
  }));
  EXPECT_THAT(shared(), UnorderedElementsAre(Person(1), Person(2)));
  EXPECT_OK(Write([&](Transaction& t) { return t.deeds().SetShared(deed, Person(1), false); }));
  EXPECT_THAT(shared(), ElementsAre(Person(2)));
}

TEST_P(ADeedStore, GivesBackPolicies) {
  domain::Policy first = domain::FirstPolicy(false, At(1)), second = domain::FirstPolicy(true, At(2));
  second.number = 2;
  second.active_time = At(500);
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.deeds().PutPolicy(second));
    COMITY_RETURN_IF_ERROR(t.deeds().PutPolicy(first));
    return t.deeds().PutPolicy(first);
  }));
  EXPECT_THAT(Ok(Ok(store_->BeginRead())->deeds().LoadPolicies()), ElementsAre(first, second));
}

}  // namespace
}  // namespace comity::store

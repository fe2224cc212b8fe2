#include "tests/contract/contract.h"

namespace comity::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

COMITY_CONTRACT(ADirectoryStore);

domain::PersonRow Ana() { return {Person(1), "ana", "Ana Lima", false, false}; }
domain::TeamRow Payments() { return {Team(1), "payments", "Payments", Team(2), "engineering", absl::CivilDay(2026, 9, 2)}; }
domain::AccountName GitHub(const std::string& id) { return {"github", "github.com", id}; }
domain::AccountRow Linked() { return {Account(1), GitHub("583"), "ana", domain::AccountKind::kHuman, Person(1), true, false}; }

domain::DirectoryRows LoadIn(Store& store) { return Ok(Ok(store.BeginRead())->directory().Load()); }
int64_t VersionIn(Store& store) { return Ok(Ok(store.BeginRead())->directory().Version()); }

TEST_P(ADirectoryStore, HasVersionZeroWhenNew) {
  EXPECT_EQ(VersionIn(*store_), 0);
  EXPECT_THAT(LoadIn(*store_).people, IsEmpty());
}

TEST_P(ADirectoryStore, GivesBackWhatWasPut) {
  const domain::MembershipRow membership{Person(1), Team(1), {absl::CivilDay(2025, 1, 1), absl::CivilDay(9999, 1, 1)}, true};
  const domain::OwnershipRow rule{3, "github:github.com:repo:acme/*", Team(1), {}};
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.directory().PutPerson(Ana()));
    COMITY_RETURN_IF_ERROR(t.directory().PutTeam(Payments()));
    COMITY_RETURN_IF_ERROR(t.directory().PutMemberships(Person(1), {membership}));
    COMITY_RETURN_IF_ERROR(t.directory().PutOwnership({rule}));
    return t.directory().PutAccount(Linked());
  }));
  Reopen();
  const domain::DirectoryRows rows = LoadIn(*store_);
  EXPECT_THAT(rows.people, ElementsAre(Ana()));
  EXPECT_THAT(rows.teams, ElementsAre(Payments()));
  EXPECT_THAT(rows.memberships, ElementsAre(membership));
  EXPECT_THAT(rows.ownership, ElementsAre(rule));
  EXPECT_THAT(rows.accounts, ElementsAre(Linked()));
}

TEST_P(ADirectoryStore, ReplacesByUid) {
  domain::PersonRow renamed = Ana();
  renamed.display_name = "Ana Lima Costa";
  domain::TeamRow reopened = Payments();
  reopened.end.reset();
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.directory().PutPerson(Ana()));
    COMITY_RETURN_IF_ERROR(t.directory().PutPerson(renamed));
    COMITY_RETURN_IF_ERROR(t.directory().PutTeam(Payments()));
    return t.directory().PutTeam(reopened);
  }));
  EXPECT_THAT(LoadIn(*store_).people, ElementsAre(renamed));
  EXPECT_THAT(LoadIn(*store_).teams, ElementsAre(reopened));
}

TEST_P(ADirectoryStore, ReplacesAPersonsWholeHistoryOfMemberships) {
  const domain::MembershipRow first{Person(1), Team(1), {}, false}, second{Person(1), Team(2), {}, true},
      other{Person(2), Team(1), {}, true};
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.directory().PutMemberships(Person(1), {first, second}));
    COMITY_RETURN_IF_ERROR(t.directory().PutMemberships(Person(2), {other}));
    return t.directory().PutMemberships(Person(1), {second});
  }));
  EXPECT_THAT(LoadIn(*store_).memberships, ::testing::UnorderedElementsAre(second, other));
}

TEST_P(ADirectoryStore, ReplacesAllOwnershipAndKeepsItsOrder) {
  const domain::OwnershipRow a{0, "b", Team(1), {}}, b{1, "a", Team(2), {}}, c{0, "c", Team(3), {}};
  EXPECT_OK(Write([&](Transaction& t) { return t.directory().PutOwnership({c}); }));
  EXPECT_OK(Write([&](Transaction& t) { return t.directory().PutOwnership({a, b}); }));
  EXPECT_THAT(LoadIn(*store_).ownership, ElementsAre(a, b));
}

TEST_P(ADirectoryStore, GrowsItsVersionWithEveryChange) {
  int64_t before = 0;
  const std::vector<std::function<absl::Status(DirectoryStore&)>> changes = {
      [](DirectoryStore& d) { return d.PutPerson(Ana()); },        [](DirectoryStore& d) { return d.PutTeam(Payments()); },
      [](DirectoryStore& d) { return d.PutAccount(Linked()); },    [](DirectoryStore& d) { return d.PutMemberships(Person(1), {}); },
      [](DirectoryStore& d) { return d.PutOwnership({}); },        [](DirectoryStore& d) { return d.DeleteTeam(Team(1)); },
      [](DirectoryStore& d) { return d.DeletePerson(Person(1)); },
  };
  for (const auto& change : changes) {
    EXPECT_OK(Write([&](Transaction& t) { return change(t.directory()); }));
    EXPECT_GT(VersionIn(*store_), before);
    before = VersionIn(*store_);
  }
}

TEST_P(ADirectoryStore, KeepsItsVersionWhenUnlinkedAccountsAreSeen) {
  CountingUids uids;
  for (const std::string login : {"cy", "cyan"}) {
    EXPECT_OK(Write([&](Transaction& t) { return t.directory().EnsureAccounts({{GitHub("7"), login, {}}}, At(1), uids).status(); }));
  }
  EXPECT_EQ(VersionIn(*store_), 0);
}

TEST_P(ADirectoryStore, GrowsItsVersionWhenALinkedAccountOrABotChanges) {
  CountingUids uids;
  const auto see = [&](AccountSighting sighting) {
    EXPECT_OK(Write([&](Transaction& t) { return t.directory().EnsureAccounts({sighting}, At(1), uids).status(); }));
    return VersionIn(*store_);
  };
  EXPECT_OK(Write([&](Transaction& t) { return t.directory().PutAccount(Linked()); }));
  const int64_t linked = VersionIn(*store_);
  const int64_t renamed = see({GitHub("583"), "ana2", domain::AccountKind::kHuman});
  EXPECT_GT(renamed, linked);
  const int64_t bot = see({GitHub("99"), "robot", domain::AccountKind::kBot});
  EXPECT_GT(bot, renamed);
  EXPECT_EQ(see({GitHub("99"), "robot", domain::AccountKind::kBot}), bot);
}

TEST_P(ADirectoryStore, LoadsLinkedAccountsAndBotsOnly) {
  CountingUids uids;
  domain::AccountRow declared{Account(9), GitHub("9"), "ci", domain::AccountKind::kHuman, {}, false, true};
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.directory().PutAccount({Account(8), GitHub("8"), "nobody", domain::AccountKind::kHuman, {}, false, false}));
    COMITY_RETURN_IF_ERROR(t.directory().PutAccount(Linked()));
    return t.directory().PutAccount(declared);
  }));
  EXPECT_THAT(LoadIn(*store_).accounts, ::testing::UnorderedElementsAre(Linked(), declared));
}

TEST_P(ADirectoryStore, DeletesAPersonWithMembershipsAndLinks) {
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.directory().PutPerson(Ana()));
    COMITY_RETURN_IF_ERROR(t.directory().PutMemberships(Person(1), {{Person(1), Team(1), {}, true}}));
    COMITY_RETURN_IF_ERROR(t.directory().PutAccount(Linked()));
    return t.directory().DeletePerson(Person(1));
  }));
  const domain::DirectoryRows rows = LoadIn(*store_);
  EXPECT_THAT(rows.people, IsEmpty());
  EXPECT_THAT(rows.memberships, IsEmpty());
  EXPECT_THAT(rows.accounts, IsEmpty());
  const auto account = Ok(Ok(store_->BeginRead())->directory().FindAccount(GitHub("583")));
  ASSERT_TRUE(account.has_value());
  EXPECT_TRUE(account->person.empty());
  EXPECT_EQ(account->login, "");
}

TEST_P(ADirectoryStore, KeepsASaltOnceGivenAndDeletesItWithThePerson) {
  domain::PersonRow salted = Ana(), other = Ana();
  salted.salt = IdOf<domain::Salt>(1);
  other.salt = IdOf<domain::Salt>(2);
  domain::AccountRow account = Linked();
  account.salt = IdOf<domain::Salt>(3);
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.directory().PutPerson(salted));
    COMITY_RETURN_IF_ERROR(t.directory().PutPerson(other));
    COMITY_RETURN_IF_ERROR(t.directory().PutAccount(account));
    return t.directory().PutAccount(Linked());
  }));
  EXPECT_THAT(LoadIn(*store_).people, ElementsAre(salted));
  EXPECT_THAT(LoadIn(*store_).accounts, ElementsAre(account));
  EXPECT_OK(Write([&](Transaction& t) { return t.directory().DeletePerson(Person(1)); }));
  EXPECT_TRUE(Ok(Ok(store_->BeginRead())->directory().FindAccount(GitHub("583")))->salt.empty());
}

TEST_P(ADirectoryStore, DeletesWhatIsNotThereWithoutError) {
  EXPECT_OK(Write([&](Transaction& t) { return t.directory().DeletePerson(Person(77)); }));
  EXPECT_OK(Write([&](Transaction& t) { return t.directory().DeleteTeam(Team(77)); }));
}

TEST_P(ADirectoryStore, KeepsAnOptOutWhenThePersonIsPutAgain) {
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.directory().PutPerson(Ana()));
    COMITY_RETURN_IF_ERROR(t.admin().SetOptOut(Person(1), true, At(5)));
    return t.directory().PutPerson(Ana());
  }));
  EXPECT_TRUE(LoadIn(*store_).people.front().opted_out);
  EXPECT_OK(Write([&](Transaction& t) { return t.admin().SetOptOut(Person(1), false, At(6)); }));
  EXPECT_FALSE(LoadIn(*store_).people.front().opted_out);
}

TEST_P(ADirectoryStore, GivesEachSightingItsUidInOrder) {
  CountingUids uids;
  std::vector<domain::AccountUid> first, second;
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(
        first, t.directory().EnsureAccounts({{GitHub("b"), "", {}}, {GitHub("a"), "", {}}, {GitHub("b"), "", {}}}, At(1), uids));
    COMITY_ASSIGN_OR_RETURN(second, t.directory().EnsureAccounts({{GitHub("a"), "", {}}, {GitHub("c"), "", {}}}, At(2), uids));
    return absl::OkStatus();
  }));
  ASSERT_EQ(first.size(), 3u);
  ASSERT_EQ(second.size(), 2u);
  EXPECT_EQ(first[0], first[2]);
  EXPECT_NE(first[0], first[1]);
  EXPECT_EQ(second[0], first[1]);
  EXPECT_EQ(uids.count(), 6);  // an id and a salt for each
}

TEST_P(ADirectoryStore, KeepsTheLatestLoginAndTheFirstKindThatIsKnown) {
  CountingUids uids;
  using Kind = domain::AccountKind;
  const auto see = [&](std::vector<AccountSighting> sightings) {
    EXPECT_OK(Write([&](Transaction& t) { return t.directory().EnsureAccounts(sightings, At(1), uids).status(); }));
    return *Ok(Ok(store_->BeginRead())->directory().FindAccount(GitHub("7")));
  };
  EXPECT_EQ(see({{GitHub("7"), "old", Kind::kUnknown}}).kind, Kind::kUnknown);
  const domain::AccountRow later =
      see({{GitHub("7"), "new", Kind::kHuman}, {GitHub("7"), "newer", Kind::kBot}, {GitHub("7"), "", Kind::kUnknown}});
  EXPECT_EQ(later.login, "newer");
  EXPECT_EQ(later.kind, Kind::kHuman);
  EXPECT_EQ(see({{GitHub("7"), "", Kind::kBot}}).kind, Kind::kHuman);
}

TEST_P(ADirectoryStore, FindsAccountsByNameAndByUid) {
  EXPECT_OK(Write([&](Transaction& t) { return t.directory().PutAccount(Linked()); }));
  const auto snapshot = Ok(store_->BeginRead());
  EXPECT_EQ(Ok(snapshot->directory().FindAccount(GitHub("583"))), Linked());
  EXPECT_EQ(Ok(snapshot->directory().FindAccount(GitHub("584"))), std::nullopt);
  EXPECT_THAT(Ok(snapshot->directory().FindAccounts({Account(1), Account(2)})), ElementsAre(Linked()));
}

TEST_P(ADirectoryStore, ListsAccountsInOrderOfNameFromAfterAName) {
  CountingUids uids;
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(
        t.directory().EnsureAccounts({{GitHub("3"), "", {}}, {GitHub("1"), "", {}}, {GitHub("2"), "", {}}}, At(9), uids).status());
    domain::AccountRow linked = Linked();
    linked.uid = Account(50);
    return t.directory().PutAccount(linked);
  }));
  const auto snapshot = Ok(store_->BeginRead());
  std::vector<std::string> ids, unlinked;
  std::string after;
  for (;;) {
    const auto page = Ok(snapshot->directory().ListAccounts(false, after, 2));
    for (const auto& listing : page) ids.push_back(listing.account.name.id);
    if (page.size() < 2) break;
    after = page.back().account.name.ToText();
  }
  for (const auto& listing : Ok(snapshot->directory().ListAccounts(true, "", 10))) unlinked.push_back(listing.account.name.id);
  EXPECT_THAT(ids, ElementsAre("1", "2", "3", "583"));
  EXPECT_THAT(unlinked, ElementsAre("1", "2", "3"));
}

TEST_P(ADirectoryStore, KeepsWhenAnAccountWasFirstSeen) {
  CountingUids uids;
  const auto first_seen = [&] { return Ok(Ok(store_->BeginRead())->directory().ListAccounts(false, "", 1)).front().first_seen; };
  EXPECT_OK(Write([&](Transaction& t) { return t.directory().PutAccount(Linked()); }));
  EXPECT_EQ(first_seen(), absl::InfinitePast());  // a file named it; no fact did
  for (const int64_t time : {10, 20}) {
    EXPECT_OK(Write([&](Transaction& t) { return t.directory().EnsureAccounts({{GitHub("583"), "ana", {}}}, At(time), uids).status(); }));
    EXPECT_EQ(first_seen(), At(10));
  }
  EXPECT_OK(Write([&](Transaction& t) { return t.directory().PutAccount(Linked()); }));
  EXPECT_EQ(first_seen(), At(10));
  EXPECT_EQ(uids.count(), 0);
}

}  // namespace
}  // namespace comity::store

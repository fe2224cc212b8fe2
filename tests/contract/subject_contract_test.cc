#include "tests/contract/contract.h"

namespace comity::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

COMITY_CONTRACT(AStoreOfSubjects);

SubjectDetails Ticket(int number, const std::string& key, const std::string& instance = "github.com") {
  return {Subject(number), "github", instance, domain::SubjectKind::kIssue, std::to_string(number), key, "https://" + instance + "/" + key,
          "Ticket " + key};
}
domain::SubjectRef Alias(const std::string& key, const std::string& instance = "github.com") {
  return domain::SubjectAliasOf("github", instance, key);
}

TEST_P(AStoreOfSubjects, KeepsNonEmptyFieldsOverEmptyOnes) {
  SubjectDetails bare{Subject(1), "github", "github.com", domain::SubjectKind::kNone, "", "", "", ""};
  SubjectDetails retitled = bare;
  retitled.title = "Invoices are late";
  EXPECT_OK(Write([&](Transaction& t) { return t.events().PutSubjects({Ticket(1, "a/b#1"), bare}); }));
  EXPECT_OK(Write([&](Transaction& t) { return t.events().PutSubjects({retitled}); }));
  const auto found = Ok(Ok(store_->BeginRead())->events().FindSubjects({Subject(2), Subject(1)}));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].subject, Subject(1));
  EXPECT_EQ(found[0].kind, domain::SubjectKind::kIssue);
  EXPECT_EQ(found[0].id, "1");
  EXPECT_EQ(found[0].key, "a/b#1");
  EXPECT_EQ(found[0].uri, "https://github.com/a/b#1");
  EXPECT_EQ(found[0].title, "Invoices are late");
}

TEST_P(AStoreOfSubjects, FindsByAddressAndByKey) {
  EXPECT_OK(Write([&](Transaction& t) { return t.events().PutSubjects({Ticket(1, "a/b#1"), Ticket(2, "a/b#2")}); }));
  const auto snapshot = Ok(store_->BeginRead());
  EXPECT_THAT(Ok(snapshot->events().FindSubjectsByText("https://github.com/a/b#1")), ElementsAre(Subject(1)));
  EXPECT_THAT(Ok(snapshot->events().FindSubjectsByText("a/b#2")), ElementsAre(Subject(2)));
  EXPECT_THAT(Ok(snapshot->events().FindSubjectsByText("a/b#3")), IsEmpty());
  EXPECT_THAT(Ok(snapshot->events().FindSubjectsByText("")), IsEmpty());
}

TEST_P(AStoreOfSubjects, FindsSeveralWhenTwoInstancesUseTheSameKey) {
  EXPECT_OK(Write([&](Transaction& t) { return t.events().PutSubjects({Ticket(1, "a/b#1"), Ticket(2, "a/b#1", "git.acme")}); }));
  EXPECT_THAT(Ok(Ok(store_->BeginRead())->events().FindSubjectsByText("a/b#1")), UnorderedElementsAre(Subject(1), Subject(2)));
}

TEST_P(AStoreOfSubjects, ResolvesAnAliasToTheSubjectThatUsedTheKeyLast) {
  EXPECT_OK(Write([&](Transaction& t) { return t.events().PutSubjects({Ticket(1, "a/b#1")}); }));
  EXPECT_OK(Write([&](Transaction& t) { return t.events().PutSubjects({Ticket(2, "a/b#1")}); }));
  const auto resolved = Ok(Ok(store_->BeginRead())->events().ResolveAliases({Alias("a/b#1"), Subject(1), Alias("unknown")}));
  EXPECT_EQ(resolved.at(Alias("a/b#1")), Subject(2));
  EXPECT_EQ(resolved.at(Subject(1)), Subject(1));
  EXPECT_EQ(resolved.at(Alias("unknown")), Alias("unknown"));
}

TEST_P(AStoreOfSubjects, GivesEveryAliasEverUsed) {
  for (const char* key : {"a/b#1", "c/d#1", "a/b#1", "e/f#1"}) {
    EXPECT_OK(Write([&](Transaction& t) { return t.events().PutSubjects({Ticket(1, key)}); }));
  }
  EXPECT_OK(Write([&](Transaction& t) { return t.events().PutSubjects({Ticket(2, "e/f#1")}); }));
  const auto aliases = Ok(Ok(store_->BeginRead())->events().AliasesOf({Subject(1), Subject(9)}));
  ASSERT_EQ(aliases.size(), 1u);
  EXPECT_THAT(aliases.at(Subject(1)), UnorderedElementsAre(Alias("a/b#1"), Alias("c/d#1"), Alias("e/f#1")));
}

TEST_P(AStoreOfSubjects, KeepsLinksInBothDirections) {
  const LinkRow closes{Subject(1), domain::LinkKind::kCloses, Alias("a/b#1")},
      mentions{Subject(1), domain::LinkKind::kMentions, Subject(2)}, other{Subject(3), domain::LinkKind::kCloses, Alias("a/b#1")};
  EXPECT_OK(Write([&](Transaction& t) { return t.events().PutLinks({closes, mentions, other, closes}); }));
  EXPECT_OK(Write([&](Transaction& t) { return t.events().PutLinks({closes}); }));
  const auto snapshot = Ok(store_->BeginRead());
  EXPECT_THAT(Ok(snapshot->events().LinksFrom({Subject(1)})), UnorderedElementsAre(closes, mentions));
  EXPECT_THAT(Ok(snapshot->events().LinksTo({Alias("a/b#1"), Subject(9)})), UnorderedElementsAre(closes, other));
}

TEST_P(AStoreOfSubjects, FindsSubjectsByAccountAndDay) {
  EXPECT_OK(Write([&](Transaction& t) {
    return t.events().PutParticipants({{Account(1), 10, Subject(1)},
                                       {Account(1), 12, Subject(2)},
                                       {Account(1), 12, Subject(2)},
                                       {Account(2), 11, Subject(3)},
                                       {Account(1), 11, Subject(1)}});
  }));
  const auto snapshot = Ok(store_->BeginRead());
  const auto days = [](int start, int end) { return domain::DayRange{domain::DayFromNumber(start), domain::DayFromNumber(end)}; };
  EXPECT_THAT(Ok(snapshot->events().SubjectsOf(Account(1), {})), UnorderedElementsAre(Subject(1), Subject(2)));
  EXPECT_THAT(Ok(snapshot->events().SubjectsOf(Account(1), days(11, 12))), ElementsAre(Subject(1)));
  EXPECT_THAT(Ok(snapshot->events().SubjectsOf(Account(1), days(12, 13))), ElementsAre(Subject(2)));
  EXPECT_THAT(Ok(snapshot->events().SubjectsOf(Account(3), {})), IsEmpty());
}

TEST_P(AStoreOfSubjects, FindsSubjectsByPlace) {
  const domain::PlaceName repo{"repo", "acme/billing"}, owner{"owner", "acme"};
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.events().PutPlaces(Subject(1), "github", "github.com", {repo, owner}));
    COMITY_RETURN_IF_ERROR(t.events().PutPlaces(Subject(1), "github", "github.com", {repo}));
    return t.events().PutPlaces(Subject(2), "github", "github.com", {owner});
  }));
  EXPECT_OK(Write([&](Transaction& t) { return t.events().PutPlaces(Subject(3), "github", "git.acme", {owner}); }));
  const auto snapshot = Ok(store_->BeginRead());
  EXPECT_EQ(Ok(snapshot->events().AllPlaces()).size(), 3u);
  EXPECT_THAT(Ok(snapshot->events().SubjectsIn({"github", "github.com", owner})), UnorderedElementsAre(Subject(1), Subject(2)));
  EXPECT_THAT(Ok(snapshot->events().SubjectsIn({"github", "github.com", repo})), ElementsAre(Subject(1)));
  EXPECT_THAT(Ok(snapshot->events().SubjectsIn({"github", "git.acme", repo})), IsEmpty());
}

TEST_P(AStoreOfSubjects, KeepsPlacesWhoseFirstUseWasRolledBack) {
  const domain::PlaceName repo{"repo", "acme/billing"};
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.Mark());
    COMITY_RETURN_IF_ERROR(t.events().PutPlaces(Subject(1), "github", "github.com", {repo}));
    COMITY_RETURN_IF_ERROR(t.Rollback());
    return t.events().PutPlaces(Subject(2), "github", "github.com", {repo});
  }));
  EXPECT_THAT(Ok(Ok(store_->BeginRead())->events().SubjectsIn({"github", "github.com", repo})), ElementsAre(Subject(2)));
}

TEST_P(AStoreOfSubjects, AddsResolutionsOfAWindow) {
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    EXPECT_EQ(Ok(t.events().AddResolutions(Account(1), 7, 0, {})), 0);
    EXPECT_EQ(Ok(t.events().AddResolutions(Account(1), 7, 3, {})), 3);
    EXPECT_EQ(Ok(t.events().AddResolutions(Account(1), 7, 18, {})), 21);
    EXPECT_EQ(Ok(t.events().AddResolutions(Account(1), 8, 1, {})), 1);
    return absl::OkStatus();
  }));
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->events().AddResolutions(Account(1), 7, 0, {})), 21);
}

TEST_P(AStoreOfSubjects, RemembersWhatWasResolvedInAWindowWhileItIsLittle) {
  std::vector<domain::SubjectRef> many;
  for (int i = 0; i < 64; ++i) many.push_back(Subject(100 + i));
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    EXPECT_THAT(Ok(t.events().ResolvedSubjects(Account(1), 7)), Optional(IsEmpty()));
    COMITY_RETURN_IF_ERROR(t.events().AddResolutions(Account(1), 7, 2, {Subject(1), Subject(2)}).status());
    COMITY_RETURN_IF_ERROR(t.events().AddResolutions(Account(1), 7, 1, {Subject(3)}).status());
    COMITY_RETURN_IF_ERROR(t.events().AddResolutions(Account(1), 7, -1, {}).status());
    COMITY_RETURN_IF_ERROR(t.events().AddResolutions(Account(1), 8, 1, {Subject(9)}).status());
    EXPECT_THAT(Ok(t.events().ResolvedSubjects(Account(1), 7)), Optional(ElementsAre(Subject(1), Subject(2), Subject(3))));
    // Everything given at once is remembered; what comes on top of so many makes it too much.
    COMITY_RETURN_IF_ERROR(t.events().AddResolutions(Account(1), 7, 64, many).status());
    EXPECT_THAT(Ok(t.events().ResolvedSubjects(Account(1), 7)), Optional(SizeIs(67)));
    COMITY_RETURN_IF_ERROR(t.events().AddResolutions(Account(1), 7, 1, {Subject(4)}).status());
    return absl::OkStatus();
  }));
  const auto read = Ok(store_->BeginRead());
  EXPECT_EQ(Ok(read->events().ResolvedSubjects(Account(1), 7)), std::nullopt);
  EXPECT_EQ(Ok(read->events().AddResolutions(Account(1), 7, 0, {})), 67);
  EXPECT_THAT(Ok(read->events().ResolvedSubjects(Account(1), 8)), Optional(ElementsAre(Subject(9))));
}

}  // namespace
}  // namespace comity::store

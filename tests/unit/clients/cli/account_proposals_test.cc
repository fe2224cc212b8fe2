#include "clients/cli/account_proposals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comity::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

v1::DirectoryAccount Account(const std::string& name, const std::string& login, const std::string& person,
                             v1::AccountKind kind = v1::ACCOUNT_KIND_HUMAN) {
  v1::DirectoryAccount account;
  account.set_name("accounts/" + name);
  account.set_login(login);
  account.set_kind(kind);
  if (!person.empty()) account.set_person("people/" + person);
  return account;
}
v1::Person Person(const std::string& id, bool former = false) {
  v1::Person person;
  person.set_name("people/" + id);
  person.set_former(former);
  return person;
}

TEST(ProposeLinks, TakesTheSameAddressInTwoSuitesAsSure) {
  const auto proposals = ProposeLinks(
      {Account("caldav:dav.acme.example:Ana@acme.example", "", ""), Account("icalendar:acme.example:ana@acme.example", "", "ana")}, {});
  ASSERT_THAT(proposals, SizeIs(1));
  EXPECT_EQ(proposals[0].person, "people/ana");
  EXPECT_EQ(proposals[0].confidence, Confidence::kHigh);
  EXPECT_THAT(proposals[0].reason, HasSubstr("icalendar:acme.example:ana@acme.example"));
}

TEST(ProposeLinks, TrustsAddressesOfCommitsLess) {
  const auto proposals =
      ProposeLinks({Account("git:code:ana@acme.example", "", ""), Account("caldav:dav:ana@acme.example", "", "ana")}, {});
  ASSERT_THAT(proposals, SizeIs(1));
  EXPECT_EQ(proposals[0].confidence, Confidence::kMedium);
}

TEST(ProposeLinks, TakesTheSameLoginOfAnotherInstallationOnly) {
  const auto proposals = ProposeLinks({Account("gitlab:gitlab.com:7", "AnaB", ""), Account("github:github.com:1", "anab", "ana"),
                                       Account("github:github.com:2", "anab", "")},
                                      {});
  ASSERT_THAT(proposals, SizeIs(1));
  EXPECT_EQ(proposals[0].account, "accounts/gitlab:gitlab.com:7");
  EXPECT_EQ(proposals[0].confidence, Confidence::kMedium);
}

TEST(ProposeLinks, ProposesNobodyWhereAReasonNamesTwo) {
  EXPECT_THAT(ProposeLinks({Account("jira:acme:9", "sam", ""), Account("github:github.com:1", "sam", "sam-lee"),
                            Account("gitlab:gitlab.com:1", "sam", "sam-roe")},
                           {Person("sam")}),
              IsEmpty());
}

TEST(ProposeLinks, FallsBackToIdsOfTheDirectoryButNotOfFormerPeople) {
  const auto proposals = ProposeLinks({Account("github:github.com:1", "bob", ""), Account("github:github.com:2", "cleo", "")},
                                      {Person("bob"), Person("cleo", true)});
  ASSERT_THAT(proposals, SizeIs(1));
  EXPECT_EQ(proposals[0].person, "people/bob");
  EXPECT_EQ(proposals[0].confidence, Confidence::kLow);
}

TEST(ProposeLinks, LeavesBotsTeamsLinkedAndShortLoginsAlone) {
  EXPECT_THAT(ProposeLinks({Account("github:github.com:1", "ana", "", v1::ACCOUNT_KIND_BOT),
                            Account("github:github.com:2", "ana", "", v1::ACCOUNT_KIND_TEAM), Account("github:github.com:3", "ana", "ana"),
                            Account("github:github.com:4", "al", "")},
                           {Person("ana"), Person("al")}),
              IsEmpty());
}

TEST(ProposeLinks, PutsTheSurestFirst) {
  const auto proposals = ProposeLinks({Account("github:github.com:1", "bob", ""), Account("caldav:dav:ana@acme.example", "", ""),
                                       Account("ical:x:ana@acme.example", "", "ana")},
                                      {Person("bob")});
  ASSERT_THAT(proposals, SizeIs(2));
  EXPECT_EQ(proposals[0].person, "people/ana");
}

}  // namespace
}  // namespace comity::cli

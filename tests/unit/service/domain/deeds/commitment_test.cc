#include "service/domain/deeds/commitment.h"

#include <gtest/gtest.h>

#include "tests/unit/service/domain/deeds/world.h"

namespace comity::domain {
namespace {

using test::Bytes;

Entry SomeEntry() {
  Entry entry;
  entry.line = LineHash{Bytes("line")};
  entry.revision = 1;
  return entry;
}
CommittedDetails SomeDetails() { return {test::SubjectOf("1"), "ana", FactHash{Bytes("content")}, "because"}; }
const Salt kSalt{Bytes("salt")};

TEST(ACommitment, IsTheSameForTheSameDetailsAndSalt) {
  EXPECT_EQ(CommitmentOf(kSalt, SomeEntry(), SomeDetails()), CommitmentOf(kSalt, SomeEntry(), SomeDetails()));
}

TEST(ACommitment, IsAnotherForAnyOtherDetail) {
  const Digest digest = CommitmentOf(kSalt, SomeEntry(), SomeDetails());
  CommittedDetails other = SomeDetails();
  other.subject = test::SubjectOf("2");
  EXPECT_NE(CommitmentOf(kSalt, SomeEntry(), other), digest);
  other = SomeDetails();
  other.who = "ben";
  EXPECT_NE(CommitmentOf(kSalt, SomeEntry(), other), digest);
  other = SomeDetails();
  other.cause = {};
  EXPECT_NE(CommitmentOf(kSalt, SomeEntry(), other), digest);
  other = SomeDetails();
  other.because = "because!";
  EXPECT_NE(CommitmentOf(kSalt, SomeEntry(), other), digest);
}

TEST(ACommitment, DiffersBetweenTwoPeopleAndTwoEntriesWithEqualDetails) {
  const Digest digest = CommitmentOf(kSalt, SomeEntry(), SomeDetails());
  EXPECT_NE(CommitmentOf(Salt{Bytes("other salt")}, SomeEntry(), SomeDetails()), digest);
  Entry later = SomeEntry();
  later.revision = 2;
  EXPECT_NE(CommitmentOf(kSalt, later, SomeDetails()), digest);
}

TEST(ACommitment, IsNoneWithoutASalt) { EXPECT_EQ(CommitmentOf(Salt{}, SomeEntry(), SomeDetails()), Digest{}); }

}  // namespace
}  // namespace comity::domain

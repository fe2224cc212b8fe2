#include "service/domain/proof/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_replace.h"

namespace comity::domain {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// The key and the note of Go's golang.org/x/mod/sumdb/note, so that its tools read ours.
constexpr char kGoKey[] = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
constexpr char kGoVerifier[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr char kGoText[] = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
constexpr char kGoSignature[] =
    "\xe2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

Checkpoint Sample() {
  Checkpoint checkpoint;
  checkpoint.origin = "comity/ledger/abc";
  checkpoint.size = 1042;
  checkpoint.root.fill(7);
  checkpoint.chain.fill(9);
  checkpoint.time = absl::FromUnixSeconds(1'788'350'400);
  return checkpoint;
}

TEST(ACheckpointKey, SignsAsGosNotesDo) {
  const SigningKey key = SigningKey::FromText(kGoKey).value();
  EXPECT_EQ(key.VerifierText(), kGoVerifier);
  EXPECT_EQ(key.ToText(), kGoKey);
  EXPECT_EQ(key.Sign(kGoText), std::string(kGoText) + "\n" + kGoSignature);
  EXPECT_TRUE(HasSignature(std::string(kGoText) + "\n" + kGoSignature, kGoVerifier));
}

TEST(ACheckpoint, IsWrittenAndReadAsTheSame) {
  const SigningKey key = SigningKey::Generate("comity/ledger/abc").value();
  const std::string note = key.Sign(CheckpointNote(Sample()));
  EXPECT_THAT(note, HasSubstr("comity/ledger/abc\n1042\n"));
  EXPECT_EQ(ReadCheckpoint(note).value(), Sample());
  EXPECT_TRUE(HasSignature(note, key.VerifierText()));
}

TEST(ACheckpoint, HasNoSignatureOfAnotherKeyOrOfChangedText) {
  const SigningKey key = SigningKey::Generate("k").value(), other = SigningKey::Generate("k").value();
  const std::string note = key.Sign(CheckpointNote(Sample()));
  EXPECT_FALSE(HasSignature(note, other.VerifierText()));
  EXPECT_FALSE(HasSignature(absl::StrReplaceAll(note, {{"1042", "1043"}}), key.VerifierText()));
  EXPECT_FALSE(HasSignature(CheckpointNote(Sample()), key.VerifierText()));
  EXPECT_FALSE(HasSignature(note, ""));
  // Beside one that does not count, the right one is found.
  const std::string two = other.Sign(CheckpointNote(Sample())) + note.substr(note.find("\n\n") + 2);
  EXPECT_TRUE(HasSignature(two, key.VerifierText()));
}

TEST(ACheckpoint, IsReadInItsOneFormOnly) {
  const SigningKey key = SigningKey::Generate("k").value();
  const std::string note = key.Sign(CheckpointNote(Sample()));
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{{"\n1042\n", "\n01042\n"},
                                                                                 {"\n1042\n", "\n-1\n"},
                                                                                 {"\n1042\n", "\n\n"},
                                                                                 {"chain ", "chain  "},
                                                                                 {"time ", "tame "},
                                                                                 {"Z\n", "\n"}}) {
    EXPECT_FALSE(ReadCheckpoint(absl::StrReplaceAll(note, {{from, to}})).ok()) << from;
  }
  EXPECT_FALSE(ReadCheckpoint("").ok());
}

TEST(ACheckpointKey, IsRefusedWithoutShowingAnyOfIt) {
  for (const std::string text : {"", "PRIVATE+KEY+", "PRIVATE+KEY+a+00000000+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz", "hunter2"}) {
    const auto key = SigningKey::FromText(text);
    ASSERT_FALSE(key.ok());
    EXPECT_THAT(std::string(key.status().message()), Not(HasSubstr("AYEK")));
  }
}

}  // namespace
}  // namespace comity::domain

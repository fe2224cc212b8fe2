#include "service/base/secret_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "service/base/error.h"

namespace comity {
namespace {

class SecretFile : public testing::Test {
 protected:
  SecretFile() {
    std::string pattern = testing::TempDir() + "/comity-secret-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    path_ = folder_ + "/secret";
  }
  ~SecretFile() override { std::filesystem::remove_all(folder_); }
  void Put(std::string_view content, mode_t mode) {
    std::ofstream(path_) << content;
    chmod(path_.c_str(), mode);
  }
  std::string folder_, path_;
};

TEST_F(SecretFile, IsWrittenForItsOwnerAloneAndReadBack) {
  ASSERT_TRUE(WriteSecretFile(path_, "s3cret").ok());
  struct stat info {};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_EQ(*ReadSecretFile(path_), "s3cret");
}

TEST_F(SecretFile, IsNeverOverwritten) {
  ASSERT_TRUE(WriteSecretFile(path_, "first").ok());
  EXPECT_EQ(WriteSecretFile(path_, "second").code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(*ReadSecretFile(path_), "first");
}

TEST_F(SecretFile, IsRefusedWhenOthersCanReadIt) {
  Put("s3cret", 0640);
  const auto read = ReadSecretFile(path_);
  EXPECT_EQ(read.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(DetailsOf(read.status()).reason, "SECRET_FILE_UNSAFE");
}

TEST_F(SecretFile, IsRefusedWhenItIsAFolderEmptyTooLargeOrAbsent) {
  EXPECT_EQ(ReadSecretFile(folder_).status().code(), absl::StatusCode::kPermissionDenied);
  Put(" \n", 0600);
  EXPECT_EQ(ReadSecretFile(path_).status().code(), absl::StatusCode::kInvalidArgument);
  Put(std::string(kMaxSecretFileBytes + 1, 'x'), 0600);
  EXPECT_EQ(ReadSecretFile(path_).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReadSecretFile(path_ + ".absent").status().code(), absl::StatusCode::kNotFound);
}

TEST(ErrorReasons, AreFoundByTheNameTheyShow) {
  EXPECT_EQ(ErrorReasonFromName("NOT_THE_ASKER"), ErrorReason::kNotTheAsker);
  EXPECT_EQ(ErrorReasonFromName("NO_SUCH_REASON"), std::nullopt);
}

}  // namespace
}  // namespace comity

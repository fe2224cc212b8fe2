#include "plugins/host/dead_letters.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/escaping.h"
#include "plugins/host/files.h"
#include "service/base/bytes.h"
#include "service/base/error.h"
#include "service/base/failpoint.h"
#include "service/base/secret_file.h"

namespace comity::host {
namespace {

constexpr std::string_view kMagic = "CMTYDL01", kLetterSuffix = ".dead";
constexpr size_t kNonce = 12, kTag = 16, kKeyBytes = 32;
constexpr size_t kMaxLetterBytes = size_t{64} << 20;

unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

struct Cipher {
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  Cipher() = default;
  Cipher(const Cipher&) = delete;
  Cipher& operator=(const Cipher&) = delete;
  ~Cipher() { EVP_CIPHER_CTX_free(context); }
};

// The id is authenticated too, so that a letter cannot be passed off as another.
absl::StatusOr<std::string> Seal(const std::string& key, std::string_view id, std::string_view plain) {
  std::string nonce(kNonce, '\0'), sealed(plain.size(), '\0'), tag(kTag, '\0');
  Cipher cipher;
  int length = 0;
  const bool ok =
      RAND_bytes(Bytes(nonce), kNonce) == 1 &&
      EVP_EncryptInit_ex(cipher.context, EVP_aes_256_gcm(), nullptr, Bytes(std::string_view(key)), Bytes(std::string_view(nonce))) == 1 &&
      EVP_EncryptUpdate(cipher.context, nullptr, &length, Bytes(id), static_cast<int>(id.size())) == 1 &&
      EVP_EncryptUpdate(cipher.context, Bytes(sealed), &length, Bytes(plain), static_cast<int>(plain.size())) == 1 &&
      EVP_EncryptFinal_ex(cipher.context, Bytes(sealed) + length, &length) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.context, EVP_CTRL_GCM_GET_TAG, kTag, tag.data()) == 1;
  if (!ok) return absl::InternalError("encryption failed");
  return std::string(kMagic) + nonce + sealed + tag;
}

absl::StatusOr<std::string> Unseal(const std::string& key, std::string_view id, std::string_view bytes) {
  const absl::Status damaged =
      Error(absl::StatusCode::kDataLoss, ErrorReason::kStoreFailed,
            "dead letter " + std::string(id) + " was changed on disk, or dead.key is not the key it was written with");
  if (bytes.size() < kMagic.size() + kNonce + kTag || bytes.substr(0, kMagic.size()) != kMagic) return damaged;
  bytes.remove_prefix(kMagic.size());
  const std::string_view nonce = bytes.substr(0, kNonce);
  std::string tag(bytes.substr(bytes.size() - kTag));
  const std::string_view sealed = bytes.substr(kNonce, bytes.size() - kNonce - kTag);
  std::string plain(sealed.size(), '\0');
  Cipher cipher;
  int length = 0;
  const bool ok = EVP_DecryptInit_ex(cipher.context, EVP_aes_256_gcm(), nullptr, Bytes(std::string_view(key)), Bytes(nonce)) == 1 &&
                  EVP_DecryptUpdate(cipher.context, nullptr, &length, Bytes(id), static_cast<int>(id.size())) == 1 &&
                  EVP_DecryptUpdate(cipher.context, Bytes(plain), &length, Bytes(sealed), static_cast<int>(sealed.size())) == 1 &&
                  EVP_CIPHER_CTX_ctrl(cipher.context, EVP_CTRL_GCM_SET_TAG, kTag, tag.data()) == 1 &&
                  EVP_DecryptFinal_ex(cipher.context, Bytes(plain) + length, &length) == 1;
  if (!ok) return damaged;
  return plain;
}

absl::StatusOr<std::string> ReadOrMakeKey(const std::string& path) {
  auto text = ReadSecretFile(path);
  if (absl::IsNotFound(text.status())) {
    std::string fresh(kKeyBytes, '\0');
    if (RAND_bytes(Bytes(fresh), kKeyBytes) != 1) return absl::InternalError("the system gives no random bytes");
    const absl::Status written = WriteSecretFile(path, absl::BytesToHexString(fresh));
    if (!written.ok() && !absl::IsAlreadyExists(written)) return written;
    text = ReadSecretFile(path);
  }
  if (!text.ok()) return text.status();
  const bool is_hex = text->size() == kKeyBytes * 2 && text->find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!is_hex) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kSecretFileUnsafe,
                 path + " holds no key of 64 hexadecimal digits; restore it, or delete it together with the folder `dead`");
  }
  return absl::HexStringToBytes(*text);
}

bool IsId(std::string_view id) { return id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string_view::npos; }

}  // namespace

absl::StatusOr<std::unique_ptr<DeadLetters>> DeadLetters::Open(const std::string& spool_dir, size_t max_bytes) {
  COMITY_RETURN_IF_ERROR(MakePrivateDir(spool_dir));
  COMITY_RETURN_IF_ERROR(MakePrivateDir(spool_dir + "/dead"));
  COMITY_ASSIGN_OR_RETURN(const std::string key, ReadOrMakeKey(spool_dir + "/dead.key"));
  return std::unique_ptr<DeadLetters>(new DeadLetters(spool_dir + "/dead", key, max_bytes));
}

absl::Status DeadLetters::Put(const Delivery& delivery, std::string_view reason, absl::Time now) {
  COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kConnectDeadLetter));
  COMITY_ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDir(dir_));
  size_t total = delivery.body.size();
  for (const std::string& name : names) {
    struct stat info {};
    if (::stat((dir_ + "/" + name).c_str(), &info) == 0) total += static_cast<size_t>(info.st_size);
  }
  if (total > max_bytes_) {
    return Error(absl::StatusCode::kResourceExhausted, ErrorReason::kStoreFull,
                 "there is no room for more dead letters; look at them with `comity-connect dead list`, then replay or drop them");
  }
  const DeliveryKey key = KeyOf(delivery);
  const std::string id = absl::BytesToHexString(absl::string_view(key.data(), key.size()));
  ByteWriter writer;
  writer.Signed(absl::ToUnixMicros(now));
  writer.Text(reason);
  writer.Text(EncodeDelivery(delivery));
  COMITY_ASSIGN_OR_RETURN(const std::string sealed, Seal(key_, id, writer.Take()));
  COMITY_RETURN_IF_ERROR(WriteWholeFile(dir_, id + std::string(kLetterSuffix), sealed));
  return failpoint::Pass(Failpoint::kConnectDeadKept);
}

absl::StatusOr<DeadLetter> DeadLetters::Read(const std::string& id) const {
  if (!IsId(id)) return absl::NotFoundError("no dead letter has this id; `comity-connect dead list` shows them");
  const std::string path = dir_ + "/" + id + std::string(kLetterSuffix);
  if (::access(path.c_str(), F_OK) != 0) return absl::NotFoundError("no dead letter has this id; `comity-connect dead list` shows them");
  COMITY_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(path, kMaxLetterBytes));
  COMITY_ASSIGN_OR_RETURN(const std::string plain, Unseal(key_, id, bytes));
  ByteReader reader(plain);
  DeadLetter letter;
  letter.id = id;
  letter.died = absl::FromUnixMicros(reader.Signed());
  letter.reason = std::string(reader.Text());
  COMITY_ASSIGN_OR_RETURN(letter.delivery, DecodeDelivery(reader.Text()));
  return letter;
}

absl::StatusOr<std::vector<DeadLetter>> DeadLetters::List(int* unreadable) const {
  COMITY_ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDir(dir_));
  std::vector<DeadLetter> letters;
  for (const std::string& name : names) {
    if (!name.ends_with(kLetterSuffix)) continue;
    auto letter = Read(name.substr(0, name.size() - kLetterSuffix.size()));
    if (letter.ok()) {
      letter->delivery.body.shrink_to_fit();
      letters.push_back(*std::move(letter));
    } else if (unreadable != nullptr && !absl::IsNotFound(letter.status())) {
      ++*unreadable;
    }
  }
  std::stable_sort(letters.begin(), letters.end(), [](const DeadLetter& a, const DeadLetter& b) { return a.died < b.died; });
  return letters;
}

absl::Status DeadLetters::Drop(const std::string& id) {
  if (!IsId(id) || ::unlink((dir_ + "/" + id + std::string(kLetterSuffix)).c_str()) != 0) {
    return absl::NotFoundError("no dead letter has this id; `comity-connect dead list` shows them");
  }
  return absl::OkStatus();
}

void DeadLetters::Expire(absl::Time now) {
  const auto names = ListDir(dir_);
  if (!names.ok()) return;
  for (const std::string& name : *names) {
    const std::string path = dir_ + "/" + name;
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0 && absl::FromTimeT(info.st_mtime) + kKept < now) ::unlink(path.c_str());
  }
}

}  // namespace comity::host

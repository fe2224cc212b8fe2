#include "service/domain/proof/checkpoint.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstring>
#include <memory>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "service/base/error.h"
#include "service/base/sha256.h"

namespace comity::domain {
namespace {

constexpr char kEd25519 = 1;  // the algorithm's number in signed notes
constexpr size_t kKeyBytes = 32, kSignatureBytes = 64, kIdBytes = 4;
constexpr std::string_view kPrivate = "PRIVATE+KEY+";
constexpr std::string_view kDash = "\xe2\x80\x94 ";  // an em dash, which begins a signature's line

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }
std::string Base64(std::string_view bytes) { return absl::Base64Escape(Absl(bytes)); }
std::string Base64(const Digest& digest) { return Base64({reinterpret_cast<const char*>(digest.data()), digest.size()}); }

// Only the one form that Base64 writes.
std::optional<std::string> FromBase64(std::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(Absl(text), &bytes) || Base64(bytes) != text) return std::nullopt;
  return bytes;
}

std::string KeyId(std::string_view name, std::string_view public_key) {
  const auto hash = Sha256({name, "\n", std::string_view(&kEd25519, 1), public_key});
  return {reinterpret_cast<const char*>(hash.data()), kIdBytes};
}

// `name+id+base64(1 || key)`.
std::string KeyText(std::string_view name, std::string_view id, std::string_view key) {
  return absl::StrCat(Absl(name), "+", absl::BytesToHexString(Absl(id)), "+", Base64(std::string(1, kEd25519).append(key)));
}

struct ParsedKey {
  std::string name, id, key;
};
std::optional<ParsedKey> ParseKey(std::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(Absl(text), absl::MaxSplits('+', 2));  // base64 has `+` of its own
  if (parts.size() != 3 || parts[0].empty() || parts[1].size() != 2 * kIdBytes) return std::nullopt;
  const auto key = FromBase64(parts[2]);
  if (!key.has_value() || key->size() != 1 + kKeyBytes || key->front() != kEd25519) return std::nullopt;
  return ParsedKey{parts[0], absl::HexStringToBytes(parts[1]), key->substr(1)};
}

std::optional<std::string> PublicOf(std::string_view seed) {
  const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Bytes(seed), seed.size()), EVP_PKEY_free);
  std::string bytes(kKeyBytes, '\0');
  size_t size = bytes.size();
  if (key == nullptr || EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size) != 1) {
    return std::nullopt;
  }
  return bytes;
}

absl::Status Unreadable() {
  return Error(absl::StatusCode::kDataLoss, ErrorReason::kStoreFailed,
               "a checkpoint cannot be read; run `comity admin verify` and restore the store from a backup");
}

std::optional<Digest> DigestFrom(std::string_view text) {
  const auto bytes = FromBase64(text);
  Digest digest{};
  if (!bytes.has_value() || bytes->size() != digest.size()) return std::nullopt;
  std::memcpy(digest.data(), bytes->data(), digest.size());
  return digest;
}

}  // namespace

absl::StatusOr<SigningKey> SigningKey::Generate(std::string_view name) {
  SigningKey key;
  key.name_ = std::string(name);
  key.seed_.assign(kKeyBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key.seed_.data()), static_cast<int>(kKeyBytes)) == 1) {
    if (auto made = PublicOf(key.seed_)) {
      key.public_ = *std::move(made);
      return key;
    }
  }
  return Error(absl::StatusCode::kInternal, ErrorReason::kInternal, "no key could be made: the system's random generator failed");
}

absl::StatusOr<SigningKey> SigningKey::FromText(std::string_view text) {
  const absl::Status unsafe = Error(absl::StatusCode::kInvalidArgument, ErrorReason::kSecretFileUnsafe,
                                    "this is no key for checkpoints; restore the file, or move it away and a new key is made");
  if (text.substr(0, kPrivate.size()) != kPrivate) return unsafe;
  const auto parsed = ParseKey(text.substr(kPrivate.size()));
  if (!parsed.has_value()) return unsafe;
  auto made = PublicOf(parsed->key);
  if (!made.has_value() || KeyId(parsed->name, *made) != parsed->id) return unsafe;
  SigningKey key;
  key.name_ = parsed->name;
  key.seed_ = parsed->key;
  key.public_ = *std::move(made);
  return key;
}

std::string SigningKey::ToText() const { return absl::StrCat(Absl(kPrivate), KeyText(name_, KeyId(name_, public_), seed_)); }
std::string SigningKey::VerifierText() const { return KeyText(name_, KeyId(name_, public_), public_); }

std::string SigningKey::Sign(std::string_view note) const {
  const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Bytes(seed_), seed_.size()), EVP_PKEY_free);
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::string signature(kSignatureBytes, '\0');
  size_t size = signature.size();
  if (key == nullptr || context == nullptr || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, Bytes(note), note.size()) != 1) {
    std::abort();  // out of memory, or an OpenSSL without Ed25519
  }
  return absl::StrCat(Absl(note), "\n", Absl(kDash), name_, " ", Base64(KeyId(name_, public_) + signature), "\n");
}

bool HasSignature(std::string_view signed_note, std::string_view verifier) {
  const auto parsed = ParseKey(verifier);
  const size_t gap = signed_note.find("\n\n");
  if (!parsed.has_value() || gap == std::string_view::npos || KeyId(parsed->name, parsed->key) != parsed->id) return false;
  const std::string_view note = signed_note.substr(0, gap + 1);
  const std::string start = absl::StrCat(Absl(kDash), parsed->name, " ");
  for (const absl::string_view line : absl::StrSplit(Absl(signed_note.substr(gap + 2)), '\n')) {
    if (line.substr(0, start.size()) != start) continue;
    const auto bytes = FromBase64({line.data() + start.size(), line.size() - start.size()});
    if (!bytes.has_value() || bytes->size() != kIdBytes + kSignatureBytes || bytes->substr(0, kIdBytes) != parsed->id) continue;
    const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(parsed->key), kKeyBytes), EVP_PKEY_free);
    const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    if (key != nullptr && context != nullptr && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
        EVP_DigestVerify(context.get(), Bytes(*bytes) + kIdBytes, kSignatureBytes, Bytes(note), note.size()) == 1) {
      return true;
    }
  }
  return false;
}

std::string CheckpointNote(const Checkpoint& checkpoint) {
  return absl::StrCat(checkpoint.origin, "\n", checkpoint.size, "\n", Base64(checkpoint.root), "\nchain ", Base64(checkpoint.chain),
                      "\ntime ", absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", checkpoint.time, absl::UTCTimeZone()), "\n");
}

absl::StatusOr<Checkpoint> ReadCheckpoint(std::string_view signed_note) {
  const size_t gap = signed_note.find("\n\n");
  if (gap == std::string_view::npos) return Unreadable();
  const std::string_view note = signed_note.substr(0, gap + 1);
  const std::vector<std::string> lines = absl::StrSplit(Absl(note), '\n');
  Checkpoint checkpoint;
  if (lines.size() != 6 || lines[3].size() < 6 || lines[4].size() < 5 || !absl::SimpleAtoi(lines[1], &checkpoint.size)) return Unreadable();
  const auto root = DigestFrom(lines[2]), chain = DigestFrom(std::string_view(lines[3]).substr(6));
  std::string ignored;
  if (!root.has_value() || !chain.has_value() || !absl::ParseTime("%Y-%m-%dT%H:%M:%SZ", lines[4].substr(5), &checkpoint.time, &ignored)) {
    return Unreadable();
  }
  checkpoint.origin = lines[0];
  checkpoint.root = *root;
  checkpoint.chain = *chain;
  if (CheckpointNote(checkpoint) != note) return Unreadable();
  return checkpoint;
}

}  // namespace comity::domain

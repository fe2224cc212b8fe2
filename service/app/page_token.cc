#include "service/app/page_token.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "service/base/error.h"
#include "service/base/hmac.h"
#include "service/domain/values.h"

namespace comity::app {
namespace {

constexpr std::string_view kKeySetting = "page_token_key";
constexpr size_t kMacBytes = 16;
constexpr size_t kMaxTokenBytes = 4096;

std::string MacOf(std::string_view key, std::string_view filter, std::string_view cursor) {
  const auto mac = HmacSha256(key, std::to_string(filter.size()) + ':' + std::string(filter) + std::string(cursor));
  return std::string(reinterpret_cast<const char*>(mac.data()), kMacBytes);
}

// AES-256 in counter mode, both ways. The authenticator is the initial counter (as in SIV): it differs wherever the cursor does.
std::string Crypted(std::string_view key, std::string_view mac, std::string_view text) {
  const auto own = HmacSha256(key, "comity/page-token");
  std::string out(text.size(), '\0');
  int written = 0;
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  const bool done =
      cipher != nullptr &&
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_ctr(), nullptr, own.data(), reinterpret_cast<const unsigned char*>(mac.data())) == 1 &&
      EVP_EncryptUpdate(cipher.get(), reinterpret_cast<unsigned char*>(out.data()), &written,
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size())) == 1;
  if (!done) std::abort();
  return out;
}

absl::StatusOr<std::string> MakeKey(Context& context) {
  std::string key;
  const absl::Status status = context.writer.Run([&key](store::Transaction& transaction) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(auto stored, transaction.admin().FindSetting(kKeySetting));
    if (stored.has_value()) {
      key = *stored;
      return absl::OkStatus();
    }
    key.assign(32, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), static_cast<int>(key.size())) != 1) {
      return Error(absl::StatusCode::kInternal, ErrorReason::kStoreFailed, "the system's random generator failed");
    }
    return transaction.admin().PutSetting(kKeySetting, key);
  });
  if (!status.ok()) return status;
  return key;
}

}  // namespace

absl::StatusOr<std::string> PageTokenKey(Context& context) {
  {
    COMITY_ASSIGN_OR_RETURN(auto transaction, context.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(auto stored, transaction->admin().FindSetting(kKeySetting));
    if (stored.has_value()) return *stored;
  }
  return MakeKey(context);
}

std::string MakePageToken(std::string_view key, std::string_view filter, std::string_view cursor) {
  const std::string mac = MacOf(key, filter, cursor);
  return domain::ToBase32Hex(mac + Crypted(key, mac, cursor));
}

absl::StatusOr<std::string> ReadPageToken(std::string_view key, std::string_view filter, std::string_view token) {
  if (token.empty()) return std::string();
  const auto bytes = token.size() <= kMaxTokenBytes ? domain::FromBase32Hex(token) : std::nullopt;
  if (bytes.has_value() && bytes->size() >= kMacBytes) {
    std::string cursor = Crypted(key, bytes->substr(0, kMacBytes), bytes->substr(kMacBytes));
    if (CRYPTO_memcmp(bytes->data(), MacOf(key, filter, cursor).data(), kMacBytes) == 0) return cursor;
  }
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kPageTokenInvalid,
               "page_token is not from an earlier answer to this same list; start again without it",
               {{"page_token", "send the next_page_token of the previous answer with the same filter, or leave it out"}});
}

absl::StatusOr<int32_t> PageSize(int32_t requested) {
  if (requested < 0) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "page_size is negative",
                 {{"page_size", "send 1 to 1000, or 0 for 100"}});
  }
  return requested == 0 ? 100 : std::min(requested, 1000);
}

}  // namespace comity::app

#include "service/app/erased_names.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "service/base/error.h"

namespace comity::app {
namespace {

constexpr std::string_view kErasureKeySetting = "erasure_key";
constexpr size_t kHashBytes = 32;

}  // namespace

absl::StatusOr<ErasedNames> ErasedNames::In(store::Transaction& transaction) {
  COMITY_ASSIGN_OR_RETURN(const bool any, transaction.privacy().AnyErased());
  if (!any) return ErasedNames(transaction, "");
  COMITY_ASSIGN_OR_RETURN(auto key, transaction.admin().FindSetting(kErasureKeySetting));
  return ErasedNames(transaction, key.value_or(""));
}

absl::StatusOr<ErasedNames> ErasedNames::WithKey(store::Transaction& transaction) {
  COMITY_ASSIGN_OR_RETURN(auto stored, transaction.admin().FindSetting(kErasureKeySetting));
  if (stored.has_value()) return ErasedNames(transaction, *std::move(stored));
  std::string key(kHashBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), static_cast<int>(key.size())) != 1) {
    return Error(absl::StatusCode::kInternal, ErrorReason::kStoreFailed, "the system's random generator failed");
  }
  COMITY_RETURN_IF_ERROR(transaction.admin().PutSetting(kErasureKeySetting, key));
  return ErasedNames(transaction, std::move(key));
}

std::string ErasedNames::HashOf(std::string_view sort, std::string_view text) const {
  std::string message(sort);
  message += '\0';
  message.append(text);
  std::string hash(kHashBytes, '\0');
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), reinterpret_cast<const unsigned char*>(message.data()), message.size(),
       reinterpret_cast<unsigned char*>(hash.data()), nullptr);
  return hash;
}

absl::StatusOr<std::optional<store::ErasedPerson>> ErasedNames::FindPerson(std::string_view id) const {
  if (!any()) return std::optional<store::ErasedPerson>();
  return transaction_.privacy().FindErased(HashOfId(id));
}

absl::StatusOr<std::optional<store::ErasedAccount>> ErasedNames::FindAccount(const domain::AccountName& name) const {
  if (!any()) return std::optional<store::ErasedAccount>();
  return transaction_.privacy().FindErasedAccount(HashOfAccount(name));
}

}  // namespace comity::app

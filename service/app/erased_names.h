// Knowing again what was erased, without keeping it: keyed hashes of ids and account names.
#ifndef COMITY_SERVICE_APP_ERASED_NAMES_H_
#define COMITY_SERVICE_APP_ERASED_NAMES_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "service/domain/directory/directory.h"
#include "service/store/store.h"

namespace comity::app {

// Belongs to its transaction. The key is this store's own, made with the first erasure; without it nothing can be compared.
class ErasedNames {
 public:
  // For a look. Costs one statement while nobody was ever erased.
  static absl::StatusOr<ErasedNames> In(store::Transaction& transaction);
  // For an erasure: makes the key if there is none.
  static absl::StatusOr<ErasedNames> WithKey(store::Transaction& transaction);

  bool any() const { return !key_.empty(); }
  std::string HashOfId(std::string_view id) const { return HashOf("id", id); }
  std::string HashOfAccount(const domain::AccountName& name) const { return HashOf("account", name.ToText()); }

  absl::StatusOr<std::optional<store::ErasedPerson>> FindPerson(std::string_view id) const;
  absl::StatusOr<std::optional<store::ErasedAccount>> FindAccount(const domain::AccountName& name) const;

 private:
  ErasedNames(store::Transaction& transaction, std::string key) : transaction_(transaction), key_(std::move(key)) {}
  std::string HashOf(std::string_view sort, std::string_view text) const;

  store::Transaction& transaction_;
  std::string key_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_ERASED_NAMES_H_

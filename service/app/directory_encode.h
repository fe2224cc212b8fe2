// Directory rows as the API shows them, and its names read back.
#ifndef COMITY_SERVICE_APP_DIRECTORY_ENCODE_H_
#define COMITY_SERVICE_APP_DIRECTORY_ENCODE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "comity/v1/directory.pb.h"
#include "service/domain/directory/directory.h"

namespace comity::app {

// `people/ana` and `ana` alike → `ana`.
std::string BareId(std::string_view collection, std::string_view name);
// `accounts/…` and `…` alike. Errors: INVALID_ARGUMENT (FIELD_INVALID) naming `field`.
absl::StatusOr<domain::AccountName> ReadAccountName(std::string_view field, std::string_view name);

// In the order given; memberships and accounts are looked up in one pass for all.
std::vector<v1::Person> EncodePeople(const domain::Directory& directory, const std::vector<const domain::PersonRow*>& people);
v1::Team EncodeTeam(const domain::Directory& directory, const domain::TeamRow& team);
v1::DirectoryAccount EncodeAccount(const domain::Directory& directory, const domain::AccountRow& account);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_DIRECTORY_ENCODE_H_

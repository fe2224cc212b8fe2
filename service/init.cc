#include "service/init.h"

#include <sys/stat.h>

#include <filesystem>
#include <memory>
#include <system_error>

#include "comity/v1/options.pb.h"
#include "service/app/token_secret.h"
#include "service/base/error.h"
#include "service/base/secret_file.h"
#include "service/domain/deeds/policy.h"
#include "service/store/store.h"

namespace comity {
namespace {

// The secret goes into its file before its hash goes into the store: so no token can be there whose secret nobody has. A file left by an
// interrupted run is used, not replaced.
absl::StatusOr<std::string> SecretInFile(const std::string& path) {
  if (std::filesystem::exists(path)) return ReadSecretFile(path);
  COMITY_ASSIGN_OR_RETURN(std::string secret, app::MakeTokenSecret());
  COMITY_RETURN_IF_ERROR(WriteSecretFile(path, secret));
  return secret;
}

absl::Status WriteFirstPolicy(store::Transaction& transaction, bool pilot, absl::Time now) {
  COMITY_ASSIGN_OR_RETURN(const auto policies, transaction.deeds().LoadPolicies());
  return policies.empty() ? transaction.deeds().PutPolicy(domain::FirstPolicy(pilot, now)) : absl::OkStatus();
}

}  // namespace

absl::Status MakeDataDir(const std::string& path) {
  std::error_code error;
  const bool made = std::filesystem::create_directories(path, error);
  if (!error && made) ::chmod(path.c_str(), 0700);
  if (!error) return absl::OkStatus();
  return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kConfigInvalid, "the data directory cannot be made",
               {{"data_dir", path + ": " + error.message()}});
}

std::string AdminTokenFile(const Config& config) { return config.data_dir + "/admin.token"; }

absl::Status InitDeployment(const Config& config, bool pilot, const obs::Clock& clock, domain::UidSource& uids) {
  COMITY_RETURN_IF_ERROR(MakeDataDir(config.data_dir));
  COMITY_ASSIGN_OR_RETURN(const auto store, store::OpenStore(config.store, /*create=*/true));
  COMITY_ASSIGN_OR_RETURN(const auto transaction, store->BeginWrite());
  COMITY_ASSIGN_OR_RETURN(const auto tokens, transaction->admin().ListTokens("", 1));
  if (!tokens.empty()) {
    return Error(absl::StatusCode::kAlreadyExists, ErrorReason::kConfigInvalid,
                 "this deployment has its first token already; nothing was changed (make more with `comity tokens create`)",
                 {{"store", config.store}});
  }
  COMITY_RETURN_IF_ERROR(WriteFirstPolicy(*transaction, pilot, clock.Now()));
  COMITY_ASSIGN_OR_RETURN(const std::string secret, SecretInFile(AdminTokenFile(config)));
  store::TokenRow token;
  const auto id = uids.Next("token");
  token.id = domain::ToBase32Hex({reinterpret_cast<const char*>(id.data()), id.size()});
  token.secret_hash = app::HashTokenSecret(secret);
  token.roles = {v1::ROLE_ADMIN, v1::ROLE_STEWARD};
  token.created = clock.Now();
  COMITY_RETURN_IF_ERROR(transaction->admin().PutToken(token));
  return transaction->Commit();
}

}  // namespace comity

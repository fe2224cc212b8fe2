// Use cases of the directory: read it, link accounts, apply a directory file.
#ifndef COMITY_SERVICE_APP_DIRECTORY_APP_H_
#define COMITY_SERVICE_APP_DIRECTORY_APP_H_

#include <functional>

#include "absl/status/statusor.h"
#include "comity/v1/directory.pb.h"
#include "service/app/caller.h"
#include "service/app/context.h"

namespace comity::app {

// One method for each of comity.v1.DirectoryService; requests and answers are the API's own messages, errors those its comments name.
// The caller has been authenticated and has a scope; what within it they may see is decided here. Blocks; safe to call from any thread.
class DirectoryApp {
 public:
  explicit DirectoryApp(Context& context) : context_(context) {}

  absl::StatusOr<v1::Person> GetPerson(const Caller& caller, const v1::GetPersonRequest& request);
  absl::StatusOr<v1::ListPeopleResponse> ListPeople(const Caller& caller, const v1::ListPeopleRequest& request);
  absl::StatusOr<v1::Team> GetTeam(const Caller& caller, const v1::GetTeamRequest& request);
  absl::StatusOr<v1::ListTeamsResponse> ListTeams(const Caller& caller, const v1::ListTeamsRequest& request);
  absl::StatusOr<v1::ListAccountsResponse> ListAccounts(const Caller& caller, const v1::ListAccountsRequest& request);
  absl::StatusOr<v1::LinkAccountResponse> LinkAccount(const Caller& caller, const v1::LinkAccountRequest& request);
  absl::StatusOr<v1::UnlinkAccountResponse> UnlinkAccount(const Caller& caller, const v1::UnlinkAccountRequest& request);
  absl::StatusOr<v1::ApplyDirectoryResponse> ApplyDirectory(const Caller& caller, const v1::ApplyDirectoryRequest& request);

 private:
  Context& context_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_DIRECTORY_APP_H_

// Names of the ids that deeds and verdicts hold, looked up within one transaction and shown as the reader may see them.
#ifndef COMITY_SERVICE_APP_NAMES_H_
#define COMITY_SERVICE_APP_NAMES_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "comity/v1/explanation.pb.h"
#include "service/app/caller.h"
#include "service/app/visibility.h"
#include "service/domain/deeds/render.h"
#include "service/store/store.h"

namespace comity::app {

// What is shown for people who were erased, to everybody.
inline constexpr std::string_view kErasedWords = "somebody who was erased";

// Looks up on first use and remembers; rows that are gone show as nothing. Belongs to its transaction.
class Names {
 public:
  Names(store::Transaction& transaction, std::shared_ptr<const domain::Directory> directory)
      : transaction_(transaction), directory_(std::move(directory)) {}

  // Looks these up at once, for lists.
  absl::Status LoadSubjects(const std::vector<domain::SubjectRef>& subjects);
  absl::Status LoadAccounts(const std::vector<domain::AccountUid>& accounts);

  const domain::Directory& directory() const { return *directory_; }
  const store::SubjectDetails* Details(domain::SubjectRef subject);
  const domain::AccountRow* Account(domain::AccountUid account);

  // The key, else kind and id: `acme/billing#12`, `issue 4711`.
  std::string Subject(domain::SubjectRef subject);
  // `people/ana`, `teams/payments`, `accounts/github:github.com:583231`; empty if not known.
  std::string PersonName(domain::PersonUid person) const;
  std::string TeamName(domain::TeamUid team) const;
  std::string AccountName(domain::AccountUid account);
  // `deeds/20260902-k3f9…`; empty if it is no more.
  std::string DeedName(const domain::DeedHash& deed);

  // For explanations. `may_name` says whose names the reader sees; the others are "a member of TEAM" as of `day`. Accounts that nobody is
  // linked to are shown if `accounts`.
  domain::Naming For(const std::function<bool(domain::PersonUid)>& may_name, bool accounts, absl::CivilDay day);

 private:
  store::Transaction& transaction_;
  std::shared_ptr<const domain::Directory> directory_;
  std::map<domain::SubjectRef, store::SubjectDetails> subjects_;
  std::map<domain::AccountUid, domain::AccountRow> accounts_;
  std::map<domain::DeedHash, std::string> deeds_;
};

// `people/ana`, `teams/payments`; empty if the directory does not know them.
std::string PersonName(const domain::Directory& directory, domain::PersonUid person);
std::string TeamName(const domain::Directory& directory, domain::TeamUid team);
// `deeds/20260902-k3f9…`, and back.
std::string DeedName(const domain::Deed& deed);
std::string DeedName(int32_t day, const domain::DeedHash& deed);
std::optional<domain::DeedHash> DeedHashFromName(std::string_view name);

// The caller as somebody who looks at deeds.
Viewer ViewerOf(const Caller& caller, const domain::Directory& directory, absl::Time now);

// In the API's form. `evidence` goes with the first step.
v1::Explanation ToExplanation(const domain::Explained& explained, const std::vector<std::string>& evidence);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_NAMES_H_

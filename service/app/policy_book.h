// Every policy there ever was, active or not, with how it came to be; and the API's form of it.
#ifndef COMITY_SERVICE_APP_POLICY_BOOK_H_
#define COMITY_SERVICE_APP_POLICY_BOOK_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "comity/v1/deed.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "service/app/caller.h"
#include "service/app/context.h"
#include "service/app/policy_file.h"
#include "service/domain/deeds/policy_record.h"

namespace comity::app {

// Belongs to its transaction.
struct PolicyBook {
  std::map<int32_t, domain::PolicyRecord> records;  // by number; also of policies without a record of their own
  std::shared_ptr<const domain::Policies> policies;
  std::shared_ptr<const domain::Directory> directory;

  // Errors: NOT_FOUND (POLICY_NOT_FOUND), also for a draft that this caller may not see.
  absl::StatusOr<const domain::PolicyRecord*> Find(const Caller& caller, std::string_view name, std::string_view field) const;
};
absl::StatusOr<PolicyBook> LoadPolicyBook(Context& context, store::Transaction& transaction);

// Stewards and auditors see drafts, and who did what.
bool Oversees(const Caller& caller);
domain::Signer SignerOf(const Caller& caller);

v1::Policy ToPolicy(Context& context, const PolicyBook& book, const domain::PolicyRecord& record, const Caller& caller);
std::vector<v1::Policy::Approval> ToApprovals(const std::vector<domain::Approval>& approvals, const domain::Directory& directory,
                                              const Caller& caller);

// Lays the fields of `from` that `mask` names over `content`; of an empty mask those that are set. Every fault at once.
absl::Status ApplyPolicyFields(const v1::Policy& from, const google::protobuf::FieldMask& mask, PolicyContent& content);
// Errors: INVALID_ARGUMENT (POLICY_INVALID) with every fault of the rules and of why.
absl::Status CheckPolicyContent(const PolicyContent& content);

// Errors: FAILED_PRECONDITION (APPROVALS_MISSING) if they are fewer than `policy_approvals`.
absl::Status CheckApprovals(const Context& context, const std::vector<domain::Approval>& approvals);

// The first instant that no fact which was judged already can lie at or after, and at which no policy becomes active yet.
absl::Time EarliestActivation(const domain::Policies& policies, absl::Time now);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_POLICY_BOOK_H_

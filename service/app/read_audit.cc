#include "service/app/read_audit.h"

#include <utility>
#include <vector>

#include "service/base/error.h"

namespace comity::app {

absl::Status RecordReads(Context& context, const Caller& caller, std::string_view method, const std::string& target,
                         std::set<domain::PersonUid> people) {
  people.erase(caller.person);
  people.erase(domain::PersonUid{});
  if (people.empty()) return absl::OkStatus();
  const absl::Time now = context.clock.Now();
  std::vector<store::ReadRow> rows;
  rows.reserve(people.size());
  for (const domain::PersonUid& person : people) {
    rows.push_back({.about = person,
                    .time = now,
                    .reader = caller.person,
                    .reader_token = caller.token_id,
                    .method = std::string(method),
                    .target = target});
  }
  const absl::Status status = context.writer.Run([&](store::Transaction& transaction) { return transaction.admin().AppendReads(rows); });
  // A full disk keeps its own, more telling error.
  if (status.ok() || DetailsOf(status).reason == ErrorReasonName(ErrorReason::kStoreFull)) return status;
  return Error(absl::StatusCode::kUnavailable, ErrorReason::kAuditUnavailable,
               "reading about other people is recorded, and the record could not be written; try again");
}

}  // namespace comity::app

#include "service/app/commitments.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "service/base/error.h"
#include "service/domain/deeds/commitment.h"

namespace comity::app {
namespace {

using domain::CommittedDetails;
using domain::Entry;
using domain::EventKey;
using domain::FactHash;

// Whose entry it is; without a salt if it is nobody's, or if what was kept of them is gone.
struct Owner {
  domain::Salt salt;
  std::string who;
};

absl::StatusOr<Owner> OwnerOf(store::Transaction& transaction, const domain::Directory& directory, const Entry& entry) {
  if (!entry.content.person.empty()) {
    const domain::PersonRow* person = directory.FindPerson(entry.content.person);
    return person == nullptr ? Owner{} : Owner{person->salt, person->id};
  }
  if (entry.content.account.empty()) return Owner{};
  COMITY_ASSIGN_OR_RETURN(const auto accounts, transaction.directory().FindAccounts({entry.content.account}));
  return accounts.empty() ? Owner{} : Owner{accounts.front().salt, accounts.front().name.ToText()};
}

// Contents of the facts that judging the group looked at, by key.
class Contents {
 public:
  explicit Contents(const JudgingGroup& group) {
    const auto add = [&](const std::vector<domain::Event>& events) {
      for (const domain::Event& event : events) contents_.emplace_back(event.fact.key, event.first_content);
    };
    add(group.input.events);
    for (const auto& [subject, events] : group.input.related) add(events);
    std::sort(contents_.begin(), contents_.end());
  }
  FactHash Of(const EventKey& key) const {
    const auto found = std::lower_bound(contents_.begin(), contents_.end(), std::pair(key, FactHash{}));
    return found != contents_.end() && found->first == key ? found->second : FactHash{};
  }

 private:
  std::vector<std::pair<EventKey, FactHash>> contents_;
};

// The content of an event's first observation, from its bytes; nullopt if it is not kept any more.
absl::StatusOr<std::optional<FactHash>> StoredContent(store::Transaction& transaction, const EventKey& key) {
  COMITY_ASSIGN_OR_RETURN(const auto event, transaction.events().FindEvent(key));
  if (!event.has_value() || event->observations.empty()) return std::optional<FactHash>();
  const absl::StatusOr<domain::Fact> fact = domain::DecodeFact(event->observations.front().bytes);
  return std::optional(fact.ok() ? domain::ContentHashOf(*fact) : FactHash{});
}

}  // namespace

absl::Status Commit(store::Transaction& transaction, const domain::Directory& directory, const JudgingGroup& group,
                    domain::SubjectRef subject, std::vector<Entry>& entries) {
  const Contents contents(group);
  for (Entry& entry : entries) {
    COMITY_ASSIGN_OR_RETURN(Owner owner, OwnerOf(transaction, directory, entry));
    if (owner.salt.empty()) continue;
    CommittedDetails details{subject, std::move(owner.who), contents.Of(entry.cause_event), {}};
    if (!entry.cause_statement.empty()) {
      COMITY_ASSIGN_OR_RETURN(details.because, transaction.deeds().BecauseOf(entry.cause_statement));
    }
    entry.commitment = domain::CommitmentOf(owner.salt, entry, details);
  }
  return absl::OkStatus();
}

absl::StatusOr<CommitmentState> CheckCommitment(store::Transaction& transaction, const domain::Directory& directory,
                                                domain::SubjectRef subject, const Entry& entry) {
  if (entry.commitment == domain::Digest{}) return CommitmentState::kNone;
  COMITY_ASSIGN_OR_RETURN(Owner owner, OwnerOf(transaction, directory, entry));
  if (owner.salt.empty()) return CommitmentState::kErased;
  CommittedDetails details{subject, std::move(owner.who), {}, {}};
  bool incomplete = false;
  if (entry.cause_event != EventKey{}) {
    COMITY_ASSIGN_OR_RETURN(const auto content, StoredContent(transaction, entry.cause_event));
    incomplete = !content.has_value();
    details.cause = content.value_or(FactHash{});
  }
  if (!entry.cause_statement.empty()) {
    COMITY_ASSIGN_OR_RETURN(details.because, transaction.deeds().BecauseOf(entry.cause_statement));
    incomplete = incomplete || details.because.empty();  // deleted with its author, or never given
  }
  if (domain::CommitmentOf(owner.salt, entry, details) == entry.commitment) return CommitmentState::kHolds;
  details.cause = {};  // a cause that lay outside what was judged then was not committed to
  if (domain::CommitmentOf(owner.salt, entry, details) == entry.commitment) return CommitmentState::kHolds;
  return incomplete ? CommitmentState::kErased : CommitmentState::kAltered;
}

}  // namespace comity::app

// Facts that name somebody who was erased: known ones are known again, new ones are nobody's, and nothing is kept that says who it was.
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "service/app/erased_names.h"
#include "service/app/erasure_words.h"
#include "service/app/event_batch.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

using domain::Fact;
using domain::Party;

constexpr std::array<std::pair<Party Fact::*, std::string_view>, 4> kRoles = {
    {{&Fact::actor, "actor"}, {&Fact::asker, "asker"}, {&Fact::author, "author"}, {&Fact::target, "target"}}};

bool IsInvited(const Fact& fact, domain::AccountUid account) {
  if (!fact.meeting) return false;
  const auto& attendees = fact.meeting->attendees;
  return std::any_of(attendees.begin(), attendees.end(),
                     [&](const domain::Attendee& attendee) { return attendee.party.account == account; });
}

}  // namespace

absl::Status EventBatch::FindErased(store::Transaction& transaction) {
  COMITY_ASSIGN_OR_RETURN(const ErasedNames names, ErasedNames::In(transaction));
  if (!names.any()) return absl::OkStatus();
  std::map<domain::AccountName, std::optional<store::ErasedAccount>> known;
  for (TakenFact& taken : facts_) {
    taken.erased.clear();
    std::vector<domain::AccountName> seen;
    ForEachSighting(taken, [&](const store::AccountSighting& sighting, const Party&) { seen.push_back(sighting.name); });
    for (const domain::AccountName& name : seen) {
      const auto [place, added] = known.try_emplace(name);
      if (added) {
        COMITY_ASSIGN_OR_RETURN(place->second, names.FindAccount(name));
      }
      if (place->second.has_value()) taken.erased.emplace(name, *place->second);
    }
  }
  return absl::OkStatus();
}

absl::Status EventBatch::Unname(Context& context, store::Transaction& transaction, const TakenFact& taken, NewFact& fresh) {
  Fact& fact = fresh.fact;
  // A role that was theirs in what is known of this event stays theirs: it is the same fact, come once more. Any other is nobody's.
  std::vector<Fact> known;
  COMITY_ASSIGN_OR_RETURN(const auto stored, transaction.events().FindEvent(fact.key));
  if (stored.has_value()) {
    for (const store::Observation& observation : stored->observations) {
      COMITY_ASSIGN_OR_RETURN(Fact seen, domain::DecodeFact(observation.bytes));
      known.push_back(std::move(seen));
    }
  }
  std::vector<store::ErasedPerson> people;
  for (const auto& erased : taken.erased) {
    const domain::AccountName& name = erased.first;  // no structured binding: Clang 14 lets no lambda see one
    const store::ErasedAccount& account = erased.second;
    PersonalWords words;
    ForEachSighting(taken, [&](const store::AccountSighting& sighting, const Party&) {
      if (sighting.name == name) words.accounts.push_back({account.uid, name, sighting.login});
    });
    for (const auto& [role, role_name] : kRoles) {
      Party& party = fact.*role;
      if (party.account != account.uid) continue;
      bool theirs = false;
      for (const Fact& seen : known) theirs = theirs || (seen.*role).account == account.uid;
      if (!theirs) party.account = domain::ErasedAccountOf(fact.key.hash.view(), role_name);
      words.accounts.push_back({party.account, name, ""});
    }
    if (fact.meeting) {
      const bool known_as_invited = std::any_of(known.begin(), known.end(), [&](const Fact& seen) { return IsInvited(seen, account.uid); });
      if (!known_as_invited) {
        std::erase_if(fact.meeting->attendees, [&](const domain::Attendee& attendee) { return attendee.party.account == account.uid; });
      }
    }
    people.push_back({.uid = account.person, .id_hash = {}, .job = {}, .words = words.Encode(), .counts = {}});
  }
  fresh.content = domain::ContentHashOf(fact);
  COMITY_ASSIGN_OR_RETURN(const auto directory, context.snapshots.DirectoryIn(transaction));
  COMITY_ASSIGN_OR_RETURN(const ErasureWords words, ErasureWords::Of(people, directory->rows().ownership));
  words.Redact(fact);
  words.Redact(fresh.details);
  if (fact.kind == domain::FactKind::kOpened) fresh.details.title.clear();
  return absl::OkStatus();
}

}  // namespace comity::app

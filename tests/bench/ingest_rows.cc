#include "tests/bench/ingest_rows.h"

#include <string>

namespace comity::bench {
namespace {

using domain::AccountUid;
using domain::PersonUid;
using domain::TeamUid;

constexpr int64_t kPeople = 5000, kTeams = 40;
constexpr int64_t kTicketsADay = 50'000;
const absl::Time kStart = absl::FromUnixSeconds(1'780'000'000);

template <typename IdType>
IdType IdOf(std::string_view what, int64_t number) {
  return domain::Hasher(what).Add(number).Finish<IdType>();
}

domain::Fact FactOf(int64_t ticket, domain::FactKind kind, AccountUid actor, AccountUid asker, absl::Time time) {
  domain::Fact fact;
  fact.kind = kind;
  fact.suite = "github";
  fact.instance = "github.com";
  fact.subject_kind = domain::SubjectKind::kIssue;
  fact.subject = domain::SubjectRefOf(fact.suite, fact.instance, fact.subject_kind, std::to_string(ticket));
  fact.alias = domain::SubjectAliasOf(fact.suite, fact.instance, "acme/work#" + std::to_string(ticket));
  fact.object_id = std::to_string(ticket * 10 + static_cast<int>(kind));
  fact.occur_time = time;
  fact.actor = {actor, domain::AccountKind::kHuman};
  fact.asker = {asker, domain::AccountKind::kHuman};
  fact.places = {Place()};
  fact.assurance = domain::Assurance::kSigned;
  if (kind == domain::FactKind::kResolved) fact.resolution = domain::Resolution::kDone;
  fact.key = domain::EventKeyOf(fact.suite, fact.instance, kind, fact.object_id, time, "");
  return fact;
}

store::EventStore::NewObservation Observed(const domain::Fact& fact, const domain::FactVerdict& verdict) {
  return {{fact.key, domain::ContentHashOf(fact), domain::EncodeFact(fact), "load", Now()}, fact.subject, true, verdict};
}

domain::Deed DeedOf(const domain::Fact& comment, const domain::Fact& resolved, int64_t asker, int64_t helper) {
  domain::Deed deed;
  deed.key = {resolved.subject, domain::DeedKind::kResolved, 0, {}};
  deed.made_by = resolved.key;
  deed.occur_time = resolved.occur_time;
  deed.asker = IdOf<PersonUid>("person", asker);
  deed.asker_account = resolved.asker.account;
  deed.helped_team = IdOf<TeamUid>("team", asker % kTeams);
  deed.owner_team = IdOf<TeamUid>("team", helper % kTeams);
  deed.lines = {{IdOf<PersonUid>("person", helper), {}, domain::kWholePpm, false, deed.owner_team, domain::Stance::kServed, {}}};
  deed.hold = absl::Hours(72);
  deed.policy = 1;
  deed.because = {domain::ReasonCode::kResolvedByCloser, {{"account", resolved.actor.account.ToText()}}};
  deed.steps = {{domain::ReasonCode::kStepAsked, {{"person", deed.asker.ToText()}}},
                {domain::ReasonCode::kStepHelpedTeam, {{"team", deed.helped_team.ToText()}}},
                {domain::ReasonCode::kStepStanceServed, {{"team", deed.owner_team.ToText()}}}};
  deed.evidence = {comment.key, resolved.key};
  return deed;
}

domain::Entry EntryOf(const domain::Deed& deed) {
  domain::Entry entry;
  entry.deed = deed.key.Hash();
  entry.line = domain::LineHashOf(entry.deed, deed.lines.front());
  entry.revision = 1;
  entry.day = deed.made_by.day;
  entry.kind = deed.key.kind;
  entry.content = deed.lines.front();
  entry.asker = deed.asker;
  entry.helped_team = deed.helped_team;
  entry.policy = 1;
  entry.cause = domain::ReasonCode::kNewFact;
  entry.cause_event = deed.made_by;
  return entry;
}

void AddTicket(int64_t ticket, Rows& rows) {
  const int64_t asker = ticket * 7919 % kPeople, helper = (asker + 1 + ticket % 97) % kPeople;
  const auto asking = IdOf<AccountUid>("account", asker), helping = IdOf<AccountUid>("account", helper);
  const absl::Time time = kStart + absl::Seconds(86'400.0 / kTicketsADay) * ticket;
  const domain::Fact comment = FactOf(ticket, domain::FactKind::kCommented, helping, asking, time);
  const domain::Fact resolved = FactOf(ticket, domain::FactKind::kResolved, helping, asking, time + absl::Seconds(60));
  const domain::Deed deed = DeedOf(comment, resolved, asker, helper);
  rows.events.push_back(Observed(comment, {domain::Outcome::kContext, {domain::ReasonCode::kContext, {}}, std::nullopt}));
  rows.events.push_back(Observed(resolved, {domain::Outcome::kCounted, deed.because, deed.key.Hash()}));
  const std::string key = "acme/work#" + std::to_string(ticket);
  rows.subjects.push_back({comment.subject, "github", "github.com", domain::SubjectKind::kIssue, std::to_string(ticket), key,
                           "https://github.com/acme/work/issues/" + std::to_string(ticket), "Something does not work"});
  for (const AccountUid& account : {asking, helping}) rows.participants.push_back({account, resolved.key.day, comment.subject});
  rows.deeds.push_back({deed, Now(), 0});
  rows.entries.push_back(EntryOf(deed));
  domain::AddRollupDelta(nullptr, rows.entries.back(), rows.rollups);
}

}  // namespace

domain::PlaceName Place() { return {"repo", "acme/work"}; }
absl::Time Now() { return kStart; }

domain::DirectoryRows MakeDirectory() {
  domain::DirectoryRows rows;
  for (int64_t team = 0; team < kTeams; ++team) {
    domain::TeamRow row;
    row.uid = IdOf<TeamUid>("team", team);
    row.id = "team-" + std::to_string(team);
    rows.teams.push_back(row);
  }
  for (int64_t person = 0; person < kPeople; ++person) {
    domain::PersonRow row;
    row.uid = IdOf<PersonUid>("person", person);
    row.id = "person-" + std::to_string(person);
    rows.people.push_back(row);
    domain::MembershipRow membership;
    membership.person = row.uid;
    membership.team = rows.teams[static_cast<size_t>(person % kTeams)].uid;
    rows.memberships.push_back(membership);
    domain::AccountRow account;
    account.uid = IdOf<AccountUid>("account", person);
    account.name = {"github", "github.com", std::to_string(person)};
    account.kind = domain::AccountKind::kHuman;
    account.person = row.uid;
    rows.accounts.push_back(account);
  }
  domain::OwnershipRow ownership;
  ownership.match = "github:github.com:repo:acme/*";
  ownership.team = rows.teams.front().uid;
  rows.ownership.push_back(ownership);
  return rows;
}

std::vector<Rows> MakeBatches(int64_t facts, int facts_a_batch) {
  std::vector<Rows> batches;
  for (int64_t ticket = 0; ticket < facts / 2; ++ticket) {
    if (ticket % (facts_a_batch / 2) == 0) batches.emplace_back();
    AddTicket(ticket, batches.back());
  }
  return batches;
}

}  // namespace comity::bench

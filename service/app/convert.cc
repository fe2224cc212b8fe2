#include "service/app/convert.h"

#include <algorithm>
#include <utility>

#include "service/app/hex.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

bool IsOptedOut(const domain::Directory& directory, domain::PersonUid person) { return directory.IsOptedOut(person); }

}  // namespace

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp stamp;
  const int64_t micros = absl::ToUnixMicros(time);
  int64_t seconds = micros / 1'000'000, rest = micros % 1'000'000;
  if (rest < 0) {
    rest += 1'000'000;
    --seconds;
  }
  stamp.set_seconds(seconds);
  stamp.set_nanos(static_cast<int32_t>(rest * 1000));
  return stamp;
}

absl::Time FromTimestamp(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixSeconds(std::clamp<int64_t>(stamp.seconds(), -62'135'596'800, 253'402'300'799)) +
         absl::Microseconds(std::clamp(stamp.nanos(), 0, 999'999'999) / 1000);
}

google::protobuf::Duration ToDuration(absl::Duration duration) {
  google::protobuf::Duration result;
  result.set_seconds(absl::ToInt64Seconds(duration));
  result.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(duration - absl::Seconds(result.seconds()))));
  return result;
}

absl::StatusOr<bool> IsWithinReach(store::Transaction& transaction, const Viewer& viewer, domain::SubjectRef subject) {
  if (viewer.within.empty()) return true;
  COMITY_ASSIGN_OR_RETURN(const auto found, transaction.events().FindSubjects({subject}));
  return !found.empty() && viewer.Reaches(found.front().suite, found.front().instance);
}

absl::StatusOr<DeedView> LoadDeedView(store::Transaction& transaction, const store::DeedRow& row, const Viewer& viewer, absl::Time now) {
  DeedView view{.viewer = viewer, .view = View::kNone, .concerned = false, .shared = {}, .proposals = {}, .because = {}};
  COMITY_ASSIGN_OR_RETURN(const bool within_reach, IsWithinReach(transaction, viewer, row.deed.key.subject));
  if (!within_reach) return view;
  const domain::DeedHash hash = row.deed.key.Hash();
  COMITY_ASSIGN_OR_RETURN(view.proposals, transaction.deeds().ProposalsOf(hash));
  std::erase_if(view.proposals, [&](const store::Proposal& proposal) { return proposal.created + kProposalLapses <= now; });
  std::sort(view.proposals.begin(), view.proposals.end(),
            [](const store::Proposal& a, const store::Proposal& b) { return a.created < b.created; });
  std::vector<domain::PersonUid> named;
  for (const store::Proposal& proposal : view.proposals) named.insert(named.end(), proposal.pending.begin(), proposal.pending.end());
  const Sides sides = SidesOf(row.deed, viewer, named);
  view.view = ViewOf(viewer, sides);
  view.concerned = IsConcerned(viewer, sides);
  if (view.view == View::kNone) return view;
  COMITY_ASSIGN_OR_RETURN(view.shared, transaction.deeds().SharedOf(hash));
  if (view.view == View::kNamed && !row.deed.statement.empty()) {
    COMITY_ASSIGN_OR_RETURN(view.because, transaction.deeds().BecauseOf(row.deed.statement));
  }
  return view;
}

bool MaySee(const DeedView& view, const domain::Directory& directory, domain::PersonUid person) {
  const bool shared = std::find(view.shared.begin(), view.shared.end(), person) != view.shared.end();
  return MaySeeName(view.viewer, view.view, person, {.shared = shared, .opted_out = IsOptedOut(directory, person)});
}

domain::DeedState StateNow(const store::DeedRow& row, absl::Time now) {
  const bool stands = row.deed.state == domain::DeedState::kProvisional && !row.deed.awaits_yes && now >= row.first_stored + row.deed.hold;
  return stands ? domain::DeedState::kStanding : row.deed.state;
}

v1::Deed ToDeed(const store::DeedRow& row, const DeedView& view, Names& names, absl::Time now) {
  const domain::Deed& from = row.deed;
  const auto shown = [&](domain::PersonUid person) {
    return MaySee(view, names.directory(), person) ? names.PersonName(person) : std::string();
  };
  v1::Deed deed;
  deed.set_name(DeedName(from));
  deed.set_subject(names.Subject(from.key.subject));
  if (const store::SubjectDetails* details = names.Details(from.key.subject); details != nullptr) {
    deed.set_subject_uri(details->uri);
    if (view.view == View::kNamed) deed.set_subject_title(details->title);
  }
  deed.set_kind(static_cast<v1::Deed::Kind>(from.key.kind));
  deed.set_stance(static_cast<v1::Deed::Stance>(from.stance()));
  deed.set_asker(shown(from.asker));
  deed.set_asker_erased(names.directory().IsErased(from.asker));
  deed.set_helped_team(names.TeamName(from.helped_team));
  deed.set_helper_team(names.TeamName(from.helper_team()));
  for (const domain::Line& line : from.lines) {
    v1::Deed::Helper& helper = *deed.add_helpers();
    helper.set_person(shown(line.person));
    helper.set_share_ppm(line.share_ppm);
    helper.set_team(names.TeamName(line.team));
    helper.set_stance(static_cast<v1::Deed::Stance>(line.stance));
    if (line.person.empty() && view.view == View::kNamed) helper.set_held_for(names.AccountName(line.account));
    helper.set_declined(line.declined);
    helper.set_erased(names.directory().IsErased(line.person));
    helper.set_shared(!line.person.empty() && std::find(view.shared.begin(), view.shared.end(), line.person) != view.shared.end());
  }
  const domain::DeedState state = StateNow(row, now);
  deed.set_state(static_cast<v1::Deed::State>(state));
  deed.set_policy("policies/" + std::to_string(from.policy));
  *deed.mutable_occur_time() = ToTimestamp(from.occur_time);
  if (state == domain::DeedState::kProvisional && !from.awaits_yes)
    *deed.mutable_hold_end_time() = ToTimestamp(row.first_stored + from.hold);
  deed.set_awaits_confirmation(from.awaits_yes && state == domain::DeedState::kProvisional);
  if (view.view == View::kNamed) {
    for (const store::Proposal& proposal : view.proposals) {
      for (const domain::PersonUid& person : proposal.pending) {
        if (std::string name = shown(person); !name.empty()) deed.add_pending_people(std::move(name));
      }
    }
  }
  deed.set_shadow(from.shadow);
  deed.set_etag(std::to_string(row.last_sequence));
  // Why it was taken back comes before what people said of it while it stood.
  if (view.because.empty() ? from.awaits_yes || state == domain::DeedState::kReversed : state == domain::DeedState::kReversed) {
    deed.set_because(std::string(domain::ReasonName(from.because.code)));
  } else {
    deed.set_because(view.because);
  }
  deed.set_event(from.made_by.ToName());
  return deed;
}

v1::LedgerEntry ToLedgerEntry(const store::LedgerRow& row, const domain::Entry& entry, const DeedView& view, const Names& names) {
  v1::LedgerEntry result;
  result.set_sequence(row.sequence);
  result.set_action(static_cast<v1::LedgerEntry::Action>(entry.action));
  if (MaySee(view, names.directory(), entry.content.person)) result.set_person(names.PersonName(entry.content.person));
  result.set_share_ppm(entry.content.share_ppm);
  result.set_cause(std::string(domain::ReasonName(entry.cause)));
  if (entry.cause_event != domain::EventKey{}) result.set_event(entry.cause_event.ToName());
  *result.mutable_create_time() = ToTimestamp(row.created);
  result.set_leaf_hash(Hex(row.leaf_hash));
  return result;
}

v1::Policy::Return ToReturn(const domain::RuleReturn& from) {
  v1::Policy::Return returned;
  returned.set_kind(static_cast<v1::Deed::Kind>(from.kind));
  returned.set_deed_count(from.deeds);
  returned.set_corrected_count(from.corrected);
  returned.set_lower_ppm(from.lower_ppm);
  return returned;
}

v1::Policy ToPolicy(const domain::Policy& from) {
  v1::Policy policy;
  policy.set_name("policies/" + std::to_string(from.number));
  if (from.active_time != absl::InfiniteFuture()) *policy.mutable_active_time() = ToTimestamp(from.active_time);
  for (const domain::DeedKind kind : domain::kDeedKinds) {
    v1::Policy::Rule& rule = *policy.add_rules();
    rule.set_kind(static_cast<v1::Deed::Kind>(kind));
    rule.set_mode(static_cast<v1::Policy::Rule::Mode>(from.rule(kind).mode));
    *rule.mutable_hold() = ToDuration(from.rule(kind).hold);
  }
  for (const std::string& word : from.done_resolutions) policy.add_done_resolutions(word);
  policy.set_bulk_limit(from.bulk_limit);
  *policy.mutable_bulk_window() = ToDuration(from.bulk_window);
  *policy.mutable_fast_approval() = ToDuration(from.fast_approval);
  *policy.mutable_closed_by_change() = ToDuration(from.closed_by_change);
  *policy.mutable_handover_window() = ToDuration(from.handover_window);
  for (const std::string& account : from.bot_accounts) policy.add_bot_accounts(account);
  policy.set_prose(domain::PolicyProse(from));
  *policy.mutable_create_time() = ToTimestamp(from.create_time);
  return policy;
}

}  // namespace comity::app

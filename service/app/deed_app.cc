#include "service/app/deed_app.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "service/app/convert.h"
#include "service/app/deed_access.h"
#include "service/app/page_token.h"
#include "service/app/read_audit.h"
#include "service/base/error.h"
#include "service/base/percent.h"

namespace comity::app {
namespace {

constexpr int32_t kScanPage = 500;
constexpr int kMaxScanPages = 20;  // a page of an answer reads at most this many; then it may be short, and its token goes on

// Where a list goes on: strictly after this day and hash.
using DeedPlace = std::pair<int32_t, domain::DeedHash>;

std::string CursorOf(const DeedPlace& place) { return std::to_string(place.first) + ' ' + place.second.ToText(); }

std::optional<DeedPlace> ReadDeedCursor(const std::string& cursor) {
  const size_t space = cursor.find(' ');
  if (space == std::string::npos) return std::nullopt;
  const auto hash = domain::DeedHash::FromText(std::string_view(cursor).substr(space + 1));
  if (!hash.has_value()) return std::nullopt;
  return DeedPlace{std::atoi(cursor.c_str()), *hash};
}

std::string_view WithoutPrefix(std::string_view name, std::string_view prefix) {
  return name.substr(0, prefix.size()) == prefix ? name.substr(prefix.size()) : name;
}

struct ListPlan {
  store::DeedFilter filter;
  domain::PersonUid person;  // only deeds in which this reader may see them
  absl::Time since = absl::InfinitePast();
  bool nothing = false;  // the filter can match nothing this reader may see
};

absl::StatusOr<ListPlan> PlanList(const Viewer& viewer, const domain::Directory& directory, const v1::ListDeedsRequest& request) {
  ListPlan plan;
  if (!v1::Deed::State_IsValid(request.state())) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "state is not a known value",
                 {{"state", "send one of the State values, or leave it out for all"}});
  }
  if (!request.person().empty()) {
    const domain::PersonRow* person = directory.FindPersonById(WithoutPrefix(request.person(), "people/"));
    // Permission before existence: who may not ask about others learns nothing about who exists.
    if (!viewer.oversees && (person == nullptr || !viewer.Is(person->uid))) {
      return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kRoleRequired,
                   "only a steward or an auditor may list another person's deeds; leave `person` out to see those of your side");
    }
    if (person == nullptr) {
      return Error(absl::StatusCode::kNotFound, ErrorReason::kPersonNotFound, "no such person in the directory",
                   {{"person", "send `people/ID`"}});
    }
    plan.person = person->uid;
    plan.filter.people = {person->uid};
  }
  if (!request.team().empty()) {
    const domain::TeamRow* team = directory.FindTeamById(WithoutPrefix(request.team(), "teams/"));
    if (team == nullptr) {
      return Error(absl::StatusCode::kNotFound, ErrorReason::kTeamNotFound, "no such team in the directory", {{"team", "send `teams/ID`"}});
    }
    plan.filter.teams = {team->uid};
  }
  if (!viewer.oversees && plan.filter.people.empty() && plan.filter.teams.empty()) {
    if (!viewer.person.empty()) plan.filter.people = {viewer.person};
    plan.filter.teams = viewer.teams;
    plan.filter.any_of = true;
    plan.nothing = plan.filter.people.empty() && plan.filter.teams.empty();
  }
  if (request.has_since_time()) {
    plan.since = absl::FromUnixSeconds(std::clamp<int64_t>(request.since_time().seconds(), 0, 253'402'300'799)) +
                 absl::Nanoseconds(request.since_time().nanos());
    plan.filter.since_day = domain::DayNumber(domain::DayOf(plan.since));
  }
  return plan;
}

std::string FilterText(const Caller& caller, const v1::ListDeedsRequest& request) {
  v1::ListDeedsRequest filter = request;
  filter.clear_page_size();
  filter.clear_page_token();
  return "ListDeeds " + caller.person.ToText() + ' ' + std::to_string(caller.scope) + ' ' + filter.SerializeAsString();
}

// Who is newly named reads what is offered to them and how to answer: nobody else tells them.
void OfferProposals(const DeedView& view, const std::string& name, v1::Explanation& explanation) {
  for (const store::Proposal& proposal : view.proposals) {
    if (std::none_of(proposal.pending.begin(), proposal.pending.end(), [&](domain::PersonUid person) { return view.viewer.Is(person); })) {
      continue;
    }
    for (const auto& [person, ppm] : proposal.shares) {
      if (!view.viewer.Is(person)) continue;
      explanation.add_remedies("comity deeds accept " + name + "  # if the " + Percent(ppm) + " that a correction gives you are yours");
      explanation.add_remedies("comity deeds decline " + name + "  # if they are not");
    }
  }
}

}  // namespace

absl::StatusOr<v1::Deed> DeedApp::GetDeed(const Caller& caller, const v1::GetDeedRequest& request) {
  v1::Deed deed;
  std::set<domain::PersonUid> read;
  {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(OpenedDeed opened, OpenDeed(context_, *transaction, caller, request.name()));
    deed = ToDeed(opened.row, opened.view, opened.names, opened.now);
    if (!opened.view.concerned && opened.view.view == View::kNamed) AddPeopleNamed(opened.row.deed, read);
  }
  COMITY_RETURN_IF_ERROR(RecordReads(context_, caller, "GetDeed", deed.name(), std::move(read)));
  return deed;
}

absl::StatusOr<v1::ListDeedsResponse> DeedApp::ListDeeds(const Caller& caller, const v1::ListDeedsRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const int32_t page_size, PageSize(request.page_size()));
  const std::string filter = FilterText(caller, request);
  COMITY_ASSIGN_OR_RETURN(const std::string token_key, PageTokenKey(context_));
  COMITY_ASSIGN_OR_RETURN(const std::string cursor, ReadPageToken(token_key, filter, request.page_token()));
  const absl::Time now = context_.clock.Now();
  v1::ListDeedsResponse response;
  std::set<domain::PersonUid> read;
  {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(auto directory, context_.snapshots.DirectoryIn(*transaction));
    const Viewer viewer = ViewerOf(caller, *directory, now);
    COMITY_ASSIGN_OR_RETURN(const ListPlan plan, PlanList(viewer, *directory, request));
    if (plan.nothing) return response;
    Names names(*transaction, directory);
    std::optional<DeedPlace> after = ReadDeedCursor(cursor);
    bool more = true;
    for (int scanned = 0; more && scanned < kMaxScanPages && response.deeds_size() < page_size; ++scanned) {
      COMITY_ASSIGN_OR_RETURN(const auto rows, transaction->deeds().ListDeeds(plan.filter, after, kScanPage));
      more = rows.size() == kScanPage;
      for (const store::DeedRow& row : rows) {
        if (response.deeds_size() == page_size) {
          more = true;
          break;
        }
        after = {row.deed.made_by.day, row.deed.key.Hash()};
        if (row.deed.occur_time < plan.since) continue;
        if (request.state() != v1::Deed::STATE_UNSPECIFIED && static_cast<int>(StateNow(row, now)) != request.state()) continue;
        COMITY_ASSIGN_OR_RETURN(const DeedView view, LoadDeedView(*transaction, row, viewer, now));
        if (view.view == View::kNone) continue;
        if (!view.concerned && view.view == View::kNamed) AddPeopleNamed(row.deed, read);
        *response.add_deeds() = ToDeed(row, view, names, now);
      }
    }
    if (more && after.has_value()) response.set_next_page_token(MakePageToken(token_key, filter, CursorOf(*after)));
  }
  std::string target = "list";
  if (!request.person().empty()) target += " person=" + request.person();
  if (!request.team().empty()) target += " team=" + request.team();
  COMITY_RETURN_IF_ERROR(RecordReads(context_, caller, "ListDeeds", target, std::move(read)));
  return response;
}

absl::StatusOr<v1::ExplainDeedResponse> DeedApp::ExplainDeed(const Caller& caller, const v1::ExplainDeedRequest& request) {
  v1::ExplainDeedResponse response;
  std::set<domain::PersonUid> read;
  {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(OpenedDeed opened, OpenDeed(context_, *transaction, caller, request.name()));
    *response.mutable_deed() = ToDeed(opened.row, opened.view, opened.names, opened.now);
    *response.mutable_explanation() = ExplainRow(opened.row, opened.view, opened.names);
    // To what was undone nothing can be said.
    if (opened.row.deed.state != domain::DeedState::kReversed)
      OfferProposals(opened.view, response.deed().name(), *response.mutable_explanation());
    COMITY_RETURN_IF_ERROR(OfferThanks(*transaction, opened.row, opened.view, *opened.directory, *response.mutable_explanation()));
    const domain::DeedKey& key = opened.row.deed.key;
    COMITY_ASSIGN_OR_RETURN(const auto entries, transaction->deeds().EntriesOf(key.subject, key.Hash()));
    for (const store::LedgerRow& row : entries) {
      COMITY_ASSIGN_OR_RETURN(const domain::Entry entry, domain::DecodeEntry(row.leaf));
      *response.add_entries() = ToLedgerEntry(row, entry, opened.view, opened.names);
    }
    if (!opened.view.concerned && opened.view.view == View::kNamed) AddPeopleNamed(opened.row.deed, read);
  }
  COMITY_RETURN_IF_ERROR(RecordReads(context_, caller, "ExplainDeed", response.deed().name(), std::move(read)));
  return response;
}

}  // namespace comity::app

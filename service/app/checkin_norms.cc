// What teams agreed on.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/app/checkin_app.h"
#include "service/app/checkin_view.h"
#include "service/app/idempotency.h"
#include "service/app/page_token.h"
#include "service/domain/recognition/words.h"

namespace comity::app {
namespace {

using domain::NormSet;

// `to` with the words of `from`, all faults at once.
absl::StatusOr<NormSet> Read(const v1::NormSet& from, NormSet to) {
  std::vector<FieldFault> faults;
  if (!domain::IsSoundText(from.title(), domain::kMaxCheckInTitle, false)) {
    faults.push_back({"norm_set.title", "write one line of 1 to 100 characters"});
  }
  if (from.norms_size() < 1 || from.norms_size() > static_cast<int>(domain::kMaxNorms)) {
    faults.push_back({"norm_set.norms", "send 1 to 10"});
  }
  for (int i = 0; i < std::min(from.norms_size(), static_cast<int>(domain::kMaxNorms)); ++i) {
    if (domain::IsSoundText(from.norms(i), domain::kMaxNormText, false)) continue;
    faults.push_back({absl::StrCat("norm_set.norms[", i, "]"), "write one line of 1 to 300 characters"});
  }
  if (!faults.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "the norms are not sound", std::move(faults));
  }
  to.title = from.title();
  to.norms.assign(from.norms().begin(), from.norms().end());
  return to;
}

// Copies what the mask names.
absl::Status Overlay(const v1::NormSet& from, const google::protobuf::FieldMask& mask, v1::NormSet& to) {
  bool known = mask.paths_size() > 0;
  for (const std::string& path : mask.paths()) {
    if (path == "title") {
      to.set_title(from.title());
    } else if (path == "norms") {
      *to.mutable_norms() = from.norms();
    } else {
      known = false;
    }
  }
  if (known) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "update_mask names nothing that can be changed",
               {{"update_mask", "name title or norms"}});
}

}  // namespace

absl::StatusOr<v1::NormSet> CheckInApp::CreateNormSet(const Caller& caller, const v1::CreateNormSetRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckSlug(request.norm_set_id(), "norm_set_id"));
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::NormSet> {
    const absl::Time now = context_.clock.Now();
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(transaction));
    NormSet first;
    COMITY_ASSIGN_OR_RETURN(first.team, TeamOf(*directory, request.norm_set().team(), "norm_set.team"));
    COMITY_RETURN_IF_ERROR(CheckActsFor(caller, *directory, first.team, now));
    first.id = request.norm_set_id();
    first.changed = now;
    COMITY_ASSIGN_OR_RETURN(const auto there, transaction.checkins().LatestNormSets());
    if (std::any_of(there.begin(), there.end(), [&](const NormSet& other) { return other.id == first.id; })) {
      return Error(absl::StatusCode::kAlreadyExists, ErrorReason::kNormSetExists, "there are norms of this id; word those anew",
                   {{"norm_set_id", "choose another id"}});
    }
    const auto theirs = std::count_if(there.begin(), there.end(), [&](const NormSet& other) { return other.team == first.team; });
    COMITY_RETURN_IF_ERROR(
        CheckHasRoom(static_cast<size_t>(theirs), kMaxOfTeam, "norm_set_id", "word norms anew that the team no longer keeps to"));
    COMITY_ASSIGN_OR_RETURN(const NormSet made, Read(request.norm_set(), std::move(first)));
    COMITY_RETURN_IF_ERROR(CheckInserted(transaction.checkins().InsertNormSet(made), "norm_set_id"));
    return ToNormSet(made, *directory);
  };
  return WriteOnce<v1::NormSet>(context_, caller, "CreateNormSet", request, run);
}

absl::StatusOr<v1::ListNormSetsResponse> CheckInApp::ListNormSets(const Caller& /*caller*/, const v1::ListNormSetsRequest& request) {
  std::vector<NormSet> sets;
  std::shared_ptr<const domain::Directory> directory;
  {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(directory, context_.snapshots.DirectoryIn(*transaction));
    COMITY_ASSIGN_OR_RETURN(sets, transaction->checkins().LatestNormSets());
  }
  const auto add = [&](v1::ListNormSetsResponse& response, const NormSet& norms) {
    *response.add_norm_sets() = ToNormSet(norms, *directory);
  };
  const auto key_of = [](const NormSet& norms) { return norms.id; };
  return PageOf<v1::ListNormSetsResponse>(context_, sets, "ListNormSets", request.page_size(), request.page_token(), key_of, add);
}

absl::StatusOr<v1::ListNormSetVersionsResponse> CheckInApp::ListNormSetVersions(const Caller& /*caller*/,
                                                                                const v1::ListNormSetVersionsRequest& request) {
  std::vector<NormSet> versions;
  std::shared_ptr<const domain::Directory> directory;
  {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(directory, context_.snapshots.DirectoryIn(*transaction));
    COMITY_ASSIGN_OR_RETURN(versions, OpenNormSet(*transaction, request.name(), "name"));
  }
  const auto add = [&](v1::ListNormSetVersionsResponse& response, const NormSet& norms) {
    *response.add_versions() = ToNormSet(norms, *directory);
  };
  const auto key_of = [](const NormSet& norms) { return std::to_string(norms.version); };
  return PageOf<v1::ListNormSetVersionsResponse>(context_, versions, "ListNormSetVersions " + versions.back().id, request.page_size(),
                                                 request.page_token(), key_of, add);
}

absl::StatusOr<v1::NormSet> CheckInApp::UpdateNormSet(const Caller& caller, const v1::UpdateNormSetRequest& request) {
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::NormSet> {
    const absl::Time now = context_.clock.Now();
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(transaction));
    COMITY_ASSIGN_OR_RETURN(const auto versions, OpenNormSet(transaction, request.norm_set().name(), "norm_set.name"));
    const NormSet& before = versions.back();
    COMITY_RETURN_IF_ERROR(CheckActsFor(caller, *directory, before.team, now));
    COMITY_RETURN_IF_ERROR(CheckVersion(request.norm_set().etag(), before.version, "norm_set.etag"));
    COMITY_RETURN_IF_ERROR(
        CheckHasRoom(versions.size(), kMaxCheckInVersions, "norm_set.name", "of one set there are no more versions; agree on another"));
    v1::NormSet edited = ToNormSet(before, *directory);
    COMITY_RETURN_IF_ERROR(Overlay(request.norm_set(), request.update_mask(), edited));
    COMITY_ASSIGN_OR_RETURN(NormSet next, Read(edited, before));
    ++next.version;
    next.changed = now;
    COMITY_RETURN_IF_ERROR(CheckInserted(transaction.checkins().InsertNormSet(next), "norm_set.etag"));
    return ToNormSet(next, *directory);
  };
  return WriteOnce<v1::NormSet>(context_, caller, "UpdateNormSet", request, run);
}

}  // namespace comity::app

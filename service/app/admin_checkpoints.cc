// Checkpoints and proofs.
#include <limits>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "service/app/admin_app.h"
#include "service/app/checkpoints.h"
#include "service/app/convert.h"
#include "service/app/deed_access.h"
#include "service/app/hex.h"
#include "service/app/idempotency.h"
#include "service/app/page_token.h"
#include "service/app/read_audit.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"
#include "service/domain/proof/proof_text.h"

namespace comity::app {
namespace {

absl::StatusOr<v1::Checkpoint> ToApi(const store::CheckpointRow& row) {
  COMITY_ASSIGN_OR_RETURN(const domain::Checkpoint read, domain::ReadCheckpoint(row.note));
  v1::Checkpoint checkpoint;
  checkpoint.set_name(NameOf("checkpoints", std::to_string(row.size)));
  checkpoint.set_entry_count(row.size);
  checkpoint.set_root_hash(Hex(read.root));
  checkpoint.set_chain_hash(Hex(read.chain));
  *checkpoint.mutable_create_time() = ToTimestamp(row.created);
  checkpoint.set_note(row.note);
  return checkpoint;
}

// `field` names what was asked for; an empty name means the latest.
absl::StatusOr<store::CheckpointRow> Find(store::Transaction& transaction, const std::string& name, const char* field) {
  const absl::Status missing =
      Error(absl::StatusCode::kNotFound, ErrorReason::kCheckpointNotFound,
            "there is no such checkpoint; `comity checkpoints list` shows them, and one is made each day in which something was appended",
            {{field, "name one that is there, or leave it out for the latest"}});
  if (name.empty()) {
    COMITY_ASSIGN_OR_RETURN(const auto latest, transaction.checkpoints().ListCheckpoints(0, 1));
    return latest.empty() ? absl::StatusOr<store::CheckpointRow>(missing) : latest.front();
  }
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("checkpoints", name, field));
  int64_t size = 0;
  if (!absl::SimpleAtoi(id, &size) || size < 0) return missing;
  COMITY_ASSIGN_OR_RETURN(const auto found, transaction.checkpoints().FindCheckpoint(size));
  return found.has_value() ? absl::StatusOr<store::CheckpointRow>(*found) : missing;
}

// The entry that is asked for, or the latest that the checkpoint covers.
absl::StatusOr<store::LedgerRow> EntryFor(store::Transaction& transaction, const domain::DeedKey& key, int64_t sequence, int64_t covered) {
  COMITY_ASSIGN_OR_RETURN(const auto entries, transaction.deeds().EntriesOf(key.subject, key.Hash()));
  const store::LedgerRow* found = nullptr;
  bool later = false;
  for (const store::LedgerRow& entry : entries) {
    if (sequence != 0 && entry.sequence != sequence) continue;
    later = later || entry.sequence > covered;
    if (entry.sequence <= covered) found = &entry;
  }
  if (found != nullptr) return *found;
  if (later) {
    return Error(
        absl::StatusCode::kFailedPrecondition, ErrorReason::kNotInCheckpoint,
        "no checkpoint covers it yet: one is made each day, and at once by a steward's or administrator's `comity checkpoints create`");
  }
  return Error(absl::StatusCode::kNotFound, ErrorReason::kDeedNotFound, "the deed has no such entry",
               {{"sequence", "send one of those that `comity deeds explain` shows, or 0 for the latest"}});
}

}  // namespace

absl::StatusOr<v1::Checkpoint> AdminApp::CreateCheckpoint(const Caller& caller, const v1::CreateCheckpointRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const store::CheckpointRow row, context_.checkpoints->Make());
  COMITY_ASSIGN_OR_RETURN(const v1::Checkpoint checkpoint, ToApi(row));
  return WriteOnce<v1::Checkpoint>(context_, caller, "CreateCheckpoint", request,
                                   [&checkpoint](store::Transaction&) -> absl::StatusOr<v1::Checkpoint> { return checkpoint; });
}

absl::StatusOr<v1::Checkpoint> AdminApp::GetCheckpoint(const Caller& /*caller*/, const v1::GetCheckpointRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const store::CheckpointRow row, Find(*transaction, request.name(), "name"));
  return ToApi(row);
}

absl::StatusOr<v1::ListCheckpointsResponse> AdminApp::ListCheckpoints(const Caller& /*caller*/, const v1::ListCheckpointsRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const int32_t size, PageSize(request.page_size()));
  COMITY_ASSIGN_OR_RETURN(const std::string token_key, PageTokenKey(context_));
  COMITY_ASSIGN_OR_RETURN(const std::string after, ReadPageToken(token_key, "ListCheckpoints", request.page_token()));
  int64_t before = 0;
  if (!after.empty() && !absl::SimpleAtoi(after, &before)) before = 0;
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(auto rows, transaction->checkpoints().ListCheckpoints(before, size + 1));
  COMITY_ASSIGN_OR_RETURN(const auto keys, transaction->checkpoints().CheckpointKeys());
  v1::ListCheckpointsResponse response;
  if (rows.size() > static_cast<size_t>(size)) {
    rows.pop_back();
    response.set_next_page_token(MakePageToken(token_key, "ListCheckpoints", std::to_string(rows.back().size)));
  }
  for (const store::CheckpointRow& row : rows) {
    COMITY_ASSIGN_OR_RETURN(*response.add_checkpoints(), ToApi(row));
  }
  for (const store::CheckpointKeyRow& row : keys) {
    v1::CheckpointKey& key = *response.add_keys();
    key.set_verifier(row.verifier);
    *key.mutable_create_time() = ToTimestamp(row.created);
    if (row.retired != absl::InfiniteFuture()) *key.mutable_retire_time() = ToTimestamp(row.retired);
  }
  return response;
}

absl::StatusOr<v1::Proof> AdminApp::GetInclusionProof(const Caller& caller, const v1::GetInclusionProofRequest& request) {
  v1::Proof proof;
  std::set<domain::PersonUid> read;
  {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(const OpenedDeed opened, OpenDeed(context_, *transaction, caller, request.deed()));
    // An entry holds the ids of its people: who may not see their names gets none of it.
    if (opened.view.view != View::kNamed) {
      return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kRoleRequired,
                   "a deed's entries are proved to its helpers and its asker, to stewards and auditors");
    }
    COMITY_ASSIGN_OR_RETURN(const store::CheckpointRow checkpoint, Find(*transaction, request.checkpoint(), "checkpoint"));
    const domain::DeedKey& key = opened.row.deed.key;
    COMITY_ASSIGN_OR_RETURN(const store::LedgerRow entry, EntryFor(*transaction, key, request.sequence(), checkpoint.size));
    domain::InclusionProof made{static_cast<uint64_t>(entry.sequence), entry.leaf, {}, checkpoint.note};
    const auto ranges = domain::InclusionRanges(made.sequence - 1, static_cast<uint64_t>(checkpoint.size));
    COMITY_ASSIGN_OR_RETURN(made.path, HashesOf(*transaction, ranges));
    proof.set_text(domain::ProofText(made));
    proof.set_checkpoint(NameOf("checkpoints", std::to_string(checkpoint.size)));
    proof.set_sequence(entry.sequence);
    proof.set_deed(DeedName(opened.row.deed));
    if (!opened.view.concerned) AddPeopleNamed(opened.row.deed, read);
  }
  COMITY_RETURN_IF_ERROR(RecordReads(context_, caller, "GetInclusionProof", proof.deed(), std::move(read)));
  return proof;
}

absl::StatusOr<v1::Proof> AdminApp::GetConsistencyProof(const Caller& /*caller*/, const v1::GetConsistencyProofRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const std::string older_id, IdOf("checkpoints", request.older(), "older"));
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const store::CheckpointRow older, Find(*transaction, older_id, "older"));
  COMITY_ASSIGN_OR_RETURN(const store::CheckpointRow newer, Find(*transaction, request.newer(), "newer"));
  if (older.size > newer.size) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "the older checkpoint covers more than the newer",
                 {{"newer", "name a later checkpoint, or leave it out for the latest"}});
  }
  const auto ranges = domain::ConsistencyRanges(static_cast<uint64_t>(older.size), static_cast<uint64_t>(newer.size));
  COMITY_ASSIGN_OR_RETURN(std::vector<domain::Digest> path, HashesOf(*transaction, ranges));
  v1::Proof proof;
  proof.set_text(domain::ProofText(domain::ConsistencyProof{std::move(path), older.note, newer.note}));
  proof.set_checkpoint(NameOf("checkpoints", std::to_string(newer.size)));
  return proof;
}

}  // namespace comity::app

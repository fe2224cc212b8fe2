#include "service/domain/deeds/policy_record.h"

#include <algorithm>

#include "service/domain/codec.h"

namespace comity::domain {
namespace {

constexpr uint8_t kVersion = 1;
constexpr size_t kMaxPolicyBytes = 1 << 20;
constexpr size_t kMaxText = 4000;
constexpr size_t kMaxApprovals = 10'000;

void Write(const Signer& signer, ByteWriter& out) {
  out.Uid(signer.person);
  out.Text(signer.token);
}

Signer ReadSigner(ByteReader& in) {
  Signer signer;
  signer.person = in.Uid<PersonUid>();
  signer.token = in.Text(kMaxText);
  return signer;
}

void Write(const std::vector<Approval>& approvals, ByteWriter& out) {
  out.Unsigned(approvals.size());
  for (const Approval& approval : approvals) {
    Write(approval.by, out);
    out.Time(approval.time);
  }
}

std::vector<Approval> ReadApprovals(ByteReader& in) {
  std::vector<Approval> approvals;
  for (size_t left = in.Count(kMaxApprovals); left > 0 && in.ok(); --left) {
    Signer by = ReadSigner(in);
    approvals.push_back({std::move(by), in.Time()});
  }
  return approvals;
}

std::optional<RuleReturn> ReadReturn(ByteReader& in) {
  if (in.Byte() == 0) return std::nullopt;
  RuleReturn returned;
  returned.kind = in.Choice(kDeedKinds.back());
  returned.deeds = in.SignedIn(0, INT64_MAX);
  returned.corrected = in.SignedIn(0, INT64_MAX);
  returned.lower_ppm = static_cast<int32_t>(in.SignedIn(0, kWholePpm));
  return returned;
}

absl::Status Unreadable(std::string_view what) {
  return Error(absl::StatusCode::kDataLoss, ErrorReason::kStoreFailed,
               std::string("a stored ") + std::string(what) + " cannot be read; restore it from a backup");
}

}  // namespace

void AddApproval(std::vector<Approval>& approvals, Approval approval) {
  const auto same = [&](const Approval& known) { return known.by.IsSameAs(approval.by); };
  if (std::none_of(approvals.begin(), approvals.end(), same)) approvals.push_back(std::move(approval));
}

std::string EncodePolicyRecord(const PolicyRecord& record) {
  ByteWriter out;
  out.Byte(kVersion);
  out.Text(EncodePolicy(record.policy));
  out.Signed(record.based_on);
  out.Text(record.because);
  Write(record.drafted_by, out);
  Write(record.approvals, out);
  out.Time(record.approved);
  out.Byte(record.returned.has_value() ? 1 : 0);
  if (record.returned.has_value()) {
    out.Byte(static_cast<uint8_t>(record.returned->kind));
    out.Signed(record.returned->deeds);
    out.Signed(record.returned->corrected);
    out.Signed(record.returned->lower_ppm);
  }
  return out.Take();
}

absl::StatusOr<PolicyRecord> DecodePolicyRecord(std::string_view bytes) {
  ByteReader in(bytes);
  PolicyRecord record;
  if (in.Byte() != kVersion) in.Fail();
  const std::string policy = in.Text(kMaxPolicyBytes);
  record.based_on = static_cast<int32_t>(in.SignedIn(0, INT32_MAX));
  record.because = in.Text(kMaxText);
  record.drafted_by = ReadSigner(in);
  record.approvals = ReadApprovals(in);
  record.approved = in.Time();
  record.returned = ReadReturn(in);
  if (!in.Finished()) return Unreadable("record of a policy");
  COMITY_ASSIGN_OR_RETURN(record.policy, DecodePolicy(policy));
  return record;
}

std::string EncodeRestatement(const Restatement& restatement) {
  ByteWriter out;
  out.Byte(kVersion);
  out.Signed(restatement.number);
  out.Time(restatement.range.start);
  out.Time(restatement.range.end);
  out.Signed(restatement.range.policy);
  out.Text(restatement.because);
  Write(restatement.proposed_by, out);
  out.Time(restatement.created);
  Write(restatement.approvals, out);
  for (const int64_t count : restatement.preview.All()) out.Signed(count);
  out.Signed(restatement.preview_people);
  out.Byte(restatement.preview_complete ? 1 : 0);
  out.Time(restatement.started);
  out.Text(restatement.job);
  return out.Take();
}

absl::StatusOr<Restatement> DecodeRestatement(std::string_view bytes) {
  ByteReader in(bytes);
  Restatement restatement;
  if (in.Byte() != kVersion) in.Fail();
  restatement.number = static_cast<int32_t>(in.SignedIn(0, INT32_MAX));
  restatement.range.start = in.Time();
  restatement.range.end = in.Time();
  restatement.range.policy = static_cast<int32_t>(in.SignedIn(0, INT32_MAX));
  restatement.because = in.Text(kMaxText);
  restatement.proposed_by = ReadSigner(in);
  restatement.created = in.Time();
  restatement.approvals = ReadApprovals(in);
  DifferenceCounts& preview = restatement.preview;
  for (int64_t* count : {&preview.counted, &preview.not_counted, &preview.changed_shares, &preview.waits, &preview.no_longer_waits}) {
    *count = in.SignedIn(0, INT64_MAX);
  }
  restatement.preview_people = static_cast<int32_t>(in.SignedIn(0, INT32_MAX));
  restatement.preview_complete = in.Byte() == 1;
  restatement.started = in.Time();
  restatement.job = in.Text(kMaxText);
  if (!in.Finished()) return Unreadable("restatement");
  return restatement;
}

std::string ContentTag(const PolicyRecord& record) {
  Policy content = record.policy;
  content.number = 0;
  content.active_time = absl::UnixEpoch();
  content.create_time = absl::UnixEpoch();
  return Hasher("comity/policy").Add(EncodePolicy(content)).Add(record.because).Finish<FactHash>().ToText();
}

}  // namespace comity::domain

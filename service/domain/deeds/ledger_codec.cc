#include <algorithm>

#include "service/base/error.h"
#include "service/base/sha256.h"
#include "service/domain/codec.h"
#include "service/domain/deeds/ledger.h"

namespace comity::domain {
namespace {

constexpr uint8_t kVersion = 1;
constexpr size_t kMaxBytes = 4096;
constexpr uint8_t kShadow = 1, kInternal = 2, kDeclinedLine = 4;

void WriteLine(const Line& line, ByteWriter& out) {
  out.Uid(line.person);
  out.Uid(line.account);
  out.Signed(line.share_ppm);
  out.Uid(line.team);
  out.Byte(static_cast<uint8_t>(line.stance));
  out.Uid(line.opted_out_line);
}

Line ReadLine(ByteReader& in) {
  Line line;
  line.person = in.Uid<PersonUid>();
  line.account = in.Uid<AccountUid>();
  line.share_ppm = static_cast<int32_t>(in.SignedIn(0, kWholePpm));
  line.team = in.Uid<TeamUid>();
  line.stance = in.Choice(Stance::kSteppedIn);
  line.opted_out_line = in.Uid<LineHash>();
  return line;
}

Entry Read(ByteReader& in) {
  Entry entry;
  if (in.Byte() != kVersion) in.Fail();
  entry.line = in.Uid<LineHash>();
  entry.revision = static_cast<int32_t>(in.SignedIn(0, INT32_MAX));
  entry.action = in.Choice(EntryAction::kReverse, EntryAction::kGrant);
  entry.deed = in.Uid<DeedHash>();
  entry.day = static_cast<int32_t>(in.SignedIn(INT32_MIN, INT32_MAX));
  entry.kind = in.Choice(kDeedKinds.back());
  entry.content = ReadLine(in);
  entry.state = in.Choice(DeedState::kReversed);
  entry.helped_team = in.Uid<TeamUid>();
  entry.asker = in.Uid<PersonUid>();
  const uint8_t flags = in.Byte();
  if (flags >= 8) in.Fail();
  entry.shadow = (flags & kShadow) != 0;
  entry.internal = (flags & kInternal) != 0;
  entry.content.declined = (flags & kDeclinedLine) != 0;
  entry.policy = static_cast<int32_t>(in.SignedIn(0, INT32_MAX));
  entry.cause = static_cast<ReasonCode>(in.SignedIn(0, UINT16_MAX));
  entry.cause_event.day = static_cast<int32_t>(in.SignedIn(INT32_MIN, INT32_MAX));
  entry.cause_event.hash = in.Uid<FactHash>();
  entry.cause_statement = in.Uid<StatementUid>();
  const std::string_view commitment = in.Raw(entry.commitment.size());
  std::copy(commitment.begin(), commitment.end(), reinterpret_cast<char*>(entry.commitment.data()));
  return entry;
}

std::string_view ViewOf(const Digest& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

}  // namespace

std::string EncodeEntry(const Entry& entry) {
  ByteWriter out;
  out.Byte(kVersion);
  out.Uid(entry.line);
  out.Signed(entry.revision);
  out.Byte(static_cast<uint8_t>(entry.action));
  out.Uid(entry.deed);
  out.Signed(entry.day);
  out.Byte(static_cast<uint8_t>(entry.kind));
  WriteLine(entry.content, out);
  out.Byte(static_cast<uint8_t>(entry.state));
  out.Uid(entry.helped_team);
  out.Uid(entry.asker);
  out.Byte(
      static_cast<uint8_t>((entry.shadow ? kShadow : 0) | (entry.internal ? kInternal : 0) | (entry.content.declined ? kDeclinedLine : 0)));
  out.Signed(entry.policy);
  out.Signed(static_cast<int64_t>(entry.cause));
  out.Signed(entry.cause_event.day);
  out.Uid(entry.cause_event.hash);
  out.Uid(entry.cause_statement);
  out.Raw(ViewOf(entry.commitment));
  return out.Take();
}

absl::StatusOr<Entry> DecodeEntry(std::string_view leaf) {
  ByteReader in(leaf.substr(0, kMaxBytes));
  Entry entry = Read(in);
  if (leaf.size() <= kMaxBytes && in.Finished()) return entry;
  return Error(absl::StatusCode::kDataLoss, ErrorReason::kStoreFailed,
               "a ledger entry cannot be read; run `comity admin verify` and restore the store from a backup");
}

Digest LeafHash(std::string_view leaf) {
  std::string bytes(1, '\0');
  bytes.append(leaf);
  return Sha256({bytes});
}

Digest ChainHash(const Digest& previous, const Digest& leaf_hash) {
  std::string bytes(ViewOf(previous));
  bytes.append(ViewOf(leaf_hash));
  return Sha256({bytes});
}

}  // namespace comity::domain

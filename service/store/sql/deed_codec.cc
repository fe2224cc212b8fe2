#include "service/store/sql/deed_codec.h"

#include "service/base/error.h"
#include "service/store/sql/run.h"
#include "service/store/sql/value_codec.h"

namespace comity::store::sql {
namespace {

constexpr uint8_t kVersion = 1;

void PutKey(const domain::EventKey& key, ByteWriter& out) {
  out.Signed(key.day);
  out.Raw(key.hash.view());
}
domain::EventKey TakeKey(ByteReader& in) {
  const auto day = static_cast<int32_t>(in.Signed());
  return {day, TakeId<domain::FactHash>(in)};
}

void PutReason(const domain::Reason& reason, ByteWriter& out) {
  out.Varint(static_cast<uint64_t>(reason.code));
  PutParameters(reason.parameters, out);
}
domain::Reason TakeReason(ByteReader& in) {
  const auto code = static_cast<domain::ReasonCode>(in.Varint());
  return {code, TakeParameters(in)};
}

void PutLine(const domain::Line& line, ByteWriter& out) {
  out.Raw(line.person.view());
  out.Raw(line.account.view());
  out.Signed(line.share_ppm);
  out.Bool(line.declined);
  out.Raw(line.team.view());
  out.Byte(static_cast<uint8_t>(line.stance));
  out.Raw(line.opted_out_line.view());
}
domain::Line TakeLine(ByteReader& in) {
  domain::Line line;
  line.person = TakeId<domain::PersonUid>(in);
  line.account = TakeId<domain::AccountUid>(in);
  line.share_ppm = static_cast<int32_t>(in.Signed());
  line.declined = in.Bool();
  line.team = TakeId<domain::TeamUid>(in);
  line.stance = static_cast<domain::Stance>(in.Byte());
  line.opted_out_line = TakeId<domain::LineHash>(in);
  return line;
}

template <typename List, typename Put>
void PutList(const List& list, ByteWriter& out, Put put) {
  out.Varint(list.size());
  for (const auto& element : list) put(element, out);
}
template <typename List, typename Take>
void TakeList(List& list, ByteReader& in, size_t least, Take take) {
  list.resize(in.Count(least));
  for (auto& element : list) element = take(in);
}

}  // namespace

std::string EncodeDeed(const domain::Deed& deed) {
  ByteWriter out;
  out.Byte(kVersion);
  out.Raw(deed.key.subject.view());
  out.Byte(static_cast<uint8_t>(deed.key.kind));
  out.Signed(deed.key.episode);
  out.Raw(deed.key.person.view());
  PutKey(deed.made_by, out);
  out.Signed(ToMicros(deed.occur_time));
  out.Raw(deed.asker.view());
  out.Raw(deed.asker_account.view());
  out.Raw(deed.helped_team.view());
  out.Raw(deed.owner_team.view());
  PutList(deed.lines, out, PutLine);
  out.Byte(static_cast<uint8_t>(deed.state));
  out.Bool(deed.awaits_yes);
  out.Bool(deed.shadow);
  out.Signed(absl::ToInt64Microseconds(deed.hold));
  out.Signed(deed.policy);
  out.Raw(deed.statement.view());
  PutReason(deed.because, out);
  PutList(deed.steps, out, PutReason);
  PutList(deed.evidence, out, PutKey);
  return out.Take();
}

absl::StatusOr<domain::Deed> DecodeDeed(std::string_view bytes) {
  ByteReader in(bytes);
  domain::Deed deed;
  const bool known = in.Byte() == kVersion;
  deed.key.subject = TakeId<domain::SubjectRef>(in);
  deed.key.kind = static_cast<domain::DeedKind>(in.Byte());
  deed.key.episode = static_cast<int32_t>(in.Signed());
  deed.key.person = TakeId<domain::PersonUid>(in);
  deed.made_by = TakeKey(in);
  deed.occur_time = FromMicros(in.Signed());
  deed.asker = TakeId<domain::PersonUid>(in);
  deed.asker_account = TakeId<domain::AccountUid>(in);
  deed.helped_team = TakeId<domain::TeamUid>(in);
  deed.owner_team = TakeId<domain::TeamUid>(in);
  TakeList(deed.lines, in, 66, TakeLine);
  deed.state = static_cast<domain::DeedState>(in.Byte());
  deed.awaits_yes = in.Bool();
  deed.shadow = in.Bool();
  deed.hold = absl::Microseconds(in.Signed());
  deed.policy = static_cast<int32_t>(in.Signed());
  deed.statement = TakeId<domain::StatementUid>(in);
  deed.because = TakeReason(in);
  TakeList(deed.steps, in, 2, TakeReason);
  TakeList(deed.evidence, in, 17, TakeKey);
  if (!known || !in.ok() || !in.at_end()) {
    return Error(absl::StatusCode::kDataLoss, ErrorReason::kStoreFailed,
                 "a stored deed cannot be read; restore the store from a backup, or rebuild it from its events");
  }
  return deed;
}

}  // namespace comity::store::sql

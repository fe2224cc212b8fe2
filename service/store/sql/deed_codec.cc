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

// Fields are named by structured bindings where they are written, so that a field added to a type and forgotten here does not compile.
void PutLine(const domain::Line& line, ByteWriter& out) {
  const auto& [person, account, share_ppm, declined, team, stance, opted_out_line] = line;
  out.Raw(person.view());
  out.Raw(account.view());
  out.Signed(share_ppm);
  out.Bool(declined);
  out.Raw(team.view());
  out.Byte(static_cast<uint8_t>(stance));
  out.Raw(opted_out_line.view());
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
  const auto& [key, made_by, occur_time, asker, asker_account, helped_team, owner_team, lines, state, awaits_yes, shadow, hold, policy,
               statement, because, steps, evidence] = deed;
  ByteWriter out;
  out.Byte(kVersion);
  out.Raw(key.subject.view());
  out.Byte(static_cast<uint8_t>(key.kind));
  out.Signed(key.episode);
  out.Raw(key.person.view());
  PutKey(made_by, out);
  out.Signed(ToMicros(occur_time));
  out.Raw(asker.view());
  out.Raw(asker_account.view());
  out.Raw(helped_team.view());
  out.Raw(owner_team.view());
  PutList(lines, out, PutLine);
  out.Byte(static_cast<uint8_t>(state));
  out.Bool(awaits_yes);
  out.Bool(shadow);
  out.Signed(absl::ToInt64Microseconds(hold));
  out.Signed(policy);
  out.Raw(statement.view());
  PutReason(because, out);
  PutList(steps, out, PutReason);
  PutList(evidence, out, PutKey);
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
  TakeList(deed.lines, in, 67, TakeLine);
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

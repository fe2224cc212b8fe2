#include "service/store/sql/deed_codec.h"

#include "service/base/error.h"
#include "service/store/sql/id_codec.h"
#include "service/store/sql/run.h"
#include "service/store/sql/value_codec.h"

namespace comity::store::sql {
namespace {

// 1: every id whole, parameters as texts. 2: every id whole but once, then as its number in this deed. 3: with former helpers.
constexpr uint8_t kWholeIds = 1, kNoFormerHelpers = 2, kVersion = 3;

void PutKey(const domain::EventKey& key, IdWriter& out) {
  out.Signed(key.day);
  out.PutId(key.hash);
}
domain::EventKey TakeKey(IdReader& in) {
  const auto day = static_cast<int32_t>(in.Signed());
  return {day, in.TakeId<domain::FactHash>()};
}

void PutReason(const domain::Reason& reason, IdWriter& out) {
  out.Varint(static_cast<uint64_t>(reason.code));
  PutCompactParameters(reason.parameters, out);
}
domain::Reason TakeReason(IdReader& in) {
  const auto code = static_cast<domain::ReasonCode>(in.Varint());
  return {code, in.whole_ids() ? TakeParameters(in) : TakeCompactParameters(in)};
}

// Fields are named by structured bindings where they are written, so that a field added to a type and forgotten here does not compile.
void PutLine(const domain::Line& line, IdWriter& out) {
  const auto& [person, account, share_ppm, declined, team, stance, opted_out_line] = line;
  out.PutId(person);
  out.PutId(account);
  out.Signed(share_ppm);
  out.Bool(declined);
  out.PutId(team);
  out.Byte(static_cast<uint8_t>(stance));
  out.PutId(opted_out_line);
}
domain::Line TakeLine(IdReader& in) {
  domain::Line line;
  line.person = in.TakeId<domain::PersonUid>();
  line.account = in.TakeId<domain::AccountUid>();
  line.share_ppm = static_cast<int32_t>(in.Signed());
  line.declined = in.Bool();
  line.team = in.TakeId<domain::TeamUid>();
  line.stance = static_cast<domain::Stance>(in.Byte());
  line.opted_out_line = in.TakeId<domain::LineHash>();
  return line;
}

template <typename List, typename Put>
void PutList(const List& list, IdWriter& out, Put put) {
  out.Varint(list.size());
  for (const auto& element : list) put(element, out);
}
template <typename List, typename Take>
void TakeList(List& list, IdReader& in, size_t least, Take take) {
  list.resize(in.Count(least));
  for (auto& element : list) element = take(in);
}

}  // namespace

std::string EncodeDeed(const domain::Deed& deed) {
  const auto& [key, made_by, occur_time, asker, asker_account, helped_team, owner_team, lines, state, awaits_yes, shadow, hold, policy,
               statement, because, steps, evidence, former_helpers] = deed;
  IdWriter out;
  out.Byte(kVersion);
  out.PutId(key.subject);
  out.Byte(static_cast<uint8_t>(key.kind));
  out.Signed(key.episode);
  out.PutId(key.person);
  PutKey(made_by, out);
  out.Signed(ToMicros(occur_time));
  out.PutId(asker);
  out.PutId(asker_account);
  out.PutId(helped_team);
  out.PutId(owner_team);
  PutList(lines, out, PutLine);
  out.Byte(static_cast<uint8_t>(state));
  out.Bool(awaits_yes);
  out.Bool(shadow);
  out.Signed(absl::ToInt64Microseconds(hold));
  out.Signed(policy);
  out.PutId(statement);
  PutReason(because, out);
  PutList(steps, out, PutReason);
  PutList(evidence, out, PutKey);
  PutList(former_helpers, out, [](const domain::PersonUid& person, IdWriter& to) { to.PutId(person); });
  return out.Take();
}

absl::StatusOr<domain::Deed> DecodeDeed(std::string_view bytes) {
  const auto version = static_cast<uint8_t>(bytes.empty() ? 0 : bytes.front());
  const bool whole_ids = version == kWholeIds, known = version >= kWholeIds && version <= kVersion;
  IdReader in(known ? bytes.substr(1) : std::string_view(), whole_ids);
  domain::Deed deed;
  deed.key.subject = in.TakeId<domain::SubjectRef>();
  deed.key.kind = static_cast<domain::DeedKind>(in.Byte());
  deed.key.episode = static_cast<int32_t>(in.Signed());
  deed.key.person = in.TakeId<domain::PersonUid>();
  deed.made_by = TakeKey(in);
  deed.occur_time = FromMicros(in.Signed());
  deed.asker = in.TakeId<domain::PersonUid>();
  deed.asker_account = in.TakeId<domain::AccountUid>();
  deed.helped_team = in.TakeId<domain::TeamUid>();
  deed.owner_team = in.TakeId<domain::TeamUid>();
  TakeList(deed.lines, in, whole_ids ? 67 : 7, TakeLine);
  deed.state = static_cast<domain::DeedState>(in.Byte());
  deed.awaits_yes = in.Bool();
  deed.shadow = in.Bool();
  deed.hold = absl::Microseconds(in.Signed());
  deed.policy = static_cast<int32_t>(in.Signed());
  deed.statement = in.TakeId<domain::StatementUid>();
  deed.because = TakeReason(in);
  TakeList(deed.steps, in, 2, TakeReason);
  TakeList(deed.evidence, in, whole_ids ? 17 : 2, TakeKey);
  if (version > kNoFormerHelpers) TakeList(deed.former_helpers, in, 1, [](IdReader& from) { return from.TakeId<domain::PersonUid>(); });
  if (!known || !in.sound()) {
    return Error(absl::StatusCode::kDataLoss, ErrorReason::kStoreFailed,
                 "a stored deed cannot be read; restore the store from a backup, or rebuild it from its events");
  }
  return deed;
}

}  // namespace comity::store::sql

#include "service/store/sql/deed_codec.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include "service/base/error.h"
#include "service/store/sql/run.h"
#include "service/store/sql/value_codec.h"

namespace comity::store::sql {
namespace {

// 1: every id whole, parameters as texts. 2: every id whole but once, then as its number in this deed.
constexpr uint8_t kWholeIds = 1, kVersion = 2;

// Names of parameters that have a number. Append only: the numbers are stored. A name that is not here is stored as text.
constexpr std::string_view kParameterNames[] = {"account", "asker", "author", "deed", "person", "share", "target", "team", "time", "owner"};
constexpr uint64_t kOtherName = 0;

uint64_t NumberOfName(std::string_view name) {
  const auto* const found = std::find(std::begin(kParameterNames), std::end(kParameterNames), name);
  return found == std::end(kParameterNames) ? kOtherName : static_cast<uint64_t>(found - std::begin(kParameterNames)) + 1;
}

// Ids that are remembered while a deed is written or read: those of people and teams come first; a busy subject's facts may be thousands.
constexpr size_t kRememberedIds = 64;

// Writes ids: 0 for none, the number of one that was written before, or the next number and sixteen bytes.
class DeedWriter : public ByteWriter {
 public:
  template <typename Tag>
  void PutId(const domain::Id<Tag>& id) {
    if (id.empty()) return Varint(0);
    const auto known = std::find(ids_.begin(), ids_.end(), id.bytes);
    Varint(static_cast<uint64_t>(known - ids_.begin()) + 1);
    if (known != ids_.end()) return;
    if (ids_.size() < kRememberedIds) ids_.push_back(id.bytes);
    Raw(id.view());
  }

 private:
  std::vector<std::array<uint8_t, 16>> ids_;
};

// Reads what DeedWriter wrote, and ids as version 1 had them.
class DeedReader : public ByteReader {
 public:
  DeedReader(std::string_view bytes, bool whole_ids) : ByteReader(bytes), whole_ids_(whole_ids) {}
  template <typename IdType>
  IdType TakeId() {
    IdType id;
    if (whole_ids_) return IdType::FromBytes(Raw(16)).value_or(id);
    const uint64_t number = Varint();
    if (number == 0) return id;
    if (number <= ids_.size()) {
      id.bytes = ids_[number - 1];
      return id;
    }
    id = IdType::FromBytes(Raw(16)).value_or(id);
    if (number != ids_.size() + 1 || id.empty()) Fault();
    if (ids_.size() < kRememberedIds) ids_.push_back(id.bytes);
    return id;
  }
  bool whole_ids() const { return whole_ids_; }
  void Fault() { sound_ = false; }
  bool sound() const { return sound_ && ok() && at_end(); }

 private:
  const bool whole_ids_;
  bool sound_ = true;
  std::vector<std::array<uint8_t, 16>> ids_;
};

void PutKey(const domain::EventKey& key, DeedWriter& out) {
  out.Signed(key.day);
  out.PutId(key.hash);
}
domain::EventKey TakeKey(DeedReader& in) {
  const auto day = static_cast<int32_t>(in.Signed());
  return {day, in.TakeId<domain::FactHash>()};
}

// Most parameters are ids in their text form, and name somebody whom the deed names anyway.
using AnyId = domain::SubjectRef;

void PutReason(const domain::Reason& reason, DeedWriter& out) {
  out.Varint(static_cast<uint64_t>(reason.code));
  out.Varint(reason.parameters.size());
  for (const auto& [name, value] : reason.parameters) {
    const auto id = AnyId::FromText(value);
    const bool is_id = id.has_value() && id->ToText() == value;
    const uint64_t number = NumberOfName(name);
    out.Varint(number * 2 + (is_id ? 1 : 0));
    if (number == kOtherName) out.Text(name);
    if (is_id) {
      out.PutId(*id);
    } else {
      out.Text(value);
    }
  }
}
domain::Reason TakeReason(DeedReader& in) {
  const auto code = static_cast<domain::ReasonCode>(in.Varint());
  if (in.whole_ids()) return {code, TakeParameters(in)};
  Parameters parameters(in.Count(2));
  for (auto& [name, value] : parameters) {
    const uint64_t head = in.Varint(), number = head / 2;
    if (number > std::size(kParameterNames)) {
      in.Fault();
      return {};
    }
    name = number == kOtherName ? std::string(in.Text()) : std::string(kParameterNames[number - 1]);
    value = head % 2 != 0 ? in.TakeId<AnyId>().ToText() : std::string(in.Text());
  }
  return {code, std::move(parameters)};
}

// Fields are named by structured bindings where they are written, so that a field added to a type and forgotten here does not compile.
void PutLine(const domain::Line& line, DeedWriter& out) {
  const auto& [person, account, share_ppm, declined, team, stance, opted_out_line] = line;
  out.PutId(person);
  out.PutId(account);
  out.Signed(share_ppm);
  out.Bool(declined);
  out.PutId(team);
  out.Byte(static_cast<uint8_t>(stance));
  out.PutId(opted_out_line);
}
domain::Line TakeLine(DeedReader& in) {
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
void PutList(const List& list, DeedWriter& out, Put put) {
  out.Varint(list.size());
  for (const auto& element : list) put(element, out);
}
template <typename List, typename Take>
void TakeList(List& list, DeedReader& in, size_t least, Take take) {
  list.resize(in.Count(least));
  for (auto& element : list) element = take(in);
}

}  // namespace

std::string EncodeDeed(const domain::Deed& deed) {
  const auto& [key, made_by, occur_time, asker, asker_account, helped_team, owner_team, lines, state, awaits_yes, shadow, hold, policy,
               statement, because, steps, evidence] = deed;
  DeedWriter out;
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
  return out.Take();
}

absl::StatusOr<domain::Deed> DecodeDeed(std::string_view bytes) {
  const auto version = static_cast<uint8_t>(bytes.empty() ? 0 : bytes.front());
  const bool whole_ids = version == kWholeIds, known = whole_ids || version == kVersion;
  DeedReader in(known ? bytes.substr(1) : std::string_view(), whole_ids);
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
  if (!known || !in.sound()) {
    return Error(absl::StatusCode::kDataLoss, ErrorReason::kStoreFailed,
                 "a stored deed cannot be read; restore the store from a backup, or rebuild it from its events");
  }
  return deed;
}

}  // namespace comity::store::sql

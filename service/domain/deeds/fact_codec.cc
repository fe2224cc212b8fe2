#include "service/base/error.h"
#include "service/domain/codec.h"
#include "service/domain/deeds/fact.h"

namespace comity::domain {
namespace {

constexpr uint8_t kVersion = 1;
constexpr size_t kMaxBytes = 1 << 20;
constexpr size_t kMaxText = 4096;
constexpr size_t kMaxItems = 1000;
constexpr int64_t kFirstDay = -719162;  // 0001-01-01
constexpr int64_t kLastDay = 2932896;   // 9999-12-31

constexpr uint8_t kAutomation = 1, kMinor = 2, kRevert = 4, kConfidential = 8, kDefaultBranch = 16, kTentative = 32, kRedacted = 64,
                  kMeeting = 128;
constexpr uint8_t kChair = 1, kOptional = 2;

void WriteParty(const Party& party, ByteWriter& out) {
  out.Uid(party.account);
  out.Byte(static_cast<uint8_t>(party.kind));
}

Party ReadParty(ByteReader& in) {
  Party party;
  party.account = in.Uid<AccountUid>();
  party.kind = in.Choice(AccountKind::kTeam);
  return party;
}

uint8_t FlagsOf(const Fact& fact) {
  return static_cast<uint8_t>((fact.automation ? kAutomation : 0) | (fact.minor ? kMinor : 0) | (fact.revert ? kRevert : 0) |
                              (fact.confidential ? kConfidential : 0) | (fact.default_branch ? kDefaultBranch : 0) |
                              (fact.tentative ? kTentative : 0) | (fact.observed_content.empty() ? 0 : kRedacted) |
                              (fact.meeting ? kMeeting : 0));
}

// True if the content that was observed follows at the end. Where there is a meeting, it is there afterwards, still empty.
bool ReadFlags(ByteReader& in, Fact& fact) {
  const uint8_t flags = in.Byte();
  if ((flags & kMeeting) != 0) fact.meeting.emplace();
  fact.automation = (flags & kAutomation) != 0;
  fact.minor = (flags & kMinor) != 0;
  fact.revert = (flags & kRevert) != 0;
  fact.confidential = (flags & kConfidential) != 0;
  fact.default_branch = (flags & kDefaultBranch) != 0;
  fact.tentative = (flags & kTentative) != 0;
  return (flags & kRedacted) != 0;
}

void WriteLists(const Fact& fact, ByteWriter& out) {
  out.Unsigned(fact.places.size());
  for (const PlaceName& place : fact.places) {
    out.Text(place.kind);
    out.Text(place.value);
  }
  out.Unsigned(fact.labels.size());
  for (const std::string& label : fact.labels) out.Text(label);
  out.Unsigned(fact.links.size());
  for (const FactLink& link : fact.links) {
    out.Byte(static_cast<uint8_t>(link.kind));
    out.Uid(link.target);
  }
}

void ReadLists(ByteReader& in, Fact& fact) {
  for (size_t left = in.Count(kMaxItems); left > 0 && in.ok(); --left) {
    PlaceName place;
    place.kind = in.Text(kMaxText);
    place.value = in.Text(kMaxText);
    fact.places.push_back(std::move(place));
  }
  for (size_t left = in.Count(kMaxItems); left > 0 && in.ok(); --left) fact.labels.push_back(in.Text(kMaxText));
  for (size_t left = in.Count(kMaxItems); left > 0 && in.ok(); --left) {
    FactLink link;
    link.kind = in.Choice(LinkKind::kDuplicateOf);
    link.target = in.Uid<SubjectRef>();
    fact.links.push_back(link);
  }
}

void WriteMeeting(const Meeting& meeting, ByteWriter& out) {
  out.Time(meeting.start);
  out.Time(meeting.end);
  out.Text(meeting.series);
  out.Unsigned(meeting.attendees.size());
  for (const Attendee& attendee : meeting.attendees) {
    WriteParty(attendee.party, out);
    out.Byte(static_cast<uint8_t>(attendee.answer));
    out.Byte(static_cast<uint8_t>((attendee.chair ? kChair : 0) | (attendee.optional ? kOptional : 0)));
  }
}

void ReadMeeting(ByteReader& in, Meeting& meeting) {
  meeting.start = in.Time();
  meeting.end = in.Time();
  meeting.series = in.Text(kMaxText);
  for (size_t left = in.Count(kMaxItems); left > 0 && in.ok(); --left) {
    Attendee attendee;
    attendee.party = ReadParty(in);
    attendee.answer = in.Choice(Answer::kDeclined);
    const uint8_t flags = in.Byte();
    if (flags > (kChair | kOptional)) in.Fail();
    attendee.chair = (flags & kChair) != 0;
    attendee.optional = (flags & kOptional) != 0;
    meeting.attendees.push_back(attendee);
  }
}

Fact Read(ByteReader& in) {
  Fact fact;
  if (in.Byte() != kVersion) in.Fail();
  fact.key.day = static_cast<int32_t>(in.SignedIn(kFirstDay, kLastDay));
  fact.key.hash = in.Uid<FactHash>();
  fact.kind = in.Choice(FactKind::kChangeCoWritten);
  fact.subject = in.Uid<SubjectRef>();
  fact.alias = in.Uid<SubjectRef>();
  fact.subject_kind = in.Choice(SubjectKind::kMeeting);
  fact.suite = in.Text(kMaxText);
  fact.instance = in.Text(kMaxText);
  fact.object_id = in.Text(kMaxText);
  fact.revision = in.Text(kMaxText);
  fact.occur_time = in.Time();
  fact.actor = ReadParty(in);
  fact.asker = ReadParty(in);
  fact.author = ReadParty(in);
  fact.target = ReadParty(in);
  ReadLists(in, fact);
  fact.resolution = in.Choice(Resolution::kUnknown);
  fact.resolution_text = in.Text(kMaxText);
  fact.review_state = in.Choice(ReviewState::kCommented);
  const bool redacted = ReadFlags(in, fact);
  fact.open_time = in.Time();
  fact.assurance = in.Choice(Assurance::kPolled);
  fact.object_version = in.Signed();
  if (fact.meeting) ReadMeeting(in, *fact.meeting);
  fact.occur_time_text = in.Text(kMaxText);
  if (redacted) fact.observed_content = in.Uid<FactHash>();
  if (redacted && fact.observed_content.empty()) in.Fail();
  return fact;
}

ByteWriter WriteContent(const Fact& fact) {
  ByteWriter out(320);
  out.Byte(kVersion);
  out.Signed(fact.key.day);
  out.Uid(fact.key.hash);
  out.Byte(static_cast<uint8_t>(fact.kind));
  out.Uid(fact.subject);
  out.Uid(fact.alias);
  out.Byte(static_cast<uint8_t>(fact.subject_kind));
  out.Text(fact.suite);
  out.Text(fact.instance);
  out.Text(fact.object_id);
  out.Text(fact.revision);
  out.Time(fact.occur_time);
  WriteParty(fact.actor, out);
  WriteParty(fact.asker, out);
  WriteParty(fact.author, out);
  WriteParty(fact.target, out);
  WriteLists(fact, out);
  out.Byte(static_cast<uint8_t>(fact.resolution));
  out.Text(fact.resolution_text);
  out.Byte(static_cast<uint8_t>(fact.review_state));
  out.Byte(FlagsOf(fact));
  out.Time(fact.open_time);
  out.Byte(static_cast<uint8_t>(fact.assurance));
  out.Signed(fact.object_version);
  if (fact.meeting) WriteMeeting(*fact.meeting, out);
  return out;
}

}  // namespace

std::string EncodeContent(const Fact& fact) { return WriteContent(fact).Take(); }

std::string EncodeFact(const Fact& fact) {
  ByteWriter out = WriteContent(fact);
  out.Text(fact.occur_time_text);
  if (!fact.observed_content.empty()) out.Uid(fact.observed_content);
  return out.Take();
}

absl::StatusOr<Fact> DecodeFact(std::string_view bytes) {
  if (bytes.size() > kMaxBytes) {
    return Error(absl::StatusCode::kDataLoss, ErrorReason::kStoreFailed, "a stored fact is larger than any that was written; restore it");
  }
  ByteReader in(bytes);
  Fact fact = Read(in);
  if (!in.Finished()) {
    return Error(absl::StatusCode::kDataLoss, ErrorReason::kStoreFailed, "a stored fact cannot be read; restore it from a backup");
  }
  return fact;
}

}  // namespace comity::domain

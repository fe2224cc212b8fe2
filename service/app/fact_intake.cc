#include "service/app/fact_intake.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "service/app/fact_words.h"
#include "service/base/backlog.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

constexpr size_t kMaxFactBytes = 256 * 1024;
constexpr int kMaxListed = 100;
constexpr int kMaxAttendees = 200;
constexpr size_t kMaxLabelBytes = 200;
constexpr size_t kMaxTitleBytes = 500;
constexpr size_t kMaxWordBytes = 200;
constexpr size_t kMaxTimeText = 64;
constexpr int64_t kLastSecond = 4'102'444'800;  // 2100-01-01

// At most `limit` bytes, never in the middle of a character.
std::string Cut(const std::string& text, size_t limit) {
  if (text.size() <= limit) return text;
  size_t end = limit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

// Collects faults while it reads, so that all are told at once.
class Reader {
 public:
  explicit Reader(std::string_view path) : path_(path) {}

  void Fault(std::string_view field, std::string description) {
    faults_.push_back({path_ + '.' + std::string(field), std::move(description)});
  }

  // Required when `least` > 0.
  void Text(std::string_view field, const std::string& text, size_t least, size_t most) {
    if (text.size() < least) {
      Fault(field, "is required");
    } else if (text.size() > most) {
      Fault(field, "is longer than " + std::to_string(most) + " bytes; send the suite's own short form");
    } else if (HasControlCharacter(text)) {
      Fault(field, "holds control characters; send printable text");
    }
  }

  absl::Time Instant(std::string_view field, const google::protobuf::Timestamp& stamp) {
    if (stamp.nanos() < 0 || stamp.nanos() > 999'999'999) {
      Fault(field, "is not a time: nanos must be 0 to 999,999,999");
    } else if (stamp.seconds() < 0 || stamp.seconds() >= kLastSecond) {
      Fault(field, "must be from 1970-01-01 to 2099-12-31; check the suite's unit (seconds, not milliseconds)");
    } else {
      return absl::FromUnixMicros(stamp.seconds() * 1'000'000 + stamp.nanos() / 1000);
    }
    return absl::UnixEpoch();
  }

  std::optional<store::AccountSighting> Account(std::string_view field, bool present, const v1::Account& account, const v1::Fact& fact) {
    if (!present) return std::nullopt;
    Text(std::string(field) + ".id", account.id(), 1, kMaxWordBytes);
    if (!v1::AccountKind_IsValid(account.kind())) Fault(std::string(field) + ".kind", "is not a known kind of account; leave it out");
    return store::AccountSighting{.name = {.suite = fact.suite(), .instance = fact.instance(), .id = account.id()},
                                  .login = Cut(account.login(), kMaxWordBytes),
                                  .kind = static_cast<domain::AccountKind>(account.kind())};
  }

  std::vector<FieldFault>& faults() { return faults_; }

 private:
  std::string path_;
  std::vector<FieldFault> faults_;
};

void ReadEnums(const v1::Fact& from, Reader& reader, domain::Fact& fact) {
  if (!v1::FactKind_IsValid(from.kind()) || from.kind() == v1::FACT_KIND_UNSPECIFIED) {
    reader.Fault("kind", "is required, one of the FactKind values this service knows; update the service if the connector is newer");
  }
  if (!v1::Resolution_IsValid(from.resolution()))
    reader.Fault("resolution", "is not a known value; send RESOLUTION_UNKNOWN with resolution_text");
  if (!v1::ReviewState_IsValid(from.review_state())) reader.Fault("review_state", "is not a known value");
  if (!v1::Assurance_IsValid(from.assurance())) reader.Fault("assurance", "is not a known value; leave it out if not known");
  fact.kind = static_cast<domain::FactKind>(from.kind());
  fact.resolution = static_cast<domain::Resolution>(from.resolution());
  fact.review_state = static_cast<domain::ReviewState>(from.review_state());
  fact.assurance =
      from.assurance() == v1::ASSURANCE_UNSPECIFIED ? domain::Assurance::kUrlSecret : static_cast<domain::Assurance>(from.assurance());
}

void ReadSubject(const v1::Fact& from, Reader& reader, TakenFact& taken) {
  const v1::Subject& subject = from.subject();
  if (!v1::SubjectKind_IsValid(subject.kind()) || subject.kind() == v1::SUBJECT_KIND_UNSPECIFIED) {
    reader.Fault("subject.kind", "is required, one of the SubjectKind values");
  }
  reader.Text("subject.id", subject.id(), 1, 200);
  reader.Text("subject.key", subject.key(), 0, 400);
  reader.Text("subject.uri", subject.uri(), 0, 2000);
  domain::Fact& fact = taken.fact;
  fact.subject_kind = static_cast<domain::SubjectKind>(subject.kind());
  fact.subject = domain::SubjectRefOf(from.suite(), from.instance(), fact.subject_kind, subject.id());
  if (!subject.key().empty()) fact.alias = domain::SubjectAliasOf(from.suite(), from.instance(), subject.key());
  taken.details = {.subject = fact.subject,
                   .suite = from.suite(),
                   .instance = from.instance(),
                   .kind = fact.subject_kind,
                   .id = subject.id(),
                   .key = subject.key(),
                   .uri = subject.uri(),
                   .title = from.confidential() ? std::string() : Cut(subject.title(), kMaxTitleBytes)};
}

void ReadPlaces(const v1::Fact& from, Reader& reader, domain::Fact& fact) {
  if (from.places_size() > kMaxListed) return reader.Fault("places", "are more than 100; send the most specific ones");
  for (int i = 0; i < from.places_size(); ++i) {
    const std::string field = "places[" + std::to_string(i) + "]";
    const v1::Place& place = from.places(i);
    if (std::find(kPlaceKinds.begin(), kPlaceKinds.end(), place.kind()) == kPlaceKinds.end()) {
      reader.Fault(field + ".kind", "must be repo, project, component, area, queue, space, namespace, label or path");
    }
    reader.Text(field + ".value", place.value(), 1, 400);
    fact.places.push_back({place.kind(), place.value()});
  }
}

void ReadLabels(const v1::Fact& from, Reader& reader, domain::Fact& fact) {
  if (from.labels_size() > kMaxListed) return reader.Fault("labels", "are more than 100; send those that rules may look at");
  if (from.confidential()) return;
  for (const std::string& label : from.labels()) fact.labels.push_back(Cut(label, kMaxLabelBytes));
}

void ReadLinks(const v1::Fact& from, Reader& reader, domain::Fact& fact) {
  if (from.links_size() > kMaxListed) return reader.Fault("links", "are more than 100; send several facts");
  for (int i = 0; i < from.links_size(); ++i) {
    const std::string field = "links[" + std::to_string(i) + "]";
    const v1::Link& link = from.links(i);
    if (!v1::LinkKind_IsValid(link.kind()) || link.kind() == v1::LINK_KIND_UNSPECIFIED) {
      reader.Fault(field + ".kind", "is required, one of the LinkKind values");
    }
    reader.Text(field + ".target_id", link.target_id(), 0, 200);
    reader.Text(field + ".target_key", link.target_key(), 0, 400);
    const bool has_id = !link.target_id().empty();
    if (has_id && (!v1::SubjectKind_IsValid(link.target_kind()) || link.target_kind() == v1::SUBJECT_KIND_UNSPECIFIED)) {
      reader.Fault(field + ".target_kind", "is required with target_id");
    }
    if (!has_id && link.target_key().empty()) reader.Fault(field, "names no target; send target_kind and target_id, or target_key");
    const auto kind = static_cast<domain::SubjectKind>(link.target_kind());
    fact.links.push_back(
        {static_cast<domain::LinkKind>(link.kind()), has_id ? domain::SubjectRefOf(from.suite(), from.instance(), kind, link.target_id())
                                                            : domain::SubjectAliasOf(from.suite(), from.instance(), link.target_key())});
  }
}

bool IsAboutMeeting(domain::FactKind kind) {
  return kind == domain::FactKind::kMeetingScheduled || kind == domain::FactKind::kMeetingHeld ||
         kind == domain::FactKind::kMeetingCancelled;
}

void ReadMeeting(const v1::Fact& from, Reader& reader, TakenFact& taken) {
  if (!from.has_meeting()) return;
  const v1::Meeting& meeting = from.meeting();
  if (!IsAboutMeeting(taken.fact.kind)) return reader.Fault("meeting", "belongs to facts about meetings alone; leave it out");
  if (!meeting.has_start_time()) return reader.Fault("meeting.start_time", "is required: when the occurrence begins");
  if (!meeting.has_end_time()) return reader.Fault("meeting.end_time", "is required: when the occurrence ends");
  if (meeting.attendees_size() > kMaxAttendees) return reader.Fault("meeting.attendees", "are more than 200; leave the meeting out");
  domain::Meeting& taken_meeting = taken.fact.meeting.emplace();
  taken_meeting.start = reader.Instant("meeting.start_time", meeting.start_time());
  taken_meeting.end = reader.Instant("meeting.end_time", meeting.end_time());
  if (taken_meeting.end < taken_meeting.start) reader.Fault("meeting.end_time", "is before its start_time");
  reader.Text("meeting.series", meeting.series(), 0, 200);
  taken_meeting.series = meeting.series();
  for (int i = 0; i < meeting.attendees_size(); ++i) {
    const v1::Attendee& attendee = meeting.attendees(i);
    const std::string field = "meeting.attendees[" + std::to_string(i) + "]";
    if (!v1::Answer_IsValid(attendee.answer())) reader.Fault(field + ".answer", "is not a known value; leave it out");
    taken.attendees.push_back(*reader.Account(field + ".account", true, attendee.account(), from));
    taken_meeting.attendees.push_back({.party = {},
                                       .answer = static_cast<domain::Answer>(attendee.answer()),
                                       .chair = attendee.chair(),
                                       .optional = attendee.optional()});
  }
}

void ReadRest(const v1::Fact& from, Reader& reader, domain::Fact& fact) {
  fact.suite = from.suite();
  fact.instance = from.instance();
  fact.object_id = from.object_id();
  fact.revision = from.revision();
  fact.resolution_text = Cut(from.resolution_text(), kMaxWordBytes);
  fact.automation = from.automation();
  fact.minor = from.minor();
  fact.revert = from.revert();
  fact.confidential = from.confidential();
  fact.default_branch = from.default_branch();
  fact.tentative = from.tentative();
  fact.object_version = from.object_version();
  if (!HasControlCharacter(from.occur_time_text())) fact.occur_time_text = Cut(from.occur_time_text(), kMaxTimeText);
  if (from.object_version() < 0) reader.Fault("object_version", "is negative; send 0 if it is not known");
  if (from.has_open_time()) fact.open_time = reader.Instant("open_time", from.open_time());
}

// A fact whose own key cannot be made still needs a name: the same one each time the same bytes come.
domain::EventKey KeyOfBytes(std::string_view bytes, absl::Time day_of) {
  domain::Hasher hasher("comity/set-aside");
  return {.day = domain::DayNumber(domain::DayOf(day_of)), .hash = hasher.Add(bytes).Finish<domain::FactHash>()};
}

void SetAside(TakenFact& taken, domain::ReasonCode reason, absl::Status status) {
  taken.reason = reason;
  for (const FieldFault& fault : DetailsOf(status).faults) {
    if (!taken.detail.empty()) taken.detail += "; ";
    taken.detail += fault.field + ' ' + fault.description;
  }
  if (taken.detail.empty()) taken.detail = std::string(status.message());
  taken.detail = Cut(taken.detail, 2000);
  taken.status = std::move(status);
}

}  // namespace

std::string SerialisedToKeep(const v1::Fact& fact) {
  if (!fact.confidential()) return fact.SerializeAsString();
  v1::Fact kept = fact;
  kept.clear_labels();
  kept.mutable_subject()->clear_title();
  return kept.SerializeAsString();
}

TakenFact TakeFact(const v1::Fact& from, std::string_view path, absl::Time receive_time) {
  TakenFact taken;
  if (from.ByteSizeLong() > kMaxFactBytes) {
    taken.fact.key = KeyOfBytes(from.SerializeAsString(), receive_time);
    SetAside(taken, domain::ReasonCode::kTooLarge,
             Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFactInvalid, "the fact is larger than 256 KiB and was not kept",
                   {{std::string(path), "is larger than 256 KiB; facts carry who, what and when, never what somebody wrote"}}));
    return taken;
  }
  Reader reader(path);
  domain::Fact& fact = taken.fact;
  if (!domain::IsSuiteName(from.suite())) {
    reader.Fault("suite", "must be 1 to 32 lower-case letters, digits and dashes, for example `github`");
  }
  reader.Text("instance", from.instance(), 1, 200);
  ReadEnums(from, reader, fact);
  ReadSubject(from, reader, taken);
  reader.Text("object_id", from.object_id(), 1, 400);
  reader.Text("revision", from.revision(), 0, 200);
  if (!from.has_occur_time()) {
    reader.Fault("occur_time", "is required: when it happened, by the suite's clock");
  } else {
    fact.occur_time = reader.Instant("occur_time", from.occur_time());
  }
  taken.actor = reader.Account("actor", from.has_actor(), from.actor(), from);
  taken.asker = reader.Account("asker", from.has_asker(), from.asker(), from);
  taken.author = reader.Account("author", from.has_author(), from.author(), from);
  taken.target = reader.Account("target", from.has_target(), from.target(), from);
  ReadMeeting(from, reader, taken);
  ReadPlaces(from, reader, fact);
  ReadLabels(from, reader, fact);
  ReadLinks(from, reader, fact);
  ReadRest(from, reader, fact);

  if (!reader.faults().empty()) {
    taken.request = SerialisedToKeep(from);
    fact.key = KeyOfBytes(taken.request, receive_time);
    SetAside(taken, domain::ReasonCode::kInvalidFact,
             Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFactInvalid,
                   "the fact cannot be taken in as it is and was set aside; mend the fields named and send it again",
                   std::move(reader.faults())));
    return taken;
  }
  fact.key = domain::EventKeyOf(fact.suite, fact.instance, fact.kind, fact.object_id, fact.occur_time, fact.revision);
  if (fact.occur_time > receive_time + kMaxFactAhead) {
    taken.request = SerialisedToKeep(from);
    SetAside(
        taken, domain::ReasonCode::kFutureTime,
        Error(absl::StatusCode::kOutOfRange, ErrorReason::kFactInFuture,
              "the fact is dated more than 10 minutes after it was received and was set aside; check the suite's clock, then replay it",
              {{std::string(path) + ".occur_time", "is more than 10 minutes ahead"}}));
  }
  return taken;
}

google::rpc::Status ToResultStatus(const absl::Status& status) {
  google::rpc::Status result;
  if (status.ok()) return result;
  const ErrorDetails details = DetailsOf(status);
  result.set_code(static_cast<int32_t>(status.code()));
  result.set_message(std::string(status.message()));
  google::rpc::ErrorInfo info;
  info.set_reason(details.reason);
  info.set_domain("comity");
  for (const auto& [key, value] : details.metadata) (*info.mutable_metadata())[key] = value;
  result.add_details()->PackFrom(info);
  if (IsOverloaded(status)) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(std::chrono::nanoseconds(Backlog::kComeAgain).count()));
    result.add_details()->PackFrom(retry);
  }
  if (!details.faults.empty()) {
    google::rpc::BadRequest bad;
    for (const FieldFault& fault : details.faults) {
      auto* violation = bad.add_field_violations();
      violation->set_field(fault.field);
      violation->set_description(fault.description);
    }
    result.add_details()->PackFrom(bad);
  }
  return result;
}

}  // namespace comity::app

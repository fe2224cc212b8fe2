#include <utility>

#include "service/app/convert.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

std::string InstantText(absl::Time time) { return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone()); }

// `suite/instance/KIND/object/instant or revision`.
std::string SemanticId(const domain::Fact& fact) {
  return fact.suite + '/' + fact.instance + '/' + std::string(domain::FactKindName(fact.kind)) + '/' + fact.object_id + '/' +
         (fact.revision.empty() ? InstantText(fact.occur_time) : fact.revision);
}

void PutAccount(const domain::Party& party, Names& names, v1::Account* account) {
  account->set_kind(static_cast<v1::AccountKind>(party.kind));
  const domain::AccountRow* row = names.Account(party.account);
  if (row == nullptr) return;
  account->set_id(row->name.id);
  account->set_login(row->login);
}

void PutLinks(const domain::Fact& from, Names& names, v1::Fact& fact) {
  for (const domain::FactLink& link : from.links) {
    v1::Link& to = *fact.add_links();
    to.set_kind(static_cast<v1::LinkKind>(link.kind));
    // A target that nobody has seen yet has no name here: the link is kept as a hash.
    if (const store::SubjectDetails* target = names.Details(link.target); target != nullptr) {
      to.set_target_kind(static_cast<v1::SubjectKind>(target->kind));
      to.set_target_id(target->id);
      to.set_target_key(target->key);
    }
  }
}

void PutMeeting(const domain::Meeting& from, Names& names, v1::Meeting& meeting) {
  *meeting.mutable_start_time() = ToTimestamp(from.start);
  *meeting.mutable_end_time() = ToTimestamp(from.end);
  meeting.set_series(from.series);
  for (const domain::Attendee& attendee : from.attendees) {
    v1::Attendee& to = *meeting.add_attendees();
    PutAccount(attendee.party, names, to.mutable_account());
    to.set_answer(static_cast<v1::Answer>(attendee.answer));
    to.set_chair(attendee.chair);
    to.set_optional(attendee.optional);
  }
}

v1::Fact ToFact(const domain::Fact& from, Names& names) {
  v1::Fact fact;
  fact.set_kind(static_cast<v1::FactKind>(from.kind));
  fact.set_suite(from.suite);
  fact.set_instance(from.instance);
  v1::Subject& subject = *fact.mutable_subject();
  subject.set_kind(static_cast<v1::SubjectKind>(from.subject_kind));
  if (const store::SubjectDetails* details = names.Details(from.subject); details != nullptr) {
    subject.set_id(details->id);
    subject.set_key(details->key);
    subject.set_uri(details->uri);
    subject.set_title(details->title);
  }
  fact.set_object_id(from.object_id);
  *fact.mutable_occur_time() = ToTimestamp(from.occur_time);
  fact.set_occur_time_text(from.occur_time_text);
  fact.set_revision(from.revision);
  if (from.actor.present()) PutAccount(from.actor, names, fact.mutable_actor());
  if (from.asker.present()) PutAccount(from.asker, names, fact.mutable_asker());
  if (from.author.present()) PutAccount(from.author, names, fact.mutable_author());
  if (from.target.present()) PutAccount(from.target, names, fact.mutable_target());
  for (const domain::PlaceName& place : from.places) {
    v1::Place& to = *fact.add_places();
    to.set_kind(place.kind);
    to.set_value(place.value);
  }
  for (const std::string& label : from.labels) fact.add_labels(label);
  PutLinks(from, names, fact);
  fact.set_resolution(static_cast<v1::Resolution>(from.resolution));
  fact.set_resolution_text(from.resolution_text);
  fact.set_review_state(static_cast<v1::ReviewState>(from.review_state));
  fact.set_automation(from.automation);
  fact.set_minor(from.minor);
  fact.set_revert(from.revert);
  fact.set_confidential(from.confidential);
  fact.set_default_branch(from.default_branch);
  if (from.open_time != absl::InfinitePast()) *fact.mutable_open_time() = ToTimestamp(from.open_time);
  fact.set_assurance(static_cast<v1::Assurance>(from.assurance));
  fact.set_object_version(from.object_version);
  fact.set_tentative(from.tentative);
  if (from.meeting) PutMeeting(*from.meeting, names, *fact.mutable_meeting());
  return fact;
}

}  // namespace

absl::StatusOr<v1::Event> ToEvent(const store::StoredEvent& from, Names& names, const domain::Naming& naming, bool with_fact) {
  std::vector<domain::Fact> observations;
  for (const store::Observation& observation : from.observations) {
    COMITY_ASSIGN_OR_RETURN(domain::Fact fact, domain::DecodeFact(observation.bytes));
    observations.push_back(std::move(fact));
  }
  if (observations.empty()) return absl::DataLossError("an event without observations");
  const domain::Fact fact = domain::FoldObservations(observations);
  v1::Event event;
  event.set_name(from.key.ToName());
  event.set_semantic_id(SemanticId(fact));
  event.set_subject(names.Subject(from.subject));
  if (const store::SubjectDetails* details = names.Details(from.subject); details != nullptr) event.set_subject_uri(details->uri);
  event.set_outcome(static_cast<v1::Event::Outcome>(from.verdict.outcome));
  // Of what counts, the reason says how; the API's field says why not.
  if (from.verdict.outcome != domain::Outcome::kCounted) event.set_reason(std::string(domain::ReasonName(from.verdict.reason.code)));
  *event.mutable_explanation() = ToExplanation(domain::Render({from.verdict.reason}, naming), {event.name()});
  if (from.verdict.deed.has_value()) {
    if (std::string name = names.DeedName(*from.verdict.deed); !name.empty()) event.add_deeds(std::move(name));
  }
  event.set_source("sources/" + from.observations.front().source);
  *event.mutable_create_time() = ToTimestamp(from.observations.front().stored);
  event.set_observation_count(static_cast<int32_t>(from.observations.size()));
  if (with_fact) {
    *event.mutable_fact() = ToFact(fact, names);
  } else {
    event.mutable_fact()->set_kind(static_cast<v1::FactKind>(fact.kind));
    *event.mutable_fact()->mutable_occur_time() = ToTimestamp(fact.occur_time);
  }
  return event;
}

v1::Event ToEvent(const store::SetAsideRow& row) {
  v1::Event event;
  event.set_name(row.key.ToName());
  event.set_outcome(v1::Event::OUTCOME_SET_ASIDE);
  event.set_reason(std::string(domain::ReasonName(row.reason)));
  domain::Explained explained = domain::Render({{.code = row.reason, .parameters = {}}}, {});
  if (!row.detail.empty()) explained.text += (explained.text.empty() ? "" : " ") + row.detail + '.';
  *event.mutable_explanation() = ToExplanation(explained, {event.name()});
  event.set_source("sources/" + row.source);
  *event.mutable_create_time() = ToTimestamp(row.received);
  if (v1::Fact fact; fact.ParseFromString(row.request)) {
    event.set_subject(fact.subject().key().empty() ? fact.subject().id() : fact.subject().key());
    event.set_subject_uri(fact.subject().uri());
    *event.mutable_fact() = std::move(fact);
  }
  return event;
}

}  // namespace comity::app

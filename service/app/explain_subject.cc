// Why, or why not: everything known of a subject, as the caller may see it.
#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "service/app/convert.h"
#include "service/app/deed_access.h"
#include "service/app/event_app.h"
#include "service/app/judging_links.h"
#include "service/app/read_audit.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

using domain::FactKind;
using domain::Outcome;
using domain::SubjectRef;

constexpr size_t kMaxTextBytes = 2000;

absl::Status SubjectNotFound() {
  return Error(absl::StatusCode::kNotFound, ErrorReason::kSubjectNotFound,
               "nothing is known of that here, or you are on no side of it; send the address or key as the suite shows it",
               {{"subject", "an address, a key like `acme/billing#12`, `events/…` or `deeds/…`"}});
}

struct KnownEvent {
  store::StoredEvent stored;
  domain::Fact fact;
};

// A subject with the ids it was moved from and to.
struct KnownSubject {
  SubjectRef name;
  std::vector<KnownEvent> events;  // in order of time
  std::vector<store::DeedRow> deeds;
};

absl::StatusOr<std::vector<SubjectRef>> FindByText(store::Transaction& transaction, const std::string& text) {
  if (const auto key = domain::EventKey::FromName(text); key.has_value()) {
    COMITY_ASSIGN_OR_RETURN(const auto event, transaction.events().FindEvent(*key));
    if (!event.has_value()) return std::vector<SubjectRef>();
    return std::vector<SubjectRef>{event->subject};
  }
  if (const auto hash = DeedHashFromName(text); hash.has_value()) {
    COMITY_ASSIGN_OR_RETURN(const auto deed, transaction.deeds().FindDeed(*hash));
    if (deed.has_value()) return std::vector<SubjectRef>{deed->deed.key.subject};
  }
  COMITY_ASSIGN_OR_RETURN(auto found, transaction.events().FindSubjectsByText(text));
  if (!found.empty() || text.rfind("http", 0) != 0) return found;
  // People paste what their browser shows: the address of a comment, or one with a slash at its end.
  std::string plain = text.substr(0, text.find_first_of("?#"));
  while (!plain.empty() && plain.back() == '/') plain.pop_back();
  return transaction.events().FindSubjectsByText(plain);
}

absl::StatusOr<KnownSubject> Load(store::Transaction& transaction, SubjectRef subject) {
  SubjectLinks links(transaction);
  COMITY_RETURN_IF_ERROR(links.WithMoved({subject}).status());
  const std::vector<SubjectRef> members = links.GroupOf(subject);
  KnownSubject known{.name = subject, .events = {}, .deeds = {}};
  COMITY_ASSIGN_OR_RETURN(auto events, transaction.events().EventsOf(members));
  for (auto& [member, of_member] : events) {
    for (store::StoredEvent& stored : of_member) {
      std::vector<domain::Fact> observations;
      for (const store::Observation& observation : stored.observations) {
        COMITY_ASSIGN_OR_RETURN(domain::Fact fact, domain::DecodeFact(observation.bytes));
        observations.push_back(std::move(fact));
      }
      if (observations.empty()) continue;
      known.events.push_back({std::move(stored), domain::FoldObservations(observations)});
    }
  }
  std::stable_sort(known.events.begin(), known.events.end(),
                   [](const KnownEvent& a, const KnownEvent& b) { return a.fact.occur_time < b.fact.occur_time; });
  COMITY_ASSIGN_OR_RETURN(known.deeds, transaction.deeds().DeedsOf(members));
  return known;
}

// Whose act a fact may credit, if anybody's.
const domain::Party* HelperOf(const domain::Fact& fact) {
  switch (fact.kind) {
    case FactKind::kResolved:
    case FactKind::kChangeReviewed:
    case FactKind::kChangeTested:
    case FactKind::kChangeHelped:
    case FactKind::kChangeMentored:
    case FactKind::kChangeCoWritten:
    case FactKind::kPageEdited:
    case FactKind::kAssigned:
    case FactKind::kUnblocked:
      return &fact.actor;
    case FactKind::kChangeMerged:
    case FactKind::kLinked:
    case FactKind::kAnswered:
      return &fact.author;
    default:
      return nullptr;
  }
}

// Whom the subject concerns, with or without a deed: who helped or tried to, who asked, their teams then, and the owner's.
Sides SidesOfSubject(const KnownSubject& known, const domain::Directory& directory) {
  Sides sides;
  const auto add = [&](const domain::Party& party, absl::CivilDay day, std::vector<domain::PersonUid>& people) {
    const domain::PersonUid person = party.present() ? directory.PersonOf(party.account) : domain::PersonUid{};
    if (person.empty()) return;
    people.push_back(person);
    const auto teams = directory.TeamsOf(person, day);
    sides.teams.insert(sides.teams.end(), teams.begin(), teams.end());
  };
  for (const KnownEvent& event : known.events) {
    const absl::CivilDay day = domain::DayOf(event.fact.occur_time);
    if (const domain::Party* helper = HelperOf(event.fact); helper != nullptr) add(*helper, day, sides.helpers);
    add(event.fact.asker, day, sides.askers);
    const domain::TeamUid owner = directory.OwnerOf(event.fact.suite, event.fact.instance, event.fact.places, day);
    if (!owner.empty()) sides.teams.push_back(owner);
  }
  return sides;
}

// The fact that says most about why there is no deed: what ends a matter before what only belongs to it.
const KnownEvent* TellingEvent(const std::vector<const KnownEvent*>& events) {
  const auto weight = [](const KnownEvent& event) {
    switch (event.stored.verdict.outcome) {
      case Outcome::kParked:
        return 5;
      case Outcome::kUndo:
        return 4;
      case Outcome::kInternal:
        return 3;
      case Outcome::kNotCounted:
        return 2;
      default:
        return 1;
    }
  };
  const KnownEvent* telling = nullptr;
  for (const KnownEvent* event : events) {
    if (telling == nullptr || weight(*event) >= weight(*telling)) telling = event;
  }
  return telling;
}

// Leaves out what a trial made of an event, for those who may not see the trial's deed.
std::vector<const KnownEvent*> EventsShown(const KnownSubject& known, const std::vector<DeedView>& views) {
  std::set<domain::DeedHash> hidden;
  for (size_t i = 0; i < views.size(); ++i) {
    const domain::Deed& deed = known.deeds[i].deed;
    if (deed.shadow && views[i].view == View::kNone) hidden.insert(deed.key.Hash());
  }
  std::vector<const KnownEvent*> shown;
  for (const KnownEvent& event : known.events) {
    const auto& deed = event.stored.verdict.deed;
    if (!deed.has_value() || hidden.count(*deed) == 0) shown.push_back(&event);
  }
  return shown;
}

// An event may have made a deed that its reader is on no side of: then not even its name is told.
void KeepDeedsShown(const v1::ExplainSubjectResponse& response, v1::Event& event) {
  const auto shown = [&response](const std::string& name) {
    return std::any_of(response.deeds().begin(), response.deeds().end(),
                       [&name](const v1::SubjectDeed& deed) { return deed.deed() == name; });
  };
  auto* deeds = event.mutable_deeds();
  deeds->erase(std::remove_if(deeds->begin(), deeds->end(), [&](const std::string& name) { return !shown(name); }), deeds->end());
}

struct Explained {
  v1::ExplainSubjectResponse response;
  std::set<domain::PersonUid> read;  // whose names somebody who oversees has seen
};

absl::StatusOr<std::optional<Explained>> Explain(store::Transaction& transaction, const std::shared_ptr<const domain::Directory>& directory,
                                                 const Viewer& viewer, const KnownSubject& known, absl::Time now) {
  Sides sides = SidesOfSubject(known, *directory);
  Explained explained;
  Names names(transaction, directory);
  std::string deed_text;
  View best = View::kNone;
  bool concerned = false;
  std::vector<DeedView> views;
  for (const store::DeedRow& row : known.deeds) {
    COMITY_ASSIGN_OR_RETURN(DeedView view, LoadDeedView(transaction, row, viewer, now));
    best = std::max(best, view.view);
    concerned = concerned || view.concerned;
    if (view.view != View::kNone) {
      v1::SubjectDeed& deed = *explained.response.add_deeds();
      deed.set_deed(DeedName(row.deed));
      *deed.mutable_explanation() = ExplainRow(row, view, names);
      COMITY_RETURN_IF_ERROR(OfferThanks(transaction, row, view, *directory, *deed.mutable_explanation()));
      if (!deed_text.empty()) deed_text += ' ';
      deed_text += deed.explanation().text();
    }
    if (!view.concerned && view.view == View::kNamed) AddPeopleNamed(row.deed, explained.read);
    views.push_back(std::move(view));
  }
  // A trial's findings stay with those who may see them, also when they look at the subject.
  const bool only_shadow = !known.deeds.empty() &&
                           std::all_of(known.deeds.begin(), known.deeds.end(), [](const store::DeedRow& row) { return row.deed.shadow; });
  const View of_subject = only_shadow && best == View::kNone ? View::kNone : ViewOf(viewer, sides);
  best = std::max(best, of_subject);
  if (best == View::kNone) return std::nullopt;

  const auto may_name = [&](domain::PersonUid person) {
    for (const DeedView& view : views) {
      if (MaySee(view, *directory, person)) return true;
    }
    const domain::PersonRow* row = directory->FindPerson(person);
    return MaySeeName(viewer, of_subject, person, {.shared = false, .opted_out = row != nullptr && row->opted_out});
  };
  const domain::Naming naming = names.For(may_name, best == View::kNamed, domain::DayOf(now));
  v1::ExplainSubjectResponse& response = explained.response;
  response.set_subject(names.Subject(known.name));
  if (const store::SubjectDetails* details = names.Details(known.name); details != nullptr) response.set_subject_uri(details->uri);
  const std::vector<const KnownEvent*> events = EventsShown(known, views);
  for (const KnownEvent* event : events) {
    COMITY_ASSIGN_OR_RETURN(v1::Event shown, ToEvent(event->stored, names, naming, viewer.oversees));
    if (!viewer.oversees) shown.clear_semantic_id();  // object ids may hold accounts, also of people who opted out
    if (!viewer.oversees) KeepDeedsShown(response, shown);
    *response.add_events() = std::move(shown);
  }
  if (!deed_text.empty()) {
    response.set_summary(deed_text);
  } else if (const KnownEvent* telling = TellingEvent(events); telling != nullptr) {
    const domain::Explained words = domain::Render({telling->stored.verdict.reason}, naming);
    response.set_summary("No deed was found in " + response.subject() + ". " + words.text);
  }
  return explained;
}

// An event that was set aside has no subject yet; those who oversee see why.
absl::StatusOr<v1::ExplainSubjectResponse> ExplainSetAside(store::Transaction& transaction, const Viewer& viewer, const std::string& text) {
  const auto key = domain::EventKey::FromName(text);
  if (!viewer.oversees || !key.has_value()) return SubjectNotFound();
  COMITY_ASSIGN_OR_RETURN(const auto aside, transaction.events().FindSetAside(*key));
  if (!aside.has_value()) return SubjectNotFound();
  v1::ExplainSubjectResponse response;
  v1::Event& event = *response.add_events();
  event = ToEvent(*aside);
  response.set_subject(event.subject());
  response.set_subject_uri(event.subject_uri());
  response.set_summary("Set aside. " + event.explanation().text());
  return response;
}

}  // namespace

absl::StatusOr<v1::ExplainSubjectResponse> EventApp::ExplainSubject(const Caller& caller, const v1::ExplainSubjectRequest& request) {
  if (request.subject().empty() || request.subject().size() > kMaxTextBytes) return SubjectNotFound();
  std::optional<Explained> explained;
  {
    const absl::Time now = context_.clock.Now();
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(*transaction));
    const Viewer viewer = ViewerOf(caller, *directory, now);
    COMITY_ASSIGN_OR_RETURN(const auto subjects, FindByText(*transaction, request.subject()));
    // One key may be used by several instances: the first that the caller is on a side of.
    for (const SubjectRef& subject : subjects) {
      COMITY_ASSIGN_OR_RETURN(const bool within_reach, IsWithinReach(*transaction, viewer, subject));
      if (!within_reach) continue;
      COMITY_ASSIGN_OR_RETURN(KnownSubject known, Load(*transaction, subject));
      // Where it was moved from or to may be another suite's.
      std::erase_if(known.events, [&viewer](const KnownEvent& event) { return !viewer.Reaches(event.fact.suite, event.fact.instance); });
      COMITY_ASSIGN_OR_RETURN(explained, Explain(*transaction, directory, viewer, known, now));
      if (explained.has_value()) break;
    }
    if (!explained.has_value()) return ExplainSetAside(*transaction, viewer, request.subject());
  }
  COMITY_RETURN_IF_ERROR(RecordReads(context_, caller, "ExplainSubject", explained->response.subject(), std::move(explained->read)));
  return std::move(explained->response);
}

}  // namespace comity::app

#include "service/app/deed_access.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "service/base/error.h"

namespace comity::app {
namespace {

// Remedies are what the reader may do: what only others may say to the deed is none of theirs, and what they may say they read also where
// the steps do not offer it (a confirmed deed can still be corrected).
void OfferWhatMayBeSaid(const domain::Deed& deed, const Viewer& viewer, v1::Explanation& explanation) {
  if (viewer.oversees) return;
  auto& remedies = *explanation.mutable_remedies();
  const auto is_said = [](const std::string& remedy) {
    return remedy.starts_with("comity deeds confirm ") || remedy.starts_with("comity deeds correct ") ||
           remedy.starts_with("comity deeds decline ");
  };
  remedies.erase(std::remove_if(remedies.begin(), remedies.end(), is_said), remedies.end());
  const Says says = SaysOf(viewer, deed);
  const std::string name = DeedName(deed);
  if (says.confirm) {
    explanation.add_remedies("comity deeds confirm " + name +
                             (viewer.Is(deed.asker) ? "  # if you asked for it and were helped" : "  # if your team was helped"));
  }
  if (says.correct)
    explanation.add_remedies("comity deeds correct " + name + " --to PERSON=100 --because TEXT  # if somebody else did it, or others too");
  if (says.decline) explanation.add_remedies("comity deeds decline " + name + "  # if it is yours and you do not want it");
}

}  // namespace

absl::StatusOr<OpenedDeed> OpenDeed(Context& context, store::Transaction& transaction, const Caller& caller, std::string_view name) {
  const absl::Status missing = Error(absl::StatusCode::kNotFound, ErrorReason::kDeedNotFound,
                                     "no such deed among those of your side; list them with `comity deeds list`");
  const auto hash = DeedHashFromName(name);
  if (!hash.has_value()) return missing;
  COMITY_ASSIGN_OR_RETURN(auto row, transaction.deeds().FindDeed(*hash));
  if (!row.has_value()) return missing;
  COMITY_ASSIGN_OR_RETURN(const auto directory, context.snapshots.DirectoryIn(transaction));
  const absl::Time now = context.clock.Now();
  COMITY_ASSIGN_OR_RETURN(DeedView view, LoadDeedView(transaction, *row, ViewerOf(caller, *directory, now), now));
  if (view.view == View::kNone) return missing;
  return OpenedDeed{*std::move(row), std::move(view), Names(transaction, directory), directory, now};
}

v1::Explanation ExplainRow(const store::DeedRow& row, const DeedView& view, Names& names) {
  const domain::Naming naming = names.For([&](domain::PersonUid person) { return MaySee(view, names.directory(), person); },
                                          view.view == View::kNamed, domain::DayOf(row.deed.occur_time));
  std::vector<std::string> evidence;
  for (const domain::EventKey& key : row.deed.evidence) evidence.push_back(key.ToName());
  evidence.push_back("policies/" + std::to_string(row.deed.policy));
  v1::Explanation explanation = ToExplanation(domain::Render(row.deed.steps, naming), evidence);
  OfferWhatMayBeSaid(row.deed, view.viewer, explanation);
  return explanation;
}

bool IsHelpedSide(const Viewer& viewer, const domain::Deed& deed) {
  return !viewer.person.empty() && (viewer.Is(deed.asker) || viewer.IsIn(deed.helped_team));
}

std::vector<domain::PersonUid> PeopleToThank(const domain::Deed& deed, const domain::Directory& directory, domain::PersonUid author) {
  std::vector<domain::PersonUid> people;
  for (const domain::Line& line : deed.lines) {
    const domain::PersonRow* helper = line.person.empty() || line.declined ? nullptr : directory.FindPerson(line.person);
    if (helper != nullptr && !helper->former && line.person != author) people.push_back(line.person);
  }
  return people;
}

bool CanBeThankedFor(const domain::Deed& deed, const domain::Directory& directory, domain::PersonUid author) {
  const bool undone = deed.state == domain::DeedState::kReversed || deed.state == domain::DeedState::kDeclined;
  return !undone && !deed.shadow && !PeopleToThank(deed, directory, author).empty();
}

absl::Status OfferThanks(store::Transaction& transaction, const store::DeedRow& row, const DeedView& view,
                         const domain::Directory& directory, v1::Explanation& explanation) {
  const domain::Deed& deed = row.deed;
  const domain::PersonUid person = view.viewer.person;
  if (!IsHelpedSide(view.viewer, deed) || !CanBeThankedFor(deed, directory, person)) return absl::OkStatus();
  COMITY_ASSIGN_OR_RETURN(const bool thanked, transaction.recognition().HasThanked(person, deed.key.Hash()));
  if (!thanked) explanation.add_remedies("comity thank " + DeedName(deed) + " --saw TEXT  # if you want to thank for it");
  return absl::OkStatus();
}

}  // namespace comity::app

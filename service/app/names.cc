#include "service/app/names.h"

#include <utility>

#include "service/base/error.h"

namespace comity::app {
namespace {

std::string_view KindWord(domain::SubjectKind kind) {
  switch (kind) {
    case domain::SubjectKind::kIssue:
      return "issue";
    case domain::SubjectKind::kChange:
      return "change";
    case domain::SubjectKind::kPage:
      return "page";
    case domain::SubjectKind::kDiscussion:
      return "discussion";
    case domain::SubjectKind::kMeeting:
      return "meeting";
    case domain::SubjectKind::kNone:
      break;
  }
  return "subject";
}

}  // namespace

absl::Status Names::LoadSubjects(const std::vector<domain::SubjectRef>& subjects) {
  std::vector<domain::SubjectRef> missing;
  for (const domain::SubjectRef& subject : subjects) {
    if (subjects_.try_emplace(subject).second) missing.push_back(subject);
  }
  if (missing.empty()) return absl::OkStatus();
  COMITY_ASSIGN_OR_RETURN(auto found, transaction_.events().FindSubjects(missing));
  for (store::SubjectDetails& details : found) subjects_[details.subject] = std::move(details);
  return absl::OkStatus();
}

absl::Status Names::LoadAccounts(const std::vector<domain::AccountUid>& accounts) {
  std::vector<domain::AccountUid> missing;
  for (const domain::AccountUid& account : accounts) {
    if (!account.empty() && accounts_.try_emplace(account).second) missing.push_back(account);
  }
  if (missing.empty()) return absl::OkStatus();
  COMITY_ASSIGN_OR_RETURN(auto found, transaction_.directory().FindAccounts(missing));
  for (domain::AccountRow& row : found) accounts_[row.uid] = std::move(row);
  return absl::OkStatus();
}

const store::SubjectDetails* Names::Details(domain::SubjectRef subject) {
  if (!LoadSubjects({subject}).ok()) return nullptr;
  const store::SubjectDetails& details = subjects_[subject];
  return details.id.empty() ? nullptr : &details;
}

const domain::AccountRow* Names::Account(domain::AccountUid account) {
  if (account.empty() || !LoadAccounts({account}).ok()) return nullptr;
  const domain::AccountRow& row = accounts_[account];
  return row.uid.empty() ? nullptr : &row;
}

std::string Names::Subject(domain::SubjectRef subject) {
  const store::SubjectDetails* details = Details(subject);
  if (details == nullptr) return {};
  if (!details->key.empty()) return details->key;
  return std::string(KindWord(details->kind)) + ' ' + details->id;
}

std::string Names::PersonName(domain::PersonUid person) const { return app::PersonName(*directory_, person); }
std::string Names::TeamName(domain::TeamUid team) const { return app::TeamName(*directory_, team); }

std::string Names::AccountName(domain::AccountUid account) {
  const domain::AccountRow* row = Account(account);
  return row == nullptr ? std::string() : "accounts/" + row->name.ToText();
}

domain::Naming Names::For(const std::function<bool(domain::PersonUid)>& may_name, bool accounts, absl::CivilDay day) {
  const auto team_words = [this](domain::TeamUid team) -> std::string {
    const domain::TeamRow* row = directory_->FindTeam(team);
    if (row == nullptr) return {};
    return row->display_name.empty() ? row->id : row->display_name;
  };
  const auto person_words = [this, may_name, team_words, day](domain::PersonUid person) -> std::string {
    if (directory_->IsErased(person)) return std::string(kErasedWords);
    const domain::PersonRow* row = directory_->FindPerson(person);
    if (row != nullptr && may_name(person)) return row->display_name.empty() ? row->id : row->display_name;
    const std::vector<domain::TeamUid> teams = directory_->TeamsOf(person, day);
    const std::string team = teams.empty() ? std::string() : team_words(teams.front());
    return team.empty() ? std::string() : "a member of " + team;
  };
  domain::Naming naming;
  naming.person = [person_words](std::string_view text) {
    const auto person = domain::PersonUid::FromText(text);
    return person.has_value() ? person_words(*person) : std::string();
  };
  naming.team = [team_words](std::string_view text) {
    const auto team = domain::TeamUid::FromText(text);
    return team.has_value() ? team_words(*team) : std::string();
  };
  naming.account = [this, accounts, person_words](std::string_view text) -> std::string {
    const auto uid = domain::AccountUid::FromText(text);
    if (uid.has_value() && (domain::IsErasedAccount(*uid) || directory_->IsErased(directory_->PersonOf(*uid)))) {
      return std::string(kErasedWords);
    }
    const domain::AccountRow* row = uid.has_value() ? Account(*uid) : nullptr;
    if (row == nullptr) return {};
    if (!row->person.empty()) return person_words(row->person);
    return accounts ? row->name.ToText() : std::string();
  };
  naming.subject = [this](std::string_view text) {
    const auto subject = domain::SubjectRef::FromText(text);
    return subject.has_value() ? Subject(*subject) : std::string();
  };
  naming.deed = [this](std::string_view text) {
    const auto deed = domain::DeedHash::FromText(text);
    return deed.has_value() ? DeedName(*deed) : std::string(text);
  };
  return naming;
}

std::string PersonName(const domain::Directory& directory, domain::PersonUid person) {
  const domain::PersonRow* row = person.empty() ? nullptr : directory.FindPerson(person);
  return row == nullptr ? std::string() : "people/" + row->id;
}

std::string TeamName(const domain::Directory& directory, domain::TeamUid team) {
  const domain::TeamRow* row = team.empty() ? nullptr : directory.FindTeam(team);
  return row == nullptr ? std::string() : "teams/" + row->id;
}

std::string DeedName(const domain::Deed& deed) { return DeedName(deed.made_by.day, deed.key.Hash()); }

std::string DeedName(int32_t day, const domain::DeedHash& deed) {
  return "deeds/" + domain::DayText(domain::DayFromNumber(day)) + '-' + deed.ToText();
}

std::optional<domain::DeedHash> DeedHashFromName(std::string_view name) {
  if (name.substr(0, 6) == "deeds/") name.remove_prefix(6);
  if (name.size() < 10 || name[8] != '-' || !domain::ParseDayText(name.substr(0, 8)).has_value()) return std::nullopt;
  return domain::DeedHash::FromText(name.substr(9));
}

std::string Names::DeedName(const domain::DeedHash& deed) {
  const auto known = deeds_.find(deed);
  if (known != deeds_.end()) return known->second;
  const auto row = transaction_.deeds().FindDeed(deed);
  std::string name = row.ok() && row->has_value() ? app::DeedName((*row)->deed) : std::string();
  deeds_[deed] = name;
  return name;
}

Viewer ViewerOf(const Caller& caller, const domain::Directory& directory, absl::Time now) {
  Viewer viewer{.person = caller.person,
                .oversees = caller.scope == v1::SCOPE_ORGANISATION,
                .teams = {},
                .within = caller.within,
                .lead = caller.IsLead()};
  if (!caller.person.empty()) viewer.teams = directory.TeamsOf(caller.person, domain::DayOf(now));
  return viewer;
}

v1::Explanation ToExplanation(const domain::Explained& explained, const std::vector<std::string>& evidence) {
  v1::Explanation explanation;
  explanation.set_text(explained.text);
  for (const domain::ExplainedStep& from : explained.steps) {
    v1::ExplanationStep& step = *explanation.add_steps();
    step.set_code(std::string(domain::ReasonName(from.code)));
    for (const auto& [name, value] : from.parameters) (*step.mutable_parameters())[name] = value;
    step.set_text(from.text);
  }
  if (explanation.steps_size() > 0) {
    for (const std::string& name : evidence) explanation.mutable_steps(0)->add_evidence(name);
  }
  for (const std::string& remedy : explained.remedies) explanation.add_remedies(remedy);
  return explanation;
}

}  // namespace comity::app

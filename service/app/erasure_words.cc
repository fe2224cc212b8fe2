#include "service/app/erasure_words.h"

#include <algorithm>
#include <utility>

#include "comity/v1/event.pb.h"
#include "service/app/directory_apply.h"
#include "service/base/error.h"
#include "service/domain/codec.h"

namespace comity::app {
namespace {

using store::Swept;

constexpr size_t kMaxText = 4096, kMaxAccounts = 10'000;

bool IsWordByte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (static_cast<unsigned char>(c) & 0x80) != 0;
}

// Every text of a message, however deep.
template <typename Visit>
void ForEachText(const google::protobuf::Message& message, const Visit& visit) {
  const auto* reflection = message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const auto* field : fields) {
    const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field->type() == google::protobuf::FieldDescriptor::TYPE_STRING) {
        visit(field->is_repeated() ? reflection->GetRepeatedString(message, field, i) : reflection->GetString(message, field));
      } else if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) {
        ForEachText(field->is_repeated() ? reflection->GetRepeatedMessage(message, field, i) : reflection->GetMessage(message, field),
                    visit);
      }
    }
  }
}

}  // namespace

std::string PersonalWords::Encode() const {
  domain::ByteWriter out;
  out.Text(id);
  out.Text(display_name);
  out.Unsigned(accounts.size());
  for (const Account& account : accounts) {
    out.Uid(account.uid);
    out.Text(account.name.ToText());
    out.Text(account.login);
  }
  return out.Take();
}

absl::StatusOr<PersonalWords> PersonalWords::Decode(std::string_view bytes) {
  domain::ByteReader in(bytes);
  PersonalWords words;
  words.id = in.Text(kMaxText);
  words.display_name = in.Text(kMaxText);
  for (size_t left = in.Count(kMaxAccounts); left > 0 && in.ok(); --left) {
    Account account;
    account.uid = in.Uid<domain::AccountUid>();
    account.name = domain::AccountName::Parse(in.Text(kMaxText)).value_or(domain::AccountName{});
    account.login = in.Text(kMaxText);
    words.accounts.push_back(std::move(account));
  }
  if (in.Finished()) return words;
  return Error(absl::StatusCode::kDataLoss, ErrorReason::kStoreFailed, "an erasure's words cannot be read; restore from a backup");
}

bool RedactId(std::string_view id, std::string_view mark, std::string& text) {
  bool found = false;
  for (size_t place = 0; !id.empty() && (place = text.find(id, place)) != std::string::npos;) {
    const size_t end = place + id.size();
    const bool whole = (place == 0 || !IsWordByte(text[place - 1])) && (end == text.size() || !IsWordByte(text[end]));
    if (!whole) {
      ++place;
      continue;
    }
    text.replace(place, id.size(), mark);
    place += mark.size();
    found = true;
  }
  return found;
}

absl::StatusOr<ErasureWords> ErasureWords::Of(const std::vector<store::ErasedPerson>& people, std::vector<domain::OwnershipRow> rules) {
  ErasureWords result;
  result.rules_ = std::move(rules);
  for (size_t owner = 0; owner < people.size(); ++owner) {
    const std::string mark = domain::ErasedMark(people[owner].uid);
    result.people_.emplace(std::string(people[owner].uid.view()), owner);
    COMITY_ASSIGN_OR_RETURN(const PersonalWords words, PersonalWords::Decode(people[owner].words));
    result.redactor_.Add("people/" + words.id, "people/" + mark, owner);
    result.redactor_.Add(words.id, mark, owner);
    result.redactor_.Add(words.display_name, mark, owner);
    for (const PersonalWords::Account& account : words.accounts) {
      result.redactor_.Add(account.name.ToText(), mark, owner);
      result.redactor_.Add(account.name.id, mark, owner);
      result.redactor_.Add(account.login, mark, owner);
      result.accounts_.emplace(account.uid, Owned{owner, account.name.id, mark});
      result.names_.emplace(account.name, owner);
    }
  }
  return result;
}

// Only where every rule says of the place what it said before.
bool ErasureWords::RedactPlace(std::string_view suite, std::string_view instance, std::string_view kind, std::string& value,
                               std::vector<size_t>& owners) const {
  std::string renamed = value;
  std::vector<size_t> found;
  if (!Redact(renamed, found)) return false;
  const auto decides = [&](const domain::OwnershipRow& rule) {
    const domain::PlaceName before{std::string(kind), value}, after{std::string(kind), renamed};
    return MatchesPlace(rule.match, suite, instance, before) != MatchesPlace(rule.match, suite, instance, after);
  };
  if (std::any_of(rules_.begin(), rules_.end(), decides)) return false;
  owners.insert(owners.end(), found.begin(), found.end());
  value = std::move(renamed);
  return true;
}

// A place is written `suite:instance:kind:value`; every other parameter names nobody but by uid.
bool ErasureWords::RedactParameter(std::string& value, std::vector<size_t>& owners) const {
  std::vector<size_t> colons;
  for (size_t at = value.find(':'); at != std::string::npos && colons.size() < 3; at = value.find(':', at + 1)) colons.push_back(at);
  if (colons.size() < 3) return Redact(value, owners);
  const std::string_view text = value;
  std::string place = value.substr(colons[2] + 1);
  if (!RedactPlace(text.substr(0, colons[0]), text.substr(colons[0] + 1, colons[1] - colons[0] - 1),
                   text.substr(colons[1] + 1, colons[2] - colons[1] - 1), place, owners)) {
    return false;
  }
  value = value.substr(0, colons[2] + 1) + place;
  return true;
}

bool ErasureWords::RedactFact(domain::Fact& fact, std::vector<size_t>& owners) const {
  const domain::FactHash content = domain::ContentHashOf(fact);
  bool changed = false;
  domain::ForEachParty(fact, [&](const domain::Party& party) {
    const auto owned = accounts_.find(party.account);
    if (owned == accounts_.end()) return;
    for (std::string* text : {&fact.object_id, &fact.revision}) {
      if (!RedactId(owned->second.id, owned->second.mark, *text)) continue;
      changed = true;
      owners.push_back(owned->second.owner);
    }
  });
  if (fact.meeting) changed |= Redact(fact.meeting->series, owners);
  for (std::string* text : {&fact.object_id, &fact.revision, &fact.resolution_text, &fact.occur_time_text}) {
    changed |= Redact(*text, owners);
  }
  for (std::string& label : fact.labels) changed |= Redact(label, owners);
  for (domain::PlaceName& place : fact.places) changed |= RedactPlace(fact.suite, fact.instance, place.kind, place.value, owners);
  if (changed) fact.observed_content = content;
  return changed;
}

bool ErasureWords::RedactBytes(std::string& bytes, std::vector<size_t>& owners) const {
  absl::StatusOr<domain::Fact> fact = domain::DecodeFact(bytes);
  if (!fact.ok() || !RedactFact(*fact, owners)) return false;  // `comity admin verify` tells what cannot be read
  bytes = domain::EncodeFact(*fact);
  return true;
}

bool ErasureWords::Redact(domain::Fact& fact) const {
  std::vector<size_t> owners;
  return RedactFact(fact, owners);
}

bool ErasureWords::Redact(store::SubjectDetails& details) const {
  std::vector<size_t> owners;
  bool changed = Redact(details.id, owners);
  if (changed) details.id.clear();  // an id that is changed would name another subject
  for (std::string* text : {&details.key, &details.uri, &details.title}) changed |= Redact(*text, owners);
  return changed;
}

bool ErasureWords::NamedInRequest(const std::string& request, std::vector<size_t>& owners) const {
  v1::Fact fact;
  if (!fact.ParseFromString(request)) return redactor_.FindIn(request, owners);
  bool named = false;
  const auto look = [&](const v1::Account& account) {
    const auto found = names_.find({fact.suite(), fact.instance(), account.id()});
    if (found == names_.end()) return;
    owners.push_back(found->second);
    named = true;
  };
  for (const v1::Account* account : {&fact.actor(), &fact.asker(), &fact.author(), &fact.target()}) look(*account);
  for (const v1::Attendee& attendee : fact.meeting().attendees()) look(attendee.account());
  ForEachText(fact, [&](std::string text) { named |= Redact(text, owners); });
  return named;
}

bool ErasureWords::RedactRead(store::SweptRow& row, std::vector<size_t>& owners, bool& about) const {
  const auto found = people_.find(row.texts[0]), reader = people_.find(row.texts[1]);
  about = found != people_.end();
  if (about) {
    owners.push_back(found->second);
    return true;
  }
  bool changed = Redact(row.texts[2], owners);
  if (!row.texts[1].empty() && reader != people_.end()) {
    owners.push_back(reader->second);
    row.texts[1].clear();
    changed = true;
  }
  return changed;
}

ErasureWords::Action ErasureWords::Apply(Swept table, store::SweptRow& row, std::vector<size_t>& owners) const {
  std::vector<std::string>& texts = row.texts;
  bool changed = false;
  switch (table) {
    case Swept::kEvents:
    case Swept::kObservations:
      changed = RedactBytes(texts[0], owners);
      for (size_t i = 1; i < texts.size(); ++i) changed |= RedactParameter(texts[i], owners);
      return changed ? Action::kRewrite : Action::kKeep;
    case Swept::kDeeds:
      for (std::string& text : texts) changed |= RedactParameter(text, owners);
      return changed ? Action::kRewrite : Action::kKeep;
    case Swept::kRecognitions:  // somebody else's thanks are theirs, also where they name who was erased
    case Swept::kComments:
    case Swept::kReports:
    case Swept::kCheckIns:
      for (std::string& text : texts) changed |= Redact(text, owners);
      return changed ? Action::kRewrite : Action::kKeep;
    case Swept::kSetAside:
      changed = NamedInRequest(texts[0], owners);
      changed |= Redact(texts[1], owners);
      return changed ? Action::kRemove : Action::kKeep;
    case Swept::kSubjects:
      if (Redact(texts[0], owners)) {
        texts[0].clear();  // an id that is changed would name another subject
        changed = true;
      }
      for (size_t i = 1; i < texts.size(); ++i) changed |= Redact(texts[i], owners);
      return changed ? Action::kRewrite : Action::kKeep;
    case Swept::kPlaces:
      return RedactPlace(texts[0], texts[1], texts[2], texts[3], owners) ? Action::kRewrite : Action::kKeep;
    case Swept::kStatementTexts:
    case Swept::kProposalTexts:
      return Redact(texts[0], owners) ? Action::kRemove : Action::kKeep;
    case Swept::kAnswers:
      changed = redactor_.FindIn(texts[0], owners) || redactor_.FindIn(row.key.second, owners);
      return changed ? Action::kRemove : Action::kKeep;
    case Swept::kShared: {
      const auto found = people_.find(row.key.second);
      if (found == people_.end()) return Action::kKeep;
      owners.push_back(found->second);
      return Action::kRemove;
    }
    case Swept::kReads: {
      bool about = false;
      if (!RedactRead(row, owners, about)) return Action::kKeep;
      return about ? Action::kRemove : Action::kRewrite;
    }
    case Swept::kAudit:
      return Redact(texts[0], owners) ? Action::kRewrite : Action::kKeep;
  }
  return Action::kKeep;
}

domain::SubjectRef ErasureWords::TitleToWithhold(Swept table, const store::SweptRow& row, std::vector<size_t>& owners) const {
  if (table != Swept::kEvents && table != Swept::kObservations) return {};
  const absl::StatusOr<domain::Fact> fact = domain::DecodeFact(row.texts[0]);
  if (!fact.ok() || fact->kind != domain::FactKind::kOpened) return {};
  for (const domain::Party* party : {&fact->author, &fact->asker, &fact->actor}) {
    const auto owned = accounts_.find(party->account);
    if (owned == accounts_.end()) continue;
    owners.push_back(owned->second.owner);
    return fact->subject;
  }
  return {};
}

int32_t ErasureWords::RulesNaming(size_t person) const {
  int32_t count = 0;
  for (const domain::OwnershipRow& rule : rules_) {
    std::string match = rule.match;
    std::vector<size_t> owners;
    if (redactor_.Redact(match, owners) && std::find(owners.begin(), owners.end(), person) != owners.end()) ++count;
  }
  return count;
}

}  // namespace comity::app

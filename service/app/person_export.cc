#include "service/app/person_export.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/app/checkin_export.h"
#include "service/app/convert.h"
#include "service/app/duty_export.h"
#include "service/app/export_part.h"
#include "service/app/judging_links.h"
#include "service/app/names.h"
#include "service/app/reader_name.h"
#include "service/app/recognition_export.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"
#include "service/domain/codec.h"
#include "service/domain/time_text.h"

namespace comity::app {
namespace {

using domain::DeedHash;

constexpr int kParts = 100;
constexpr int32_t kAuditPart = 1000, kAuditAtOnce = 20'000;
constexpr int32_t kFirstDay = 0, kMonth = 31;
constexpr int kMonthsAtOnce = 600;

enum class Section : uint8_t { kPerson, kWords, kDeeds, kFacts, kReads, kCalls, kThanks, kCheckIns, kDuties, kEnd };

struct Cursor {
  Section section = Section::kPerson;
  int64_t number = 0;  // a day, an index or a row's id
  int64_t offset = 0;
  DeedHash deed;

  std::string Encode() const {
    domain::ByteWriter out;
    out.Byte(static_cast<uint8_t>(section));
    out.Signed(number);
    out.Signed(offset);
    out.Uid(deed);
    return out.Take();
  }
  static absl::StatusOr<Cursor> Decode(std::string_view bytes) {
    Cursor cursor;
    if (bytes.empty()) return cursor;
    domain::ByteReader in(bytes);
    cursor.section = in.Choice(Section::kEnd);
    cursor.number = in.Signed();
    cursor.offset = in.Signed();
    cursor.deed = in.Uid<DeedHash>();
    if (in.Finished()) return cursor;
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kPageTokenInvalid, "page_token is of another release; start again");
  }
};

// `KIND_HANDED_OVER` → `handed over`.
std::string Words(std::string name, std::string_view prefix) {
  if (name.starts_with(prefix)) name.erase(0, prefix.size());
  for (char& c : name) c = c == '_' ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return name;
}

class Exporter {
 public:
  Exporter(Context& context, store::Transaction& transaction, std::shared_ptr<const domain::Directory> directory,
           const domain::PersonRow& person, bool own, Cursor cursor)
      : context_(context),
        transaction_(transaction),
        directory_(std::move(directory)),
        person_(person),
        own_(own),
        names_(transaction, directory_),
        cursor_(cursor) {
    for (const domain::AccountRow& account : directory_->rows().accounts) {
      if (account.person == person.uid) accounts_.push_back(account);
    }
  }

  absl::Status Run() {
    while (page_.response.parts_size() < kParts && cursor_.section != Section::kEnd && !tired_) COMITY_RETURN_IF_ERROR(Step());
    return absl::OkStatus();
  }
  ExportPage Take() {
    if (cursor_.section != Section::kEnd) page_.cursor = cursor_.Encode();
    return std::move(page_);
  }

 private:
  absl::Status Step() {
    switch (cursor_.section) {
      case Section::kPerson:
        return Person();
      case Section::kWords:
        return WordsGiven();
      case Section::kDeeds:
        return Deeds();
      case Section::kFacts:
        return Facts();
      case Section::kReads:
        return Reads();
      case Section::kCalls:
        return Calls();
      case Section::kThanks:
        return Thanks();
      case Section::kCheckIns:
        return CheckIns();
      case Section::kDuties:
        return Duties();
      case Section::kEnd:
        break;
    }
    return absl::OkStatus();
  }
  void Next() {
    const auto section = static_cast<Section>(static_cast<uint8_t>(cursor_.section) + 1);
    cursor_ = {};
    cursor_.section = section;
  }
  v1::ExportPersonResponse& out() { return page_.response; }

  absl::Status Person();
  absl::Status WordsGiven();
  absl::Status Deeds();
  absl::Status Facts();
  absl::Status Reads();
  absl::Status Calls();
  absl::Status Thanks();
  absl::Status CheckIns();
  absl::Status Duties();
  void PutDeed(const store::DeedRow& row, const DeedView& view);
  absl::StatusOr<bool> FactsOfDay(int32_t day);
  void PutFact(const store::StoredEvent& event, const domain::Fact& fact, const std::vector<std::string>& parts);

  Context& context_;
  store::Transaction& transaction_;
  const std::shared_ptr<const domain::Directory> directory_;
  const domain::PersonRow& person_;
  const bool own_;
  Names names_;
  Cursor cursor_;
  ExportPage page_;
  std::vector<domain::AccountRow> accounts_;
  bool tired_ = false;  // enough was looked at for one page, whatever was found
};

absl::Status Exporter::Person() {
  ExportPart(out(), "person")
      .Put("id", NameOf("people", person_.id))
      .Put("name", person_.display_name)
      .Put("has left", person_.former)
      .Put("name is hidden on deeds", person_.opted_out);
  for (const domain::AccountRow& account : accounts_) {
    ExportPart(out(), "accounts")
        .Put("account", account.name.ToText())
        .Put("login", account.login)
        .Put("who said so", account.linked_by_file ? "the directory file" : "somebody who linked it");
  }
  for (const domain::MembershipRow& row : directory_->rows().memberships) {
    if (row.person != person_.uid) continue;
    ExportPart(out(), "memberships")
        .Put("team", names_.TeamName(row.team))
        .Put("from", row.days.open_start() ? std::string() : domain::IsoDay(row.days.start))
        .Put("until", row.days.open_end() ? std::string() : domain::IsoDay(row.days.end))
        .Put("primary", row.primary);
  }
  COMITY_ASSIGN_OR_RETURN(const auto choice, transaction_.admin().FindOptOut(person_.uid));
  if (choice.changed != absl::InfinitePast()) {
    ExportPart(out(), "choices").Put("name is hidden on deeds", choice.opted_out).Put("chosen", choice.changed);
  }
  for (std::string after;;) {
    COMITY_ASSIGN_OR_RETURN(const auto tokens, transaction_.admin().ListTokens(after, 1000));
    for (const store::TokenRow& token : tokens) {
      after = token.id;
      if (token.person != person_.uid) continue;
      std::vector<std::string> roles;
      for (const int32_t role : token.roles) roles.push_back(Words(v1::Role_Name(static_cast<v1::Role>(role)), "ROLE_"));
      ExportPart(out(), "tokens")
          .Put("token", NameOf("tokens", token.id))
          .Put("roles", roles)
          .Put("made", token.created)
          .Put("made useless", token.revoked);
    }
    if (tokens.size() < 1000) break;
  }
  Next();
  return absl::OkStatus();
}

absl::Status Exporter::WordsGiven() {
  COMITY_ASSIGN_OR_RETURN(const auto texts, transaction_.privacy().TextsBy(person_.uid));
  const auto end = std::min<size_t>(texts.size(), static_cast<size_t>(cursor_.number) + kParts);
  for (auto i = static_cast<size_t>(cursor_.number); i < end; ++i)
    ExportPart(out(), "words").Put("what you wrote to put a deed right", texts[i]);
  cursor_.number = static_cast<int64_t>(end);
  if (end == texts.size()) Next();
  return absl::OkStatus();
}

void Exporter::PutDeed(const store::DeedRow& row, const DeedView& view) {
  const v1::Deed deed = ToDeed(row, view, names_, context_.clock.Now());
  std::vector<std::string> helpers, parts;
  double share = 0;
  for (const v1::Deed::Helper& helper : deed.helpers()) {
    if (helper.person() == NameOf("people", person_.id)) {
      parts.push_back(helper.declined() ? "helper, declined" : "helper");
      share = helper.share_ppm() / 10'000.0;
    } else {
      helpers.push_back(helper.erased() ? std::string(kErasedWords) : helper.person().empty() ? "somebody" : helper.person());
    }
  }
  if (row.deed.asker == person_.uid) parts.push_back("asker");
  if (parts.empty()) parts.push_back("helper or named in a correction, without their name");
  ExportPart part(out(), "deeds");
  part.Put("deed", deed.name())
      .Put("when", row.deed.occur_time)
      .Put("what", Words(v1::Deed::Kind_Name(deed.kind()), "KIND_"))
      .Put("about", deed.subject())
      .Put("title", deed.subject_title())
      .Put("address", deed.subject_uri())
      .Put("your part", parts)
      .Put("helped team", deed.helped_team())
      .Put("helping team", deed.helper_team())
      .Put("other helpers", helpers)
      .Put("asker", row.deed.asker == person_.uid ? std::string() : deed.asker())
      .Put("state", Words(v1::Deed::State_Name(deed.state()), "STATE_"))
      .Put("because", deed.because());
  if (share > 0) part.Put("your share in percent", share);
}

absl::Status Exporter::Deeds() {
  std::optional<std::pair<int32_t, DeedHash>> after;
  if (!cursor_.deed.empty()) after = {static_cast<int32_t>(cursor_.number), cursor_.deed};
  COMITY_ASSIGN_OR_RETURN(const auto rows, transaction_.deeds().ListDeeds({.people = {person_.uid}, .teams = {}}, after, kParts));
  const absl::Time now = context_.clock.Now();
  const Viewer viewer{.person = person_.uid, .oversees = false, .teams = directory_->TeamsOf(person_.uid, domain::DayOf(now))};
  for (const store::DeedRow& row : rows) {
    COMITY_ASSIGN_OR_RETURN(const DeedView view, LoadDeedView(transaction_, row, viewer, now));
    PutDeed(row, view);
    cursor_.number = row.deed.made_by.day;
    cursor_.deed = row.deed.key.Hash();
  }
  if (rows.size() < kParts) Next();
  return absl::OkStatus();
}

std::string InvitedWords(const domain::Attendee& attendee) {
  constexpr std::array<std::string_view, 4> kAnswers = {"", ", and accepted", ", and may come", ", and declined"};
  return "you were invited" + std::string(kAnswers.at(static_cast<size_t>(attendee.answer)));
}

void Exporter::PutFact(const store::StoredEvent& event, const domain::Fact& fact, const std::vector<std::string>& parts) {
  const store::SubjectDetails* details = names_.Details(event.subject);
  ExportPart(out(), "facts")
      .Put("fact", event.key.ToName())
      .Put("when", fact.occur_time)
      .Put("what", Words(std::string(domain::FactKindName(fact.kind)), ""))
      .Put("about", names_.Subject(event.subject))
      .Put("title", details == nullptr || fact.confidential ? std::string() : details->title)
      .Put("address", details == nullptr ? std::string() : details->uri)
      .Put("your part", parts)
      .Put("labels", fact.labels)
      .Put("source", NameOf("sources", event.observations.front().source))
      .Put("first stored", event.observations.front().stored)
      .Put("made of it", Words(v1::Event::Outcome_Name(static_cast<v1::Event::Outcome>(event.verdict.outcome)), "OUTCOME_"));
}

// The facts of one day, from `offset` of its subjects on. False when the page is full before all are told.
absl::StatusOr<bool> Exporter::FactsOfDay(int32_t day) {
  const domain::DayRange range{.start = domain::DayFromNumber(day), .end = domain::DayFromNumber(day + 1)};
  SubjectSet found;
  for (const domain::AccountRow& account : accounts_) {
    COMITY_ASSIGN_OR_RETURN(const auto subjects, transaction_.events().SubjectsOf(account.uid, range));
    found.insert(subjects.begin(), subjects.end());
  }
  SubjectLinks links(transaction_);
  COMITY_ASSIGN_OR_RETURN(const SubjectSet with_moved, links.WithMoved(found));
  const std::vector<domain::SubjectRef> subjects(with_moved.begin(), with_moved.end());
  for (auto i = static_cast<size_t>(cursor_.offset); i < subjects.size(); ++i) {
    if (out().parts_size() >= kParts) {
      cursor_.offset = static_cast<int64_t>(i);
      return false;
    }
    COMITY_ASSIGN_OR_RETURN(const auto events, transaction_.events().EventsOf({subjects[i]}));
    for (const auto& [subject, of_subject] : events) {
      for (const store::StoredEvent& event : of_subject) {
        if (event.key.day != day) continue;
        std::vector<domain::Fact> observations;
        for (const store::Observation& observation : event.observations) {
          COMITY_ASSIGN_OR_RETURN(domain::Fact fact, domain::DecodeFact(observation.bytes));
          observations.push_back(std::move(fact));
        }
        const domain::Fact fact = domain::FoldObservations(observations);
        std::vector<std::string> parts;
        const std::array<std::pair<const domain::Party*, const char*>, 4> roles = {
            {{&fact.actor, "did it"}, {&fact.asker, "asked"}, {&fact.author, "wrote it"}, {&fact.target, "it was given to you"}}};
        const auto is_theirs = [&](const domain::Party& party) {
          return std::any_of(accounts_.begin(), accounts_.end(),
                             [&](const domain::AccountRow& account) { return account.uid == party.account; });
        };
        for (const auto& role : roles) {
          if (is_theirs(*role.first)) parts.emplace_back(role.second);
        }
        if (fact.meeting) {
          for (const domain::Attendee& attendee : fact.meeting->attendees) {
            if (is_theirs(attendee.party)) parts.push_back(InvitedWords(attendee));
          }
        }
        if (!parts.empty()) PutFact(event, fact, parts);
      }
    }
  }
  cursor_.offset = 0;
  return true;
}

// Month by month, and day by day within a month that has any.
absl::Status Exporter::Facts() {
  const int32_t today = domain::DayNumber(domain::DayOf(context_.clock.Now())) + 1;
  if (cursor_.number < kFirstDay) cursor_.number = kFirstDay;
  for (int months = 0; months < kMonthsAtOnce; ++months) {
    if (cursor_.number > today || accounts_.empty()) {
      Next();
      return absl::OkStatus();
    }
    const auto first = static_cast<int32_t>(cursor_.number);
    bool any = false;
    for (const domain::AccountRow& account : accounts_) {
      COMITY_ASSIGN_OR_RETURN(const auto subjects,
                              transaction_.events().SubjectsOf(
                                  account.uid, {.start = domain::DayFromNumber(first), .end = domain::DayFromNumber(first + kMonth)}));
      any = any || !subjects.empty();
    }
    for (int32_t day = first; any && day < first + kMonth; ++day) {
      cursor_.number = day;
      COMITY_ASSIGN_OR_RETURN(const bool all, FactsOfDay(day));
      if (!all) return absl::OkStatus();
    }
    cursor_.number = first + kMonth;
    if (out().parts_size() >= kParts) return absl::OkStatus();
  }
  tired_ = true;
  return absl::OkStatus();
}

absl::Status Exporter::Reads() {
  COMITY_ASSIGN_OR_RETURN(const auto rows, transaction_.admin().ListReads(person_.uid, cursor_.number, kParts));
  for (const auto& row : rows) {
    COMITY_ASSIGN_OR_RETURN(const std::string reader, ReaderOf(row.read, *directory_, transaction_));
    ExportPart(out(), "reads about you")
        .Put("when", row.read.time)
        .Put("who", reader)
        .Put("what", row.read.target)
        .Put("call", row.read.method);
    cursor_.number = row.id;
  }
  if (rows.size() < kParts) Next();
  return absl::OkStatus();
}

absl::Status Exporter::Calls() {
  int64_t before = cursor_.number == 0 ? std::numeric_limits<int64_t>::max() : cursor_.number;
  for (int32_t looked_at = 0; looked_at < kAuditAtOnce; looked_at += kAuditPart) {
    COMITY_ASSIGN_OR_RETURN(const auto rows, transaction_.privacy().ReadAudit(before, kAuditPart));
    for (const auto& row : rows) {
      before = row.id;
      cursor_.number = before;
      if (row.audit.person != person_.uid) continue;
      ExportPart(out(), "calls you made")
          .Put("when", row.audit.time)
          .Put("call", row.audit.method)
          .Put("about", row.audit.target)
          .Put("ended", absl::StatusCodeToString(static_cast<absl::StatusCode>(row.audit.code)));
      if (out().parts_size() >= kParts) return absl::OkStatus();
    }
    if (rows.size() < static_cast<size_t>(kAuditPart)) {
      Next();
      return absl::OkStatus();
    }
  }
  tired_ = true;
  return absl::OkStatus();
}

absl::Status Exporter::Thanks() {
  ThanksPlace place{.stage = cursor_.offset, .number = cursor_.number};
  COMITY_ASSIGN_OR_RETURN(const bool all, ExportThanks(transaction_, *directory_, person_.uid, own_, kParts, place, out()));
  cursor_.offset = place.stage;
  cursor_.number = place.number;
  if (all) Next();
  return absl::OkStatus();
}

absl::Status Exporter::CheckIns() {
  COMITY_RETURN_IF_ERROR(ExportCheckIns(transaction_, person_.uid, own_, out()));
  Next();
  return absl::OkStatus();
}

absl::Status Exporter::Duties() {
  COMITY_ASSIGN_OR_RETURN(const bool all, ExportDuties(transaction_, *directory_, person_.uid, kParts, cursor_.number, out()));
  if (all) Next();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ExportPage> MakeExportPage(Context& context, store::Transaction& transaction, const domain::PersonRow& person, bool own,
                                          const std::string& cursor) {
  COMITY_ASSIGN_OR_RETURN(const Cursor from, Cursor::Decode(cursor));
  COMITY_ASSIGN_OR_RETURN(auto directory, context.snapshots.DirectoryIn(transaction));
  Exporter exporter(context, transaction, std::move(directory), person, own, from);
  COMITY_RETURN_IF_ERROR(exporter.Run());
  return exporter.Take();
}

}  // namespace comity::app

#include "plugins/sdk/fact_builder.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/times.h"

namespace comity::sdk {
namespace {

// The bounds of comity.v1.Fact.
constexpr size_t kMaxSubjectId = 200, kMaxKey = 400, kMaxUri = 2000, kMaxTitle = 500, kMaxObjectId = 400, kMaxRevision = 200;
constexpr size_t kMaxAccountId = 200, kMaxLogin = 200, kMaxPlace = 400, kMaxLabel = 200, kMaxTimeText = 64;
constexpr int kMaxLabels = 100, kMaxLinks = 100, kMaxPlaces = 20;

// Nobody, and an account that cannot be told apart from others, clear the field.
void SetAccount(std::optional<v1::Account> account, v1::Fact& fact, v1::Account* (v1::Fact::*mutable_field)(),
                void (v1::Fact::*clear_field)()) {
  (fact.*clear_field)();
  if (!account || account->id().empty() || account->id().size() > kMaxAccountId) return;
  account->set_login(CutText(account->login(), kMaxLogin));
  *(fact.*mutable_field)() = *std::move(account);
}

std::string Hidden(std::string_view id) { return "hidden:" + Sha256Hex(id).substr(0, 32); }

// A page is named by its title: the same page has the same id still, and nobody can read it.
void HideName(v1::Fact& fact) {
  v1::Subject& subject = *fact.mutable_subject();
  subject.clear_key();
  subject.clear_uri();
  subject.set_id(Hidden(subject.id()));
  fact.set_object_id(Hidden(fact.object_id()));
  for (v1::Link& link : *fact.mutable_links()) {
    if (link.target_kind() != v1::SUBJECT_KIND_PAGE) continue;
    link.clear_target_key();
    link.set_target_id(Hidden(link.target_id()));
  }
}

}  // namespace

FactBuilder::FactBuilder(const Source& source, v1::FactKind kind, v1::Assurance assurance) {
  fact_.set_kind(kind);
  fact_.set_suite(source.suite);
  fact_.set_instance(source.instance);
  fact_.set_assurance(assurance);
}

FactBuilder& FactBuilder::Subject(v1::SubjectKind kind, std::string_view id, std::string_view path) {
  if (id.empty()) faults_.push_back({std::string(path), "is missing: the immutable id of what this is about"});
  fact_.mutable_subject()->set_kind(kind);
  fact_.mutable_subject()->set_id(BoundedId(id, kMaxSubjectId));
  return ObjectId(id);
}
FactBuilder& FactBuilder::Key(std::string_view key) {
  fact_.mutable_subject()->set_key(BoundedId(key, kMaxKey));
  return *this;
}
FactBuilder& FactBuilder::Uri(std::string_view uri) {
  if (uri.size() <= kMaxUri) fact_.mutable_subject()->set_uri(std::string(uri));  // half an address leads nowhere
  return *this;
}
FactBuilder& FactBuilder::Title(std::string_view title) {
  fact_.mutable_subject()->set_title(CutText(title, kMaxTitle));
  return *this;
}
FactBuilder& FactBuilder::ObjectId(std::string_view id) {
  fact_.set_object_id(BoundedId(id, kMaxObjectId));
  return *this;
}
FactBuilder& FactBuilder::OccurTime(Json value, std::string_view path) {
  const std::optional<absl::Time> time = TimeOf(value);
  if (!time) {
    faults_.push_back({std::string(path), value.exists() ? "is not an instant with a time zone" : "is missing: when it happened"});
    return *this;
  }
  const std::optional<int64_t> number = value.Integer();
  fact_.set_occur_time_text(CutText(number ? std::to_string(*number) : std::string(value.Text()), kMaxTimeText));
  return OccurTime(*time);
}
FactBuilder& FactBuilder::OccurTime(absl::Time time) {
  *fact_.mutable_occur_time() = ToTimestamp(time);
  return *this;
}
FactBuilder& FactBuilder::Revision(std::string_view revision) {
  fact_.set_revision(BoundedId(revision, kMaxRevision));
  return *this;
}
FactBuilder& FactBuilder::OpenTime(Json value) {
  if (const auto time = TimeOf(value)) *fact_.mutable_open_time() = ToTimestamp(*time);
  return *this;
}
FactBuilder& FactBuilder::Version(Json update_time) {
  if (const auto time = TimeOf(update_time)) fact_.set_object_version(absl::ToUnixMicros(*time));
  return *this;
}
FactBuilder& FactBuilder::Actor(std::optional<v1::Account> account) {
  SetAccount(std::move(account), fact_, &v1::Fact::mutable_actor, &v1::Fact::clear_actor);
  return *this;
}
FactBuilder& FactBuilder::Asker(std::optional<v1::Account> account) {
  SetAccount(std::move(account), fact_, &v1::Fact::mutable_asker, &v1::Fact::clear_asker);
  return *this;
}
FactBuilder& FactBuilder::Author(std::optional<v1::Account> account) {
  SetAccount(std::move(account), fact_, &v1::Fact::mutable_author, &v1::Fact::clear_author);
  return *this;
}
FactBuilder& FactBuilder::Target(std::optional<v1::Account> account) {
  SetAccount(std::move(account), fact_, &v1::Fact::mutable_target, &v1::Fact::clear_target);
  return *this;
}
FactBuilder& FactBuilder::Place(std::string_view kind, std::string_view value) {
  if (value.empty() || fact_.places_size() >= kMaxPlaces) return *this;
  v1::Place* place = fact_.add_places();
  place->set_kind(std::string(kind));
  place->set_value(BoundedId(value, kMaxPlace));
  return *this;
}
FactBuilder& FactBuilder::Label(std::string_view label) {
  if (!label.empty() && fact_.labels_size() < kMaxLabels) fact_.add_labels(CutText(label, kMaxLabel));
  return *this;
}
FactBuilder& FactBuilder::Link(v1::LinkKind kind, v1::SubjectKind target_kind, std::string_view target_id, std::string_view target_key) {
  if ((target_id.empty() && target_key.empty()) || fact_.links_size() >= kMaxLinks) return *this;
  v1::Link* link = fact_.add_links();
  link->set_kind(kind);
  link->set_target_kind(target_kind);
  if (!target_id.empty()) link->set_target_id(BoundedId(target_id, kMaxSubjectId));
  if (!target_key.empty()) link->set_target_key(BoundedId(target_key, kMaxKey));
  return *this;
}
FactBuilder& FactBuilder::Confidential(bool confidential) {
  fact_.set_confidential(confidential);
  return *this;
}

absl::StatusOr<v1::Fact> FactBuilder::Build() const {
  if (!faults_.empty()) {
    std::string message = "the payload lacks what a fact needs";
    for (const FieldFault& fault : faults_) absl::StrAppend(&message, "; ", fault.field, " ", fault.description);
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFactInvalid, message, faults_);
  }
  v1::Fact fact = fact_;
  if (fact.confidential()) {
    fact.mutable_subject()->clear_title();
    fact.clear_labels();
    if (fact.subject().kind() == v1::SUBJECT_KIND_PAGE) HideName(fact);
  }
  return fact;
}

std::string CutText(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not inside a character
  return std::string(text.substr(0, end));
}

std::string BoundedId(std::string_view text, size_t max_bytes) {
  constexpr size_t kHashChars = 32;
  if (text.size() <= max_bytes) return std::string(text);
  return CutText(text, max_bytes - kHashChars - 1) + "~" + Sha256Hex(text).substr(0, kHashChars);
}

}  // namespace comity::sdk

#include "service/domain/lookback/history.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "service/git/contact.h"

namespace comity::domain::lookback {
namespace {

constexpr uint32_t kNoContact = std::numeric_limits<uint32_t>::max();

uint8_t Nibble(char c) { return static_cast<uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); }

}  // namespace

CommitId CommitIdOf(std::string_view hex) {
  CommitId id;
  for (size_t i = 0; i < id.bytes.size() && 2 * i + 1 < hex.size(); ++i) {
    id.bytes[i] = static_cast<uint8_t>(Nibble(hex[2 * i]) << 4 | Nibble(hex[2 * i + 1]));
  }
  return id;
}

std::optional<HelpKind> KindOfTrailer(std::string_view key) {
  constexpr HelpKind kKinds[] = {HelpKind::kReviewed, HelpKind::kTested, HelpKind::kHelped,
                                 HelpKind::kMentored, HelpKind::kFixed,  HelpKind::kCoWrote};  // in the order of git::kTrailerKeys
  static_assert(std::size(kKinds) == std::size(git::kTrailerKeys));
  for (size_t i = 0; i < std::size(kKinds); ++i) {
    if (absl::EqualsIgnoreCase({key.data(), key.size()}, {git::kTrailerKeys[i].data(), git::kTrailerKeys[i].size()})) return kKinds[i];
  }
  return std::nullopt;
}

History::History(Areas& areas, const std::vector<std::string>& bot_emails) : areas_(areas) {
  for (const std::string& email : bot_emails) bot_keys_.push_back(git::PersonKey(email));
}

Person History::PersonOf(std::string_view name, std::string_view email) {
  std::string key = git::PersonKey(email.substr(0, git::kMaxContactBytes));
  if (key.empty()) return kNobody;
  const auto [found, is_new] = person_by_key_.try_emplace(std::move(key), static_cast<Person>(people_.size()));
  if (is_new) people_.push_back({found->first, std::find(bot_keys_.begin(), bot_keys_.end(), found->first) != bot_keys_.end()});
  PersonRow& person = people_[found->second];
  person.bot = person.bot || git::LooksLikeBot(name.substr(0, git::kMaxContactBytes), person.key);
  return found->second;
}

Person History::Find(std::string_view email) const {
  const auto found = person_by_key_.find(git::PersonKey(email));
  return found == person_by_key_.end() ? kNobody : found->second;
}

uint32_t History::ContactOf(std::string_view value) {
  const auto contact = git::ParseContact(value);
  if (!contact) return kNoContact;
  std::string text(contact->name);
  text.append(text.empty() ? "<" : " <").append(contact->email).append(">");
  if (const auto found = contact_by_text_.find(text); found != contact_by_text_.end()) return found->second;
  if (contacts_.size() >= kMaxContacts) return kNoContact;
  const auto index = static_cast<uint32_t>(contacts_.size());
  contacts_.push_back(text);
  contact_people_.push_back(kNobody);  // settled by Resolve: an address that the mailmap replaces is nobody's
  contact_by_text_.emplace(std::move(text), index);
  return index;
}

void History::Resolve(size_t contact, std::string_view name, std::string_view email) { contact_people_[contact] = PersonOf(name, email); }

// Of equals the area that was named first, which is the same in every run.
Area History::MainAreaOf(const std::vector<std::string_view>& files) {
  touched_.clear();
  for (const std::string_view file : files) {
    const Area area = areas_.AreaOf(file);
    if (area >= files_in_area_.size()) files_in_area_.resize(area + 1, 0);
    if (files_in_area_[area]++ == 0) touched_.push_back(area);
  }
  Area main = kNoArea;
  for (const Area area : touched_) {
    if (main == kNoArea || files_in_area_[area] > files_in_area_[main]) main = area;
  }
  for (const Area area : touched_) files_in_area_[area] = 0;
  return main;
}

void History::Add(const git::LogCommit& commit) {
  const auto index = static_cast<Commit>(commits_.size());
  CommitRow row;
  row.id = CommitIdOf(commit.id);
  row.time = commit.time;
  row.author = PersonOf(commit.author_name, commit.author_email);
  row.parents_from = static_cast<uint32_t>(parents_.size());
  if (commit.parents.size() < 2) row.area = MainAreaOf(commit.files);
  if (commit.time == 0) ++undated_commits_;
  for (const std::string_view parent : commit.parents) parents_.push_back(CommitIdOf(parent));
  for (const git::Trailer& trailer : commit.trailers) {
    const auto kind = KindOfTrailer(trailer.key);
    if (!kind) continue;
    const uint32_t contact = ContactOf(trailer.value);
    if (contact == kNoContact) {
      ++nameless_trailers_;
    } else {
      trailers_.push_back({index, *kind, contact});
    }
  }
  for (const std::string_view reverted : commit.reverts) reverts_.push_back({index, CommitIdOf(reverted)});
  commits_.push_back(row);
}

std::span<const CommitId> History::ParentsOf(Commit commit) const {
  const size_t from = commits_[commit].parents_from;
  const size_t to = commit + 1 < commits_.size() ? commits_[commit + 1].parents_from : parents_.size();
  return std::span(parents_).subspan(from, to - from);
}

}  // namespace comity::domain::lookback

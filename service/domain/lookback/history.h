// What is kept of a log while it streams by: numbers, and one address for each person. Pure.
#ifndef COMITY_SERVICE_DOMAIN_LOOKBACK_HISTORY_H_
#define COMITY_SERVICE_DOMAIN_LOOKBACK_HISTORY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "service/domain/lookback/areas.h"
#include "service/domain/values.h"
#include "service/git/git_log.h"

namespace comity::domain::lookback {

using Person = uint32_t;  // index into people()
inline constexpr Person kNobody = std::numeric_limits<Person>::max();
using Commit = uint32_t;  // index into commits()
// The first 16 bytes of a commit's id.
using CommitId = Id<struct CommitTag>;
CommitId CommitIdOf(std::string_view hex);

// What a trace says that somebody did. Only MERGED comes from a merge, everything else from a trailer.
enum class HelpKind : uint8_t { kReviewed, kTested, kHelped, kMentored, kFixed, kCoWrote, kMerged };
inline constexpr size_t kHelpKinds = 7;
std::optional<HelpKind> KindOfTrailer(std::string_view key);

struct CommitRow {
  CommitId id;
  int64_t time = 0;  // Unix seconds; 0 = not readable
  Person author = kNobody;
  Area area = kNoArea;        // of most of its files; none for merges and empty commits
  uint32_t parents_from = 0;  // where its parents begin
  int32_t day() const { return static_cast<int32_t>(time / 86'400); }
};
struct TrailerRow {
  Commit commit;
  HelpKind kind;
  uint32_t contact;  // index into contacts()
};
struct RevertRow {
  Commit by;
  CommitId target;
};
struct PersonRow {
  std::string key;  // git::PersonKey of the address
  bool bot = false;
};

class History {
 public:
  static constexpr size_t kMaxContacts = 200'000;

  // `areas` outlives this. Takes the accounts with these addresses for machines too, whatever they are called.
  History(Areas& areas, const std::vector<std::string>& bot_emails);

  // Commits in the order of the log, the newest of the branch first.
  void Add(const git::LogCommit& commit);

  // The distinct `Name <address>` of trailers. Each is nobody until Resolve() says who: what the mailmap makes of it, else itself.
  const std::vector<std::string>& contacts() const { return contacts_; }
  void Resolve(size_t contact, std::string_view name, std::string_view email);
  Person PersonOfContact(size_t contact) const { return contact_people_[contact]; }
  // kNobody if nothing in the history is theirs.
  Person Find(std::string_view email) const;

  const std::vector<CommitRow>& commits() const { return commits_; }
  std::span<const CommitId> ParentsOf(Commit commit) const;
  const std::vector<TrailerRow>& trailers() const { return trailers_; }
  const std::vector<RevertRow>& reverts() const { return reverts_; }
  const std::vector<PersonRow>& people() const { return people_; }
  int64_t nameless_trailers() const { return nameless_trailers_; }  // that name no address
  int64_t undated_commits() const { return undated_commits_; }

 private:
  Person PersonOf(std::string_view name, std::string_view email);
  uint32_t ContactOf(std::string_view value);
  Area MainAreaOf(const std::vector<std::string_view>& files);

  Areas& areas_;
  std::vector<std::string> bot_keys_;
  std::vector<CommitRow> commits_;
  std::vector<CommitId> parents_;
  std::vector<TrailerRow> trailers_;
  std::vector<RevertRow> reverts_;
  std::vector<PersonRow> people_;
  std::unordered_map<std::string, Person> person_by_key_;
  std::vector<std::string> contacts_;
  std::vector<Person> contact_people_;
  std::unordered_map<std::string, uint32_t> contact_by_text_;
  std::vector<uint32_t> files_in_area_;
  std::vector<Area> touched_;
  int64_t nameless_trailers_ = 0, undated_commits_ = 0;
};

}  // namespace comity::domain::lookback

#endif  // COMITY_SERVICE_DOMAIN_LOOKBACK_HISTORY_H_

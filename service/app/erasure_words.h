// What the sweep of an erasure looks for, and what it does to one row.
#ifndef COMITY_SERVICE_APP_ERASURE_WORDS_H_
#define COMITY_SERVICE_APP_ERASURE_WORDS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/domain/deeds/fact.h"
#include "service/domain/directory/redactor.h"
#include "service/store/store.h"

namespace comity::app {

// Everything that names one person.
struct PersonalWords {
  struct Account {
    domain::AccountUid uid;
    domain::AccountName name;
    std::string login;
  };
  std::string id, display_name;
  std::vector<Account> accounts;

  std::string Encode() const;
  static absl::StatusOr<PersonalWords> Decode(std::string_view bytes);
};

// Numbers of what was done for one person; places in ErasedPerson::counts.
enum class ErasureCount : uint8_t { kAccounts, kTokens, kTexts, kFacts, kSubjects, kSetAside, kAnswers, kReads, kAudit, kRules };
inline constexpr size_t kErasureCounts = 10;

// Takes the account's id out of a text of which it is a part, such as `4711/583231`. False if it is none.
bool RedactId(std::string_view id, std::string_view mark, std::string& text);

// Looks for several people at once.
class ErasureWords {
 public:
  // `rules` decide whose places are: a place is not renamed if a rule would then say otherwise. Errors: DATA_LOSS.
  static absl::StatusOr<ErasureWords> Of(const std::vector<store::ErasedPerson>& people, std::vector<domain::OwnershipRow> rules);

  enum class Action { kKeep, kRewrite, kRemove };
  // What is to become of a row, done to its texts. Adds the people it was about, by their place in the list, perhaps twice.
  Action Apply(store::Swept table, store::SweptRow& row, std::vector<size_t>& owners) const;
  // The subject whose title goes with this event, since one of them opened it; empty if none does.
  domain::SubjectRef TitleToWithhold(store::Swept table, const store::SweptRow& row, std::vector<size_t>& owners) const;
  // The same for one fact that is about to be stored, and what is kept of its subject. True if anything changed.
  bool Redact(domain::Fact& fact) const;
  bool Redact(store::SubjectDetails& details) const;
  // Ownership rules that hold a word of this person.
  int32_t RulesNaming(size_t person) const;

 private:
  bool Redact(std::string& text, std::vector<size_t>& owners) const { return redactor_.Redact(text, owners); }
  bool RedactFact(domain::Fact& fact, std::vector<size_t>& owners) const;
  bool RedactBytes(std::string& bytes, std::vector<size_t>& owners) const;
  bool RedactPlace(std::string_view suite, std::string_view instance, std::string_view kind, std::string& value,
                   std::vector<size_t>& owners) const;
  bool RedactParameter(std::string& value, std::vector<size_t>& owners) const;
  bool NamedInRequest(const std::string& request, std::vector<size_t>& owners) const;
  bool RedactRead(store::SweptRow& row, std::vector<size_t>& owners, bool& about) const;

  struct Owned {
    size_t owner;
    std::string id, mark;
  };
  domain::Redactor redactor_;
  std::vector<domain::OwnershipRow> rules_;
  std::map<domain::AccountUid, Owned> accounts_;
  std::map<domain::AccountName, size_t> names_;
  std::map<std::string, size_t, std::less<>> people_;  // by the bytes of their uid
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_ERASURE_WORDS_H_

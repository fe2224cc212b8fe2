// What the rules of judging share: the facts in order, who people were that day, and where verdicts go. Internal to this folder.
#ifndef COMITY_SERVICE_DOMAIN_DEEDS_JUDGE_CONTEXT_H_
#define COMITY_SERVICE_DOMAIN_DEEDS_JUDGE_CONTEXT_H_

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/domain/deeds/judge.h"
#include "service/domain/time_text.h"

namespace comity::domain::judging {

// By time; at one instant an undo comes before what it cannot undo, then by key.
using Facts = std::vector<const Fact*>;

// Whether the fact takes a whole change back; reverts of anything else name what they undo.
bool RevertsChange(const Fact& fact);

// One subject's facts and every name it goes by: immutable ids and readable keys.
struct History {
  Facts facts;
  std::set<SubjectRef> names;
  const Fact* opening = nullptr;  // the first that opened it
  Party asker;                    // unless a fact itself says another: see AskerOf
  Facts placed;                   // those that say where it lives, in order
  bool IsNamedBy(const Fact& fact, LinkKind kind) const;
  // Whether it is a change that closes tickets.
  bool BringsClosingLink() const;
};

class Context {
 public:
  Context(const SubjectInput& input, const Directory& directory, const Policies& policies, Explaining explaining = Explaining::kFull);
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  const SubjectInput& input() const { return input_; }
  const Directory& directory() const { return directory_; }
  const Policies& policies() const { return policies_; }
  bool explains() const { return explaining_ == Explaining::kFull; }
  const History& own() const { return own_; }
  const std::map<SubjectRef, History>& related() const { return related_; }
  Verdict& verdict() { return verdict_; }

  // Sets what is said of one of the subject's own facts; the last word holds. Facts of other subjects are judged there.
  void Say(const EventKey& key, Outcome outcome, Reason reason, std::optional<DeedHash> deed = std::nullopt);
  // Said of people in statements about one deed, by time.
  std::vector<const Statement*> StatementsOn(const DeedKey& key) const;

 private:
  History InOrder(const std::vector<Event>& events);

  const SubjectInput& input_;
  const Directory& directory_;
  const Policies& policies_;
  const Explaining explaining_;
  std::deque<Fact> folded_;  // facts that came in more than one piece
  History own_;
  std::map<SubjectRef, History> related_;
  Verdict verdict_;
};

// Parameters of reasons; `render.cc` knows each name.
using Parameters = std::vector<std::pair<std::string, std::string>>;
std::string NumberText(int64_t number);
// Of what helped to resolve the subject.
Reason EvidenceOfResolution(const Context& context);
// Adds the person an account is linked to, else the account.
void AddWho(const Context& context, const Party& party, Parameters& parameters);

}  // namespace comity::domain::judging

#endif  // COMITY_SERVICE_DOMAIN_DEEDS_JUDGE_CONTEXT_H_

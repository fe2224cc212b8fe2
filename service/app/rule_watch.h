// Rules that are corrected too often go back to SHADOW by themselves.
#ifndef COMITY_SERVICE_APP_RULE_WATCH_H_
#define COMITY_SERVICE_APP_RULE_WATCH_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "service/app/context.h"
#include "service/base/recurring.h"
#include "service/domain/deeds/accuracy.h"

namespace comity::app {

// What is counted of one rule since it last changed its mode.
struct RuleFigures {
  struct OfSource {
    domain::AccuracyCounts counts;
    int32_t people = 0;  // who helped; counted no further than kLeastPeople
  };
  domain::Stretch stretch;
  std::map<std::pair<std::string, std::string>, OfSource> sources;  // by suite and instance
  OfSource total;
};
// As of what is in force at `time`. Reads a row for each policy since then and source, however many the deeds.
absl::StatusOr<RuleFigures> FiguresOf(store::Transaction& transaction, const domain::Policies& policies, domain::DeedKind kind,
                                      absl::Time time);

// If the rule is wrong too often, writes a policy that has it in SHADOW, for the facts to come. Does nothing if it is in SHADOW by then: so
// any number of looks at one piece of evidence write one policy.
absl::Status CheckRule(Context& context, store::Transaction& transaction, domain::DeedKind kind);
// All of them, each in its turn.
absl::Status CheckRules(Context& context, store::Transaction& transaction);

// Rules that are in SHADOW because of that, now or from the coming policy on.
absl::StatusOr<std::vector<domain::RuleReturn>> ReturnedRules(Context& context, store::Transaction& transaction);

// Looks at all rules now and then, since a rule may have become ACTIVE, or its deeds have been judged again, without anybody saying
// anything. One thread.
class RuleWatch {
 public:
  explicit RuleWatch(Context& context);

 private:
  Recurring watch_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_RULE_WATCH_H_

#include "service/app/asking.h"

#include <vector>

#include "service/base/error.h"

namespace comity::app {

absl::StatusOr<bool> AskWithinBudget(store::Transaction& transaction, domain::PersonUid person, domain::AskKind kind,
                                     domain::DeedHash about, absl::Time now) {
  store::RecognitionStore& store = transaction.recognition();
  COMITY_ASSIGN_OR_RETURN(const auto asks, store.AsksOf(person));
  std::vector<domain::Ask> earlier;
  earlier.reserve(asks.size());
  for (const store::AskRow& ask : asks) {
    if (ask.ask.kind == kind && ask.about == about) return true;
    earlier.push_back(ask.ask);
  }
  if (!domain::MayAsk(earlier, kind, now)) return false;
  COMITY_RETURN_IF_ERROR(store.PutAsk(person, {.ask = {.kind = kind, .time = now}, .about = about}));
  COMITY_RETURN_IF_ERROR(store.ForgetAsks(person, now - domain::kAsksForgotten));
  return true;
}

}  // namespace comity::app

#include "service/app/asking.h"

#include <algorithm>
#include <vector>

#include "service/base/error.h"

namespace comity::app {
namespace {

absl::StatusOr<bool> HasRoom(store::Transaction& transaction, domain::PersonUid person, const std::vector<store::AskRow>& asks,
                             domain::AskKind kind, absl::Time now) {
  COMITY_ASSIGN_OR_RETURN(const store::RecognitionChoice choice, transaction.recognition().ChoiceOf(person));
  if (choice.no_invitations) return false;
  std::vector<domain::Ask> earlier;
  earlier.reserve(asks.size());
  for (const store::AskRow& ask : asks) earlier.push_back(ask.ask);
  return domain::MayAsk(earlier, kind, now);
}

}  // namespace

absl::StatusOr<bool> MayBeAsked(store::Transaction& transaction, domain::PersonUid person, domain::AskKind kind, absl::Time now) {
  COMITY_ASSIGN_OR_RETURN(const auto asks, transaction.recognition().AsksOf(person));
  return HasRoom(transaction, person, asks, kind, now);
}

absl::StatusOr<bool> AskWithinBudget(store::Transaction& transaction, domain::PersonUid person, domain::AskKind kind,
                                     domain::DeedHash about, absl::Time now) {
  COMITY_ASSIGN_OR_RETURN(const auto asks, transaction.recognition().AsksOf(person));
  const bool asked =
      std::any_of(asks.begin(), asks.end(), [&](const store::AskRow& ask) { return ask.ask.kind == kind && ask.about == about; });
  if (asked) return true;
  COMITY_ASSIGN_OR_RETURN(const bool has_room, HasRoom(transaction, person, asks, kind, now));
  if (!has_room) return false;
  COMITY_RETURN_IF_ERROR(transaction.recognition().PutAsk(person, {.ask = {.kind = kind, .time = now}, .about = about}));
  return true;
}

}  // namespace comity::app

// The one registry of verdict reasons: why a fact counts, does not, waits, or was undone, and what causes a ledger entry.
// Numbers are stored and never reused; names are what the API shows; the words are in messages/en.yaml.
#ifndef COMITY_SERVICE_DOMAIN_DEEDS_REASONS_H_
#define COMITY_SERVICE_DOMAIN_DEEDS_REASONS_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace comity::domain {

// X(enumerator, name, number)
#define COMITY_REASONS(X)                                             \
  X(None, "", 0)                                                      \
  /* counted */                                                       \
  X(ResolvedByCloser, "RESOLVED_BY_CLOSER", 1)                        \
  X(ResolvedByChange, "RESOLVED_BY_CHANGE", 2)                        \
  X(ResolvedWithAssignees, "RESOLVED_WITH_ASSIGNEES", 3)              \
  X(ReviewedBeforeMerge, "REVIEWED_BEFORE_MERGE", 4)                  \
  X(AnswerAccepted, "ANSWER_ACCEPTED", 5)                             \
  X(UnblockedByResolution, "UNBLOCKED_BY_RESOLUTION", 6)              \
  X(HandedOverWithContext, "HANDED_OVER_WITH_CONTEXT", 7)             \
  X(PageImproved, "PAGE_IMPROVED", 8)                                 \
  X(ChangeTested, "CHANGE_TESTED", 9)                                 \
  X(ChangeHelped, "CHANGE_HELPED", 10)                                \
  X(ChangeMentored, "CHANGE_MENTORED", 11)                            \
  X(ChangeCoWritten, "CHANGE_CO_WRITTEN", 12)                         \
  /* not counted */                                                   \
  X(NoActor, "NO_ACTOR", 20)                                          \
  X(Bot, "BOT", 21)                                                   \
  X(WontDo, "WONT_DO", 22)                                            \
  X(Duplicate, "DUPLICATE", 23)                                       \
  X(Cancelled, "CANCELLED", 24)                                       \
  X(Moved, "MOVED", 25)                                               \
  X(UnknownResolution, "UNKNOWN_RESOLUTION", 26)                      \
  X(Self, "SELF", 27)                                                 \
  X(SameTeam, "SAME_TEAM", 28)                                        \
  X(AlreadyCredited, "ALREADY_CREDITED", 29)                          \
  X(Repeated, "REPEATED", 30)                                         \
  X(Minor, "MINOR", 31)                                               \
  X(Revert, "REVERT", 32)                                             \
  X(AccountIsTeam, "ACCOUNT_IS_TEAM", 33)                             \
  X(ClosedByChangeOfOthers, "CLOSED_BY_CHANGE_OF_OTHERS", 34)         \
  X(NoRule, "NO_RULE", 35)                                            \
  /* context */                                                       \
  X(Context, "CONTEXT", 40)                                           \
  X(WaitsForMerge, "WAITS_FOR_MERGE", 41)                             \
  X(NotDefaultBranch, "NOT_DEFAULT_BRANCH", 42)                       \
  X(EvidenceOfResolution, "EVIDENCE_OF_RESOLUTION", 43)               \
  X(UndoTooLate, "UNDO_TOO_LATE", 44)                                 \
  X(NothingToUndo, "NOTHING_TO_UNDO", 45)                             \
  X(EvidenceOfHandover, "EVIDENCE_OF_HANDOVER", 46)                   \
  X(WaitsForComment, "WAITS_FOR_COMMENT", 47)                         \
  X(TakesChangeBack, "TAKES_CHANGE_BACK", 48)                         \
  /* parked; 63 was never used and stays free */                      \
  X(UnknownAccount, "UNKNOWN_ACCOUNT", 60)                            \
  X(NoTeam, "NO_TEAM", 61)                                            \
  X(UnknownOwner, "UNKNOWN_OWNER", 62)                                \
  X(ErasedAccount, "ERASED_ACCOUNT", 64)                              \
  /* undo */                                                          \
  X(Reopened, "REOPENED", 80)                                         \
  X(ClosedAgainWithOtherReason, "CLOSED_AGAIN_WITH_OTHER_REASON", 81) \
  X(ReviewDismissed, "REVIEW_DISMISSED", 82)                          \
  X(AnswerUnmarked, "ANSWER_UNMARKED", 83)                            \
  X(PageReverted, "PAGE_REVERTED", 84)                                \
  X(HandedBack, "HANDED_BACK", 85)                                    \
  X(ChangeReverted, "CHANGE_REVERTED", 86)                            \
  /* waiting for a yes */                                             \
  X(ClosedWithoutOtherAct, "CLOSED_WITHOUT_OTHER_ACT", 100)           \
  X(Bulk, "BULK", 101)                                                \
  X(FastApproval, "FAST_APPROVAL", 102)                               \
  X(TentativeAuthor, "TENTATIVE_AUTHOR", 103)                         \
  /* set aside */                                                     \
  X(FutureTime, "FUTURE_TIME", 120)                                   \
  X(InvalidFact, "INVALID_FACT", 121)                                 \
  X(Poison, "POISON", 122)                                            \
  X(TooLarge, "TOO_LARGE", 123)                                       \
  /* causes of ledger entries */                                      \
  X(NewFact, "NEW_FACT", 140)                                         \
  X(AccountLinked, "ACCOUNT_LINKED", 141)                             \
  X(AccountUnlinked, "ACCOUNT_UNLINKED", 142)                         \
  X(MembershipCorrected, "MEMBERSHIP_CORRECTED", 143)                 \
  X(OwnershipChanged, "OWNERSHIP_CHANGED", 144)                       \
  X(Confirmed, "CONFIRMED", 145)                                      \
  X(Corrected, "CORRECTED", 146)                                      \
  X(Declined, "DECLINED", 147)                                        \
  X(OptedOut, "OPTED_OUT", 148)                                       \
  X(OptedIn, "OPTED_IN", 149)                                         \
  X(PolicyRestated, "POLICY_RESTATED", 150)                           \
  X(DirectoryApplied, "DIRECTORY_APPLIED", 151)                       \
  X(Replayed, "REPLAYED", 152)                                        \
  X(NoLongerHelp, "NO_LONGER_HELP", 153)                              \
  X(PersonErased, "PERSON_ERASED", 160)                               \
  /* steps of explanations */                                         \
  X(StepAsked, "STEP_ASKED", 170)                                     \
  X(StepNoAsker, "STEP_NO_ASKER", 171)                                \
  X(StepSharedTeamWithAsker, "STEP_SHARED_TEAM_WITH_ASKER", 172)      \
  X(StepHelperTeam, "STEP_HELPER_TEAM", 173)                          \
  X(StepHelpedTeam, "STEP_HELPED_TEAM", 174)                          \
  X(StepOwner, "STEP_OWNER", 175)                                     \
  X(StepStanceServed, "STEP_STANCE_SERVED", 176)                      \
  X(StepStanceSteppedIn, "STEP_STANCE_STEPPED_IN", 177)               \
  X(StepPolicy, "STEP_POLICY", 178)                                   \
  X(StepShares, "STEP_SHARES", 179)                                   \
  X(StepHeld, "STEP_HELD", 180)                                       \
  X(StepShadow, "STEP_SHADOW", 181)                                   \
  X(StepHold, "STEP_HOLD", 182)                                       \
  X(StepWithdrawn, "STEP_WITHDRAWN", 183)                             \
  X(StepFormerHelper, "STEP_FORMER_HELPER", 184)

enum class ReasonCode : uint16_t {
#define COMITY_REASON_ENUM(enumerator, name, number) k##enumerator = number,
  COMITY_REASONS(COMITY_REASON_ENUM)
#undef COMITY_REASON_ENUM
};

// `WONT_DO`; empty for None and for numbers not in the registry.
std::string_view ReasonName(ReasonCode code);
std::optional<ReasonCode> ReasonFromName(std::string_view name);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_DEEDS_REASONS_H_

// The words of case files and what they stand for, in both directions.
#ifndef COMITY_TESTS_CASES_WORDS_H_
#define COMITY_TESTS_CASES_WORDS_H_

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "service/domain/deeds/judge.h"

namespace comity::cases {

template <typename Value>
using Word = std::pair<std::string_view, Value>;

template <typename Table>
auto Find(const Table& table, std::string_view word) {
  for (const auto& [known, value] : table) {
    if (known == word) return value;
  }
  throw std::runtime_error("unknown word: " + std::string(word));
}

template <typename Table, typename Value>
std::string_view NameIn(const Table& table, Value value) {
  for (const auto& [known, candidate] : table) {
    if (candidate == value) return known;
  }
  return "?";
}

inline constexpr std::array kFactKinds = {
    Word<domain::FactKind>{"opened", domain::FactKind::kOpened},
    Word<domain::FactKind>{"assigned", domain::FactKind::kAssigned},
    Word<domain::FactKind>{"commented", domain::FactKind::kCommented},
    Word<domain::FactKind>{"linked", domain::FactKind::kLinked},
    Word<domain::FactKind>{"blocked", domain::FactKind::kBlocked},
    Word<domain::FactKind>{"unblocked", domain::FactKind::kUnblocked},
    Word<domain::FactKind>{"resolved", domain::FactKind::kResolved},
    Word<domain::FactKind>{"reopened", domain::FactKind::kReopened},
    Word<domain::FactKind>{"change_merged", domain::FactKind::kChangeMerged},
    Word<domain::FactKind>{"review_requested", domain::FactKind::kReviewRequested},
    Word<domain::FactKind>{"change_reviewed", domain::FactKind::kChangeReviewed},
    Word<domain::FactKind>{"review_dismissed", domain::FactKind::kReviewDismissed},
    Word<domain::FactKind>{"answered", domain::FactKind::kAnswered},
    Word<domain::FactKind>{"answer_unmarked", domain::FactKind::kAnswerUnmarked},
    Word<domain::FactKind>{"page_edited", domain::FactKind::kPageEdited},
    Word<domain::FactKind>{"reverted", domain::FactKind::kReverted},
    Word<domain::FactKind>{"moved", domain::FactKind::kMoved},
    Word<domain::FactKind>{"deleted", domain::FactKind::kDeleted},
    Word<domain::FactKind>{"escalated", domain::FactKind::kEscalated},
    Word<domain::FactKind>{"meeting_scheduled", domain::FactKind::kMeetingScheduled},
    Word<domain::FactKind>{"meeting_held", domain::FactKind::kMeetingHeld},
    Word<domain::FactKind>{"meeting_cancelled", domain::FactKind::kMeetingCancelled},
    Word<domain::FactKind>{"nominated", domain::FactKind::kNominated},
    Word<domain::FactKind>{"change_tested", domain::FactKind::kChangeTested},
    Word<domain::FactKind>{"change_helped", domain::FactKind::kChangeHelped},
    Word<domain::FactKind>{"change_mentored", domain::FactKind::kChangeMentored},
    Word<domain::FactKind>{"change_co_written", domain::FactKind::kChangeCoWritten},
};
inline constexpr std::array kAccountKinds = {
    Word<domain::AccountKind>{"bot", domain::AccountKind::kBot},
    Word<domain::AccountKind>{"human", domain::AccountKind::kHuman},
    Word<domain::AccountKind>{"team", domain::AccountKind::kTeam},
    Word<domain::AccountKind>{"unknown", domain::AccountKind::kUnknown},
};
inline constexpr std::array kResolutions = {
    Word<domain::Resolution>{"none", domain::Resolution::kNone},
    Word<domain::Resolution>{"done", domain::Resolution::kDone},
    Word<domain::Resolution>{"wont_do", domain::Resolution::kWontDo},
    Word<domain::Resolution>{"duplicate", domain::Resolution::kDuplicate},
    Word<domain::Resolution>{"cancelled", domain::Resolution::kCancelled},
    Word<domain::Resolution>{"moved", domain::Resolution::kMoved},
    Word<domain::Resolution>{"unknown", domain::Resolution::kUnknown},
};
inline constexpr std::array kReviewStates = {
    Word<domain::ReviewState>{"approved", domain::ReviewState::kApproved},
    Word<domain::ReviewState>{"changes_requested", domain::ReviewState::kChangesRequested},
    Word<domain::ReviewState>{"commented", domain::ReviewState::kCommented},
};
inline constexpr std::array kAssurances = {
    Word<domain::Assurance>{"url", domain::Assurance::kUrlSecret},
    Word<domain::Assurance>{"token", domain::Assurance::kToken},
    Word<domain::Assurance>{"signed", domain::Assurance::kSigned},
    Word<domain::Assurance>{"polled", domain::Assurance::kPolled},
};
inline constexpr std::array kLinkKinds = {
    Word<domain::LinkKind>{"closes", domain::LinkKind::kCloses},
    Word<domain::LinkKind>{"mentions", domain::LinkKind::kMentions},
    Word<domain::LinkKind>{"blocked_by", domain::LinkKind::kBlockedBy},
    Word<domain::LinkKind>{"moved_to", domain::LinkKind::kMovedTo},
    Word<domain::LinkKind>{"moved_from", domain::LinkKind::kMovedFrom},
    Word<domain::LinkKind>{"duplicate_of", domain::LinkKind::kDuplicateOf},
};
inline constexpr std::array kDeedKindNames = {
    Word<domain::DeedKind>{"resolved", domain::DeedKind::kResolved},
    Word<domain::DeedKind>{"reviewed", domain::DeedKind::kReviewed},
    Word<domain::DeedKind>{"answered", domain::DeedKind::kAnswered},
    Word<domain::DeedKind>{"unblocked", domain::DeedKind::kUnblocked},
    Word<domain::DeedKind>{"handed_over", domain::DeedKind::kHandedOver},
    Word<domain::DeedKind>{"page_improved", domain::DeedKind::kPageImproved},
    Word<domain::DeedKind>{"duty_served", domain::DeedKind::kDutyServed},
    Word<domain::DeedKind>{"assisted", domain::DeedKind::kAssisted},
};
inline constexpr std::array kStatementKinds = {
    Word<domain::Statement::Kind>{"confirms", domain::Statement::Kind::kConfirm},
    Word<domain::Statement::Kind>{"corrects", domain::Statement::Kind::kCorrect},
    Word<domain::Statement::Kind>{"gives", domain::Statement::Kind::kCorrect},
    Word<domain::Statement::Kind>{"declines", domain::Statement::Kind::kDecline},
};
inline constexpr std::array kStances = {
    Word<domain::Stance>{"served", domain::Stance::kServed},
    Word<domain::Stance>{"stepped_in", domain::Stance::kSteppedIn},
    Word<domain::Stance>{"-", domain::Stance::kNone},
};
inline constexpr std::array kStates = {
    Word<domain::DeedState>{"provisional", domain::DeedState::kProvisional},
    Word<domain::DeedState>{"confirmed", domain::DeedState::kConfirmed},
    Word<domain::DeedState>{"corrected", domain::DeedState::kCorrected},
    Word<domain::DeedState>{"declined", domain::DeedState::kDeclined},
    Word<domain::DeedState>{"reversed", domain::DeedState::kReversed},
    Word<domain::DeedState>{"standing", domain::DeedState::kStanding},
};
inline constexpr std::array kOutcomes = {
    Word<domain::Outcome>{"COUNTED", domain::Outcome::kCounted},        Word<domain::Outcome>{"INTERNAL", domain::Outcome::kInternal},
    Word<domain::Outcome>{"CONTEXT", domain::Outcome::kContext},        Word<domain::Outcome>{"UNDO", domain::Outcome::kUndo},
    Word<domain::Outcome>{"NOT_COUNTED", domain::Outcome::kNotCounted}, Word<domain::Outcome>{"PARKED", domain::Outcome::kParked},
    Word<domain::Outcome>{"SET_ASIDE", domain::Outcome::kSetAside},
};

}  // namespace comity::cases

#endif  // COMITY_TESTS_CASES_WORDS_H_

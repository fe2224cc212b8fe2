#include "service/app/deed_shares.h"

#include <algorithm>
#include <set>
#include <string>

#include "service/app/convert.h"
#include "service/base/error.h"
#include "service/base/percent.h"
#include "service/domain/recognition/words.h"

namespace comity::app {
namespace {

constexpr int kMaxShares = 50;
constexpr int kMaxBecause = 500;

absl::Status Invalid(ErrorReason reason, std::string_view message, std::vector<FieldFault> faults) {
  return Error(absl::StatusCode::kInvalidArgument, reason, message, std::move(faults));
}

absl::Status CheckBecause(const std::string& because) {
  const bool blank = std::all_of(because.begin(), because.end(), [](char c) { return c == ' '; });
  const bool one_line = std::none_of(because.begin(), because.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (!blank && one_line && domain::CharactersIn(because) <= kMaxBecause) return absl::OkStatus();
  return Invalid(ErrorReason::kReasonRequired, "a correction says why, for those concerned to read",
                 {{"because", "write one line of 1 to 500 characters"}});
}

bool WasIn(const domain::Directory& directory, domain::PersonUid person, domain::TeamUid team, absl::CivilDay day) {
  const std::vector<domain::TeamUid> teams = directory.TeamsOf(person, day);
  return std::find(teams.begin(), teams.end(), team) != teams.end();
}

// Who may not be named: those who were helped, and those of whom nobody knows a team then.
absl::Status CheckMayHelp(const Shares& shares, const domain::Deed& deed, const domain::Directory& directory) {
  const absl::CivilDay day = domain::DayOf(deed.occur_time);
  std::vector<FieldFault> helped, teamless;
  for (size_t i = 0; i < shares.size(); ++i) {
    const std::string field = "shares[" + std::to_string(i) + "].person";
    const domain::PersonUid person = shares[i].first;
    if (person == deed.asker || WasIn(directory, person, deed.helped_team, day)) {
      helped.push_back({field, "was on the helped side then; name somebody of another team"});
    } else if (directory.TeamsOf(person, day).empty()) {
      teamless.push_back({field, "was in no team then; mend the membership in the directory first"});
    }
  }
  if (!helped.empty()) {
    return Invalid(ErrorReason::kHelperInHelpedTeam, "help within the helped team is not credited", std::move(helped));
  }
  if (!teamless.empty()) return Invalid(ErrorReason::kSharesInvalid, "somebody named was in no team then", std::move(teamless));
  return absl::OkStatus();
}

}  // namespace

int32_t SumOf(const Shares& shares) {
  int64_t sum = 0;
  for (const auto& [person, share] : shares) sum += share;
  return static_cast<int32_t>(std::min<int64_t>(sum, INT32_MAX));
}

absl::StatusOr<CheckedShares> CheckShares(const v1::CorrectDeedRequest& request, const domain::Deed& deed,
                                          const domain::Directory& directory, int32_t whole) {
  COMITY_RETURN_IF_ERROR(CheckBecause(request.because()));
  if (request.shares_size() < 1 || request.shares_size() > kMaxShares) {
    return Invalid(ErrorReason::kSharesInvalid, "shares are none or too many", {{"shares", "name 1 to 50 people"}});
  }
  CheckedShares checked;
  std::set<domain::PersonUid> seen;
  std::vector<FieldFault> unknown, faults;
  for (int i = 0; i < request.shares_size(); ++i) {
    const v1::CorrectDeedRequest::Share& share = request.shares(i);
    const std::string field = "shares[" + std::to_string(i) + "]";
    const std::string& name = share.person();
    const domain::PersonRow* person = directory.FindPersonById(name.rfind("people/", 0) == 0 ? name.substr(7) : name);
    if (person == nullptr) {
      unknown.push_back({field + ".person", "is nobody in the directory; send `people/ID`"});
      continue;
    }
    if (!seen.insert(person->uid).second) faults.push_back({field + ".person", "comes twice; name each person once"});
    if (share.share_ppm() < 1 || share.share_ppm() > domain::kWholePpm) {
      faults.push_back({field + ".share_ppm", "must be 1 to 1,000,000"});
    }
    checked.shares.emplace_back(person->uid, share.share_ppm());
  }
  if (!unknown.empty()) return Invalid(ErrorReason::kPersonNotFound, "somebody named is not in the directory", std::move(unknown));
  if (faults.empty() && SumOf(checked.shares) != whole) {
    faults.push_back({"shares", "must together be exactly " + Percent(whole) + ", " + std::to_string(whole) + " parts per million"});
  }
  if (!faults.empty()) return Invalid(ErrorReason::kSharesInvalid, "the shares do not fit", std::move(faults));
  COMITY_RETURN_IF_ERROR(CheckMayHelp(checked.shares, deed, directory));
  std::sort(checked.shares.begin(), checked.shares.end());
  for (const auto& named : checked.shares) {
    const bool helped = std::any_of(deed.lines.begin(), deed.lines.end(),
                                    [&](const domain::Line& line) { return line.person == named.first && !line.declined; });
    if (!helped) checked.newly_named.push_back(named.first);
  }
  return checked;
}

domain::Statement StatementOf(const store::Proposal& proposal, absl::Time now) {
  return {.uid = proposal.uid,
          .kind = domain::Statement::Kind::kCorrect,
          .deed = proposal.deed,
          .by = proposal.by,
          .time = now,
          .shares = proposal.shares,
          .by_helper = proposal.by_helper};
}

absl::Status CheckNotLapsed(store::Transaction& transaction, domain::PersonUid person, std::string_view deed_name, absl::Time now) {
  const auto hash = DeedHashFromName(deed_name);
  if (!hash.has_value() || person.empty()) return absl::OkStatus();
  COMITY_ASSIGN_OR_RETURN(const auto proposals, transaction.deeds().ProposalsOf(*hash));
  bool lapsed = false;
  for (const store::Proposal& proposal : proposals) {
    if (std::find(proposal.pending.begin(), proposal.pending.end(), person) == proposal.pending.end()) continue;
    if (proposal.created + kProposalLapses > now) return absl::OkStatus();
    lapsed = true;
  }
  if (!lapsed) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kCorrectionLapsed,
               "the correction waited for 14 days and lapsed; whoever made it can make it again");
}

}  // namespace comity::app

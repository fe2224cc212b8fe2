#include "service/domain/lookback/lookback.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "service/domain/deeds/judge_act.h"
#include "service/domain/lookback/homes.h"

namespace comity::domain::lookback {
namespace {

constexpr char kSuite[] = "git", kInstance[] = "clone", kPlace[] = "area";

// Indexes as ids: within one report a number is all that names anybody.
template <typename IdType>
IdType IdOf(uint32_t index) {
  IdType id;
  for (int i = 0; i < 4; ++i) id.bytes[static_cast<size_t>(15 - i)] = static_cast<uint8_t>((index + 1) >> (8 * i));
  return id;
}
template <typename IdType>
uint32_t IndexOf(const IdType& id) {
  uint32_t index = 0;
  for (size_t i = 12; i < 16; ++i) index = index << 8 | id.bytes[i];
  return index - 1;
}

// The service's rule for what a trace says. Merges are told apart and have none.
std::pair<DeedKind, ReasonCode> RuleOf(HelpKind kind) {
  switch (kind) {
    case HelpKind::kFixed:
      return {DeedKind::kResolved, ReasonCode::kResolvedByChange};
    case HelpKind::kTested:
      return {DeedKind::kAssisted, ReasonCode::kChangeTested};
    case HelpKind::kHelped:
      return {DeedKind::kAssisted, ReasonCode::kChangeHelped};
    case HelpKind::kMentored:
      return {DeedKind::kAssisted, ReasonCode::kChangeMentored};
    case HelpKind::kCoWrote:
      return {DeedKind::kAssisted, ReasonCode::kChangeCoWritten};
    case HelpKind::kReviewed:
    case HelpKind::kMerged:
      break;
  }
  return {DeedKind::kReviewed, ReasonCode::kReviewedBeforeMerge};
}

struct Homes {
  std::vector<std::vector<HomeSpan>> of;  // by person
  std::vector<int64_t> people_at_home;    // by area: distinct people at home there on any day that matters
};

Homes FindHomes(const History& history, const std::vector<HelpAct>& acts, size_t area_count, const Options& options) {
  const size_t people = history.people().size();
  std::vector<std::vector<Change>> changes(people);
  std::vector<std::vector<int32_t>> days(people);
  int32_t newest = 0;
  for (const CommitRow& row : history.commits()) {
    newest = std::max(newest, row.day());
    if (row.author != kNobody && row.area != kNoArea && row.time > 0) changes[row.author].push_back({row.day(), row.area});
  }
  for (const HelpAct& act : acts) {
    for (const Person person : {act.helper, act.asker}) {
      if (person != kNobody) days[person].push_back(history.commits()[act.commit].day());
    }
  }
  if (options.me != kNobody) days[options.me].push_back(newest);
  Homes homes;
  homes.of.resize(people);
  homes.people_at_home.assign(area_count, 0);
  for (size_t person = 0; person < people; ++person) {
    std::sort(changes[person].begin(), changes[person].end());
    // The day after their last change too, so that areas have people who were in no act of help.
    if (!changes[person].empty()) days[person].push_back(changes[person].back().day + 1);
    std::sort(days[person].begin(), days[person].end());
    homes.of[person] = HomesOn(changes[person], days[person]);
    std::set<Area> distinct;
    for (const HomeSpan& span : homes.of[person]) distinct.insert(span.area);
    for (const Area area : distinct) ++homes.people_at_home[area];
  }
  return homes;
}

// The directory that the judge asks: people at home are members, areas own themselves.
Directory DirectoryOf(const History& history, const Areas& areas, const Homes& homes) {
  DirectoryRows rows;
  for (uint32_t person = 0; person < history.people().size(); ++person) {
    AccountRow account;
    account.uid = IdOf<AccountUid>(person);
    account.person = IdOf<PersonUid>(person);
    account.kind = history.people()[person].bot ? AccountKind::kBot : AccountKind::kHuman;
    rows.accounts.push_back(std::move(account));
    for (const HomeSpan& span : homes.of[person]) {
      rows.memberships.push_back(
          {IdOf<PersonUid>(person), IdOf<TeamUid>(span.area), {DayFromNumber(span.first), DayFromNumber(span.last + 1)}});
    }
  }
  for (Area area = 0; area < areas.names().size(); ++area) {
    TeamRow team;
    team.uid = IdOf<TeamUid>(area);
    team.id = areas.name(area);
    rows.teams.push_back(std::move(team));
    const std::string match = std::string(kSuite) + ":" + kInstance + ":" + kPlace + ":" + std::to_string(area);
    rows.ownership.push_back({static_cast<int32_t>(area), match, IdOf<TeamUid>(area), {}});
  }
  return Directory(std::move(rows));
}

// People of a set of acts, each once in the end.
struct Gathered {
  int64_t times = 0;
  std::vector<Person> helpers, helped;
  bool for_area = false;  // some act helped an area of which nobody had asked

  // The same people come again and again: forget the doubles now and then.
  static void Insert(std::vector<Person>& people, Person person) {
    people.push_back(person);
    if (people.size() >= 1024 && (people.size() & (people.size() - 1)) == 0) Distinct(people);
  }
  static int64_t Distinct(std::vector<Person>& people) {
    std::sort(people.begin(), people.end());
    people.erase(std::unique(people.begin(), people.end()), people.end());
    return static_cast<int64_t>(people.size());
  }
  // `at_home`: how many people stand behind the helped area, where it is helped as a whole.
  Tally Say(int min_people, int64_t at_home) {
    Tally tally;
    tally.any = times > 0;
    const int64_t helper_count = Distinct(helpers), helped_count = Distinct(helped);
    tally.shown = tally.any && helper_count >= min_people && std::max(helped_count, for_area ? at_home : 0) >= min_people;
    // Of a helped area with only a few askers in it the area is told, not the few.
    if (tally.shown) tally = {helped_count >= min_people ? helped_count : 0, helper_count, times, true, true};
    return tally;
  }
};

class Looking {
 public:
  Looking(const History& history, const Areas& areas, const Options& options, const Policies& policies)
      : history_(history),
        options_(options),
        policies_(policies),
        areas_(areas),
        acts_(FindActs(history, policies.all().front().rule(DeedKind::kReviewed).hold)),
        homes_(FindHomes(history, acts_, areas.names().size(), options)),
        directory_(DirectoryOf(history, areas, homes_)),
        context_(input_, directory_, policies_) {}

  Report Run() {
    for (const HelpAct& act : acts_) {
      if (history_.commits()[act.commit].time >= std::max<int64_t>(options_.since, 1)) Judge(act);
    }
    SayPairs();
    for (size_t i = 0; i < kHelpKinds; ++i) report_.kinds[i] = by_kind_[i].Say(options_.min_people, options_.min_people);
    SaySamples();
    if (options_.me != kNobody) SayMine();
    return std::move(report_);
  }

 private:
  Party PartyOf(Person person) const {
    if (person == kNobody) return {};
    return {IdOf<AccountUid>(person), history_.people()[person].bot ? AccountKind::kBot : AccountKind::kHuman};
  }

  judging::Assessment Assess(const HelpAct& act) {
    Fact fact;
    fact.suite = kSuite;
    fact.instance = kInstance;
    fact.occur_time = absl::FromUnixSeconds(history_.commits()[act.commit].time);
    if (act.area != kNoArea) fact.places.push_back({kPlace, std::to_string(act.area)});
    judging::Act possible;
    std::tie(possible.kind, possible.code) = RuleOf(act.kind);
    possible.fact = &fact;
    possible.helpers = {PartyOf(act.helper)};
    possible.asker = PartyOf(act.asker);
    return judging::Assess(context_, possible, nullptr);
  }

  void Judge(const HelpAct& act) {
    if (act.helper == kNobody) {
      ++report_.left.home_unknown;
      return;
    }
    if (act.taken_back) {
      ++report_.left.taken_back;
      return;
    }
    const judging::Assessment assessment = Assess(act);
    switch (assessment.outcome) {
      case Outcome::kCounted:
        return Count(act, assessment);
      case Outcome::kInternal:
        ++report_.left.internal;
        return;
      case Outcome::kParked:
        ++(assessment.reason.code == ReasonCode::kUnknownOwner ? report_.left.area_unknown : report_.left.home_unknown);
        return;
      default:
        ++(assessment.reason.code == ReasonCode::kBot ? report_.left.bots : report_.left.self);
    }
  }

  void Count(const HelpAct& act, const judging::Assessment& assessment) {
    const Line& line = assessment.lines.front();
    const CommitRow& row = history_.commits()[act.commit];
    const bool asked = !assessment.asker.empty();
    const bool asker_helped = asked && assessment.helped_team == assessment.asker_team;
    Deed deed{act.kind,
              line.stance,
              row.time,
              row.id,
              IndexOf(line.team),
              IndexOf(assessment.helped_team),
              act.area,
              assessment.shared_team.empty(),
              asked};
    const Column column = act.kind == HelpKind::kMerged    ? Column::kMerged
                          : line.stance == Stance::kServed ? Column::kServed
                                                           : Column::kSteppedIn;
    for (Gathered* gathered :
         {&pairs_[{deed.helper, deed.helped}][static_cast<size_t>(column)], &by_kind_[static_cast<size_t>(act.kind)]}) {
      ++gathered->times;
      Gathered::Insert(gathered->helpers, act.helper);
      if (asker_helped) Gathered::Insert(gathered->helped, act.asker);
      gathered->for_area = gathered->for_area || !asker_helped;
    }
    if (act.helper == options_.me) {
      given_.push_back(deed);
      if (asker_helped) i_helped_.insert(act.asker);
    } else if (asker_helped && act.asker == options_.me) {
      helped_me_.insert(act.helper);
      areas_that_helped_me_.insert(deed.helper);
    }
    KeepSample(deed, column);
  }

  // The newest of each kind in each column of each pair: more than three are never needed of one, and what may be shown is known last.
  void KeepSample(const Deed& deed, Column column) {
    newest_[{deed.helper, deed.helped, column, deed.kind}] = deed;  // acts come in order of time
  }

  void SayPairs() {
    for (auto& [areas, columns] : pairs_) {
      Pair pair{areas.first, areas.second, {}};
      for (size_t i = 0; i < kColumns; ++i) pair.columns[i] = columns[i].Say(options_.min_people, homes_.people_at_home[areas.second]);
      report_.pairs.push_back(pair);
    }
    std::sort(report_.pairs.begin(), report_.pairs.end(), [this](const Pair& a, const Pair& b) {
      return std::tie(areas_.name(a.helper), areas_.name(a.helped)) < std::tie(areas_.name(b.helper), areas_.name(b.helped));
    });
  }

  // Of numbers that are shown if there are any; else of any, with areas that must not be named.
  void SaySamples() {
    constexpr size_t kSamples = 3;
    std::vector<Deed> candidates, any;
    for (const auto& [key, deed] : newest_) {
      any.push_back(deed);
      Gathered& gathered = pairs_[{deed.helper, deed.helped}][static_cast<size_t>(std::get<2>(key))];
      if (gathered.Say(options_.min_people, homes_.people_at_home[deed.helped]).shown) candidates.push_back(deed);
    }
    report_.samples_named = !candidates.empty();
    if (candidates.empty()) candidates = std::move(any);
    std::sort(candidates.begin(), candidates.end(),
              [](const Deed& a, const Deed& b) { return std::tie(b.time, b.commit, b.kind) < std::tie(a.time, a.commit, a.kind); });
    std::set<HelpKind> kinds;
    for (const bool new_kinds_only : {true, false}) {
      for (const Deed& deed : candidates) {
        if (report_.samples.size() >= kSamples) break;
        const bool is_new = kinds.insert(deed.kind).second;
        const bool taken = std::any_of(report_.samples.begin(), report_.samples.end(), [&](const Deed& other) {
          return std::tie(other.commit, other.kind, other.helper, other.helped) ==
                 std::tie(deed.commit, deed.kind, deed.helper, deed.helped);
        });
        if (is_new || (!new_kinds_only && !taken)) report_.samples.push_back(deed);
      }
    }
  }

  void SayMine() {
    Mine mine;
    mine.given = std::move(given_);
    std::set<Area> areas;
    for (const Deed& deed : mine.given) areas.insert(deed.helped);
    mine.people_helped = static_cast<int64_t>(i_helped_.size());
    mine.areas_helped = static_cast<int64_t>(areas.size());
    mine.people_who_helped_me = static_cast<int64_t>(helped_me_.size());
    mine.areas_who_helped_me = static_cast<int64_t>(areas_that_helped_me_.size());
    if (!homes_.of[options_.me].empty()) mine.home = homes_.of[options_.me].back().area;
    report_.mine = std::move(mine);
  }

  const History& history_;
  const Options& options_;
  const Policies& policies_;
  const Areas& areas_;
  const std::vector<HelpAct> acts_;
  const Homes homes_;
  const Directory directory_;
  const SubjectInput input_;
  const judging::Context context_;

  std::map<std::pair<Area, Area>, std::array<Gathered, kColumns>> pairs_;
  std::array<Gathered, kHelpKinds> by_kind_;
  std::map<std::tuple<Area, Area, Column, HelpKind>, Deed> newest_;
  std::vector<Deed> given_;
  std::set<Person> i_helped_, helped_me_;
  std::set<Area> areas_that_helped_me_;
  Report report_;
};

}  // namespace

Report Look(const History& history, const Areas& areas, const Options& options) {
  const auto policies = Policies::Create({FirstPolicy(false, absl::UnixEpoch())});
  return Looking(history, areas, options, *policies).Run();
}

}  // namespace comity::domain::lookback

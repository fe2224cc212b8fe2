// Duties from a rotation to a turn, by the numbers of the requirements, on the real use cases and a real store.
//
// Left out of the rows, for want of their calls: R17 and R53 the entry in a calendar; R41 "round-robin first" as an option of a meeting,
// the box for what people would rather write, the share of those who gave something.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "service/app/admin_app.h"
#include "service/app/duty_app.h"
#include "service/app/duty_rounds.h"
#include "service/app/erasure.h"
#include "service/app/recognition_app.h"
#include "service/base/error.h"
#include "service/base/hmac.h"
#include "service/base/sha256.h"
#include "tests/integration/ingest_world.h"

namespace comity::testing {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr absl::Duration kDay = absl::Hours(24), kWeek = absl::Hours(24 * 7);

// Today is Wednesday, 2026-09-02; rounds begin on Mondays. Checkout are carl, who leads it, cleo and dora.
class Duties : public ::testing::Test {
 protected:
  Duties() { Join("dora", "checkout"); }

  void Join(const std::string& id, const std::string& team) {
    world_.Write([&](store::Transaction& t) -> absl::Status {
      COMITY_RETURN_IF_ERROR(t.directory().PutPerson(
          {.uid = world_.person(id), .id = id, .display_name = id, .salt = world_.uids.Make<domain::Salt>("salt of " + id)}));
      return t.directory().PutMemberships(
          world_.person(id),
          {{.person = world_.person(id), .team = world_.team(team), .days = {.start = absl::CivilDay(2026, 1, 1)}, .primary = true}});
    });
  }
  void OptOut(const std::string& id, bool opted_out) {
    world_.Write([&](store::Transaction& t) { return t.admin().SetOptOut(world_.person(id), opted_out, world_.clock.Now()); });
    world_.Write([&](store::Transaction& t) {
      return t.directory().PutPerson({.uid = world_.person(id), .id = id, .display_name = id, .opted_out = opted_out});
    });
  }
  app::Caller Lead(const std::string& id = "carl") const { return world_.Member(id, /*lead=*/true); }
  static v1::CreateRotationRequest Request(const std::string& id, v1::Rotation::Duty duty = v1::Rotation::DUTY_FACILITATOR) {
    v1::CreateRotationRequest request;
    request.set_rotation_id(id);
    request.mutable_rotation()->set_team("teams/checkout");
    request.mutable_rotation()->set_duty(duty);
    request.mutable_rotation()->set_title("The Monday meeting");
    request.mutable_rotation()->set_start_date("2026-08-31");
    return request;
  }
  v1::Rotation Create(const std::string& id = "monday", v1::Rotation::Duty duty = v1::Rotation::DUTY_FACILITATOR) {
    const auto made = app_.CreateRotation(Lead(), Request(id, duty));
    EXPECT_TRUE(made.ok()) << made.status();
    return made.ok() ? *made : v1::Rotation();
  }
  // As time goes by, in a service that was started anew.
  void Pass(absl::Duration duration) {
    world_.clock.Advance(duration);
    const absl::Status taken = app::TakeDueRounds(*world_.context);
    EXPECT_TRUE(taken.ok()) << taken;
  }
  std::vector<v1::Assignment> List(const app::Caller& caller, const std::string& id = "monday") {
    v1::ListAssignmentsRequest request;
    request.set_rotation("rotations/" + id);
    const auto listed = app_.ListAssignments(caller, request);
    EXPECT_TRUE(listed.ok()) << listed.status();
    std::vector<v1::Assignment> assignments;
    if (listed.ok()) assignments.assign(listed->assignments().rbegin(), listed->assignments().rend());  // in the order of rounds
    return assignments;
  }
  std::vector<std::string> Holders(const std::string& id = "monday") {
    std::vector<std::string> people;
    for (const v1::Assignment& assignment : List(Lead(), id)) people.push_back(BareId(assignment.person()));
    return people;
  }
  static std::string BareId(const std::string& name) { return name.substr(name.find('/') + 1); }
  template <typename Request>
  static Request Of(const v1::Assignment& assignment) {
    Request request;
    request.set_name(assignment.name());
    return request;
  }
  absl::StatusOr<v1::Absence> Away(const std::string& who, const std::string& first, const std::string& last) {
    v1::CreateAbsenceRequest request;
    request.mutable_absence()->set_first_date(first);
    request.mutable_absence()->set_last_date(last);
    return app_.CreateAbsence(world_.Member(who), request);
  }
  template <typename Value>
  static std::string ReasonOf(const absl::StatusOr<Value>& value) {
    return DetailsOf(value.status()).reason;
  }
  template <typename Value>
  static std::vector<std::string> FieldsOf(const absl::StatusOr<Value>& value) {
    std::vector<std::string> fields;
    for (const FieldFault& fault : DetailsOf(value.status()).faults) fields.push_back(fault.field);
    return fields;
  }
  std::string Other(const std::vector<std::string>& not_these) const {
    for (const char* id : {"carl", "cleo", "dora"}) {
      if (std::find(not_these.begin(), not_these.end(), id) == not_these.end()) return id;
    }
    return "";
  }

  World world_;
  app::DutyApp app_{*world_.context};
};

TEST_F(Duties, R17R53GoToEverybodyInTurnAndSayWhy) {
  const v1::Rotation rotation = Create();
  EXPECT_EQ(rotation.name(), "rotations/monday");
  EXPECT_EQ(rotation.interval_weeks(), 1);
  const auto first = List(world_.Member("cleo"));
  ASSERT_THAT(first, SizeIs(3)) << "this round, and two ahead";
  EXPECT_EQ(first[0].state(), v1::Assignment::STATE_CURRENT);
  EXPECT_EQ(first[0].first_date(), "2026-08-31");
  EXPECT_EQ(first[0].last_date(), "2026-09-06");
  EXPECT_EQ(first[1].state(), v1::Assignment::STATE_UPCOMING);
  EXPECT_THAT((std::set<std::string>{first[0].person(), first[1].person(), first[2].person()}), SizeIs(3)) << "each once";
  EXPECT_THAT(first[2].explanation(0), HasSubstr("has had the fewest turns for the rounds they were here (0, and 1 would be even)"));
  // What was told stays so, however time goes by, and nothing is assigned twice.
  for (int week = 0; week < 20; ++week) {
    const auto before = Holders();
    Pass(kWeek);
    Pass(absl::Minutes(1));
    const auto after = Holders();
    ASSERT_EQ(after.size(), before.size() + 1);
    EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin()));
  }
  const auto people = Holders();
  for (const char* id : {"carl", "cleo", "dora"}) {
    EXPECT_THAT(std::count(people.begin(), people.end(), id), AnyOf(7, 8)) << id << ", whoever leads the team";
  }
  EXPECT_EQ(List(Lead())[0].state(), v1::Assignment::STATE_PAST);
}

TEST_F(Duties, R41GiveWhoeverFacilitatesPromptsToHearTheQuiet) {
  const v1::Rotation rotation = Create();
  EXPECT_THAT(rotation.prompts(), Contains(HasSubstr("everybody speaks once")));
  EXPECT_THAT(rotation.prompts(), Contains(HasSubstr("whoever leads last")));
  EXPECT_THAT(rotation.prompts(), Contains(HasSubstr("do not know the answer")));
}

TEST_F(Duties, R17CanBeWorkedOutAgainByAnybodyOfTheTeam) {
  const v1::Rotation begun = Create();
  EXPECT_EQ(begun.seed(), "") << "nobody can work out what is to come";
  EXPECT_THAT(begun.seed_sha256(), SizeIs(64));
  Pass(2 * kWeek);
  v1::ArchiveRotationRequest archive;
  archive.set_name("rotations/monday");
  ASSERT_TRUE(app_.ArchiveRotation(Lead(), archive).ok());
  v1::GetRotationRequest get;
  get.set_name("rotations/monday");
  const auto shown = app_.GetRotation(world_.Member("dora"), get);
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->seed_sha256(), begun.seed_sha256());
  EXPECT_EQ(app_.GetRotation(world_.Steward(), get)->seed(), "") << "the team's alone";
  std::string seed;
  for (size_t i = 0; i < shown->seed().size(); i += 2) seed += static_cast<char>(std::stoi(shown->seed().substr(i, 2), nullptr, 16));
  std::string digest;
  for (const uint8_t byte : Sha256({seed})) {
    digest += "0123456789abcdef"[byte >> 4];
    digest += "0123456789abcdef"[byte & 15];
  }
  EXPECT_EQ(digest, begun.seed_sha256());
  int lots = 0;
  for (const v1::Assignment& assignment : List(world_.Member("dora"))) {
    const std::string round = assignment.name().substr(assignment.name().rfind('/') + 1);
    for (const v1::Draw& draw : assignment.draws()) {
      double most = -1e9;
      for (const auto& candidate : draw.candidates()) {
        if (candidate.drawn()) most = std::max(most, candidate.even_turns() - candidate.had_turns());
      }
      std::pair<std::array<uint8_t, 32>, int32_t> best{};
      for (const auto& candidate : draw.candidates()) {
        if (!candidate.drawn() || candidate.even_turns() - candidate.had_turns() < most - 0.005) continue;
        best = std::max(best, std::pair(HmacSha256(seed, round + ":" + std::to_string(candidate.seat())), candidate.seat()));
      }
      EXPECT_EQ(draw.seat(), best.second) << assignment.DebugString();
      lots += draw.by_lot() ? 1 : 0;
    }
  }
  EXPECT_GT(lots, 0);
  // What was to come comes no more, and the id stays taken.
  for (const v1::Assignment& assignment : List(Lead())) EXPECT_NE(assignment.state(), v1::Assignment::STATE_UPCOMING);
  EXPECT_EQ(ReasonOf(app_.ArchiveRotation(Lead(), archive)), "ROTATION_ARCHIVED");
  EXPECT_EQ(ReasonOf(app_.CreateRotation(Lead(), Request("monday"))), "ROTATION_EXISTS");
  EXPECT_THAT(app_.ListRotations(Lead(), {})->rotations(), IsEmpty());
  v1::ListRotationsRequest all;
  all.set_show_archived(true);
  EXPECT_THAT(app_.ListRotations(Lead(), all)->rotations(), SizeIs(1));
}

TEST_F(Duties, R17CanBeSkippedWithoutAReasonAndAreOwed) {
  Create();
  const auto turn = List(Lead())[0];
  const std::string whose = BareId(turn.person());
  const auto skip = Of<v1::SkipAssignmentRequest>(turn);
  EXPECT_EQ(ReasonOf(app_.SkipAssignment(world_.Member(Other({whose})), skip)), "NOT_ON_DUTY");
  EXPECT_EQ(ReasonOf(app_.SkipAssignment(world_.Member("pia"), skip)), "ASSIGNMENT_NOT_FOUND") << "another team's";
  const auto skipped = app_.SkipAssignment(world_.Member(whose), skip);
  ASSERT_TRUE(skipped.ok()) << skipped.status();
  EXPECT_NE(skipped->person(), turn.person());
  EXPECT_THAT(skipped->explanation(1), HasSubstr(whose + " skipped this turn."));
  Pass(3 * kWeek);
  const auto people = Holders();
  EXPECT_GE(std::count(people.begin(), people.end(), whose), 1) << "theirs comes sooner";
  EXPECT_EQ(ReasonOf(app_.SkipAssignment(world_.Member(BareId(skipped->person())), skip)), "ASSIGNMENT_PAST");
}

TEST_F(Duties, R17AreSwappedByAnOfferAndAYes) {
  Create();
  const auto turn = List(Lead())[1];
  const std::string gives = BareId(turn.person()), takes = Other({gives}), third = Other({gives, takes});
  auto offer = Of<v1::OfferSwapRequest>(turn);
  for (const std::string& nobody : std::vector<std::string>{"people/pia", "people/none", "people/" + gives, ""}) {
    offer.set_person(nobody);
    EXPECT_EQ(ReasonOf(app_.OfferSwap(world_.Member(gives), offer)), "FIELD_INVALID") << nobody;
  }
  offer.set_person("people/" + takes);
  EXPECT_EQ(ReasonOf(app_.OfferSwap(world_.Member(third), offer)), "NOT_ON_DUTY");
  const auto offered = app_.OfferSwap(world_.Member(gives), offer);
  ASSERT_TRUE(offered.ok()) << offered.status();
  EXPECT_EQ(offered->person(), turn.person()) << "it is theirs until the other accepts";
  EXPECT_EQ(offered->offered_to(), "people/" + takes);
  const auto accept = Of<v1::AcceptSwapRequest>(turn);
  EXPECT_EQ(ReasonOf(app_.AcceptSwap(world_.Member(third), accept)), "SWAP_NOT_OFFERED");
  EXPECT_EQ(ReasonOf(app_.DeclineSwap(world_.Member(third), Of<v1::DeclineSwapRequest>(turn))), "SWAP_NOT_OFFERED");
  EXPECT_EQ(app_.DeclineSwap(world_.Member(takes), Of<v1::DeclineSwapRequest>(turn))->offered_to(), "");
  EXPECT_EQ(ReasonOf(app_.AcceptSwap(world_.Member(takes), accept)), "SWAP_NOT_OFFERED");
  ASSERT_TRUE(app_.OfferSwap(world_.Member(gives), offer).ok());
  const auto swapped = app_.AcceptSwap(world_.Member(takes), accept);
  ASSERT_TRUE(swapped.ok()) << swapped.status();
  EXPECT_EQ(swapped->person(), "people/" + takes);
  EXPECT_THAT(swapped->explanation(1), HasSubstr(takes + " took this turn over from " + gives + ", who owes it still."));
  EXPECT_EQ(ReasonOf(app_.AcceptSwap(world_.Member(takes), accept)), "SWAP_NOT_OFFERED") << "once";
  Pass(kWeek);
  EXPECT_EQ(Holders().back(), gives) << "who gave a turn away has the next that is drawn";
}

TEST_F(Duties, R17FallOnNobodyWhoIsAwayAndOnlyTheyReadWhen) {
  Create();
  const auto turn = List(Lead())[1];  // 7 to 13 September
  const std::string away = BareId(turn.person()), other = Other({away});
  const auto absence = Away(away, "2026-09-07", "2026-09-11");
  ASSERT_TRUE(absence.ok()) << absence.status();
  const auto passed_on = List(world_.Member(other))[1];
  EXPECT_NE(passed_on.person(), turn.person());
  EXPECT_THAT(passed_on.explanation(1), HasSubstr(away + " is not available any more."));
  for (const v1::Assignment& assignment : List(world_.Member(other))) EXPECT_THAT(assignment.DebugString(), Not(HasSubstr("2026-09-11")));
  EXPECT_THAT(app_.ListAbsences(world_.Member(other), {})->absences(), IsEmpty());
  ASSERT_THAT(app_.ListAbsences(world_.Member(away), {})->absences(), SizeIs(1));
  v1::DeleteAbsenceRequest forget;
  forget.set_name(absence->name());
  EXPECT_EQ(ReasonOf(app_.DeleteAbsence(world_.Member(other), forget)), "ABSENCE_NOT_FOUND");
  Pass(3 * kWeek);
  EXPECT_THAT(app_.ListAbsences(world_.Member(away), {})->absences(), IsEmpty());
  EXPECT_THAT(world_.store->BeginRead().value()->duties().AbsencesOf(world_.person(away)).value(), IsEmpty()) << "deleted once it is past";
  EXPECT_EQ(FieldsOf(Away(away, "soon", "2026-01-01")), (std::vector<std::string>{"absence.first_date", "absence.last_date"}));
  EXPECT_EQ(FieldsOf(Away(away, "2026-11-02", "2026-11-01")), (std::vector<std::string>{"absence.last_date"}));
}

TEST_F(Duties, DropWhoLeftAndWhoDoesNotWantToBeNamed) {
  Create();
  const auto turns = List(Lead());
  const std::string first = BareId(turns[0].person()), second = BareId(turns[1].person()), third = Other({first, second});
  OptOut(second, true);
  world_.Write([&](store::Transaction& t) {
    return t.directory().PutMemberships(world_.person(third),
                                        {{.person = world_.person(third),
                                          .team = world_.team("checkout"),
                                          .days = {.start = absl::CivilDay(2026, 1, 1), .end = absl::CivilDay(2026, 9, 3)},
                                          .primary = true}});
  });
  Pass(kDay);
  for (const v1::Assignment& assignment : List(Lead(first))) {
    EXPECT_EQ(assignment.person(), "people/" + first);
    EXPECT_THAT(assignment.DebugString(), Not(HasSubstr(second))) << "nor by the reasons";
  }
  EXPECT_EQ(List(Lead(first))[1].explanation(1).substr(0, 34), "somebody is not available any more");
  OptOut(second, false);
  Pass(kWeek);
  EXPECT_THAT(Holders(), Contains(second)) << "taken up again";
}

TEST_F(Duties, AreTheTeamsAloneAndItsLeadsToBegin) {
  Create();
  for (const char* stranger : {"pia", "sam"}) {
    v1::GetRotationRequest get;
    get.set_name("rotations/monday");
    EXPECT_EQ(ReasonOf(app_.GetRotation(Lead(stranger), get)), "ROTATION_NOT_FOUND");
    v1::ListRotationsRequest list;
    list.set_team("teams/checkout");
    EXPECT_EQ(ReasonOf(app_.ListRotations(Lead(stranger), list)), "TEAM_NOT_FOUND");
    EXPECT_THAT(app_.ListRotations(Lead(stranger), {})->rotations(), IsEmpty());
    EXPECT_EQ(ReasonOf(app_.CreateRotation(Lead(stranger), Request("theirs"))), "ROLE_REQUIRED");
  }
  EXPECT_EQ(ReasonOf(app_.CreateRotation(world_.Member("cleo"), Request("hers"))), "ROLE_REQUIRED");
  v1::UpdateRotationRequest update;
  update.mutable_rotation()->set_name("rotations/monday");
  update.mutable_rotation()->set_title("The Tuesday meeting");
  update.mutable_update_mask()->add_paths("title");
  EXPECT_EQ(ReasonOf(app_.UpdateRotation(world_.Member("cleo"), update)), "ROLE_REQUIRED");
  update.mutable_rotation()->set_etag("7");
  EXPECT_EQ(ReasonOf(app_.UpdateRotation(Lead(), update)), "ETAG_STALE");
  update.mutable_rotation()->clear_etag();
  EXPECT_EQ(app_.UpdateRotation(Lead(), update)->title(), "The Tuesday meeting");
  update.mutable_update_mask()->add_paths("start_date");
  EXPECT_EQ(FieldsOf(app_.UpdateRotation(Lead(), update)), (std::vector<std::string>{"update_mask"}));
  // Who oversees sees whose turn it is, and no reckoning.
  const auto overseen = List(world_.Steward());
  ASSERT_THAT(overseen, SizeIs(3));
  EXPECT_NE(overseen[0].person(), "");
  EXPECT_THAT(overseen[0].draws(), IsEmpty());
  EXPECT_THAT(overseen[0].explanation(), IsEmpty());
}

TEST_F(Duties, SayEveryFaultOfARotationByItsField) {
  v1::CreateRotationRequest request = Request("Not an id", v1::Rotation::DUTY_UNSPECIFIED);
  request.mutable_rotation()->set_title("two\nlines");
  request.mutable_rotation()->set_start_date("2099-01-01");
  request.mutable_rotation()->set_interval_weeks(27);
  EXPECT_THAT(FieldsOf(app_.CreateRotation(Lead(), request)),
              ElementsAre("rotation_id", "rotation.duty", "rotation.title", "rotation.start_date", "rotation.interval_weeks"));
  for (int i = 0; i < 20; ++i) Create("r" + std::to_string(i));
  EXPECT_EQ(ReasonOf(app_.CreateRotation(Lead(), Request("more"))), "ROTATIONS_FULL");
}

TEST_F(Duties, R17ShowTheSpotterHelpThatNobodyThankedFor) {
  world_.Help("1", "carl", "pia", 60);
  world_.Help("2", "cleo", "paul", 61);
  world_.Help("3", "carl", "paul", 62);
  const std::string one = world_.Why("1").deeds(0).deed(), two = world_.Why("2").deeds(0).deed(), three = world_.Why("3").deeds(0).deed();
  Create("spotter", v1::Rotation::DUTY_SPOTTER);
  const auto unthanked = [&](const std::string& who, int page = 0, const std::string& token = "") {
    v1::ListUnthankedRequest request;
    request.set_rotation("rotations/spotter");
    request.set_page_size(page);
    request.set_page_token(token);
    return app_.ListUnthanked(world_.Member(who), request);
  };
  const auto spotter = [&] {
    for (const v1::Assignment& assignment : List(Lead(), "spotter")) {
      if (assignment.state() == v1::Assignment::STATE_CURRENT) return BareId(assignment.person());
    }
    return std::string();
  };
  const auto deeds = [](const v1::ListUnthankedResponse& response) {
    std::vector<std::string> names;
    for (const v1::UnthankedHelp& help : response.help()) names.push_back(help.deed());
    return names;
  };
  EXPECT_THAT(unthanked(spotter())->help(), IsEmpty()) << "not before a week";
  Pass(kWeek + kDay);
  const auto found = unthanked(spotter());
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_THAT(deeds(*found), ::testing::UnorderedElementsAre(one, two, three));
  EXPECT_EQ(found->help(0).helper_team(), "teams/payments");
  EXPECT_EQ(ReasonOf(unthanked(Other({spotter()}))), "NOT_ON_DUTY");
  EXPECT_EQ(ReasonOf(unthanked("pia")), "ROTATION_NOT_FOUND");
  // Page by page, and no word of how many.
  const auto page = unthanked(spotter(), 2);
  EXPECT_THAT(page->help(), SizeIs(2));
  EXPECT_THAT(unthanked(spotter(), 2, page->next_page_token())->help(), SizeIs(1));
  EXPECT_EQ(ReasonOf(unthanked(spotter(), -1)), "FIELD_INVALID");
  // Once anybody has thanked, it waits no more; nor does what nobody can be thanked for.
  app::RecognitionApp recognition(*world_.context);
  v1::CreateRecognitionRequest thanks;
  thanks.set_deed(one);
  thanks.set_saw("She looked at our logs");
  ASSERT_TRUE(recognition.CreateRecognition(world_.Member("carl"), thanks).ok());
  EXPECT_THAT(deeds(*unthanked(spotter())), ::testing::UnorderedElementsAre(two, three));
  Pass(4 * kWeek);
  EXPECT_THAT(unthanked(spotter())->help(), IsEmpty()) << "nor after five weeks";
}

TEST_F(Duties, OfSomebodyWhoWasErasedStayTurnsOfNobody) {
  Create();
  const auto turns = List(Lead());
  const std::string whose = BareId(turns[1].person()) == "carl" ? BareId(turns[2].person()) : BareId(turns[1].person());
  ASSERT_TRUE(Away(whose, "2026-12-01", "2026-12-20").ok());
  Pass(kWeek * 3);
  ASSERT_TRUE(app::ErasePerson(*world_.context, whose).ok());
  Pass(absl::Minutes(1));
  bool was = false;
  for (const v1::Assignment& assignment : List(Lead())) {
    EXPECT_THAT(assignment.DebugString(), Not(HasSubstr(whose)));
    for (const std::string& words : assignment.explanation()) {
      EXPECT_THAT(words, Not(HasSubstr("does not come to this"))) << "every turn can still be worked out";
    }
    if (assignment.state() == v1::Assignment::STATE_PAST) {
      was = was || assignment.person().empty();
    } else {
      EXPECT_NE(assignment.person(), "") << "what is to come is somebody else's";
    }
  }
  EXPECT_TRUE(was);
}

TEST_F(Duties, AreInTheExportOfThoseTheyAreAbout) {
  Create();
  const auto turn = List(Lead())[0];
  const std::string whose = BareId(turn.person());
  ASSERT_TRUE(Away(whose, "2026-12-01", "2026-12-20").ok());
  ASSERT_TRUE(app_.SkipAssignment(world_.Member(whose), Of<v1::SkipAssignmentRequest>(turn)).ok());
  app::AdminApp admin(*world_.context);
  std::string all;
  v1::ExportPersonRequest request;
  request.set_name("people/" + whose);
  do {
    const auto page = admin.ExportPerson(world_.Member(whose), request);
    ASSERT_TRUE(page.ok()) << page.status();
    all += page->DebugString();
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  for (const char* words : {"2026-12-20", "rotations/monday", "it fell on you", "you skipped it", "The Monday meeting"}) {
    EXPECT_THAT(all, HasSubstr(words));
  }
}

}  // namespace
}  // namespace comity::testing

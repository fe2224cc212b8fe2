#include "tests/contract/contract.h"

namespace comity::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class ADutyStore : public StoreContract {
 protected:
  // Runs and commits.
  void Do(const std::function<void(Transaction&)>& work) {
    EXPECT_OK(Write([&](Transaction& t) {
      work(t);
      return absl::OkStatus();
    }));
  }
  // Until the next one.
  DutyStore& Seen() {
    seen_.reset();
    seen_ = Ok(store_->BeginRead());
    return seen_->duties();
  }
  void TearDown() override { seen_.reset(); }

 private:
  std::unique_ptr<Transaction> seen_;
};
INSTANTIATE_TEST_SUITE_P(Store, ADutyStore, ::testing::ValuesIn(Backends()), BackendName);

domain::Rotation Named(const std::string& id, int team = 1) {
  domain::Rotation rotation;
  rotation.id = id;
  rotation.team = Team(team);
  rotation.duty = domain::Duty::kSpotter;
  rotation.title = "Notes of \"Monday\"";
  rotation.start_day = 20'000;
  rotation.interval_weeks = 2;
  rotation.seed = std::string("\0\1", 2) + std::string(30, 's');
  rotation.created = At(1);
  rotation.changed = At(2);
  return rotation;
}

int64_t NumberOf(Transaction& transaction, const std::string& id) {
  const auto found = Ok(transaction.duties().FindRotation(id));
  EXPECT_TRUE(found.has_value()) << id;
  return found.has_value() ? found->number : 0;
}

std::vector<std::string> IdsOf(const std::vector<RotationRow>& rows) {
  std::vector<std::string> ids;
  ids.reserve(rows.size());
  for (const RotationRow& row : rows) ids.push_back(row.rotation.id);
  return ids;
}

domain::Turn ATurn(int32_t round, domain::Seat seat) {
  return {.round = round, .cause = domain::TurnCause::kSkipped, .made = At(5), .present = {1, 2, 7}, .seat = seat};
}

domain::Absence Away(int number, int32_t first, int32_t last) {
  return {.uid = IdOf<domain::AbsenceUid>(number), .first_day = first, .last_day = last};
}

TEST_P(ADutyStore, GivesBackRotationsByIdNumberAndTeam) {
  Do([&](Transaction& t) {
    EXPECT_OK(t.duties().InsertRotation(Named("notes")));
    EXPECT_OK(t.duties().InsertRotation(Named("spotter", 2)));
    EXPECT_OK(t.duties().InsertRotation(Named("editor")));
    EXPECT_EQ(t.duties().InsertRotation(Named("notes", 3)).code(), absl::StatusCode::kAlreadyExists);
  });
  DutyStore& store = Seen();
  EXPECT_EQ(Ok(store.FindRotation("notes"))->rotation, Named("notes"));
  EXPECT_EQ(Ok(store.FindRotation(Ok(store.FindRotation("notes"))->number))->rotation.id, "notes");
  EXPECT_FALSE(Ok(store.FindRotation("none")).has_value());
  EXPECT_FALSE(Ok(store.FindRotation(int64_t{99})).has_value());
  EXPECT_THAT(IdsOf(Ok(store.RotationsOf(Team(1)))), ElementsAre("editor", "notes"));
  EXPECT_THAT(IdsOf(Ok(store.RotationsOf(Team(9)))), IsEmpty());
  EXPECT_THAT(IdsOf(Ok(store.RunningRotations())), ElementsAre("notes", "spotter", "editor"));
}

TEST_P(ADutyStore, ChangesTitleAndEndAndNothingElseOfARotation) {
  domain::Rotation changed = Named("notes");
  Do([&](Transaction& t) {
    EXPECT_OK(t.duties().InsertRotation(Named("notes")));
    changed.title = "Other";
    changed.changed = At(9);
    changed.archived = At(9);
    changed.version = 2;
    domain::Rotation other = changed;
    other.seed = std::string(32, 'x');
    other.start_day = 1;
    EXPECT_OK(t.duties().UpdateRotation(NumberOf(t, "notes"), other));
  });
  DutyStore& store = Seen();
  EXPECT_EQ(Ok(store.FindRotation("notes"))->rotation, changed);
  EXPECT_THAT(Ok(store.RunningRotations()), IsEmpty());
  EXPECT_THAT(IdsOf(Ok(store.RotationsOf(Team(1)))), ElementsAre("notes"));
}

TEST_P(ADutyStore, GivesEachPersonOneSeatOfARotation) {
  Do([&](Transaction& t) {
    EXPECT_OK(t.duties().AddSeat(1, 2, Person(2)));
    EXPECT_OK(t.duties().AddSeat(1, 1, Person(1)));
    EXPECT_OK(t.duties().AddSeat(4, 1, Person(2)));
    EXPECT_EQ(t.duties().AddSeat(1, 2, Person(3)).code(), absl::StatusCode::kAlreadyExists);
    EXPECT_EQ(t.duties().AddSeat(1, 3, Person(2)).code(), absl::StatusCode::kAlreadyExists);
  });
  DutyStore& store = Seen();
  EXPECT_THAT(Ok(store.SeatsOf(int64_t{1})), ElementsAre(SeatRow{1, Person(1)}, SeatRow{2, Person(2)}));
  EXPECT_THAT(Ok(store.SeatsOf(Person(2))), ElementsAre(Pair(1, 2), Pair(4, 1)));
  EXPECT_THAT(Ok(store.SeatsOf(Person(8))), IsEmpty());
}

TEST_P(ADutyStore, TakesEachTurnOnceAndKeepsTheirOrder) {
  Do([&](Transaction& t) {
    EXPECT_OK(t.duties().AppendTurn(1, 0, ATurn(3, 7)));
    EXPECT_OK(t.duties().AppendTurn(1, 1, ATurn(2, 0)));
    EXPECT_OK(t.duties().AppendTurn(2, 0, ATurn(5, 1)));
    EXPECT_EQ(t.duties().AppendTurn(1, 1, ATurn(9, 1)).code(), absl::StatusCode::kAlreadyExists) << "another was there before";
  });
  DutyStore& store = Seen();
  EXPECT_THAT(Ok(store.TurnsOf(1)), ElementsAre(ATurn(3, 7), ATurn(2, 0)));
  EXPECT_THAT(Ok(store.TurnsOf(3)), IsEmpty());
}

TEST_P(ADutyStore, HasOneOfferOfARoundUntilItIsAnsweredOrOver) {
  Do([&](Transaction& t) {
    EXPECT_OK(t.duties().PutOffer(1, {.round = 5, .seat = 2}));
    EXPECT_OK(t.duties().PutOffer(1, {.round = 4, .seat = 2}));
    EXPECT_OK(t.duties().PutOffer(1, {.round = 5, .seat = 3}));
    EXPECT_OK(t.duties().PutOffer(2, {.round = 1, .seat = 3}));
  });
  EXPECT_THAT(Ok(Seen().OffersOf(1)), ElementsAre(OfferRow{4, 2}, OfferRow{5, 3}));
  Do([&](Transaction& t) { EXPECT_OK(t.duties().DeleteOffersBefore(1, 5)); });
  EXPECT_THAT(Ok(Seen().OffersOf(1)), ElementsAre(OfferRow{5, 3}));
  Do([&](Transaction& t) { EXPECT_OK(t.duties().DeleteOffer(1, 5)); });
  EXPECT_THAT(Ok(Seen().OffersOf(1)), IsEmpty());
  EXPECT_THAT(Ok(Seen().OffersOf(2)), ElementsAre(OfferRow{1, 3}));
}

TEST_P(ADutyStore, KeepsAbsencesApartByPersonAndForgetsThemWhenTheyArePast) {
  Do([&](Transaction& t) {
    EXPECT_OK(t.duties().InsertAbsence(Person(1), Away(1, 10, 12)));
    EXPECT_OK(t.duties().InsertAbsence(Person(1), Away(2, 11, 20)));
    EXPECT_OK(t.duties().InsertAbsence(Person(2), Away(3, 1, 30)));
    EXPECT_FALSE(Ok(t.duties().DeleteAbsence(Person(1), Away(3, 0, 0).uid))) << "another's";
  });
  EXPECT_THAT(Ok(Seen().AbsencesOf(Person(1))), ElementsAre(Away(1, 10, 12), Away(2, 11, 20)));
  EXPECT_FALSE(Ok(Seen().AnyAbsenceBefore(12)));
  EXPECT_TRUE(Ok(Seen().AnyAbsenceBefore(13)));
  Do([&](Transaction& t) { EXPECT_OK(t.duties().DeleteAbsencesBefore(13)); });
  EXPECT_THAT(Ok(Seen().AbsencesOf(Person(1))), ElementsAre(Away(2, 11, 20)));
  Do([&](Transaction& t) { EXPECT_TRUE(Ok(t.duties().DeleteAbsence(Person(2), Away(3, 0, 0).uid))); });
  EXPECT_THAT(Ok(Seen().AbsencesOf(Person(2))), IsEmpty());
}

TEST_P(ADutyStore, KeepsTurnsAndNoNameOfSomebodyWhoWasErased) {
  Do([&](Transaction& t) {
    EXPECT_OK(t.duties().AddSeat(1, 1, Person(1)));
    EXPECT_OK(t.duties().AddSeat(1, 2, Person(2)));
    EXPECT_OK(t.duties().AppendTurn(1, 0, ATurn(3, 1)));
    EXPECT_OK(t.duties().PutOffer(1, {.round = 3, .seat = 1}));
    EXPECT_OK(t.duties().PutOffer(1, {.round = 4, .seat = 2}));
    EXPECT_OK(t.duties().InsertAbsence(Person(1), Away(1, 10, 12)));
    Ok(t.privacy().Erase({.uid = Person(1), .id_hash = std::string(32, 'h'), .job = "j", .words = "w", .counts = {}}, {}));
  });
  DutyStore& store = Seen();
  EXPECT_THAT(Ok(store.SeatsOf(int64_t{1})), ElementsAre(SeatRow{1, {}}, SeatRow{2, Person(2)}));
  EXPECT_THAT(Ok(store.SeatsOf(Person(1))), IsEmpty());
  EXPECT_THAT(Ok(store.AbsencesOf(Person(1))), IsEmpty());
  EXPECT_THAT(Ok(store.OffersOf(1)), ElementsAre(OfferRow{4, 2}));
  EXPECT_THAT(Ok(store.TurnsOf(1)), ElementsAre(ATurn(3, 1)));
}

}  // namespace
}  // namespace comity::store

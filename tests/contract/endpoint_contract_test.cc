#include "tests/contract/contract.h"

namespace comity::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

COMITY_CONTRACT(AnEndpointStore);

domain::Endpoint Named(const std::string& id) {
  domain::Endpoint endpoint;
  endpoint.id = id;
  endpoint.url = "https://hooks.acme.example/" + id;
  endpoint.types = {domain::MessageType::kDeedCounted, domain::MessageType::kPolicyActivated};
  endpoint.teams = {Team(1), Team(2)};
  endpoint.created = At(1);
  endpoint.changed = At(2);
  endpoint.secret_check = std::string("\0\1check", 7);
  return endpoint;
}

domain::DeliveryUid Uid(int number) { return IdOf<domain::DeliveryUid>(number); }

DeliveryRow Message(int64_t endpoint, int number, int64_t at) {
  DeliveryRow delivery;
  delivery.uid = Uid(number);
  delivery.endpoint = endpoint;
  delivery.type = domain::MessageType::kDeedCounted;
  delivery.created = delivery.next_attempt = At(at);
  delivery.body = "{\"number\": " + std::to_string(number) + "}";
  return delivery;
}

std::vector<domain::DeliveryUid> UidsOf(const std::vector<DeliveryRow>& rows) {
  std::vector<domain::DeliveryUid> uids;
  uids.reserve(rows.size());
  for (const DeliveryRow& row : rows) uids.push_back(row.uid);
  return uids;
}

// The number of the one endpoint of this id.
int64_t NumberOf(Transaction& transaction, const std::string& id) {
  const auto found = Ok(transaction.endpoints().FindEndpoint(id));
  EXPECT_TRUE(found.has_value()) << id;
  return found.has_value() ? found->number : 0;
}

TEST_P(AnEndpointStore, GivesBackWhatWasInsertedAndListsById) {
  domain::Endpoint full = Named("chat");
  full.paused = true;
  full.version = 7;
  full.secrets = {{IdOf<domain::SecretSeed>(9), At(3)}, {IdOf<domain::SecretSeed>(8), At(1)}};
  full.health = {.last_success = At(4),
                 .last_failure = At(5),
                 .failure = {domain::FailureReason::kStatus, 503},
                 .consecutive_failures = 6,
                 .rests = 2,
                 .failing_since = At(7),
                 .next_attempt = At(8),
                 .disabled = domain::DisabledReason::kFailing};
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.endpoints().InsertEndpoint(Named("wiki")));
    return t.endpoints().InsertEndpoint(full);
  }));
  EXPECT_TRUE(absl::IsAlreadyExists(Write([&](Transaction& t) { return t.endpoints().InsertEndpoint(Named("chat")); })));
  const auto transaction = Ok(store_->BeginRead());
  const auto found = Ok(transaction->endpoints().FindEndpoint("chat"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->endpoint, full);
  EXPECT_EQ(found->waiting, 0);
  EXPECT_EQ(found->missed, 0);
  EXPECT_EQ(found->missed_since, absl::InfinitePast());
  EXPECT_EQ(Ok(transaction->endpoints().FindEndpoint(found->number))->endpoint, full);
  EXPECT_FALSE(Ok(transaction->endpoints().FindEndpoint("none")).has_value());
  const auto all = Ok(transaction->endpoints().LoadEndpoints());
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].endpoint.id, "chat");
  EXPECT_EQ(all[1].endpoint, Named("wiki"));
  EXPECT_NE(all[0].number, all[1].number);
}

TEST_P(AnEndpointStore, ChangesAllButTheIdAndNeverGivesANumberAgain) {
  int64_t first = 0;
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.endpoints().InsertEndpoint(Named("chat")));
    first = NumberOf(t, "chat");
    domain::Endpoint changed = Named("chat");
    changed.url = "https://other.acme.example";
    changed.teams.clear();
    changed.health.consecutive_failures = 3;
    COMITY_RETURN_IF_ERROR(t.endpoints().UpdateEndpoint(first, changed));
    EXPECT_EQ(Ok(t.endpoints().FindEndpoint(first))->endpoint, changed);
    COMITY_RETURN_IF_ERROR(t.endpoints().DeleteEndpoint(first));
    EXPECT_FALSE(Ok(t.endpoints().FindEndpoint(first)).has_value());
    return t.endpoints().InsertEndpoint(Named("chat"));
  }));
  const auto transaction = Ok(store_->BeginRead());
  EXPECT_NE(NumberOf(*transaction, "chat"), first);
}

TEST_P(AnEndpointStore, GivesWhatIsDueTheLongestDueFirst) {
  int64_t chat = 0;
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.endpoints().InsertEndpoint(Named("chat")));
    COMITY_RETURN_IF_ERROR(t.endpoints().InsertEndpoint(Named("wiki")));
    chat = NumberOf(t, "chat");
    EXPECT_EQ(Ok(t.endpoints().AddDeliveries({Message(chat, 1, 10), Message(chat, 2, 5), Message(chat, 3, 20)}, At(20))), 3);
    EXPECT_EQ(Ok(t.endpoints().AddDeliveries({Message(chat, 2, 9), Message(chat, 4, 5)}, At(20))), 1) << "one was there";
    EXPECT_EQ(Ok(t.endpoints().AddDeliveries({Message(NumberOf(t, "wiki"), 5, 1)}, At(20))), 1);
    EXPECT_EQ(Ok(t.endpoints().AddDeliveries({Message(99, 6, 1)}, At(20))), 0) << "nobody's";
    return absl::OkStatus();
  }));
  const auto transaction = Ok(store_->BeginRead());
  EndpointStore& store = transaction->endpoints();
  EXPECT_THAT(UidsOf(Ok(store.DueDeliveries(chat, At(10), 10))), ElementsAre(Uid(2), Uid(4), Uid(1)));
  EXPECT_THAT(UidsOf(Ok(store.DueDeliveries(chat, At(10), 2))), ElementsAre(Uid(2), Uid(4)));
  EXPECT_THAT(Ok(store.DueDeliveries(chat, At(4), 10)), IsEmpty());
  EXPECT_EQ(Ok(store.FindEndpoint(chat))->waiting, 4);
  const auto listed = Ok(store.ListDeliveries(chat, INT64_MAX, 10));
  EXPECT_THAT(UidsOf(listed), ElementsAre(Uid(4), Uid(3), Uid(2), Uid(1)));
  EXPECT_THAT(UidsOf(Ok(store.ListDeliveries(chat, listed[1].number, 1))), ElementsAre(Uid(2)));
  EXPECT_FALSE(Ok(store.FindDelivery(Uid(6))).has_value());
}

TEST_P(AnEndpointStore, KeepsWhatCameOfADeliveryAndCountsWhatWaits) {
  int64_t chat = 0;
  DeliveryRow sent;
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.endpoints().InsertEndpoint(Named("chat")));
    chat = NumberOf(t, "chat");
    COMITY_RETURN_IF_ERROR(t.endpoints().AddDeliveries({Message(chat, 1, 1), Message(chat, 2, 2)}, At(2)).status());
    sent = *Ok(t.endpoints().FindDelivery(Uid(1)));
    EXPECT_EQ(sent.body, "{\"number\": 1}");
    sent.state = domain::DeliveryState::kDelivered;
    sent.attempts = 3;
    sent.refusals = 2;
    sent.last_attempt = At(8);
    sent.next_attempt = At(9);
    sent.failure = {domain::FailureReason::kStatus, 400};
    COMITY_RETURN_IF_ERROR(t.endpoints().UpdateDelivery(sent));
    return t.endpoints().UpdateDelivery(Message(chat, 7, 1));  // not there: nothing
  }));
  {
    const auto transaction = Ok(store_->BeginRead());
    const auto found = Ok(transaction->endpoints().FindDelivery(Uid(1)));
    EXPECT_EQ(found->state, domain::DeliveryState::kDelivered);
    EXPECT_EQ(found->attempts, 3);
    EXPECT_EQ(found->refusals, 2);
    EXPECT_EQ(found->last_attempt, At(8));
    EXPECT_EQ(found->next_attempt, At(9));
    EXPECT_EQ(found->failure, sent.failure);
    EXPECT_EQ(Ok(transaction->endpoints().FindEndpoint(chat))->waiting, 1);
    EXPECT_THAT(UidsOf(Ok(transaction->endpoints().DueDeliveries(chat, At(100), 10))), ElementsAre(Uid(2)));
  }
  sent.state = domain::DeliveryState::kWaiting;
  EXPECT_OK(Write([&](Transaction& t) { return t.endpoints().UpdateDelivery(sent); }));
  const auto transaction = Ok(store_->BeginRead());
  EXPECT_EQ(Ok(transaction->endpoints().FindEndpoint(chat))->waiting, 2);
}

TEST_P(AnEndpointStore, KeepsNoMoreThanMayWaitAndCountsTheRestAsMissed) {
  int64_t chat = 0;
  std::vector<DeliveryRow> many;
  for (int number = 0; number < domain::kMaxWaitingMessages + 5; ++number) {
    many.push_back(Message(1, 1, number));
    many.back().uid.bytes = {};
    many.back().uid.bytes[0] = static_cast<uint8_t>(number);
    many.back().uid.bytes[1] = static_cast<uint8_t>(number / 256);
    many.back().uid.bytes[15] = 1;
  }
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.endpoints().InsertEndpoint(Named("chat")));
    chat = NumberOf(t, "chat");
    for (DeliveryRow& delivery : many) delivery.endpoint = chat;
    EXPECT_EQ(Ok(t.endpoints().AddDeliveries(many, At(100))), domain::kMaxWaitingMessages);
    COMITY_RETURN_IF_ERROR(t.endpoints().AddDeliveries({Message(chat, 5, 200)}, At(200)).status());
    DeliveryRow ping = Message(chat, 6, 200);
    ping.type = domain::MessageType::kEndpointPing;
    EXPECT_EQ(Ok(t.endpoints().AddDeliveries({ping}, At(200))), 1) << "to find out what is wrong";
    return absl::OkStatus();
  }));
  {
    const auto transaction = Ok(store_->BeginRead());
    const auto row = Ok(transaction->endpoints().FindEndpoint(chat));
    EXPECT_EQ(row->waiting, domain::kMaxWaitingMessages + 1);
    EXPECT_EQ(row->missed, 6);
    EXPECT_EQ(row->missed_since, At(100)) << "when the first was";
  }
  EXPECT_OK(Write([&](Transaction& t) { return t.endpoints().ForgetMissed(chat); }));
  const auto transaction = Ok(store_->BeginRead());
  EXPECT_EQ(Ok(transaction->endpoints().FindEndpoint(chat))->missed, 0);
  EXPECT_EQ(Ok(transaction->endpoints().FindEndpoint(chat))->missed_since, absl::InfinitePast());
}

TEST_P(AnEndpointStore, ForgetsTheOldInPartsAndCountsWhatStillWaitedAsMissed) {
  int64_t chat = 0;
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.endpoints().InsertEndpoint(Named("chat")));
    chat = NumberOf(t, "chat");
    std::vector<DeliveryRow> rows;
    for (int number = 1; number <= 6; ++number) rows.push_back(Message(chat, number, 10 * number));
    COMITY_RETURN_IF_ERROR(t.endpoints().AddDeliveries(rows, At(60)).status());
    for (const int number : {1, 4, 6}) {
      DeliveryRow sent = Message(chat, number, 1);
      sent.state = domain::DeliveryState::kDelivered;
      COMITY_RETURN_IF_ERROR(t.endpoints().UpdateDelivery(sent));
    }
    // Of 1 to 3, which waited but for 1, all but 3 are old; 4 was sent and is old as such; 5 and 6 are recent.
    EXPECT_TRUE(Ok(t.endpoints().AnyDeliveries()));
    EndpointStore::Pruning pruning{.after = 0, .sent_before = At(50), .waiting_before = At(30), .now = At(70), .limit = 2};
    pruning.after = Ok(t.endpoints().PruneDeliveries(pruning));
    EXPECT_NE(pruning.after, 0);
    pruning.after = Ok(t.endpoints().PruneDeliveries(pruning));
    EXPECT_NE(pruning.after, 0);
    EXPECT_EQ(Ok(t.endpoints().PruneDeliveries(pruning)), 0);
    return absl::OkStatus();
  }));
  const auto transaction = Ok(store_->BeginRead());
  const auto row = Ok(transaction->endpoints().FindEndpoint(chat));
  EXPECT_EQ(row->waiting, 2);
  EXPECT_EQ(row->missed, 1);
  EXPECT_EQ(row->missed_since, At(70));
  EXPECT_THAT(UidsOf(Ok(transaction->endpoints().ListDeliveries(chat, INT64_MAX, 10))), ElementsAre(Uid(6), Uid(5), Uid(3)));
}

TEST_P(AnEndpointStore, KeepsWhatWasSentFromThenOnAndNotFromWhenItWasMade) {
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.endpoints().InsertEndpoint(Named("chat")));
    DeliveryRow given_up = Message(NumberOf(t, "chat"), 1, 10);
    COMITY_RETURN_IF_ERROR(t.endpoints().AddDeliveries({given_up}, At(10)).status());
    given_up.state = domain::DeliveryState::kRefused;
    given_up.last_attempt = At(60);
    COMITY_RETURN_IF_ERROR(t.endpoints().UpdateDelivery(given_up));
    EXPECT_EQ(Ok(t.endpoints().PruneDeliveries({.after = 0, .sent_before = At(50), .waiting_before = At(30), .now = At(70), .limit = 10})),
              0);
    EXPECT_TRUE(Ok(t.endpoints().FindDelivery(Uid(1))).has_value());
    EXPECT_EQ(Ok(t.endpoints().PruneDeliveries({.after = 0, .sent_before = At(61), .waiting_before = At(30), .now = At(70), .limit = 10})),
              0);
    EXPECT_FALSE(Ok(t.endpoints().FindDelivery(Uid(1))).has_value());
    return absl::OkStatus();
  }));
}

TEST_P(AnEndpointStore, LeavesNothingBehindOfAClockThatWasAhead) {
  constexpr int64_t kYear = 365 * 86'400;
  int64_t chat = 0;
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.endpoints().InsertEndpoint(Named("chat")));
    chat = NumberOf(t, "chat");
    COMITY_RETURN_IF_ERROR(
        t.endpoints().AddDeliveries({Message(chat, 1, kYear), Message(chat, 2, kYear), Message(chat, 3, 60)}, At(60)).status());
    DeliveryRow sent = Message(chat, 1, kYear);
    sent.state = domain::DeliveryState::kDelivered;
    COMITY_RETURN_IF_ERROR(t.endpoints().UpdateDelivery(sent));
    const EndpointStore::Pruning pruning{.after = 0, .sent_before = At(50), .waiting_before = At(30), .now = At(70), .limit = 2};
    EXPECT_NE(Ok(t.endpoints().PruneDeliveries(pruning)), 0) << "what is ahead says nothing of what follows";
    return absl::OkStatus();
  }));
  const auto transaction = Ok(store_->BeginRead());
  EXPECT_FALSE(Ok(transaction->endpoints().FindDelivery(Uid(1))).has_value());
  const auto due = Ok(transaction->endpoints().DueDeliveries(chat, At(70), 10));
  EXPECT_THAT(UidsOf(due), ElementsAre(Uid(2), Uid(3)));
  EXPECT_EQ(due.front().created, At(70));
  EXPECT_EQ(Ok(transaction->endpoints().FindEndpoint(chat))->missed, 0);
}

TEST_P(AnEndpointStore, WritesNothingThatIsRolledBack) {
  EXPECT_FALSE(Write([&](Transaction& t) -> absl::Status {
                 COMITY_RETURN_IF_ERROR(t.endpoints().InsertEndpoint(Named("chat")));
                 COMITY_RETURN_IF_ERROR(t.endpoints().AddDeliveries({Message(NumberOf(t, "chat"), 1, 1)}, At(1)).status());
                 return absl::AbortedError("no");
               }).ok());
  const auto transaction = Ok(store_->BeginRead());
  EXPECT_THAT(Ok(transaction->endpoints().LoadEndpoints()), IsEmpty());
  EXPECT_FALSE(Ok(transaction->endpoints().AnyDeliveries()));
  EXPECT_FALSE(Ok(transaction->endpoints().FindDelivery(Uid(1))).has_value());
}

}  // namespace
}  // namespace comity::store

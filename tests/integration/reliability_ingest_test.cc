// Rows I1, I2, I4, I5 and L5 of the reliability figures, on a whole service without its doors: however often, in whatever order and at
// whatever time facts come, the same stands.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <thread>

#include "service/app/admin_app.h"
#include "service/base/error.h"
#include "tests/integration/ingest_world.h"
#include "tests/support/figures.h"
#include "tests/support/history.h"

namespace comity::testing {
namespace {

using Answer = Operation::Answer;
using Kind = Operation::Kind;
using Outcome = Operation::Outcome;

constexpr const char* kHelpers[] = {"pia", "paul", "carl", "cleo"};

void RunInThreads(int threads, const std::function<void(int thread)>& work) {
  std::vector<std::thread> running;
  for (int thread = 0; thread < threads; ++thread) running.emplace_back([&work, thread] { work(thread); });
  for (std::thread& one : running) one.join();
}

// A ticket a minute, resolved by one of four.
std::vector<v1::Fact> TicketFacts(int ticket) {
  const std::string issue = std::to_string(ticket);
  const std::string helper = kHelpers[ticket % 4];
  return {World::Commented(issue, helper, ticket), World::Resolved(issue, "sam", helper, ticket)};
}

std::map<std::string, int> DeedsBySubject(World& world) {
  std::map<std::string, int> seen;
  v1::ListDeedsRequest request;
  request.set_page_size(1000);
  do {
    const auto page = world.deeds->ListDeeds(world.Steward(), request);
    EXPECT_TRUE(page.ok()) << page.status();
    if (!page.ok()) break;
    for (const v1::Deed& deed : page->deeds()) ++seen[deed.subject()];
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return seen;
}

// Sends each of these facts one to ten times, from eight threads at once, in batches of twenty. Gives the number of deliveries.
int64_t SendManyTimes(World& world, const std::vector<v1::Fact>& facts, History& history, std::vector<std::atomic<int>>& stored,
                      size_t first_fact, std::mt19937& random) {
  std::vector<size_t> deliveries;
  for (size_t fact = 0; fact < facts.size(); ++fact) deliveries.insert(deliveries.end(), 1 + random() % 10, fact);
  std::shuffle(deliveries.begin(), deliveries.end(), random);
  std::atomic<size_t> next{0};
  RunInThreads(8, [&](int thread) {
    for (size_t at = next.fetch_add(20); at < deliveries.size(); at = next.fetch_add(20)) {
      const size_t end = std::min(at + 20, deliveries.size());
      std::vector<v1::Fact> batch;
      Operation put{.kind = Kind::kPut, .client = thread};
      for (size_t i = at; i < end; ++i) {
        const v1::Fact& fact = facts[deliveries[i]];
        batch.push_back(fact);
        put.keys.push_back(fact.subject().key() + (fact.kind() == v1::FACT_KIND_RESOLVED ? "" : " comment"));
      }
      const size_t place = history.Begin(put);
      const auto results = world.Ingest(batch);
      put.outcome = Outcome::kOk;
      for (size_t i = at; i < end; ++i) {
        const bool is_stored = results[i - at].disposition() == v1::IngestResult::DISPOSITION_STORED;
        put.answers.push_back(is_stored ? Answer::kStored : Answer::kDuplicate);
        if (is_stored) ++stored[first_fact + deliveries[i]];
      }
      history.End(place, put);
    }
  });
  return static_cast<int64_t>(deliveries.size());
}

TEST(I1Duplicates, EachDeliveryOneToTenTimesAtOnceHasOneEffect) {
  const int64_t wanted = Figure("I1");
  World world;
  std::mt19937 random(1);
  constexpr int kTicketsOfAChunk = 500;
  const int tickets = static_cast<int>(wanted / 11) + 1;
  world.clock.Advance(absl::Minutes(tickets));
  std::vector<std::atomic<int>> stored(static_cast<size_t>(tickets) * 2);
  int64_t deliveries = 0;
  for (int first = 0; first < tickets; first += kTicketsOfAChunk) {
    History history;
    std::vector<v1::Fact> facts;
    for (int ticket = first; ticket < std::min(first + kTicketsOfAChunk, tickets); ++ticket) {
      for (v1::Fact& fact : TicketFacts(ticket)) facts.push_back(std::move(fact));
    }
    deliveries += SendManyTimes(world, facts, history, stored, static_cast<size_t>(first) * 2, random);
    if (first >= 10 * kTicketsOfAChunk) continue;  // the history of all would not fit: the counts below are of all
    Operation read{.kind = Kind::kRead};
    const size_t place = history.Begin(read);
    const auto deeds = DeedsBySubject(world);
    for (const v1::Fact& fact : facts) {
      if (fact.kind() == v1::FACT_KIND_COMMENTED)
        read.seen[fact.subject().key() + " comment"] = 1;  // seen through its deed's evidence
      else if (deeds.contains(fact.subject().key()))
        read.seen[fact.subject().key()] = deeds.at(fact.subject().key());
    }
    read.outcome = Outcome::kOk;
    history.End(place, read);
    for (const std::string& violation : Violations(history.Take())) ADD_FAILURE() << violation;
  }
  EXPECT_TRUE(std::all_of(stored.begin(), stored.end(), [](const auto& times) { return times == 1; }));
  const auto deeds = DeedsBySubject(world);
  EXPECT_EQ(deeds.size(), static_cast<size_t>(tickets));
  const auto verified = world.Verify();
  EXPECT_TRUE(verified.ok()) << verified.ShortDebugString();
  EXPECT_EQ(verified.entry_count(), tickets);
  Report("I1", std::to_string(deliveries) + " deliveries of " + std::to_string(stored.size()) +
                   " facts from 8 threads: each stored once, " + std::to_string(deeds.size()) + " deeds, ledger of " +
                   std::to_string(verified.entry_count()) + " entries equals a rebuild");
}

// Everything that may happen to a few tickets: seen late, early and twice; edited, undone and done again; a stranger and a bot among them.
std::vector<v1::Fact> Eventful() {
  std::vector<v1::Fact> facts = {World::Opened("1", "sam", 0),
                                 World::Commented("1", "pia", 40),
                                 World::Resolved("1", "sam", "pia", 60),
                                 World::Reopened("1", "sam", 70),
                                 World::Commented("1", "carl", 80),
                                 World::Resolved("1", "sam", "carl", 90),
                                 World::Opened("2", "carl", 5),
                                 World::Commented("2", "pia", 20),
                                 World::Resolved("2", "carl", "pia", 100),
                                 World::Opened("3", "paul", 5),
                                 World::Resolved("3", "paul", "pia", 110),
                                 World::Commented("4", "stranger", 20),
                                 World::Resolved("4", "sam", "stranger", 30),
                                 World::Resolved("5", "sam", "robot", 31),
                                 World::Commented("6", "cleo", 20),
                                 World::Resolved("6", "sue", "cleo", 32),
                                 World::Reopened("6", "sue", 120)};
  for (int ticket = 20; ticket < 42; ++ticket) facts.push_back(World::Resolved(std::to_string(ticket), "sam", "paul", 33));  // a mass close
  v1::Fact edited = World::Resolved("2", "carl", "pia", 100);
  edited.set_assurance(v1::ASSURANCE_POLLED);
  edited.mutable_subject()->set_title("Ticket 2, as it was renamed");
  facts.push_back(edited);
  v1::Fact weaker = World::Resolved("1", "sam", "paul", 60);  // the same fact, told by somebody who proves less
  weaker.set_assurance(v1::ASSURANCE_UNSPECIFIED);
  facts.push_back(weaker);
  return facts;
}

struct Standing {
  std::string standing, rollups;
  bool operator==(const Standing& other) const { return standing == other.standing && rollups == other.rollups; }
};

Standing StandingOf(World& world) {
  const auto verified = world.Verify();
  EXPECT_TRUE(verified.ok()) << verified.ShortDebugString();
  return {verified.standing_digest(), verified.rollup_digest()};
}

Standing AfterInOrder(std::vector<v1::Fact> facts, std::mt19937& random) {
  World world;
  std::shuffle(facts.begin(), facts.end(), random);
  for (size_t at = 0; at < facts.size();) {
    const size_t end = std::min(at + 1 + random() % 9, facts.size());
    std::vector<v1::Fact> batch(facts.begin() + static_cast<std::ptrdiff_t>(at), facts.begin() + static_cast<std::ptrdiff_t>(end));
    if (random() % 3 == 0) batch.push_back(facts[random() % facts.size()]);  // one that was or will be there
    world.Ingest(batch);
    at = end;
  }
  return StandingOf(world);
}

TEST(I2Order, OfArrivalNeverMatters) {
  const int64_t orders = Figure("I2");
  std::mt19937 first(0);
  const Standing expected = AfterInOrder(Eventful(), first);
  for (int64_t seed = 1; seed <= orders; ++seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    ASSERT_EQ(AfterInOrder(Eventful(), random), expected) << "seed " << seed;
  }
  Report("I2", std::to_string(orders) + " orders of " + std::to_string(Eventful().size()) + " facts in batches of any size: one standing");
}

TEST(I4Clock, JumpsChangeNothingOfWhatStandsAndNothingGoesBack) {
  const int64_t jumps = Figure("I4");
  std::mt19937 random(4);
  World world;
  const absl::Time start = world.clock.Now();
  const auto length = absl::Minutes(jumps + 100);
  int64_t sequence = 0;
  std::vector<int> sent;
  for (int64_t jump = 0; jump < jumps; ++jump) {
    // A second to ten years, either way; now and then exactly a day, an hour or a leap second.
    const absl::Duration sizes[] = {absl::Seconds(1), absl::Hours(1), absl::Hours(24), absl::Seconds(random() % 86'400),
                                    absl::Hours(random() % (24 * 365 * 10))};
    const absl::Duration size = sizes[random() % std::size(sizes)];
    const absl::Time now = world.clock.Now();
    world.clock.Advance(now - size < start - absl::Hours(87'600) || (random() % 2 == 0 && now < start + absl::Hours(87'600)) ? size
                                                                                                                             : -size);
    const int ticket = static_cast<int>(jump);
    sent.push_back(ticket);
    for (const v1::IngestResult& result : world.Ingest(TicketFacts(ticket))) {
      EXPECT_NE(result.disposition(), v1::IngestResult::DISPOSITION_UNSPECIFIED);
    }
    const auto transaction = world.store->BeginRead();
    const int64_t head = (*transaction)->deeds().Head()->sequence;
    EXPECT_GE(head, sequence) << "the ledger went back";
    sequence = head;
    if (jump % 50 == 0) {
      for (const v1::Deed& deed : world.Deeds()) EXPECT_NE(deed.state(), v1::Deed::STATE_UNSPECIFIED);
    }
  }
  EXPECT_EQ(world.metrics.Text().find("} -"), std::string::npos) << "a negative age or duration";
  // Whatever was from the future then is not any more.
  world.clock.Advance(start + length - world.clock.Now());
  for (const int ticket : sent) world.Ingest(TicketFacts(ticket));
  World calm;
  calm.clock.Advance(length);
  for (const int ticket : sent) calm.Ingest(TicketFacts(ticket));
  EXPECT_EQ(StandingOf(world), StandingOf(calm));
  Report("I4", std::to_string(jumps) + " jumps of up to ten years: ledger never back, no negative age, the same standing as without");
}

struct KeyAnswers {
  std::atomic<int> executed{0}, refused{0}, other{0};
  Mutex mutex;
  std::set<std::string> answers ABSL_GUARDED_BY(mutex);
};

TEST(I5IdempotencyKeys, OfSixtyFourThreadsExecuteOnceAndAnswerTheSame) {
  const int keys = static_cast<int>(Figure("I5"));
  World world;
  app::AdminApp admin(*world.context);
  const app::Caller caller{.token_id = "steward", .roles = {v1::ROLE_ADMIN}, .person = {}, .sources = {}, .scope = v1::SCOPE_ORGANISATION};
  const auto request_of = [](int key, bool other_body) {
    v1::CreateSourceRequest request;
    request.set_source_id("key-" + std::to_string(key) + (other_body ? "-other" : ""));
    request.mutable_source()->set_suite("github");
    request.mutable_source()->set_instance("github.com");
    request.set_request_id("request-" + std::to_string(key));
    return request;
  };
  std::vector<KeyAnswers> answers(static_cast<size_t>(keys));
  const auto send = [&](int key, bool other_body) {
    const auto source = admin.CreateSource(caller, request_of(key, other_body));
    KeyAnswers& of_key = answers[static_cast<size_t>(key)];
    if (source.ok()) {
      ++of_key.executed;
      MutexLock lock(of_key.mutex);
      of_key.answers.insert(source->SerializeAsString());
    } else if (absl::IsAlreadyExists(source.status()) && DetailsOf(source.status()).reason == "REQUEST_ID_REUSED") {
      ++of_key.refused;
    } else {
      ++of_key.other;
    }
  };
  // Each key four times at about the same moment: three times with one body and once with another.
  std::vector<int> order(static_cast<size_t>(keys) * 4);
  std::iota(order.begin(), order.end(), 0);
  std::mt19937 random(5);
  for (size_t at = 0; at + 64 <= order.size(); at += 64)
    std::shuffle(order.begin() + static_cast<std::ptrdiff_t>(at), order.begin() + static_cast<std::ptrdiff_t>(at + 64), random);
  std::atomic<size_t> next{0};
  RunInThreads(64, [&](int) {
    for (size_t at = next++; at < order.size(); at = next++) send(order[at] / 4, order[at] % 4 == 3);
  });
  const auto expect_all = [&](int most_answers) {
    for (KeyAnswers& of_key : answers) {
      MutexLock lock(of_key.mutex);
      ASSERT_EQ(of_key.answers.size(), 1u) << "one key, one answer";
      ASSERT_EQ(of_key.other, 0);
      ASSERT_EQ(of_key.executed + of_key.refused, most_answers);
      ASSERT_GT(of_key.refused, 0);
    }
  };
  expect_all(4);
  // And a day later, byte for byte.
  world.clock.Advance(absl::Hours(24));
  next = 0;
  RunInThreads(64, [&](int) {
    for (size_t at = next++; at < order.size(); at = next++) send(order[at] / 4, order[at] % 4 == 3);
  });
  expect_all(8);
  v1::ListSourcesRequest list;
  list.set_page_size(1000);
  size_t sources = 0;
  do {
    const auto page = admin.ListSources(caller, list);
    ASSERT_TRUE(page.ok()) << page.status();
    sources += static_cast<size_t>(page->sources_size());
    list.set_page_token(page->next_page_token());
  } while (!list.page_token().empty());
  EXPECT_EQ(sources, static_cast<size_t>(keys) + 1);  // and the world's own
  Report("I5",
         std::to_string(keys) +
             " keys, each 8 times from 64 threads: one effect, one answer byte for byte, also a day later; other bodies ALREADY_EXISTS");
}

// A made-up history: tickets, what people say of them, and a directory that is corrected meanwhile.
void LiveThrough(World& world, std::mt19937& random) {
  const auto any = [&](std::initializer_list<const char*> words) { return std::string(words.begin()[random() % words.size()]); };
  world.Ingest({World::Commented("1", "stranger", 1)});
  std::string linked;  // to whom the stranger is
  for (int step = 0; step < 40; ++step) {
    const std::string issue = std::to_string(1 + random() % 12);
    const std::string asker = any({"sam", "sue", "carl"});
    const std::string helper = any({"pia", "paul", "cleo", "carl", "stranger", "robot"});
    const int at = static_cast<int>(random() % 170);
    switch (random() % 8) {
      case 0:
        world.Ingest({World::Reopened(issue, asker, at)});
        break;
      case 1:
        world.Link("stranger", linked = any({"pia", "cleo"}));
        break;
      case 2:
        world.SetTeam(any({"pia", "cleo", "sue"}), any({"support", "payments", "checkout"}),
                      absl::CivilDay(2026, 1 + static_cast<int>(random() % 9), 2));
        if (!linked.empty()) world.Link("stranger", linked);  // SetTeam judges again what the person's own account did
        break;
      case 3: {
        const auto deeds = world.Deeds();
        if (deeds.empty()) break;
        const v1::Deed& deed = deeds[random() % deeds.size()];
        v1::ConfirmDeedRequest confirm;
        confirm.set_name(deed.name());
        world.deeds->ConfirmDeed(world.Member(asker), confirm).status().IgnoreError();
        v1::DeclineDeedRequest decline;
        decline.set_name(deed.name());
        if (random() % 3 == 0) world.deeds->DeclineDeed(world.Member(any({"pia", "paul", "cleo"})), decline).status().IgnoreError();
        break;
      }
      default:
        world.Ingest({World::Opened(issue, asker, at / 2), World::Commented(issue, helper, at), World::Resolved(issue, asker, helper, at)});
    }
  }
}

TEST(L5ARebuild, FromTheLedgerIsEqualToTheBit) {
  const int64_t histories = Figure("L5");
  int64_t entries = 0;
  for (int64_t seed = 1; seed <= histories; ++seed) {
    World world;
    std::mt19937 random(static_cast<unsigned>(seed));
    LiveThrough(world, random);
    const auto verified = world.Verify();
    ASSERT_TRUE(verified.ok()) << "seed " << seed << ": " << verified.ShortDebugString();
    entries += verified.entry_count();
    EXPECT_EQ(world.Verify().root_hash(), verified.root_hash());
  }
  EXPECT_GT(entries, histories);
  Report("L5", std::to_string(histories) + " made-up histories, " + std::to_string(entries) +
                   " ledger entries: standing and rollups equal a rebuild");
}

}  // namespace
}  // namespace comity::testing

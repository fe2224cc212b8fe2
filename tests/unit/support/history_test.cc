// The checker itself: silent about a service that keeps its promises, whatever crashes; and not about any of the bugs planted here.
#include "tests/support/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>

namespace comity::testing {
namespace {

using Kind = Operation::Kind;
using Outcome = Operation::Outcome;
using Answer = Operation::Answer;

enum class Bug {
  kNone,
  kAcksBeforeItStores,
  kLosesTheTailInACrash,
  kLosesOneKeyOfABatch,
  kAppliesARetryAgain,
  kCallsARetryStored,
  kCountsDuplicates,
  kCallsNewOnesDuplicates,
  kDropsAndCallsDuplicate,
  kReadsAnOldSnapshot,
  kReadsGoBack,
  kInventsAKey,
  kStoresUnderAnotherKey,
  kAppliesWhatItRefused,
  kAppliesWhatItFailed,
  kAnswersTooFew,
  kLedgerGoesBackInACrash,
  kLedgerForks,
  kLedgerHeadIsStale,
  kAnswersARequestDifferently,
  kTakesARequestWithAnotherBody,
  kForgetsRequestsInACrash,
  kAcknowledgesAMessageTwice,
  kForgetsToAcknowledgeAMessage,
  kAcknowledgesWhatWasNeverSent,
  kForgetsOldKeys,
  kEnd
};

// A small service with one bug, and four clients who do what comes to their minds.
class Model {
 public:
  Model(Bug bug, unsigned seed) : bug_(bug), random_(seed) {}

  std::vector<Operation> Run() {
    for (int step = 0; step < 400; ++step) {
      if (Chance(40)) Crash();
      Step(static_cast<int>(random_() % kClients));
    }
    for (int client = 0; client < kClients; ++client) {
      if (open_[client]) Finish(client);
    }
    for (const Kind last : {Kind::kRead, Kind::kHead}) {
      Start(0, last);
      Finish(0);
    }
    return history_.Take();
  }

 private:
  static constexpr int kClients = 4;
  struct Open {
    size_t place = 0;
    Operation operation;
    bool applied = false;
  };

  bool Chance(unsigned one_in) { return random_() % one_in == 0; }
  bool Has(Bug bug, unsigned one_in = 4) { return bug_ == bug && Chance(one_in); }

  void Step(int client) {
    if (!open_[client]) return Start(client, static_cast<Kind>(random_() % 5));
    if (!open_[client]->applied && Chance(2)) return Apply(*open_[client]);
    Finish(client);
  }

  void Start(int client, Kind kind) {
    Operation operation{.kind = kind, .client = client};
    if (kind == Kind::kPut) {
      const int size = 1 + static_cast<int>(random_() % 3);
      for (int i = 0; i < size; ++i) {
        // Sometimes one that was sent before, by anybody.
        const int number = next_key_ > 0 && Chance(3) ? static_cast<int>(random_() % static_cast<unsigned>(next_key_)) : next_key_++;
        const std::string key = "k" + std::to_string(number);
        if (std::count(operation.keys.begin(), operation.keys.end(), key) == 0) operation.keys.push_back(key);
      }
    } else if (kind == Kind::kRequest) {
      operation.id = "r" + std::to_string(random_() % 12);
      operation.body = Chance(5) ? "other" : "body";
    } else if (kind == Kind::kSend) {
      operation.id = "s" + std::to_string(client);
      operation.sequence = ++sent_;
    }
    const size_t place = history_.Begin(operation);
    open_[client] = Open{place, operation, false};
  }

  void Apply(Open& open) {
    open.applied = true;
    Operation& operation = open.operation;
    operation.outcome = Outcome::kOk;
    switch (operation.kind) {
      case Kind::kPut:
        return Put(operation);
      case Kind::kRead:
        return Read(operation);
      case Kind::kHead:
        return Head(operation);
      case Kind::kRequest:
        return Request(operation);
      case Kind::kSend:
        operation.acknowledged = Has(Bug::kAcknowledgesAMessageTwice) ? 2 : Has(Bug::kForgetsToAcknowledgeAMessage) ? 0 : 1;
    }
  }

  void Store(const std::string& key) {
    ++stored_[key];
    tail_.push_back(key);
    ++sequence_;
    hash_ = std::to_string(std::hash<std::string>()(hash_ + key));
  }

  void Put(Operation& operation) {
    if (Chance(12)) {
      operation.outcome = Outcome::kFailed;
      if (Has(Bug::kAppliesWhatItFailed, 1)) {
        for (const std::string& key : operation.keys) Store(key);
      }
      return;
    }
    if (bug_ == Bug::kLosesTheTailInACrash || Chance(3)) tail_.clear();
    bool first = true;
    for (const std::string& key : operation.keys) {
      const bool known = stored_.contains(key);
      if (key.ends_with('7')) {  // what this service never takes
        operation.answers.push_back(Answer::kRefused);
        if (Has(Bug::kAppliesWhatItRefused, 1)) Store(key);
      } else if (known && Has(Bug::kAppliesARetryAgain)) {
        Store(key);
        operation.answers.push_back(Answer::kStored);
      } else if (known) {
        if (Has(Bug::kCountsDuplicates)) ++stored_[key];
        operation.answers.push_back(Has(Bug::kCallsARetryStored) ? Answer::kStored : Answer::kDuplicate);
      } else if (Has(Bug::kDropsAndCallsDuplicate)) {
        operation.answers.push_back(Answer::kDuplicate);
      } else {
        if (!(Has(Bug::kAcksBeforeItStores) || (!first && Has(Bug::kLosesOneKeyOfABatch, 2))))
          Store(Has(Bug::kStoresUnderAnotherKey) ? key + "x" : key);
        operation.answers.push_back(Has(Bug::kCallsNewOnesDuplicates) ? Answer::kDuplicate : Answer::kStored);
      }
      first = false;
    }
    if (Has(Bug::kAnswersTooFew)) operation.answers.pop_back();
    if (Has(Bug::kForgetsOldKeys, 10) && !stored_.empty()) stored_.erase(stored_.begin());
  }

  void Read(Operation& operation) {
    operation.seen = Has(Bug::kReadsAnOldSnapshot, 2) ? old_ : stored_;
    if (Has(Bug::kReadsGoBack) && !operation.seen.empty()) operation.seen.erase(std::prev(operation.seen.end()));
    if (Has(Bug::kInventsAKey)) operation.seen["ghost"] = 1;
    old_ = Chance(3) ? stored_ : old_;
  }

  void Head(Operation& operation) {
    operation.sequence = sequence_;
    operation.hash = hash_;
    if (Has(Bug::kLedgerForks)) operation.hash += "'";
    if (Has(Bug::kLedgerHeadIsStale)) operation.sequence = old_sequence_, operation.hash = old_hash_;
    if (Chance(3)) old_sequence_ = sequence_, old_hash_ = hash_;
  }

  void Request(Operation& operation) {
    const auto known = requests_.find(operation.id);
    if (known == requests_.end()) {
      operation.answer = "answer " + std::to_string(++answers_);
      requests_[operation.id] = {operation.body, operation.answer};
      return;
    }
    operation.answer = known->second.second;
    if (known->second.first != operation.body && !Has(Bug::kTakesARequestWithAnotherBody, 1)) operation.outcome = Outcome::kFailed;
    if (Has(Bug::kAnswersARequestDifferently)) operation.answer += "!";
  }

  void Finish(int client) {
    Open& open = *open_[client];
    if (!open.applied) Apply(open);
    if (open.operation.kind == Kind::kSend && Has(Bug::kAcknowledgesWhatWasNeverSent)) open.operation.outcome = Outcome::kFailed;
    history_.End(open.place, open.operation);
    open_[client].reset();
  }

  // Whoever waits never hears what became of it.
  void Crash() {
    for (auto& open : open_) {
      if (!open) continue;
      if (!open->applied && Chance(2) && open->operation.kind == Kind::kPut) Apply(*open);
      Operation ended = open->operation;
      ended.outcome = Outcome::kUnknown;
      if (ended.kind == Kind::kSend) ended.acknowledged = 0;
      history_.End(open->place, ended);
      open.reset();
    }
    if (bug_ == Bug::kLosesTheTailInACrash) {
      for (const std::string& key : tail_) stored_.erase(key);
    }
    if (bug_ == Bug::kLedgerGoesBackInACrash && sequence_ > 3) sequence_ -= 3;
    if (bug_ == Bug::kForgetsRequestsInACrash) requests_.clear();
    tail_.clear();
  }

  const Bug bug_;
  std::mt19937 random_;
  History history_;
  std::optional<Open> open_[kClients];
  std::map<std::string, int> stored_, old_;
  std::map<std::string, std::pair<std::string, std::string>> requests_;
  std::vector<std::string> tail_;
  int next_key_ = 0, answers_ = 0;
  int64_t sequence_ = 0, old_sequence_ = 0, sent_ = 0;
  std::string hash_ = "0", old_hash_ = "0";
};

TEST(C5HistoryChecker, IsSilentAboutAServiceThatKeepsItsPromises) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    const auto violations = Violations(Model(Bug::kNone, seed).Run());
    ASSERT_TRUE(violations.empty()) << "seed " << seed << ": " << violations.front();
  }
}

TEST(C5HistoryChecker, FindsEveryPlantedBug) {
  int planted = 0, found = 0;
  for (int bug = 1; bug < static_cast<int>(Bug::kEnd); ++bug) {
    ++planted;
    bool seen = false;
    for (unsigned seed = 0; seed < 20 && !seen; ++seed) seen = !Violations(Model(static_cast<Bug>(bug), seed).Run()).empty();
    found += seen ? 1 : 0;
    EXPECT_TRUE(seen) << "planted bug " << bug << " went unnoticed";
  }
  EXPECT_GE(planted, 20);
  RecordProperty("found", found);
  std::cout << found << " of " << planted << " planted bugs found\n";
}

TEST(C5HistoryChecker, RefusesAHistoryThatNobodyReadAfter) {
  History history;
  Operation put{.kind = Kind::kPut, .keys = {"a"}};
  const size_t place = history.Begin(put);
  put.outcome = Outcome::kOk;
  put.answers = {Answer::kStored};
  history.End(place, put);
  EXPECT_THAT(Violations(history.Take()), ::testing::ElementsAre("nothing was read after the last acknowledgement"));
}

TEST(C5HistoryChecker, TakesWhatNeverEndedForUnknown) {
  History history;
  history.Begin({.kind = Kind::kPut, .keys = {"a"}});
  for (const int count : {0, 1}) {
    Operation read{.kind = Kind::kRead};
    const size_t place = history.Begin(read);
    read.outcome = Outcome::kOk;
    if (count > 0) read.seen["a"] = count;
    history.End(place, read);
  }
  EXPECT_THAT(Violations(history.Take()), ::testing::IsEmpty());
}

}  // namespace
}  // namespace comity::testing

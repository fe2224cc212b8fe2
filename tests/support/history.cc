#include "tests/support/history.h"

#include <algorithm>
#include <set>
#include <utility>

namespace comity::testing {
namespace {

using Kind = Operation::Kind;
using Outcome = Operation::Outcome;
using Answer = Operation::Answer;

constexpr size_t kMostViolations = 20;

class Checker {
 public:
  explicit Checker(const std::vector<Operation>& history) : history_(history) {}

  std::vector<std::string> Check() {
    CheckForm();
    for (const Operation& one : history_) {
      if (one.kind == Kind::kPut) Note(one);
    }
    CheckPuts();
    CheckReads();
    CheckHeads();
    CheckRequests();
    CheckStreams();
    return std::move(violations_);
  }

 private:
  // All that was put under one key.
  struct Key {
    uint64_t first_began = UINT64_MAX;  // of those that may have had an effect
    uint64_t first_acked = UINT64_MAX;  // when the first OK one ended
    int stored = 0, duplicates = 0, maybe = 0, acked = 0;
    uint64_t stored_began = 0;  // of the one that stored it
  };

  void Found(const std::string& sentence) {
    if (violations_.size() < kMostViolations) violations_.push_back(sentence);
  }

  void CheckForm() {
    for (const Operation& one : history_) {
      if (one.outcome == Outcome::kPending) Found("an operation never ended");
      if (one.outcome != Outcome::kUnknown && one.ended <= one.began) Found("an operation ended before it began");
      if (one.kind == Kind::kPut && one.outcome == Outcome::kOk && one.answers.size() != one.keys.size())
        Found("a batch of " + std::to_string(one.keys.size()) + " was answered with " + std::to_string(one.answers.size()) + " results");
    }
  }

  void Note(const Operation& put) {
    for (size_t i = 0; i < put.keys.size(); ++i) {
      Key& key = keys_[put.keys[i]];
      if (put.outcome == Outcome::kFailed) continue;
      if (put.outcome == Outcome::kOk && i < put.answers.size() && put.answers[i] == Answer::kRefused) continue;
      key.first_began = std::min(key.first_began, put.began);
      if (put.outcome == Outcome::kUnknown) ++key.maybe;
      if (put.outcome != Outcome::kOk || i >= put.answers.size()) continue;
      ++key.acked;
      key.first_acked = std::min(key.first_acked, put.ended);
      if (put.answers[i] == Answer::kStored) {
        ++key.stored;
        key.stored_began = put.began;
      } else {
        ++key.duplicates;
      }
    }
  }

  void CheckPuts() {
    for (const auto& [name, key] : keys_) {
      if (key.stored > 1) Found(name + " was stored " + std::to_string(key.stored) + " times");
      if (key.duplicates > 0 && key.stored == 0 && key.maybe == 0) Found(name + " is called a duplicate, and of nothing");
      if (key.stored == 1 && key.first_acked < key.stored_began) Found(name + " was stored anew after it had been acknowledged");
    }
    for (const Operation& put : history_) {
      if (put.kind != Kind::kPut || put.outcome != Outcome::kOk) continue;
      for (size_t i = 0; i < std::min(put.keys.size(), put.answers.size()); ++i) {
        if (put.answers[i] != Answer::kDuplicate) continue;
        const bool twice_inside = std::count(put.keys.begin(), put.keys.end(), put.keys[i]) > 1;
        if (!twice_inside && !AnotherBegan(put, put.keys[i])) Found(put.keys[i] + " is called a duplicate before anything else was sent");
      }
    }
  }

  bool AnotherBegan(const Operation& put, const std::string& key) const {
    const auto found = keys_.find(key);
    if (found->second.first_began < put.began) return true;
    return std::any_of(history_.begin(), history_.end(), [&](const Operation& other) {
      return &other != &put && other.kind == Kind::kPut && other.outcome != Outcome::kFailed && other.began < put.ended &&
             std::count(other.keys.begin(), other.keys.end(), key) > 0;
    });
  }

  void CheckReads() {
    std::vector<const Operation*> reads;
    uint64_t last_ack = 0;
    for (const Operation& one : history_) {
      if (one.kind == Kind::kRead && one.outcome == Outcome::kOk) reads.push_back(&one);
      if (one.kind == Kind::kPut && one.outcome == Outcome::kOk) last_ack = std::max(last_ack, one.ended);
    }
    std::sort(reads.begin(), reads.end(), [](const Operation* a, const Operation* b) { return a->began < b->began; });
    if (last_ack > 0 && (reads.empty() || reads.back()->began < last_ack)) Found("nothing was read after the last acknowledgement");
    std::map<std::string, uint64_t> first_seen;  // when the first read that saw it ended
    for (const Operation* read : reads) {
      for (const auto& [key, count] : read->seen) {
        if (count > 1) Found(key + " is there " + std::to_string(count) + " times");
        const auto sent = keys_.find(key);
        if (sent == keys_.end() || sent->second.first_began > read->ended) Found(key + " is there and nobody had sent it");
        const auto [seen, fresh] = first_seen.emplace(key, read->ended);
        if (!fresh) seen->second = std::min(seen->second, read->ended);
      }
      for (const auto& [key, sent] : keys_) {
        if (sent.first_acked < read->began && !read->seen.contains(key)) Found(key + " was acknowledged and is not there");
      }
    }
    for (const Operation* read : reads) {
      for (const auto& [key, seen] : first_seen) {
        if (seen < read->began && !read->seen.contains(key)) Found(key + " was seen and is gone");
      }
    }
  }

  void CheckHeads() {
    std::vector<const Operation*> heads;
    std::map<int64_t, std::string> hashes;
    for (const Operation& one : history_) {
      if (one.kind != Kind::kHead || one.outcome != Outcome::kOk) continue;
      heads.push_back(&one);
      const auto [known, fresh] = hashes.emplace(one.sequence, one.hash);
      if (!fresh && known->second != one.hash) Found("the ledger has two hashes at sequence " + std::to_string(one.sequence));
    }
    for (const Operation* later : heads) {
      for (const Operation* earlier : heads) {
        if (earlier->ended < later->began && earlier->sequence > later->sequence)
          Found("the ledger went back from " + std::to_string(earlier->sequence) + " to " + std::to_string(later->sequence));
      }
    }
  }

  void CheckRequests() {
    std::map<std::string, const Operation*> first;
    for (const Operation& one : history_) {
      if (one.kind != Kind::kRequest || one.outcome != Outcome::kOk) continue;
      const auto [known, fresh] = first.emplace(one.id, &one);
      if (fresh) continue;
      if (known->second->body != one.body) Found("request " + one.id + " was taken with two bodies");
      if (known->second->body == one.body && known->second->answer != one.answer) Found("request " + one.id + " has two answers");
    }
  }

  void CheckStreams() {
    std::set<std::pair<std::string, int64_t>> sent;
    for (const Operation& one : history_) {
      if (one.kind != Kind::kSend) continue;
      const std::string name = "message " + std::to_string(one.sequence) + " of stream " + one.id;
      if (!sent.emplace(one.id, one.sequence).second) Found(name + " was recorded twice");
      if (one.acknowledged > 1) Found(name + " was acknowledged " + std::to_string(one.acknowledged) + " times");
      if (one.outcome == Outcome::kOk && one.acknowledged == 0) Found(name + " was never acknowledged though its stream ended well");
      if (one.outcome == Outcome::kFailed && one.acknowledged > 0) Found(name + " was acknowledged and never sent");
    }
  }

  const std::vector<Operation>& history_;
  std::map<std::string, Key> keys_;
  std::vector<std::string> violations_;
};

}  // namespace

size_t History::Begin(Operation operation) {
  MutexLock lock(mutex_);
  operation.began = ++now_;
  operations_.push_back(std::move(operation));
  return operations_.size() - 1;
}

void History::End(size_t place, Operation ended) {
  MutexLock lock(mutex_);
  ended.began = operations_[place].began;
  ended.ended = ++now_;
  operations_[place] = std::move(ended);
}

std::vector<Operation> History::Take() const {
  MutexLock lock(mutex_);
  std::vector<Operation> operations = operations_;
  for (Operation& one : operations) {
    if (one.outcome != Outcome::kPending) continue;
    one.outcome = Outcome::kUnknown;
    one.ended = now_ + 1;
  }
  return operations;
}

std::vector<std::string> Violations(const std::vector<Operation>& history) { return Checker(history).Check(); }

}  // namespace comity::testing

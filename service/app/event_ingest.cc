// Taking facts in: check, tell known from new, judge and store; what cannot be taken in is set aside, and never harms its neighbours.
#include <algorithm>
#include <exception>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "service/app/event_app.h"
#include "service/app/event_batch.h"
#include "service/base/error.h"
#include "service/base/failpoint.h"
#include "service/obs/log.h"

namespace comity::app {
namespace {

using domain::EventKey;
using Disposition = v1::IngestResult::Disposition;

constexpr int kMaxFacts = 1000;

std::string_view DispositionName(Disposition disposition) {
  switch (disposition) {
    case v1::IngestResult::DISPOSITION_STORED:
      return "stored";
    case v1::IngestResult::DISPOSITION_DUPLICATE:
      return "duplicate";
    default:
      return "set_aside";
  }
}

// A source speaks for its own suite and instance alone: a token or secret that leaks must not make up what happened elsewhere.
absl::Status CheckOrigin(const domain::Fact& fact, const store::SourceRow& source, size_t index) {
  const bool suite = fact.suite == source.suite;
  if (suite && fact.instance == source.instance) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFactInvalid, "the fact is not of its source's suite and instance",
               {{"facts[" + std::to_string(index) + (suite ? "].instance" : "].suite"),
                 "must be " + (suite ? source.instance : source.suite) + ", as the source was created; or make a source for it"}});
}

}  // namespace

EventBatch::EventBatch(std::string source, const std::vector<const v1::Fact*>& facts, absl::Time receive_time)
    : source_(std::move(source)) {
  facts_.reserve(facts.size());
  requests_.reserve(facts.size());
  for (size_t i = 0; i < facts.size(); ++i) {
    facts_.push_back(TakeFact(*facts[i], "facts[" + std::to_string(i) + "]", receive_time));
    requests_.push_back(facts[i]);
  }
  receive_time_ = receive_time;
}

void EventBatch::Answer(size_t index, Disposition disposition, const absl::Status& status) {
  v1::IngestResult& result = results_[index];
  result.set_event(facts_[index].fact.key.ToName());
  result.set_disposition(disposition);
  *result.mutable_status() = ToResultStatus(status);
}

absl::Status EventBatch::SetAside(store::Transaction& transaction, size_t index, domain::ReasonCode reason, const absl::Status& status,
                                  const std::string& detail) {
  TakenFact& taken = facts_[index];
  if (taken.request.empty() && reason != domain::ReasonCode::kTooLarge) taken.request = SerialisedToKeep(*requests_[index]);
  const std::string kept = taken.erased.empty() ? taken.request : "";  // what names somebody who was erased is not kept
  COMITY_RETURN_IF_ERROR(transaction.events().SetAside(
      {.key = taken.fact.key, .source = source_, .reason = reason, .detail = detail, .request = kept, .received = receive_time_}));
  Answer(index, v1::IngestResult::DISPOSITION_SET_ASIDE, status);
  return absl::OkStatus();
}

// Gives each account its uid, with one question for all.
absl::Status EventBatch::NameAccounts(store::Transaction& transaction, const std::vector<size_t>& good, absl::Time now,
                                      domain::UidSource& uids) {
  std::map<domain::AccountName, size_t> place_of;
  std::vector<store::AccountSighting> sightings;
  std::vector<std::pair<domain::Party*, size_t>> parties;
  for (const size_t index : good) {
    TakenFact& taken = facts_[index];
    ForEachSighting(taken, [&](const store::AccountSighting& sighting, domain::Party& party) {
      if (const auto erased = taken.erased.find(sighting.name); erased != taken.erased.end()) {
        party = {erased->second.uid, sighting.kind};
        return;
      }
      const auto [place, added] = place_of.try_emplace(sighting.name, sightings.size());
      if (added) {
        sightings.push_back(sighting);
      } else {
        store::AccountSighting& known = sightings[place->second];
        if (known.kind == domain::AccountKind::kUnknown) known.kind = sighting.kind;
        if (!sighting.login.empty()) known.login = sighting.login;
      }
      party.kind = sighting.kind;
      parties.emplace_back(&party, place->second);
    });
  }
  if (sightings.empty()) return absl::OkStatus();
  COMITY_ASSIGN_OR_RETURN(const auto accounts, transaction.directory().EnsureAccounts(sightings, now, uids));
  for (const auto& [party, place] : parties) party->account = accounts[place];
  return absl::OkStatus();
}

absl::Status EventBatch::Store(Context& context, store::Transaction& transaction, const std::vector<size_t>& part, absl::Time now) {
  std::vector<EventKey> keys;
  keys.reserve(part.size());
  for (const size_t index : part) keys.push_back(facts_[index].fact.key);
  COMITY_ASSIGN_OR_RETURN(const auto stored, transaction.events().KnownContents(keys));
  std::map<EventKey, std::set<domain::FactHash>> known;
  for (size_t i = 0; i < part.size(); ++i) known[keys[i]].insert(stored[i].begin(), stored[i].end());

  std::vector<NewFact> fresh;
  for (const size_t index : part) {
    const TakenFact& taken = facts_[index];
    NewFact next{.fact = taken.fact, .content = domain::ContentHashOf(taken.fact), .source = source_, .details = taken.details};
    if (!taken.erased.empty()) COMITY_RETURN_IF_ERROR(Unname(context, transaction, taken, next));
    std::set<domain::FactHash>& contents = known[taken.fact.key];
    next.first = contents.empty();
    const bool first = next.first;
    if (!contents.insert(next.content).second) {
      Answer(index, v1::IngestResult::DISPOSITION_DUPLICATE, absl::OkStatus());
      continue;
    }
    fresh.push_back(std::move(next));
    // What was set aside under this key, for its time or after a fault of the service, has come in after all.
    if (first) COMITY_RETURN_IF_ERROR(transaction.events().RemoveSetAside(taken.fact.key));
    Answer(index, v1::IngestResult::DISPOSITION_STORED, absl::OkStatus());
  }
  return context.judging.Ingest(transaction, fresh, now).status();
}

absl::Status EventBatch::StoreGuarded(Context& context, store::Transaction& transaction, const std::vector<size_t>& part, absl::Time now) {
  try {
    return Store(context, transaction, part, now);
  } catch (const std::exception&) {
    return Error(absl::StatusCode::kInternal, ErrorReason::kStoreFailed, "a fact could not be worked out");
  }
}

// Stores this part, or finds by halving it what cannot be stored and sets that aside.
absl::Status EventBatch::StoreOrIsolate(Context& context, store::Transaction& transaction, const std::vector<size_t>& part,
                                        absl::Time now) {
  if (part.empty()) return absl::OkStatus();
  COMITY_RETURN_IF_ERROR(transaction.Mark());
  const absl::Status status = StoreGuarded(context, transaction, part, now);
  if (status.ok()) return transaction.Release();
  const absl::Status undone = transaction.Rollback();
  if (!undone.ok() || IsBackendsOwn(status)) return status;
  if (part.size() == 1) {
    obs::Log(obs::Level::kError, "a fact could not be processed and was set aside",
             {{"event", facts_[part.front()].fact.key.ToName()}, {"source", source_}, {"code", static_cast<int>(status.code())}});
    return SetAside(transaction, part.front(), domain::ReasonCode::kPoison,
                    Error(absl::StatusCode::kInternal, ErrorReason::kFactInvalid,
                          "the service could not process this fact and set it aside; replay it after an update of the service"),
                    "the service could not process it");
  }
  const auto middle = part.begin() + static_cast<std::ptrdiff_t>(part.size() / 2);
  COMITY_RETURN_IF_ERROR(StoreOrIsolate(context, transaction, {part.begin(), middle}, now));
  return StoreOrIsolate(context, transaction, {middle, part.end()}, now);
}

absl::Status EventBatch::Run(Context& context, store::Transaction& transaction) {
  COMITY_ASSIGN_OR_RETURN(const auto source, transaction.admin().FindSource(source_));
  if (!source.has_value()) {
    return Error(absl::StatusCode::kNotFound, ErrorReason::kSourceNotFound,
                 "no such source; make it with `comity sources create ID --suite S --instance I`");
  }
  COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kServiceBatch));
  const absl::Time now = context.clock.Now();
  results_.assign(facts_.size(), v1::IngestResult());
  COMITY_RETURN_IF_ERROR(FindErased(transaction));
  std::vector<size_t> good;
  for (size_t i = 0; i < facts_.size(); ++i) {
    if (!facts_[i].status.ok()) {
      COMITY_RETURN_IF_ERROR(SetAside(transaction, i, facts_[i].reason, facts_[i].status, facts_[i].detail));
    } else if (const absl::Status foreign = CheckOrigin(facts_[i].fact, *source, i); !foreign.ok()) {
      COMITY_RETURN_IF_ERROR(SetAside(transaction, i, domain::ReasonCode::kInvalidFact, foreign,
                                      DetailsOf(foreign).faults.front().field + " is not the source's own"));
    } else {
      good.push_back(i);
    }
  }
  COMITY_RETURN_IF_ERROR(NameAccounts(transaction, good, now, context.uids));
  COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kServiceAccounts));
  if (std::exchange(tried_, true)) return StoreOrIsolate(context, transaction, good, now);
  return good.empty() ? absl::OkStatus() : StoreGuarded(context, transaction, good, now);
}

void EventApp::IngestEventBatch(const Caller& caller, v1::IngestEventBatchRequest request,
                                std::function<void(absl::StatusOr<v1::IngestEventBatchResponse>)> done) {
  const std::string source = request.source().rfind("sources/", 0) == 0 ? request.source().substr(8) : request.source();
  if (source.empty() || request.facts_size() < 1 || request.facts_size() > kMaxFacts) {
    std::vector<FieldFault> faults;
    if (source.empty()) faults.push_back({"source", "is required: `sources/ID` as the token names it"});
    if (request.facts_size() < 1) faults.push_back({"facts", "are none; send 1 to 1000"});
    if (request.facts_size() > kMaxFacts) faults.push_back({"facts", "are more than 1000; send several batches"});
    return done(Error(absl::StatusCode::kInvalidArgument, ErrorReason::kBatchInvalid, "the batch was refused; see the fields named",
                      std::move(faults)));
  }
  if (!caller.MayIngestFor(source)) {
    return done(Error(absl::StatusCode::kPermissionDenied, ErrorReason::kSourceNotInToken,
                      "the caller's token does not name this source; make one with `comity tokens create --role connector --source ID`"));
  }
  struct Pending {
    v1::IngestEventBatchRequest request;
    std::unique_ptr<EventBatch> batch;
    std::function<void(absl::StatusOr<v1::IngestEventBatchResponse>)> done;
  };
  const auto pending = std::make_shared<Pending>();
  pending->request = std::move(request);
  pending->done = std::move(done);
  const absl::Time now = context_.clock.Now();
  absl::Time receive_time = now;
  if (const auto& stamp = pending->request.receive_time();
      pending->request.has_receive_time() && stamp.seconds() >= 0 && stamp.seconds() < absl::ToUnixSeconds(now)) {
    receive_time = absl::FromUnixMicros(stamp.seconds() * 1'000'000 + stamp.nanos() / 1000);
  }
  std::vector<const v1::Fact*> facts;
  for (const v1::Fact& fact : pending->request.facts()) facts.push_back(&fact);
  pending->batch = std::make_unique<EventBatch>(source, facts, receive_time);

  Context& context = context_;
  context_.writer.Submit({.bytes = pending->request.ByteSizeLong() + 256,
                          .run = [pending, source, &context](store::Transaction& transaction) -> absl::Status {
                            COMITY_RETURN_IF_ERROR(pending->batch->Run(context, transaction));
                            return transaction.admin().TouchSource(source, context.clock.Now());
                          },
                          .done =
                              [pending, source, &context](const absl::Status& status) {
                                if (!status.ok()) return pending->done(status);
                                v1::IngestEventBatchResponse response;
                                std::map<Disposition, int64_t> counts;
                                for (v1::IngestResult& result : pending->batch->results()) {
                                  ++counts[result.disposition()];
                                  *response.add_results() = std::move(result);
                                }
                                for (const auto& [disposition, count] : counts) {
                                  context.metrics.CountFacts(source, DispositionName(disposition), count);
                                }
                                pending->done(std::move(response));
                              },
                          .facts = static_cast<int64_t>(facts.size())});
}

}  // namespace comity::app

#include "service/app/event_app.h"

#include <utility>
#include <vector>

#include "service/app/convert.h"
#include "service/app/event_batch.h"
#include "service/app/idempotency.h"
#include "service/app/page_token.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

using domain::EventKey;

absl::Status EventNotFound() {
  return Error(absl::StatusCode::kNotFound, ErrorReason::kEventNotFound, "no such event; list them with `comity events list`");
}

absl::StatusOr<EventKey> ParseName(const std::string& name) {
  const auto key = EventKey::FromName(name);
  if (!key.has_value()) return EventNotFound();
  return *key;
}

// Stewards, auditors and admins see every event in full.
absl::StatusOr<v1::Event> ReadEvent(store::Transaction& transaction, const EventKey& key, Names& names, absl::Time now) {
  COMITY_ASSIGN_OR_RETURN(const auto stored, transaction.events().FindEvent(key));
  if (stored.has_value()) {
    const domain::Naming naming = names.For([](domain::PersonUid) { return true; }, true, domain::DayOf(now));
    return ToEvent(*stored, names, naming, true);
  }
  COMITY_ASSIGN_OR_RETURN(const auto aside, transaction.events().FindSetAside(key));
  if (!aside.has_value()) return EventNotFound();
  return ToEvent(*aside);
}

std::string CursorOf(const EventKey& key) { return std::to_string(key.day) + ' ' + key.hash.ToText(); }

std::optional<EventKey> ReadEventCursor(const std::string& cursor) {
  const size_t space = cursor.find(' ');
  if (space == std::string::npos) return std::nullopt;
  const auto hash = domain::FactHash::FromText(std::string_view(cursor).substr(space + 1));
  if (!hash.has_value()) return std::nullopt;
  return EventKey{.day = std::atoi(cursor.c_str()), .hash = *hash};
}

}  // namespace

absl::StatusOr<v1::Event> EventApp::GetEvent(const Caller&, const v1::GetEventRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const EventKey key, ParseName(request.name()));
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(auto directory, context_.snapshots.DirectoryIn(*transaction));
  Names names(*transaction, std::move(directory));
  return ReadEvent(*transaction, key, names, context_.clock.Now());
}

absl::StatusOr<v1::ListEventsResponse> EventApp::ListEvents(const Caller&, const v1::ListEventsRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const int32_t page_size, PageSize(request.page_size()));
  if (!v1::Event::Outcome_IsValid(request.outcome())) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "outcome is not a known value",
                 {{"outcome", "send one of the Outcome values, or leave it out for all"}});
  }
  const std::string filter = "ListEvents " + std::to_string(request.outcome());
  COMITY_ASSIGN_OR_RETURN(const std::string token_key, PageTokenKey(context_));
  COMITY_ASSIGN_OR_RETURN(const std::string cursor, ReadPageToken(token_key, filter, request.page_token()));
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(auto directory, context_.snapshots.DirectoryIn(*transaction));
  Names names(*transaction, std::move(directory));
  COMITY_ASSIGN_OR_RETURN(const auto listing, transaction->events().List(static_cast<domain::Outcome>(request.outcome()),
                                                                         ReadEventCursor(cursor), page_size + 1));
  v1::ListEventsResponse response;
  for (const store::EventListing& entry : listing) {
    if (response.events_size() == page_size) {
      response.set_next_page_token(MakePageToken(token_key, filter, CursorOf(*EventKey::FromName(response.events(page_size - 1).name()))));
      break;
    }
    COMITY_ASSIGN_OR_RETURN(*response.add_events(), ReadEvent(*transaction, entry.key, names, context_.clock.Now()));
  }
  return response;
}

absl::StatusOr<v1::Event> EventApp::ReplayEvent(const Caller& caller, const v1::ReplayEventRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const EventKey key, ParseName(request.name()));
  return WriteOnce<v1::Event>(context_, caller, "ReplayEvent", request, [&](store::Transaction& transaction) -> absl::StatusOr<v1::Event> {
    const absl::Time now = context_.clock.Now();
    EventKey result = key;
    COMITY_ASSIGN_OR_RETURN(const auto stored, transaction.events().FindEvent(key));
    COMITY_ASSIGN_OR_RETURN(const auto aside, transaction.events().FindSetAside(key));
    if (!stored.has_value() && !aside.has_value()) return EventNotFound();
    if (aside.has_value()) {
      v1::Fact fact;
      if (!fact.ParseFromString(aside->request) || aside->request.empty()) {
        return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kFactInvalid,
                     "the fact was not kept, being too large or of somebody who was erased, so it cannot be replayed; send it again from "
                     "its source");
      }
      // Taken in as if it came now: a clock that was ahead has been caught up with, a fault of the service mended.
      EventBatch batch(aside->source, {&fact}, now);
      COMITY_RETURN_IF_ERROR(transaction.events().RemoveSetAside(key));
      COMITY_RETURN_IF_ERROR(batch.Run(context_, transaction));
      const auto replayed = EventKey::FromName(batch.results().front().event());
      if (replayed.has_value()) result = *replayed;
    } else {
      const domain::Occasion occasion{.code = domain::ReasonCode::kReplayed, .event = key, .statement = {}};
      COMITY_RETURN_IF_ERROR(context_.judging.JudgeSubjects(transaction, {stored->subject}, occasion, now).status());
    }
    COMITY_ASSIGN_OR_RETURN(auto directory, context_.snapshots.DirectoryIn(transaction));
    Names names(transaction, std::move(directory));
    return ReadEvent(transaction, result, names, now);
  });
}

}  // namespace comity::app

#include "plugins/rt/mapping.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::rt {
namespace {

using sdk::FactBuilder;
using sdk::Json;

constexpr size_t kMaxWatchers = 500, kMaxStatusText = 100;

enum class Kind { kNone, kCreate, kStatus, kCorrespond, kOwner, kMerge, kWait, kNoLongerWait };

// RT tells a change of owner a second time as SetWatcher, and a comment (which those outside do not see) as Comment: both are left out.
Kind KindOf(Json transaction) {
  const std::string_view type = transaction.At("/Type").Text(), field = transaction.At("/Field").Text();
  if (type == "Create") return Kind::kCreate;
  if (type == "Correspond") return Kind::kCorrespond;
  if (type == "Status" || (type == "Set" && field == "Status")) return Kind::kStatus;
  if (field == "Owner" && (type == "Set" || type == "Take" || type == "Steal" || type == "Give" || type == "Force")) return Kind::kOwner;
  if (type == "AddLink" && field == "MergedInto") return Kind::kMerge;
  if (field == "DependsOn") return type == "AddLink" ? Kind::kWait : type == "DeleteLink" ? Kind::kNoLongerWait : Kind::kNone;
  return Kind::kNone;
}

bool IsOneOf(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& one) {
    return absl::EqualsIgnoreCase({one.data(), one.size()}, {name.data(), name.size()});
  });
}

// `fsck.com-rt://acme.example/ticket/3`.
std::string TicketOf(std::string_view uri) {
  constexpr std::string_view kTicket = "/ticket/";
  const size_t at = uri.rfind(kTicket);
  if (!uri.starts_with("fsck.com-rt://") || at == std::string_view::npos) return "";
  const std::string_view id = uri.substr(at + kTicket.size());
  return sdk::IsDigits(id) ? std::string(id) : "";
}

v1::Resolution ResolutionOf(const Reading& reading, std::string_view status) {
  if (IsOneOf(reading.resolved, status)) return v1::RESOLUTION_DONE;
  if (IsOneOf(reading.wont_do, status)) return v1::RESOLUTION_WONT_DO;
  if (IsOneOf(reading.cancelled, status)) return v1::RESOLUTION_CANCELLED;
  return v1::RESOLUTION_UNSPECIFIED;  // open
}

FactBuilder On(v1::FactKind kind, Json transaction, const Ticket& ticket, const sdk::Source& source, const Reading& reading) {
  const Json when = transaction.At("/Created");
  const std::string queue(ticket.shown.At("/Queue/Name").Text());
  FactBuilder builder(source, kind, reading.assurance);
  builder.Subject(v1::SUBJECT_KIND_ISSUE, ticket.id, "/ObjectId")
      .Key("#" + ticket.id)
      .Uri(reading.address + "/Ticket/Display.html?id=" + ticket.id)
      .Revision(transaction.At("/id").IdText())
      .OccurTime(when, "/Created")
      .Version(when)
      .Actor(AccountOf(transaction.At("/Creator")))
      .Asker(ticket.asker)
      .Place("queue", queue)
      .Confidential(IsOneOf(reading.confidential_queues, queue));
  // What a merged ticket shows is the other's.
  if (!ticket.is_merged()) builder.Title(ticket.shown.At("/Subject").Text()).OpenTime(ticket.shown.At("/Created"));
  return builder;
}

}  // namespace

std::optional<v1::Account> AccountOf(Json user) {
  const std::string id = user.At("/id").IdText();
  const std::string_view name = user.At("/Name").Text();
  if (!sdk::IsDigits(id) || name == "RT_System" || name == "Nobody") return std::nullopt;
  v1::Account account;
  account.set_id(id);
  account.set_login(std::string(name));
  return account;
}

std::string RequestorOf(Json ticket) {
  for (const Json watcher : ticket.At("/Requestor").Items(kMaxWatchers)) {
    const std::string name = watcher.At("/id").IdText();
    if (watcher.At("/type").Text() == "user" && !name.empty() && name != "RT_System" && name != "Nobody") return name;
  }
  return "";
}

bool IsUsed(Json transaction) { return KindOf(transaction) != Kind::kNone; }

absl::Status MapTransaction(Json transaction, const Ticket& ticket, const sdk::Source& source, const Reading& reading,
                            std::vector<v1::Fact>& facts) {
  const std::string_view type = ticket.shown.At("/Type").Text();
  if (!type.empty() && type != "ticket") return absl::OkStatus();  // reminders and approvals are tickets too
  const auto told = [&](v1::FactKind kind) { return On(kind, transaction, ticket, source, reading); };
  const auto add = [&](const FactBuilder& builder) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(v1::Fact fact, builder.Build());
    facts.push_back(std::move(fact));
    return absl::OkStatus();
  };
  const auto wait = [&](v1::FactKind kind, std::string_view uri) {
    const std::string blocker = TicketOf(uri);
    if (blocker.empty()) return absl::OkStatus();
    return add(
        told(kind).ObjectId(ticket.id + "/" + blocker).Link(v1::LINK_KIND_BLOCKED_BY, v1::SUBJECT_KIND_ISSUE, blocker, "#" + blocker));
  };
  const Json before = transaction.At("/OldValue"), after = transaction.At("/NewValue");
  switch (KindOf(transaction)) {
    case Kind::kNone:
      return absl::OkStatus();
    case Kind::kCreate:
      return add(told(v1::FACT_KIND_OPENED));
    case Kind::kCorrespond:
      return add(told(v1::FACT_KIND_COMMENTED));
    case Kind::kOwner: {
      v1::Account owner;
      owner.set_id(after.IdText());
      if (!sdk::IsDigits(owner.id()) || owner.id() == ticket.nobody) return absl::OkStatus();
      return add(told(v1::FACT_KIND_ASSIGNED).ObjectId(ticket.id + "/" + owner.id()).Target(owner));
    }
    case Kind::kStatus: {
      const v1::Resolution from = ResolutionOf(reading, before.Text()), to = ResolutionOf(reading, after.Text());
      if (to == v1::RESOLUTION_UNSPECIFIED) {
        return from == v1::RESOLUTION_UNSPECIFIED ? absl::OkStatus() : add(told(v1::FACT_KIND_REOPENED));
      }
      // Throwing away what had ended is tidying up, and what ended for the same reason ends no second time.
      const bool ended = from != v1::RESOLUTION_UNSPECIFIED;
      if (ended && (from == to || to == v1::RESOLUTION_CANCELLED)) return absl::OkStatus();
      FactBuilder resolved = told(v1::FACT_KIND_RESOLVED);
      resolved.fact().set_resolution(to);
      resolved.fact().set_resolution_text(sdk::CutText(after.Text(), kMaxStatusText));
      return add(resolved);
    }
    case Kind::kMerge: {
      // Both ends have such a transaction, with the same text; the one that went away tells.
      const std::string into = TicketOf(after.Text());
      if (!ticket.is_merged() || into.empty() || into == ticket.id) return absl::OkStatus();
      return add(told(v1::FACT_KIND_MOVED).Link(v1::LINK_KIND_MOVED_TO, v1::SUBJECT_KIND_ISSUE, into, "#" + into));
    }
    case Kind::kWait:
      return wait(v1::FACT_KIND_BLOCKED, after.Text());
    case Kind::kNoLongerWait:
      return wait(v1::FACT_KIND_UNBLOCKED, before.Text());
  }
  return absl::OkStatus();
}

absl::StatusOr<sdk::Parsed> MapDelivery(Json payload, const sdk::Source& source, const Reading& reading) {
  sdk::Parsed parsed;
  if (payload.At("/event").Text() != kTransaction) {
    parsed.ignored = "event not used";
    return parsed;
  }
  for (const char* path : {"/transaction/id", "/transaction/ObjectId", "/ticket/id"}) {
    if (!sdk::IsDigits(payload.At(path).IdText())) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFactInvalid, absl::StrCat(path, " is missing or not a number"));
    }
  }
  const Json transaction = payload.At("/transaction"), shown = payload.At("/ticket");
  Ticket ticket{transaction.At("/ObjectId").IdText(), shown, AccountOf(shown.At("/Requestor")), payload.At("/nobody").IdText()};
  if (!ticket.asker) ticket.asker = AccountOf(shown.At("/Creator"));
  if (ticket.is_merged()) ticket.asker.reset();  // the other's
  COMITY_RETURN_IF_ERROR(MapTransaction(transaction, ticket, source, reading, parsed.facts));
  if (parsed.facts.empty()) parsed.ignored = "transaction not used";
  return parsed;
}

}  // namespace comity::rt

#include "plugins/rt/polling.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/times.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::rt {
namespace {

using sdk::Json;
using sdk::JsonObject;

constexpr size_t kPageSize = 100;
constexpr int64_t kMaxPages = 10'000;  // of one number, where the token may not see what is on them
constexpr std::string_view kStream = "transactions", kApi = "/REST/2.0", kUsualNobody = "6";

int64_t NumberOf(std::string_view text) {
  int64_t number = 0;
  if (!sdk::IsDigits(text)) return 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// What the last ticket of a page carries.
std::optional<sdk::Commit> CommitOf(Json note) {
  if (!note.At("/commit").exists()) return std::nullopt;
  return sdk::Commit{std::string(kStream), std::string(note.At("/commit").Text())};
}

// One answer, read in the light of the note that went with its request.
class Absorber {
 public:
  Absorber(const sdk::Manifest& manifest, const sdk::Source& source, const Reading& reading, const sdk::Poll& poll, Json note, Json answer)
      : manifest_(manifest), source_(source), reading_(reading), poll_(poll), note_(note), answer_(answer) {}

  sdk::Step NobodyKnown() {
    const std::string id = AccountNumber();
    const auto cursor = poll_.cursors.find(kStream);
    const int64_t after = cursor == poll_.cursors.end() ? 0 : NumberOf(cursor->second);
    Ask(id.empty() ? kUsualNobody : id, after, after, 1);
    return std::move(step_);
  }

  absl::StatusOr<sdk::Step> Transactions() {
    if (!answer_.At("/items").is_array()) return sdk::UnreadableAnswer("a list of transactions", manifest_.title);
    const std::vector<Json> items = answer_.At("/items").Items(kPageSize);
    const int64_t before = Number("/after");
    int64_t last = before, settled = Number("/settled");
    std::map<std::string, std::string> by_ticket;
    std::vector<std::string> tickets;  // in the order of their first transaction
    for (const Json item : items) {
      const std::string id = item.At("/id").IdText(), ticket = item.At("/ObjectId").IdText();
      const std::optional<absl::Time> created = sdk::TimeOf(item.At("/Created"));
      if (!sdk::IsDigits(id) || !sdk::IsDigits(ticket) || !created) {
        ++step_.unreadable;
        continue;
      }
      last = std::max(last, NumberOf(id));
      if (*created <= poll_.now - poll_.overlap) settled = std::max(settled, NumberOf(id));
      if (*created < poll_.begin || !IsUsed(item)) continue;
      std::string& transactions = by_ticket[ticket];
      if (transactions.empty()) tickets.push_back(ticket);
      absl::StrAppend(&transactions, transactions.empty() ? "[" : ",",
                      JsonObject().Copy(item, {"id", "Type", "Field", "OldValue", "NewValue", "Created", "Creator"}).Take());
    }
    // They are asked in this order, so when the last one is done, all is that came before the next page.
    const std::optional<std::string> done = settled > 0 ? std::optional(std::to_string(settled)) : std::nullopt;
    for (const std::string& ticket : tickets) {
      JsonObject note;
      note.Text("what", "ticket").Text("ticket", ticket).Value("nobody", note_.At("/nobody"));
      note.Raw("transactions", by_ticket[ticket] + "]");
      if (done && ticket == tickets.back()) note.Text("commit", *done);
      Get(absl::StrCat("/ticket/", ticket, "?fields%5BCreator%5D=id,Name&fields%5BQueue%5D=Name"), note.Take());
    }
    if (done && tickets.empty()) step_.reached = sdk::Commit{std::string(kStream), *done};
    const std::string_view nobody = note_.At("/nobody").Text();
    const int64_t page = std::max<int64_t>(Number("/page"), 1);
    // RT leaves out what the token may not see, so a page may have few lines, or none, and not be the last one.
    const bool more = items.size() >= kPageSize || !answer_.At("/next_page").Text().empty();
    if (more && last > before) {
      Ask(nobody, last, settled, 1);
    } else if (more && page < kMaxPages) {
      Ask(nobody, before, settled, page + 1);
    } else if (more) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kPeerUnavailable,
                   "a million transactions in a row are hidden from the token; give its user SeeQueue and ShowTicket on more queues");
    }
    return std::move(step_);
  }

  absl::StatusOr<sdk::Step> TicketKnown() {
    step_.commit = CommitOf(note_);
    if (!answer_.is_object() || !sdk::IsDigits(answer_.At("/id").IdText())) return sdk::UnreadableAnswer("a ticket", manifest_.title);
    const std::string name = RequestorOf(answer_);
    const Json creator = answer_.At("/Creator");
    if (name.empty() || name == creator.At("/Name").Text()) {
      Map(answer_, AccountOf(creator));
      return std::move(step_);
    }
    JsonObject slim;
    slim.Copy(answer_, {"id", "Subject", "Created", "Type"});
    slim.Raw("Queue", JsonObject().Copy(answer_.At("/Queue"), {"Name"}).Take());
    std::string note = JsonObject()
                           .Text("what", "requestor")
                           .Text("name", name)
                           .Raw("shown", slim.Take())
                           .Copy(note_, {"ticket", "nobody", "transactions"})
                           .Take();
    Get("/user/" + sdk::UrlEncoded(name), std::move(note));
    return std::move(step_);
  }

  sdk::Step RequestorKnown() {
    const std::string id = AccountNumber(), name(note_.At("/name").Text());
    v1::Account asker;
    asker.set_id(id.empty() ? sdk::BoundedId("name:" + name, 200) : id);  // somebody, who is not the one who typed it in
    asker.set_login(name);
    Map(note_.At("/shown"), asker);
    return std::move(step_);
  }

 private:
  int64_t Number(std::string_view pointer) const { return note_.At(pointer).Integer().value_or(0); }

  // An account's number, which its link to itself shows to everybody.
  std::string AccountNumber() const {
    for (const Json link : answer_.At("/_hyperlinks").Items(100)) {
      const std::string id = link.At("/id").IdText();
      if (link.At("/ref").Text() == "self" && link.At("/type").Text() == "user" && sdk::IsDigits(id)) return id;
    }
    return "";
  }

  void Get(const std::string& path, std::string note) {
    step_.next.push_back({absl::StrCat(std::string(kApi), path), "application/json", std::string(kStream), std::move(note)});
  }

  // What comes after a number; from the source's beginning where none is known. `settled`: how far the cursor may go.
  void Ask(std::string_view nobody, int64_t after, int64_t settled, int64_t page) {
    const std::string begin = absl::FormatTime("%Y-%m-%d %H:%M:%S", poll_.begin, absl::UTCTimeZone());
    sdk::Fetch fetch{absl::StrCat(std::string(kApi), "/transactions?orderby=id&order=ASC&per_page=", kPageSize,
                                  "&fields=Type,Field,OldValue,NewValue,Creator,Created,ObjectId&fields%5BCreator%5D=id,Name&page=", page),
                     "application/json", std::string(kStream),
                     JsonObject()
                         .Text("what", "transactions")
                         .Text("nobody", nobody)
                         .Raw("after", std::to_string(after))
                         .Raw("settled", std::to_string(settled))
                         .Raw("page", std::to_string(page))
                         .Take()};
    fetch.method = "POST";
    fetch.headers = {{"Content-Type", "application/json"}};
    fetch.body = absl::StrCat(R"([{"field":")", after > 0 ? R"(id","operator":">","value":")" : R"(Created","operator":">=","value":")",
                              after > 0 ? std::to_string(after) : begin, R"("},{"field":"ObjectType","value":"RT::Ticket"}])");
    step_.next.push_back(std::move(fetch));
  }

  void Map(Json shown, std::optional<v1::Account> asker) {
    Ticket ticket{std::string(note_.At("/ticket").Text()), shown, std::move(asker), std::string(note_.At("/nobody").Text())};
    if (ticket.is_merged()) ticket.asker.reset();  // the other's
    for (const Json transaction : note_.At("/transactions").Items(kPageSize)) {
      if (!MapTransaction(transaction, ticket, source_, reading_, step_.facts).ok()) ++step_.unreadable;
    }
  }

  const sdk::Manifest& manifest_;
  const sdk::Source& source_;
  const Reading& reading_;
  const sdk::Poll& poll_;
  const Json note_, answer_;
  sdk::Step step_;
};

}  // namespace

sdk::Step PlanPoll() {
  sdk::Step step;
  step.next.push_back({absl::StrCat(std::string(kApi), "/user/Nobody"), "application/json", std::string(kStream),
                       JsonObject().Text("what", "nobody").Take()});
  return step;
}

absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Manifest& manifest, const sdk::Source& source, const Reading& reading,
                                     const sdk::Poll& poll, const sdk::Fetch& fetch, const net::Response& response) {
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument note, sdk::JsonDocument::Parse(fetch.note));
  const std::string_view what = note.root().At("/what").Text();
  const bool about_account = what == "nobody" || what == "requestor";  // whose answer may be missing
  if (response.status != 200 && !about_account) {
    // A ticket that the token may no longer see, or that was shredded: there is nothing to read any more.
    if (what == "ticket" && response.status >= 300 && response.status != 304) {
      sdk::Step gone;
      gone.commit = CommitOf(note.root());
      return gone;
    }
    return Error(absl::StatusCode::kNotFound, ErrorReason::kPeerUnavailable,
                 absl::StrCat("the API answers ", response.status,
                              ": is RT below this address, is it version 5, and may the token's user see tickets?"));
  }
  auto answer = sdk::JsonDocument::Parse(response.status == 200 ? response.body : "{}");
  if (!answer.ok() && about_account) answer = sdk::JsonDocument::Parse("{}");
  if (!answer.ok()) return answer.status();
  Absorber absorber(manifest, source, reading, poll, note.root(), answer->root());
  if (what == "nobody") return absorber.NobodyKnown();
  if (what == "transactions") return absorber.Transactions();
  if (what == "ticket") return absorber.TicketKnown();
  return absorber.RequestorKnown();
}

}  // namespace comity::rt

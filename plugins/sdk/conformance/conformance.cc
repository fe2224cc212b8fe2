#include "plugins/sdk/conformance/conformance.h"

#include <algorithm>
#include <cctype>
#include <ctime>
#include <random>
#include <utility>

#include "plugins/sdk/conformance/json_edit.h"
#include "plugins/sdk/source_checks.h"

namespace comity::sdk::conformance {
namespace {

// Everybody a fact names.
std::vector<const v1::Account*> AccountsOf(const v1::Fact& fact) {
  std::vector<const v1::Account*> accounts = {&fact.actor(), &fact.asker(), &fact.author(), &fact.target()};
  for (const v1::Attendee& attendee : fact.meeting().attendees()) accounts.push_back(&attendee.account());
  return accounts;
}

constexpr int64_t kNow = 1'788'343'200;  // 2026-09-02T10:00:00Z: when the cases were received
constexpr double kLongestSeconds = 10;   // of one parse, with sanitizers
constexpr int kFlips = 40, kCuts = 40, kDamages = 60;
const absl::Time kReceived = absl::FromUnixSeconds(kNow);

// One connector's run over its cases.
class Run {
 public:
  explicit Run(const Subject& subject) : subject_(subject), connector_(*subject.connector) {}

  Report Take() { return std::move(report_); }

  void Add(const Case& with) {
    case_ = &with;
    ++report_.cases;
    Expected();
    Signatures();
    if (subject_.signs_time || IsStandard()) Freshness();
    HeaderCase();
    Repeated();
    Broken();
    Accounts();
    Unknown();
  }

 private:
  void Note(const std::string& property, bool holds, const std::string& what = "") {
    Property& noted = report_.properties[property];
    ++noted.checks;
    if (!holds) noted.failures.push_back(report_.suite + "/" + case_->name + ": " + property + (what.empty() ? "" : ": " + what));
  }

  Delivery Signed(Delivery delivery, const std::string& secret, absl::Time when = kReceived) const {
    subject_.sign(delivery, secret, when);
    return delivery;
  }
  bool IsStandard() const { return subject_.is_standard && subject_.is_standard(case_->delivery); }
  Delivery Good() const { return Signed(case_->delivery, case_->source.secrets.front()); }
  Auth Verify(const Delivery& delivery, const Source& source, absl::Time now = kReceived) const {
    return connector_.Verify(delivery.View(), source, now);
  }
  Auth Verify(const Delivery& delivery) const { return Verify(delivery, case_->source); }

  // Every parse of the kit goes through here: it ends in time, and what it gives is within the API's bounds.
  absl::StatusOr<Parsed> Parse(const Delivery& delivery) {
    const std::clock_t begin = std::clock();  // time of the processor, so that a busy machine fails nothing
    absl::StatusOr<Parsed> parsed = connector_.Parse(delivery.View(), case_->source, kReceived);
    Note("every parse ends in time", static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC < kLongestSeconds);
    if (!parsed.ok()) {
      Note("errors say what is wrong", parsed.status().code() == absl::StatusCode::kInvalidArgument && !parsed.status().message().empty());
      return parsed;
    }
    Note("facts or a reason for none", parsed->facts.empty() != parsed->ignored.empty());
    if (connector_.manifest().replies) Note("no text of messages in replies", parsed->reply.body.find(kMarker) == std::string::npos);
    for (const v1::Fact& fact : parsed->facts) {
      const std::string why = OutOfBounds(fact);
      Note("facts are within the API's bounds", why.empty(), why);
      Note("no text of messages in facts", fact.SerializeAsString().find(kMarker) == std::string::npos);
    }
    return parsed;
  }
  Delivery WithBody(std::string body) const {
    Delivery delivery = case_->delivery;
    delivery.body = std::move(body);
    return delivery;
  }

  void Expected() {
    const std::string described = Describe(Parse(case_->delivery));
    if (!UpdateExpected(*case_, described)) Note("gives the expected facts", described == case_->expected, "is now\n" + described);
    Note("its source is without fault", connector_.Check(case_->source).empty());
  }

  void Signatures() {
    const Delivery good = Good();
    Note("accepts a good signature", Verify(good) == Auth::kOk);

    std::minstd_rand random(1);
    for (int i = 0; subject_.signs_body && i < kFlips; ++i) {
      Delivery flipped = good;
      flipped.body[random() % flipped.body.size()] ^= static_cast<char>(1 << random() % 8);
      Note("refuses a flipped bit in the body", Verify(flipped) == Auth::kUnauthenticated);
    }
    Note("refuses a wrong secret", Verify(Signed(case_->delivery, subject_.other_secret)) == Auth::kUnauthenticated);

    Source none = case_->source, empty = case_->source;
    none.secrets.clear();
    empty.secrets = {""};
    const Delivery with_empty = Signed(case_->delivery, "");
    Note("refuses without a secret", Verify(good, none) == Auth::kUnauthenticated && Verify(good, empty) == Auth::kUnauthenticated);
    Note("refuses what an empty secret signs",
         Verify(with_empty, empty) == Auth::kUnauthenticated && Verify(with_empty, case_->source) == Auth::kUnauthenticated);
    Note("finds an empty secret in the configuration", !connector_.Check(none).empty() && !connector_.Check(empty).empty());

    Delivery unsigned_one = good, blank = good;
    const std::string signature = IsStandard() ? "webhook-signature" : subject_.signature_header;
    unsigned_one.DropHeader(signature);
    blank.SetHeader(signature, "");
    Note("refuses a missing or empty signature", Verify(unsigned_one) == Auth::kUnauthenticated && Verify(blank) == Auth::kUnauthenticated);

    Source rotated = case_->source;
    rotated.secrets.push_back(subject_.other_secret);
    Note("accepts the old and the new secret of a rotation",
         Verify(good, rotated) == Auth::kOk && Verify(Signed(case_->delivery, subject_.other_secret), rotated) == Auth::kOk);
  }

  void Freshness() {
    const std::string& secret = case_->source.secrets.front();
    const auto ahead = static_cast<int>(absl::ToInt64Seconds(subject_.ahead));
    for (const int seconds : {-301, ahead + 1, -86'400, 86'400}) {
      const Delivery off = Signed(case_->delivery, secret, kReceived + absl::Seconds(seconds));
      Note("refuses a stale or future time", Verify(off) == Auth::kStale);
    }
    for (const int seconds : {-300, ahead}) {
      Note("accepts both ends of the window", Verify(Signed(case_->delivery, secret, kReceived + absl::Seconds(seconds))) == Auth::kOk);
    }
  }

  void HeaderCase() {
    Delivery upper = Good(), lower = Good();
    for (auto& [name, value] : upper.headers)
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
    for (auto& [name, value] : lower.headers)
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    for (const Delivery& changed : {upper, lower}) {
      Note("the case of header names does not matter",
           Verify(changed) == Auth::kOk && Describe(Parse(changed)) == Describe(Parse(case_->delivery)));
    }
  }

  void Repeated() {
    const Delivery first = Good(), again = Signed(case_->delivery, case_->source.secrets.front(), kReceived + absl::Seconds(60));
    Note("a repeated delivery is the same delivery",
         DeliveryIdOf(connector_.manifest(), first.View()) == DeliveryIdOf(connector_.manifest(), again.View()));
    Note("a repeated delivery gives the same facts", Describe(Parse(first)) == Describe(Parse(again)));
  }

  void Broken() {
    const std::string& body = case_->delivery.body;
    const size_t end = body.find_last_of("}]");
    for (int i = 0; end != std::string::npos && i < kCuts; ++i) {
      const size_t cut = end * static_cast<size_t>(i) / kCuts;
      Note("refuses a body cut short", !Parse(WithBody(body.substr(0, cut))).ok());
    }
    std::minstd_rand random(2);
    for (int i = 0; i < kDamages; ++i) {  // mostly still JSON: other digits and letters
      std::string damaged = body;
      for (int j = 0; j < 3; ++j) damaged[random() % damaged.size()] = static_cast<char>(' ' + random() % 95);
      (void)Parse(WithBody(damaged));
    }
    Note("refuses invalid UTF-8", !Parse(WithBody("{\"action\": \"\xC3\x28\xFF\"}")).ok());
    Note("refuses deep nesting", !Parse(WithBody("{\"action\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}")).ok());
    if (report_.cases == 1) {  // slow, and the same for every case
      Note("refuses a giant body", !Parse(WithBody("[" + std::string(27 * 1024 * 1024, ' ') + "]")).ok());
      std::string wide = "[0";
      for (int i = 0; i < 5'000'000; ++i) wide += ",0";
      (void)Parse(WithBody(wide + "]"));
    }
  }

  // Each account in turn deleted, and each in turn a bot's.
  void Accounts() {
    const absl::StatusOr<JsonDocument> document = JsonDocument::Parse(case_->delivery.body);
    if (!document.ok()) return;
    std::vector<std::pair<std::string, std::string>> accounts;  // pointer, id
    Rewrite(document->root(), [&](const std::string& pointer, std::string_view name, Json value) -> std::optional<std::string> {
      if (value.exists() && subject_.is_account(name, value)) accounts.emplace_back(pointer, value.At("/id").IdText());
      return std::nullopt;
    });
    for (const auto& [pointer, id] : accounts) {
      const auto replaced = [&, at = pointer](auto make) {
        return WithBody(Rewrite(document->root(), [&](const std::string& here, std::string_view, Json value) -> std::optional<std::string> {
          return here == at ? std::optional<std::string>(make(value)) : std::nullopt;
        }));
      };
      Note("withstands a deleted account", Parse(replaced([](Json) { return "null"; })).ok() || !Parse(case_->delivery).ok());
      const absl::StatusOr<Parsed> as_bot = Parse(replaced(subject_.as_bot));
      Note("says that a bot is a bot", !as_bot.ok() || AllSayBot(*as_bot, pointer, id));
    }
  }

  // The bot's account is not anywhere still a human's, except where the same person has another part in the payload.
  bool AllSayBot(const Parsed& parsed, const std::string&, const std::string& id) {
    const absl::StatusOr<Parsed> before = Parse(case_->delivery);
    if (!before.ok()) return true;
    return CountHumans(parsed, id) < CountHumans(*before, id) || CountHumans(*before, id) == 0 || SameWithout(parsed, *before);
  }
  static bool SameWithout(const Parsed& a, const Parsed& b) { return Describe(a) == Describe(b); }  // the account is not used
  static int CountHumans(const Parsed& parsed, const std::string& id) {
    int count = 0;
    for (const v1::Fact& fact : parsed.facts) {
      for (const v1::Account* account : AccountsOf(fact)) count += account->id() == id && account->kind() == v1::ACCOUNT_KIND_HUMAN;
    }
    return count;
  }

  void Unknown() {
    const absl::StatusOr<JsonDocument> document = JsonDocument::Parse(case_->delivery.body);
    if (!document.ok()) return;
    const absl::StatusOr<Parsed> parsed = Parse(WithBody(subject_.unknown(document->root())));
    Note("ignores events it does not know", !parsed.ok() || parsed->facts.empty());
  }

  const Subject& subject_;
  const Connector& connector_;
  const Case* case_ = nullptr;
  Report report_{.suite = std::string(subject_.connector->manifest().suite), .properties = {}};
};

}  // namespace

std::vector<std::string> Report::Failures() const {
  std::vector<std::string> failures;
  for (const auto& [name, property] : properties) {
    failures.insert(failures.end(), property.failures.begin(), property.failures.end());
  }
  return failures;
}

Report Check(const Subject& subject) {
  Run run(subject);
  const absl::StatusOr<std::vector<Case>> cases = subject.cases.empty() ? std::vector<Case>() : LoadCases(subject.cases);
  if (!cases.ok()) {
    Report report = run.Take();
    report.properties["cases can be read"] = {1, {std::string(cases.status().message())}};
    return report;
  }
  const bool wakes = subject.connector->manifest().hooks_wake;
  if (!wakes) {
    for (const Case& one : *cases) run.Add(one);
  }
  Report report = run.Take();
  if (wakes) CheckWakes(subject, *cases, report);
  if (!subject.polls.empty()) CheckPolls(subject, report);
  CheckClassified(subject, *cases, report);
  return report;
}

std::string OutOfBounds(const v1::Fact& fact) {
  const auto outside = [](const std::string& text, size_t least, size_t most) { return text.size() < least || text.size() > most; };
  if (fact.suite().empty() || fact.instance().empty()) return "suite or instance";
  if (outside(fact.subject().key(), 0, 400) || outside(fact.subject().uri(), 0, 2000) || outside(fact.subject().title(), 0, 500)) {
    return "subject's key, uri or title";
  }
  if (fact.subject().id().size() > 200 || fact.object_id().size() > 400 || fact.revision().size() > 200) return "an id or the revision";
  if (fact.labels_size() > 100 || fact.links_size() > 100) return "labels or links";
  for (const v1::Place& place : fact.places()) {
    if (outside(place.value(), 1, 400)) return "a place";
  }
  for (const v1::Account* account : AccountsOf(fact)) {
    if (account->id().size() > 200) return "an account's id";
  }
  if (fact.has_meeting()) {
    const v1::Meeting& meeting = fact.meeting();
    if (meeting.attendees_size() > 200 || meeting.series().size() > 200) return "a meeting's attendees or series";
    if (!meeting.has_start_time() || !meeting.has_end_time()) return "a meeting's times";
    if (std::any_of(meeting.attendees().begin(), meeting.attendees().end(),
                    [](const v1::Attendee& a) { return a.account().id().empty(); })) {
      return "an attendee without an account";
    }
  }
  return "";
}

}  // namespace comity::sdk::conformance

// What connectors must withstand whose hooks hold no facts, only say when to ask.
#include <algorithm>
#include <cctype>
#include <random>
#include <utility>

#include "plugins/sdk/conformance/conformance.h"

namespace comity::sdk::conformance {
namespace {

constexpr int kDamages = 60;
const absl::Time kReceived = absl::FromUnixSeconds(1'788'343'200);

class WakeRun {
 public:
  WakeRun(const Subject& subject, const Case& with, Report& report)
      : subject_(subject), connector_(*subject.connector), case_(with), report_(report) {}

  void Check() {
    ++report_.cases;
    const std::string described = Describe(Parse(Good()));
    if (!UpdateExpected(case_, described)) Note("gives the expected facts", described == case_.expected, "is now\n" + described);
    Note("its source is without fault", connector_.Check(case_.source).empty());
    Note("a repeated delivery gives the same facts", Describe(Parse(Good())) == described);
    Note("the case of header names does not matter", AnyCaseIsGood(described));
    Secrets();
    Damaged();
    if (subject_.signs_time) SignedWhole();
  }

 private:
  void Note(const std::string& property, bool holds, const std::string& what = "") {
    Property& noted = report_.properties[property];
    ++noted.checks;
    if (!holds) noted.failures.push_back(report_.suite + "/" + case_.name + ": " + property + (what.empty() ? "" : ": " + what));
  }
  // The kit's `sign` knows a secret; where a token is shown instead of a signature, whose it is, is in the token too.
  Delivery Signed(const std::string& secret, absl::Time when = kReceived) const {
    Delivery delivery = case_.delivery;
    subject_.sign(delivery, secret, when);
    return delivery;
  }
  Delivery Good() const { return Signed(case_.source.secrets.front()); }
  bool Passes(const Delivery& delivery, const Source& source) const {
    return connector_.Verify(delivery.View(), source, kReceived) == Auth::kOk;
  }

  absl::StatusOr<Parsed> Parse(const Delivery& delivery) {
    absl::StatusOr<Parsed> parsed = connector_.Parse(delivery.View(), case_.source, kReceived);
    if (!parsed.ok()) {
      Note("errors say what is wrong", absl::IsInvalidArgument(parsed.status()) && !parsed.status().message().empty());
      return parsed;
    }
    Note("facts or a reason for none", parsed->facts.empty() && !parsed->ignored.empty());
    for (const Notice& notice : parsed->notices) {
      Note("no text of messages in facts", notice.subscription.find(kMarker) == std::string::npos);
    }
    return parsed;
  }

  bool AnyCaseIsGood(const std::string& described) {
    for (int (*const change)(int) : {static_cast<int (*)(int)>(std::toupper), static_cast<int (*)(int)>(std::tolower)}) {
      Delivery changed = Good();
      for (auto& [name, value] : changed.headers) {
        std::transform(name.begin(), name.end(), name.begin(), [change](unsigned char c) { return static_cast<char>(change(c)); });
      }
      if (!Passes(changed, case_.source) || Describe(Parse(changed)) != described) return false;
    }
    return true;
  }

  void Secrets() {
    const Delivery good = Good();
    Source none = case_.source, empty = case_.source, other = case_.source, rotated = case_.source;
    none.secrets.clear();
    empty.secrets = {""};
    other.id += "-2";
    rotated.secrets.push_back(subject_.other_secret);
    Note("accepts a good signature", Passes(good, case_.source));
    Note("refuses a missing or empty signature", !Passes(case_.delivery, case_.source));
    Note("refuses a wrong secret", !Passes(Signed(subject_.other_secret), case_.source) && (subject_.signs_time || !Passes(good, other)));
    Note("refuses without a secret", !Passes(good, none) && !Passes(good, empty));
    Note("refuses what an empty secret signs", !Passes(Signed(""), empty) && !Passes(Signed(""), case_.source));
    Note("finds an empty secret in the configuration", !connector_.Check(empty).empty());
    Note("accepts the old and the new secret of a rotation", Passes(good, rotated) && Passes(Signed(subject_.other_secret), rotated));
  }

  void SignedWhole() {
    const Delivery good = Good();
    for (size_t i = 0; i < good.body.size(); ++i) {
      Delivery flipped = good;
      flipped.body[i] = static_cast<char>(flipped.body[i] ^ 1);
      Note("refuses a flipped bit in the body", !Passes(flipped, case_.source));
    }
    for (const int seconds : {-301, 61, -86'400, 86'400}) {
      const Delivery off = Signed(case_.source.secrets.front(), kReceived + absl::Seconds(seconds));
      Note("refuses a stale or future time", connector_.Verify(off.View(), case_.source, kReceived) == Auth::kStale);
    }
  }

  // Where nothing but our own token is signed, what else is changed may pass, and must do no harm.
  void Damaged() {
    std::minstd_rand random(3);
    for (int i = 0; i < kDamages; ++i) {
      Delivery damaged = Good();
      for (int j = 0; j < 3; ++j) {
        std::string& text = damaged.body.empty() ? damaged.headers[random() % damaged.headers.size()].second : damaged.body;
        if (!text.empty()) text[random() % text.size()] = static_cast<char>(' ' + random() % 95);
      }
      (void)Parse(damaged);
      Delivery cut = Good();
      cut.body.resize(cut.body.size() * static_cast<size_t>(i) / kDamages);
      if (!cut.body.empty()) Note("refuses a body cut short", !Passes(cut, case_.source) && !Parse(cut).ok());
    }
  }

  const Subject& subject_;
  const Connector& connector_;
  const Case& case_;
  Report& report_;
};

}  // namespace

void CheckWakes(const Subject& subject, const std::vector<Case>& cases, Report& report) {
  for (const Case& one : cases) WakeRun(subject, one, report).Check();
}

}  // namespace comity::sdk::conformance

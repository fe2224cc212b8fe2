// What every connector must withstand, whatever it connects: each case of its folder as it is, and mutations of it that no author writes.
#ifndef COMITY_PLUGINS_SDK_CONFORMANCE_CONFORMANCE_H_
#define COMITY_PLUGINS_SDK_CONFORMANCE_CONFORMANCE_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "plugins/sdk/conformance/case.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/json.h"

namespace comity::sdk::conformance {

// A word that the texts of messages in cases hold; no fact may contain it.
inline constexpr std::string_view kMarker = "marmalade";

// A connector, and the little the kit cannot know about its suite.
struct Subject {
  const Connector* connector = nullptr;
  std::string cases;                                                                    // folder; empty: it has no hooks
  std::string polls;                                                                    // folder of recorded talks; empty: none
  std::function<void(Delivery& delivery, const std::string& secret, absl::Time)> sign;  // adds the headers
  std::string signature_header;
  std::string other_secret;                                           // well-formed, and not a source's
  bool signs_body = true;                                             // else a secret is shown, and the body may be anything
  bool signs_time = false;                                            // and takes 300 s of age
  absl::Duration ahead = absl::Seconds(60);                           // and so far ahead
  std::function<bool(const Delivery&)> is_standard;                   // of a suite with both: signed as Standard Webhooks say
  std::function<bool(std::string_view name, Json value)> is_account;  // a person in a payload
  std::function<std::string(Json account)> as_bot;                    // the same account, as a bot
  std::function<std::string(Json root)> unknown;                      // the payload of an event nobody knows
  // Classified fields whose text leaves only where an option of the source, which is `true` then, asks for it: field, option.
  std::map<std::string_view, std::string_view> declassified_by{};
};

// `Subject::sign` of suites that sign as Standard Webhooks say. The delivery has its `webhook-id`; `secret` is `whsec_` and base64.
void SignStandardWebhook(Delivery& delivery, const std::string& secret, absl::Time when);
// `Subject::other_secret` of theirs.
inline constexpr char kStrangersWebhookSecret[] = "whsec_bm90IHRoZSBzZWNyZXQgb2YgYW55Ym9keSBhdCBhbGw=";

struct Property {
  int checks = 0;
  std::vector<std::string> failures;  // in words, with the case's name
};

struct Report {
  std::string suite;
  std::map<std::string, Property> properties;
  std::vector<std::string> Failures() const;
  int cases = 0, talks = 0;
};

// Runs everything. With COMITY_UPDATE_CASES=1 in the environment, `expected.json` is written instead of compared: read the difference
// before you commit it.
Report Check(const Subject& subject);

// The part of it that concerns polling; Check calls it.
void CheckPolls(const Subject& subject, Report& report);

// The part of it for hooks that hold no facts; Check calls it where the manifest says so.
void CheckWakes(const Subject& subject, const std::vector<Case>& cases, Report& report);

// The part of it about `Manifest::classified`, in hooks and polls; Check calls it.
void CheckClassified(const Subject& subject, const std::vector<Case>& cases, Report& report);

// Properties down, connectors across, as Markdown for plugins/README.md; in parts, so that lines stay short. How often each was checked and
// held (`7/8`: and once not); empty: never.
std::string Table(const std::vector<Report>& reports);

// Why the service's API would not take this fact; empty if it would.
std::string OutOfBounds(const v1::Fact& fact);

}  // namespace comity::sdk::conformance

#endif  // COMITY_PLUGINS_SDK_CONFORMANCE_CONFORMANCE_H_

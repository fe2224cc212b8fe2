// What a connector is: pure functions from bytes to facts. The host owns sockets, spool, retry, scheduling, secrets and deduplication.
#ifndef COMITY_PLUGINS_SDK_CONNECTOR_H_
#define COMITY_PLUGINS_SDK_CONNECTOR_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "comity/v1/event.pb.h"
#include "plugins/sdk/artifact.h"
#include "service/net/http.h"

namespace comity::sdk {

class Subscriber;  // subscription.h

// A delivery as it was received; the body is raw.
struct Request {
  std::string_view method, path, query;
  const net::Headers* headers = nullptr;
  std::string_view body;
  std::string_view Header(std::string_view name) const { return net::FindHeader(*headers, name); }
};

// One configured source.
struct Source {
  std::string id, suite, instance;
  std::vector<std::string> secrets;           // several while one is rotated; never empty strings; none: it has no hooks
  std::map<std::string, std::string> config;  // the connector's own options; its manifest names them
  bool polls = false;                         // the host asks the suite too
};

enum class Auth {
  kOk,
  kHandshake,        // authentic, and answered by `Parsed::reply` alone
  kUnauthenticated,  // missing, empty or wrong signature: 401
  kStale,            // outside the signed time's window: 401
};

struct Reply {
  int status = 204;
  net::Headers headers;
  std::string body;
};

// What a hook says of one of the source's subscriptions (subscription.h).
struct Notice {
  enum class Kind {
    kArrived,  // it works
    kRenew,    // it must be renewed now
    kGone,     // the suite has ended it
  };
  Kind kind = Kind::kArrived;
  std::string subscription;  // its name, or the suite's id of it; 1 to 400 printable bytes, else it is overlooked
};

struct Parsed {
  std::vector<v1::Fact> facts;
  std::string ignored;            // why there are none, for counting: a fixed phrase, no content
  Reply reply;                    // of a handshake, of a hook that only wakes, and where the manifest says `replies`
  bool wake = false;              // something has changed: the suite is asked now; where `Manifest::hooks_wake`
  std::vector<Notice> notices{};  // likewise
};

// How far each stream (a repository, a project) has been read, in words of its connector: printable ASCII, not empty. Suites that give
// tokens of their own for it write long ones.
inline constexpr size_t kMaxStreamBytes = 400, kMaxCursorBytes = 4000;
using Cursors = std::map<std::string, std::string, std::less<>>;

// One round of asking a suite.
struct Poll {
  absl::Time now;          // when the round began
  absl::Time begin;        // what happened before is none of this source's
  absl::Duration overlap;  // read again so far behind the cursor: suites show some things late
  Cursors cursors;         // as committed when the round began; a stream without one starts at `begin`
};

// A request for the host to perform with the source's read token. It can go nowhere but below the source's API base.
struct Fetch {
  std::string path;  // with query; begins with `/`
  std::string accept;
  std::string stream;  // whose cursor waits for it; empty: nobody's
  std::string note;    // the connector's own, handed back with the answer
  std::string method = "GET";
  std::string body{};      // of what is not a GET; a question all the same: a read token must suffice
  net::Headers headers{};  // of this request: `Content-Type`, `Depth`
  // What is asked, as one text: a GET is its path.
  std::string Name() const { return method == "GET" ? path : method + ' ' + path + (body.empty() ? "" : ' ' + body); }
};
struct Commit {
  std::string stream, cursor;
};
struct Step {
  std::vector<v1::Fact> facts;
  std::vector<Fetch> next;        // performed in order, each with all that follows from it before the one after
  std::optional<Commit> commit;   // takes effect when all of `next` is done and all facts until then are acknowledged
  std::optional<Commit> reached;  // takes effect before `next`: when all facts until this step's are acknowledged
  bool settled = false;           // as long as the suite answers "not modified" to this request, it need not be read again
  int unreadable = 0;             // things in the answer that could not be read and were left out
};

// What is posted to a suite's token endpoint for a short-lived token: a form (RFC 6749). Holds secrets.
struct TokenRequest {
  std::string path;  // below `Connector::TokenBase`; begins with `/`
  std::string form;  // `grant_type=…`
};

struct Option {
  std::string_view name, meaning, fallback;
};

// A git repository to read: below this machine's root, or behind an address from which the host copies it.
struct GitRepository {
  std::string name;      // in paths of requests: letters, digits, `-`, `_`, `.`
  std::string location;  // `/srv/git/billing.git`, `https://…`, `ssh://…`
  std::string branch;    // empty: the one its HEAD names
  bool is_local() const { return location.starts_with('/'); }
};

// kHttps: `Fetch`es go to the suite's API. kGit: there is no API; the host answers them from `Connector::Repositories` (host/git_api.h).
enum class Transport { kHttps, kGit };

struct Manifest {
  std::string_view suite;                      // `github`
  std::string_view title;                      // `GitHub`
  std::vector<std::string_view> events;        // to subscribe to
  std::vector<std::string_view> scopes;        // a read token needs
  std::string_view delivery_id_header;         // empty = the body's SHA-256
  std::vector<std::string_view> kept_headers;  // which headers are spooled beside the body; credentials never are
  // Fields whose texts never leave the host: a member's, form field's or calendar property's name, or with a slash the end of a path of
  // names (`/review/content`). The conformance kit proves it.
  std::vector<std::string_view> classified;
  std::vector<Option> options;
  bool reconciles = false;       // has `Plan` and `Absorb`
  bool hooks = true;             // has `Verify` and `Parse`
  bool hooks_wake = false;       // its hooks hold no facts: they are not spooled, only say when to ask
  bool standard_secret = false;  // a secret is one of Standard Webhooks: `whsec_` and base64
  Transport transport = Transport::kHttps;
  std::string_view token_header = "Authorization", token_prefix = "Bearer ";  // how a read token is shown
  bool basic_token = false;                                                   // its file holds USER:PASSWORD, shown as HTTP Basic
  bool basic_token_with_colon = false;                                        // the same, if it holds ADDRESS@HOST:PASSWORD; else as above
  net::Headers api_headers;                                                   // that every request to the API has
  std::string_view setup;                                                     // plain text: what to click where
  // `Parsed::reply` is the sender's answer: once its facts are durable; without facts at once, and then nothing is kept.
  bool replies = false;

  std::vector<ArtifactKind> publishes;  // has `Publish` and `GoOn` for these
};

// One thing on its way into the suite.
struct Publication {
  const Artifact& artifact;
  std::string left;  // what `PublishStep::left` said when it was published last; empty: nothing is known of that
};
// What is to be done next: a request, or nothing more.
struct PublishStep {
  enum class Ending {
    kGoesOn,   // `next` is to be performed with the write token; its answer goes to `GoOn`
    kWritten,  // what the suite has is new
    kFound,    // it was there already, just so
    kNothing,  // it is to be taken back, and there is none
  };
  Ending ending = Ending::kGoesOn;
  std::optional<Fetch> next{};
  bool writes = false;    // `next` changes something
  bool is_new = false;    // kWritten: there was none before
  std::string preview{};  // with `writes`: what will be there, for people
  std::string left{};     // at the end: what to remember, in at most 300 printable bytes without a space at either end
  std::string place{};    // at the end: where it is, for people
};

// Deterministic and safe to call from any thread: no clock, network, log or state.
class Connector {
 public:
  virtual ~Connector() = default;
  virtual const Manifest& manifest() const = 0;
  // Faults of a source's configuration, each with its remedy; empty if it can be used.
  virtual std::vector<std::string> Check(const Source& source) const = 0;
  // Over the raw bytes, before anything is parsed; secrets are compared in constant time.
  virtual Auth Verify(const Request& request, const Source& source, absl::Time now) const = 0;
  // `receive_time` only where the suite gives no time. Errors: INVALID_ARGUMENT for what cannot be read (it becomes a dead letter).
  virtual absl::StatusOr<Parsed> Parse(const Request& request, const Source& source, absl::Time receive_time) const = 0;
  // Where hooks are made by API and expire; null: people make them. Lives as long as the connector.
  virtual const Subscriber* subscriber() const { return nullptr; }

  // Polling; for connectors whose manifest says that they reconcile.
  // Where the suite's API is, unless the configuration says otherwise: `https://api.github.com`.
  virtual std::string ApiBase(const Source&) const { return ""; }
  // Where tokens are to be had for what is in `read_token_file`: `https://oauth2.googleapis.com`. The credential goes nowhere else.
  virtual std::string TokenBase(const Source&) const { return ""; }
  // What to ask for there; nullopt: the credential is itself what the API takes. `now` is the caller's clock.
  // Errors: INVALID_ARGUMENT that names the part of the credential at fault, and holds nothing of it.
  virtual absl::StatusOr<std::optional<TokenRequest>> Exchange(const Source&, std::string_view, absl::Time) const { return std::nullopt; }
  // What is read where the manifest says kGit.
  virtual std::vector<GitRepository> Repositories(const Source&) const { return {}; }
  // What is polled, in a few words for people.
  virtual std::string Polled(const Source&) const { return ""; }
  // The first requests of a round.
  virtual Step Plan(const Source&, const Poll&) const { return {}; }
  // What an answer holds: any status below 500 but those about tokens and rate limits, which are the host's; 304 only for what had settled.
  // Errors: NOT_FOUND when the token may not see it, INVALID_ARGUMENT for what cannot be read. The stream's cursor stays; the same request
  // is made again in later rounds, and given up after a few.
  virtual absl::StatusOr<Step> Absorb(const Source&, const Poll&, const Fetch&, const net::Response&) const { return Step{}; }

  // Publishing; for connectors whose manifest says which kinds. A publication can break off anywhere and begins anew then, so `Publish`
  // asks first what is there: nothing is put there twice, and nothing that somebody else wrote or changed is overwritten.
  virtual absl::StatusOr<PublishStep> Publish(const Source&, const Publication&) const {
    return absl::UnimplementedError("this connector publishes nothing");
  }
  // What follows from an answer: any status below 500 but 401 and those about rate limits, which are the host's.
  // Errors: FAILED_PRECONDITION when people must do something first (their own text is there, a right is missing), NOT_FOUND for a place
  // that is not there, ABORTED when something changed meanwhile and it is to begin anew, INVALID_ARGUMENT for what cannot be read.
  virtual absl::StatusOr<PublishStep> GoOn(const Source&, const Publication&, const Fetch&, const net::Response&) const {
    return absl::UnimplementedError("this connector publishes nothing");
  }

  // What makes the suite know this source without clicking: an app's manifest, or the request that makes its webhook; in the suite's own
  // format, with no secret in it. `hook_url` is where the source's hooks arrive. Errors: UNIMPLEMENTED where the suite has nothing of the
  // kind.
  virtual absl::StatusOr<std::string> AppManifest(const Source&, std::string_view hook_url) const;
};

}  // namespace comity::sdk

#endif  // COMITY_PLUGINS_SDK_CONNECTOR_H_

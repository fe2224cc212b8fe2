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
#include "service/net/http.h"

namespace comity::sdk {

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
  std::vector<std::string> secrets;           // several while one is rotated; never empty strings
  std::map<std::string, std::string> config;  // the connector's own options; its manifest names them
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

struct Parsed {
  std::vector<v1::Fact> facts;
  std::string ignored;  // why there are none, for counting: a fixed phrase, no content
  Reply reply;          // of a handshake
};

// A request for the host to perform, with the credential `token_ref` names in its own files.
struct Fetch {
  std::string url, accept, token_ref;
  std::string continuation;  // the connector's own note, handed back with the answer
};
struct Step {
  std::vector<v1::Fact> facts;
  std::vector<Fetch> next;
  std::optional<std::string> commit;  // the cursor, once all facts before it are acknowledged
};

struct Option {
  std::string_view name, meaning, fallback;
};
struct Manifest {
  std::string_view suite;                      // `github`
  std::string_view title;                      // `GitHub`
  std::vector<std::string_view> events;        // to subscribe to
  std::vector<std::string_view> scopes;        // a read token needs
  std::string_view delivery_id_header;         // empty = the body's SHA-256
  std::vector<std::string_view> kept_headers;  // which headers are spooled beside the body; credentials never are
  std::vector<std::string_view> classified;    // fields that never leave the host
  std::vector<Option> options;
  bool reconciles = false;  // has `Plan` and `Absorb`
  std::string_view setup;   // plain text: what to click where
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
  // Polling. An empty cursor starts it.
  virtual absl::StatusOr<Step> Plan(const Source&, std::string_view /*cursor*/) const { return Step{}; }
  virtual absl::StatusOr<Step> Absorb(const Source&, const Fetch&, const net::Response&) const { return Step{}; }
};

}  // namespace comity::sdk

#endif  // COMITY_PLUGINS_SDK_CONNECTOR_H_

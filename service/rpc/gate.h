// What happens before and after every call, whatever it is and however it came: authentication, access, audit, metrics, log.
#ifndef COMITY_SERVICE_RPC_GATE_H_
#define COMITY_SERVICE_RPC_GATE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "service/app/caller.h"
#include "service/obs/clock.h"
#include "service/obs/metrics.h"
#include "service/rpc/access.h"
#include "service/rpc/audit.h"
#include "service/rpc/authentication.h"

namespace comity::rpc {

// One call on its way through the gate.
struct Passage {
  const MethodRule* rule = nullptr;
  absl::Time begun;
  app::Caller caller;  // empty until admitted
  std::string target;  // for the audit: the resource named by the request
};

// Safe to call from any thread.
class Gate {
 public:
  Gate(store::Store& store, app::Snapshots& snapshots, AuditWriter& audit, obs::Metrics& metrics, const obs::Clock& clock)
      : authenticator_(store, snapshots, clock), audit_(audit), metrics_(metrics), clock_(clock) {}

  Passage Begin(const MethodRule& rule) const { return {&rule, clock_.Now(), {}, {}}; }
  // Fills in the caller with the widest scope the method grants them. Nothing has been looked up but the token.
  // Errors: as Authenticator::Authenticate; PERMISSION_DENIED (ROLE_REQUIRED); for calls that write, UNAVAILABLE
  // (AUDIT_UNAVAILABLE) or RESOURCE_EXHAUSTED (STORE_FULL) while no audit record can be written.
  absl::Status Admit(const Credentials& credentials, Passage& passage);
  // Writes the record and returns what to answer: `status`, unless the call may only be answered with a durable record and there is none.
  // Calls that write and calls that read deeds wait for the record; the others do not. Call once for each passage.
  absl::Status Leave(const Passage& passage, const absl::Status& status);
  // The same without waiting, for threads that must not block.
  void LeaveSoon(const Passage& passage, const absl::Status& status);

 private:
  absl::Status CheckAudit(const MethodRule& rule);
  void Note(const Passage& passage, const absl::Status& status);

  Authenticator authenticator_;
  AuditWriter& audit_;
  obs::Metrics& metrics_;
  const obs::Clock& clock_;
};

// What a request is about: the values of its fields that name resources, at most 200 bytes of printable characters; never content.
std::string TargetOf(const google::protobuf::Message& request);

}  // namespace comity::rpc

#endif  // COMITY_SERVICE_RPC_GATE_H_

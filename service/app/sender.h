// Sends what waits in the outbox.
#ifndef COMITY_SERVICE_APP_SENDER_H_
#define COMITY_SERVICE_APP_SENDER_H_

#include <memory>

#include "absl/time/time.h"
#include "service/app/context.h"
#include "service/app/endpoint_secret.h"

namespace comity::app {

// One thread that serves one endpoint after the other, each for a few seconds at most, and each message at least once: what came of an
// attempt is stored after it, so that one which a crash cuts off is made again with the same id. No endpoint holds up facts or calls.
class Sender {
 public:
  // `secrets` and what `context` refers to outlive it. `outbound_private`: private addresses may be sent to, and plain HTTP to loopback.
  Sender(const Context& context, const EndpointSecrets& secrets, bool outbound_private);
  ~Sender();  // stops without grace
  // Looks at once: something was stored that should not wait for the next look, a second from the last.
  void Wake();
  // Begins no other attempt; the one under way may end for at most `grace`, then it is given up, to be made again after the next start.
  void Stop(absl::Duration grace);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_SENDER_H_

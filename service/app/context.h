// What every use case needs, made once by main.
#ifndef COMITY_SERVICE_APP_CONTEXT_H_
#define COMITY_SERVICE_APP_CONTEXT_H_

#include "service/app/judging.h"
#include "service/app/writer.h"
#include "service/domain/values.h"
#include "service/obs/clock.h"
#include "service/obs/metrics.h"
#include "service/store/store.h"

namespace comity::app {

class Backups;
class Checkpoints;
class EndpointSecrets;
class Sender;

// References outlive every use case.
struct Context {
  store::Store& store;
  Writer& writer;
  Snapshots& snapshots;
  Judging& judging;
  JobRunner& jobs;
  const obs::Clock& clock;
  obs::Metrics& metrics;
  domain::UidSource& uids;
  Checkpoints* checkpoints = nullptr;  // what has no doors, as some tests, may do without these two
  Backups* backups = nullptr;
  int policy_approvals = 2;                     // distinct stewards whose yes a policy, or a restatement, needs
  EndpointSecrets* endpoint_secrets = nullptr;  // outbound webhooks need the first; without the other nothing is sent
  Sender* sender = nullptr;
  bool outbound_private = false;  // webhooks may lead to private addresses
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_CONTEXT_H_

#include <algorithm>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cli/policy_verbs.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"
#include "comity/v1/admin.pb.h"
#include "comity/v1/recognition.pb.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

constexpr int64_t kSoonDays = 14;

// What stewards have to affirm, or nobody can be thanked by it any more.
absl::Status SayWhatExpires(Session& session) {
  v1::ListBehavioursRequest request;
  v1::ListBehavioursResponse response;
  COMITY_RETURN_IF_ERROR(session.List("RecognitionService/ListBehaviours", request, 0, &response));
  int64_t expired = 0, soon = 0;
  const int64_t until = absl::ToUnixSeconds(absl::Now()) + kSoonDays * 86'400;
  for (const v1::Behaviour& behaviour : response.behaviours()) {
    if (behaviour.expired()) {
      ++expired;
    } else if (behaviour.expire_time().seconds() < until) {
      ++soon;
    }
  }
  std::ostream& out = session.out();
  if (expired > 0) out << Count(expired, "behaviour has", "behaviours have") << " expired: comity behaviours list, then affirm or update\n";
  if (soon > 0)
    out << Count(soon, "behaviour expires", "behaviours expire") << " within " << kSoonDays << " days: comity behaviours affirm\n";
  return absl::OkStatus();
}

absl::Status ShowStatus(Session& session, const Arguments&) {
  v1::Status status;
  COMITY_RETURN_IF_ERROR(session.Call("AdminService/GetStatus", v1::GetStatusRequest(), &status));
  if (session.json()) return session.PrintJson(status);
  std::vector<std::string> roles;
  for (const int role : status.roles()) roles.push_back(EnumWords(*v1::Role_descriptor(), role));
  std::ostream& out = session.out();
  out << Printable(absl::StrCat("comityd ", status.version(), ", store ", status.store(), ", running since ", Instant(status.start_time()),
                                " UTC"))
      << "\n";
  out << Printable(absl::StrCat("You are ", status.caller().empty() ? "a token without a person" : status.caller(), ": ",
                                absl::StrJoin(roles, ", ")))
      << "\n";
  if (status.event_count() > 0 || status.ledger_entry_count() > 0) {
    out << Count(status.event_count(), "event", "events") << ", " << Count(status.ledger_entry_count(), "ledger entry", "ledger entries")
        << "\n";
  }
  if (status.parked_count() > 0) {
    out << Count(status.parked_count(), "event waits", "events wait")
        << " for an account, team or owner: comity events list --outcome parked\n";
  }
  if (status.set_aside_count() > 0)
    out << Count(status.set_aside_count(), "event was", "events were") << " set aside: comity events list --outcome set-aside\n";
  for (const v1::Policy::Return& rule : status.returned_rules()) out << ReturnWords(rule, session.style()) << "\n";
  const auto& held = status.roles();
  if (std::find(held.begin(), held.end(), v1::ROLE_STEWARD) != held.end()) COMITY_RETURN_IF_ERROR(SayWhatExpires(session));
  if (status.running_job_count() > 0) out << Count(status.running_job_count(), "job runs", "jobs run") << "\n";
  return absl::OkStatus();
}

absl::Status Verify(Session& session, const Arguments& arguments) {
  v1::VerifyLedgerRequest request;
  request.set_rebuild(!arguments.Has("quick"));
  v1::VerifyLedgerResponse response;
  COMITY_RETURN_IF_ERROR(session.Call("AdminService/VerifyLedger", request, &response));
  if (session.json()) {
    COMITY_RETURN_IF_ERROR(session.PrintJson(response));
  } else {
    std::ostream& out = session.out();
    out << (response.ok() ? session.style().Good("Everything holds: ") : session.style().Bad("Not everything holds: "))
        << Count(response.entry_count(), "entry", "entries") << " checked"
        << (request.rebuild() ? ", and standing and totals rebuilt from the events" : "") << ".\n";
    if (response.erased_commitment_count() > 0) {
      out << "The details of " << Count(response.erased_commitment_count(), "entry were", "entries were")
          << " deleted with a person; the chain holds without them.\n";
    }
    if (response.checkpoint_count() > 0) {
      out << "Compared with " << Count(response.checkpoint_count(), "signed checkpoint", "signed checkpoints") << ".\n";
    }
    for (const std::string& fault : response.faults()) out << "  - " << Printable(fault) << "\n";
    out << "root     " << Printable(response.root_hash()) << "\nstanding " << Printable(response.standing_digest()) << "\nrollups  "
        << Printable(response.rollup_digest()) << "\n";
  }
  return response.ok() ? absl::OkStatus() : absl::DataLossError("the ledger does not hold; keep the store as it is and look at the faults");
}

}  // namespace

std::vector<Verb> StatusVerbs() {
  return {
      {.name = "status", .summary = "what runs, who you are, and what waits for somebody", .run = ShowStatus},
      {.noun = "admin",
       .name = "verify",
       .summary = "check the whole ledger, and rebuild everything from the events to compare",
       .parameters = {{.name = "--quick",
                       .kind = Parameter::Kind::kFlag,
                       .help = "only the ledger's own chain and shares, without a rebuild"}},
       .run = Verify,
       .deadline_seconds = 3600},
  };
}

}  // namespace comity::cli

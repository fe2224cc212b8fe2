// Stewards and policies in the world of ingest_world.h.
#ifndef COMITY_TESTS_INTEGRATION_POLICY_WORLD_H_
#define COMITY_TESTS_INTEGRATION_POLICY_WORLD_H_

#include <string>

#include "service/base/error.h"
#include "tests/integration/ingest_world.h"

namespace comity::testing {

inline std::string ReasonOf(const absl::Status& status) { return DetailsOf(status).reason; }

class PolicyWorld : public World {
 public:
  // A steward who is this person, by the token of this id.
  app::Caller StewardNamed(const std::string& person_id, const std::string& token) const {
    app::Caller caller = Steward();
    caller.token_id = token;
    caller.person = person(person_id);
    return caller;
  }
  app::Caller First() const { return StewardNamed("sue", "token-sue"); }
  app::Caller Second() const { return StewardNamed("paul", "token-paul"); }

  absl::StatusOr<v1::Policy> Draft(const std::string& file, const std::string& based_on = "") {
    v1::CreatePolicyRequest request;
    request.set_file(file);
    request.set_based_on(based_on);
    return deeds->CreatePolicy(First(), request);
  }
  absl::StatusOr<v1::Policy> Approve(const app::Caller& caller, const v1::Policy& policy) {
    v1::ApprovePolicyRequest request;
    request.set_name(policy.name());
    request.set_etag(policy.etag());
    return deeds->ApprovePolicy(caller, request);
  }
  absl::StatusOr<v1::Policy> Activate(const std::string& name, absl::Time time = absl::InfinitePast()) {
    v1::ActivatePolicyRequest request;
    request.set_name(name);
    if (time != absl::InfinitePast()) request.mutable_active_time()->set_seconds(absl::ToUnixSeconds(time));
    return deeds->ActivatePolicy(First(), request);
  }
  // Drafted, approved by both and activated; its number.
  std::string Put(const std::string& file, absl::Time time = absl::InfinitePast()) {
    const v1::Policy policy = Draft(file).value();
    Approve(First(), policy).value();
    Approve(Second(), policy).value();
    return Activate(policy.name(), time).value().name();
  }
  v1::Policy InForce() { return deeds->GetPolicy(Steward(), {}).value(); }

  // The only deed of this issue, as a steward sees it.
  v1::Deed DeedOf(const std::string& issue) {
    v1::GetDeedRequest request;
    request.set_name(Why(issue).deeds(0).deed());
    return deeds->GetDeed(Steward(), request).value();
  }

  // Announced, approved by both and started; waits until it is done.
  v1::Restatement Restate(const std::string& policy, absl::Time start, absl::Time end) {
    v1::CreateRestatementRequest create;
    create.mutable_restatement()->set_policy(policy);
    create.mutable_restatement()->mutable_start_time()->set_seconds(absl::ToUnixSeconds(start));
    create.mutable_restatement()->mutable_end_time()->set_seconds(absl::ToUnixSeconds(end));
    create.mutable_restatement()->set_because("it was wrong");
    const v1::Restatement made = deeds->CreateRestatement(First(), create).value();
    for (const app::Caller& caller : {First(), Second()}) {
      v1::ApproveRestatementRequest approve;
      approve.set_name(made.name());
      deeds->ApproveRestatement(caller, approve).value();
    }
    v1::StartRestatementRequest start_it;
    start_it.set_name(made.name());
    const v1::Restatement started = deeds->StartRestatement(First(), start_it).value();
    WaitForJobs();
    return started;
  }
};

}  // namespace comity::testing

#endif  // COMITY_TESTS_INTEGRATION_POLICY_WORLD_H_

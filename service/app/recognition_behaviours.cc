// Behaviours with versioned criteria: adding, wording anew, affirming, reading.
#include <utility>

#include "service/app/convert.h"
#include "service/app/idempotency.h"
#include "service/app/page_token.h"
#include "service/app/recognition_app.h"
#include "service/app/recognition_catalogue.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"
#include "service/domain/recognition/words.h"

namespace comity::app {
namespace {

using domain::Criteria;

constexpr size_t kMaxBehaviours = 500, kMaxVersions = 1000;

v1::Behaviour ToBehaviour(const Criteria& from, absl::Time now) {
  v1::Behaviour to;
  to.set_name(NameOf("behaviours", from.behaviour));
  to.set_root(static_cast<v1::Behaviour::Root>(from.root));
  to.set_title(from.title);
  to.set_criteria(from.criteria);
  to.set_criteria_version(from.version);
  to.set_lifetime_days(from.lifetime_days);
  *to.mutable_effective_time() = ToTimestamp(from.effective);
  *to.mutable_affirm_time() = ToTimestamp(from.affirmed);
  *to.mutable_expire_time() = ToTimestamp(domain::ExpiryOf(from));
  to.set_expired(domain::HasExpired(from, now));
  to.set_etag(domain::EtagOf(from));
  return to;
}

// `from` with the words of `behaviour`, all faults at once.
absl::StatusOr<Criteria> WordsOf(const v1::Behaviour& behaviour, Criteria from) {
  std::vector<FieldFault> faults;
  if (behaviour.root() == v1::Behaviour::ROOT_UNSPECIFIED || !v1::Behaviour::Root_IsValid(behaviour.root())) {
    faults.push_back({"behaviour.root", "send LISTEN, UNDERSTAND or RESPOND"});
  }
  if (!domain::IsSoundText(behaviour.title(), domain::kMaxTitle, false)) {
    faults.push_back({"behaviour.title", "write one line of 1 to 100 characters"});
  }
  if (!domain::IsSoundText(domain::PlainLineBreaks(behaviour.criteria()), domain::kMaxCriteria, true)) {
    faults.push_back({"behaviour.criteria", "write 1 to 1000 characters: what one must have seen"});
  }
  if (behaviour.lifetime_days() < 0 || behaviour.lifetime_days() > domain::kMaxLifetimeDays) {
    faults.push_back({"behaviour.lifetime_days", "send 1 to 366, or 0 for 90"});
  }
  if (!faults.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "the behaviour is not sound", std::move(faults));
  }
  from.root = static_cast<domain::BehaviourRoot>(behaviour.root());
  from.title = behaviour.title();
  from.criteria = domain::PlainLineBreaks(behaviour.criteria());
  from.lifetime_days = behaviour.lifetime_days() == 0 ? domain::kDefaultLifetimeDays : behaviour.lifetime_days();
  return from;
}

absl::Status CheckCriteriaEtag(const Criteria& criteria, const std::string& etag, const std::string& field) {
  if (etag.empty() || etag == domain::EtagOf(criteria)) return absl::OkStatus();
  return Error(absl::StatusCode::kAborted, ErrorReason::kEtagStale,
               "the behaviour has changed since it was read; read it again, then decide",
               {{field, "send the etag of the behaviour as it is now, or none"}});
}

absl::Status CheckRoom(size_t there, size_t most, const char* what) {
  if (there < most) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kCatalogueFull, std::string("there are no more than ") + what);
}

// Copies what the mask names. Errors: INVALID_ARGUMENT (FIELD_INVALID) for none, or for a path that cannot be changed.
absl::Status Overlay(const v1::Behaviour& from, const google::protobuf::FieldMask& mask, v1::Behaviour& to) {
  for (const std::string& path : mask.paths()) {
    if (path == "root") {
      to.set_root(from.root());
    } else if (path == "title") {
      to.set_title(from.title());
    } else if (path == "criteria") {
      to.set_criteria(from.criteria());
    } else if (path == "lifetime_days") {
      to.set_lifetime_days(from.lifetime_days());
    } else {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "update_mask names a field that cannot be changed",
                   {{"update_mask", "name root, title, criteria or lifetime_days"}});
    }
  }
  if (mask.paths_size() > 0) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "update_mask names nothing",
               {{"update_mask", "name root, title, criteria or lifetime_days"}});
}

absl::Status BehaviourNotFound() {
  return Error(absl::StatusCode::kNotFound, ErrorReason::kBehaviourNotFound, "no such behaviour; list them with `comity behaviours list`");
}

}  // namespace

absl::StatusOr<std::vector<Criteria>> CatalogueIn(store::Transaction& transaction, absl::Time now) {
  COMITY_ASSIGN_OR_RETURN(auto versions, transaction.recognition().LoadCriteria());
  if (!versions.empty()) return versions;
  versions = domain::DefaultBehaviours(now);
  for (const Criteria& criteria : versions) COMITY_RETURN_IF_ERROR(transaction.recognition().PutCriteria(criteria));
  return versions;
}

absl::StatusOr<std::vector<Criteria>> ReadCatalogue(Context& context) {
  std::vector<Criteria> versions;
  {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(versions, transaction->recognition().LoadCriteria());
  }
  if (!versions.empty()) return versions;
  const absl::Status made = context.writer.Run([&](store::Transaction& transaction) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(versions, CatalogueIn(transaction, context.clock.Now()));
    return absl::OkStatus();
  });
  if (!made.ok()) return made;
  return versions;
}

absl::StatusOr<Criteria> FindBehaviour(const std::vector<Criteria>& versions, const std::string& name, const std::string& field) {
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("behaviours", name, field));
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
    if (version->behaviour == id) return *version;
  }
  return BehaviourNotFound();
}

absl::StatusOr<std::vector<Criteria>> VersionsOf(store::Transaction& transaction, const std::string& name, const std::string& field,
                                                 absl::Time now) {
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("behaviours", name, field));
  COMITY_ASSIGN_OR_RETURN(auto versions, transaction.recognition().VersionsOf(id));
  if (!versions.empty()) return versions;
  COMITY_ASSIGN_OR_RETURN(versions, CatalogueIn(transaction, now));  // none has been used yet, perhaps
  std::erase_if(versions, [&](const Criteria& version) { return version.behaviour != id; });
  if (versions.empty()) return BehaviourNotFound();
  return versions;
}

absl::StatusOr<v1::Behaviour> RecognitionApp::CreateBehaviour(const Caller& caller, const v1::CreateBehaviourRequest& request) {
  if (!domain::IsSlug(request.behaviour_id())) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "behaviour_id is no id",
                 {{"behaviour_id", "1 to 60 lower-case letters, digits and dashes, beginning with a letter"}});
  }
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Behaviour> {
    const absl::Time now = context_.clock.Now();
    COMITY_ASSIGN_OR_RETURN(const auto versions, CatalogueIn(transaction, now));
    if (FindBehaviour(versions, request.behaviour_id(), "behaviour_id").ok()) {
      return Error(absl::StatusCode::kAlreadyExists, ErrorReason::kBehaviourExists, "there is a behaviour of this id; word that one anew",
                   {{"behaviour_id", "choose another id"}});
    }
    COMITY_RETURN_IF_ERROR(CheckRoom(domain::InForce(versions).size(), kMaxBehaviours, "500 behaviours"));
    Criteria first;
    first.behaviour = request.behaviour_id();
    first.effective = first.affirmed = now;
    COMITY_ASSIGN_OR_RETURN(const Criteria criteria, WordsOf(request.behaviour(), std::move(first)));
    COMITY_RETURN_IF_ERROR(transaction.recognition().PutCriteria(criteria));
    return ToBehaviour(criteria, now);
  };
  return WriteOnce<v1::Behaviour>(context_, caller, "CreateBehaviour", request, run);
}

absl::StatusOr<v1::ListBehavioursResponse> RecognitionApp::ListBehaviours(const Caller& /*caller*/,
                                                                          const v1::ListBehavioursRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const auto versions, ReadCatalogue(context_));
  const auto add = [now = context_.clock.Now()](v1::ListBehavioursResponse& response, const Criteria& criteria) {
    *response.add_behaviours() = ToBehaviour(criteria, now);
  };
  const auto key_of = [](const Criteria& criteria) { return criteria.behaviour; };
  return PageOf<v1::ListBehavioursResponse>(context_, domain::InForce(versions), "ListBehaviours", request.page_size(),
                                            request.page_token(), key_of, add);
}

absl::StatusOr<v1::ListBehaviourVersionsResponse> RecognitionApp::ListBehaviourVersions(const Caller& /*caller*/,
                                                                                        const v1::ListBehaviourVersionsRequest& request) {
  COMITY_ASSIGN_OR_RETURN(auto versions, ReadCatalogue(context_));
  COMITY_ASSIGN_OR_RETURN(const Criteria current, FindBehaviour(versions, request.name(), "name"));
  std::erase_if(versions, [&](const Criteria& version) { return version.behaviour != current.behaviour; });
  const auto add = [now = context_.clock.Now()](v1::ListBehaviourVersionsResponse& response, const Criteria& criteria) {
    *response.add_versions() = ToBehaviour(criteria, now);
  };
  const auto key_of = [](const Criteria& criteria) { return std::to_string(criteria.version); };
  return PageOf<v1::ListBehaviourVersionsResponse>(context_, versions, "ListBehaviourVersions " + current.behaviour, request.page_size(),
                                                   request.page_token(), key_of, add);
}

absl::StatusOr<v1::Behaviour> RecognitionApp::UpdateBehaviour(const Caller& caller, const v1::UpdateBehaviourRequest& request) {
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Behaviour> {
    const absl::Time now = context_.clock.Now();
    COMITY_ASSIGN_OR_RETURN(const auto versions, CatalogueIn(transaction, now));
    COMITY_ASSIGN_OR_RETURN(const Criteria before, FindBehaviour(versions, request.behaviour().name(), "behaviour.name"));
    COMITY_RETURN_IF_ERROR(CheckCriteriaEtag(before, request.behaviour().etag(), "behaviour.etag"));
    COMITY_RETURN_IF_ERROR(CheckRoom(static_cast<size_t>(before.version), kMaxVersions, "1000 versions of one behaviour"));
    v1::Behaviour edited = ToBehaviour(before, now);
    COMITY_RETURN_IF_ERROR(Overlay(request.behaviour(), request.update_mask(), edited));
    COMITY_ASSIGN_OR_RETURN(Criteria words, WordsOf(edited, before));
    const Criteria next = domain::NextVersion(before, std::move(words), now);
    COMITY_RETURN_IF_ERROR(transaction.recognition().PutCriteria(next));
    return ToBehaviour(next, now);
  };
  return WriteOnce<v1::Behaviour>(context_, caller, "UpdateBehaviour", request, run);
}

absl::StatusOr<v1::Behaviour> RecognitionApp::AffirmBehaviour(const Caller& caller, const v1::AffirmBehaviourRequest& request) {
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Behaviour> {
    const absl::Time now = context_.clock.Now();
    COMITY_ASSIGN_OR_RETURN(const auto versions, CatalogueIn(transaction, now));
    COMITY_ASSIGN_OR_RETURN(const Criteria before, FindBehaviour(versions, request.name(), "name"));
    COMITY_RETURN_IF_ERROR(CheckCriteriaEtag(before, request.etag(), "etag"));
    const Criteria affirmed = domain::Affirmed(before, now);
    COMITY_RETURN_IF_ERROR(transaction.recognition().PutCriteria(affirmed));
    return ToBehaviour(affirmed, now);
  };
  return WriteOnce<v1::Behaviour>(context_, caller, "AffirmBehaviour", request, run);
}

}  // namespace comity::app

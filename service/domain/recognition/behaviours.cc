#include "service/domain/recognition/behaviours.h"

#include <algorithm>
#include <utility>

namespace comity::domain {

absl::Time ExpiryOf(const Criteria& criteria) { return criteria.affirmed + absl::Hours(24) * criteria.lifetime_days; }

bool HasExpired(const Criteria& criteria, absl::Time now) { return now >= ExpiryOf(criteria); }

std::string EtagOf(const Criteria& criteria) {
  return std::to_string(criteria.version) + '-' + std::to_string(absl::ToUnixMicros(criteria.affirmed));
}

Criteria Affirmed(Criteria criteria, absl::Time now) {
  criteria.affirmed = std::max(criteria.affirmed, now);
  return criteria;
}

Criteria NextVersion(const Criteria& before, Criteria edited, absl::Time now) {
  edited.behaviour = before.behaviour;
  edited.version = before.version + 1;
  edited.effective = std::max(before.effective, now);
  edited.affirmed = edited.effective;
  return edited;
}

std::vector<Criteria> InForce(const std::vector<Criteria>& versions) {
  std::vector<Criteria> in_force;
  for (const Criteria& version : versions) {
    if (!in_force.empty() && in_force.back().behaviour == version.behaviour) {
      in_force.back() = version;
    } else {
      in_force.push_back(version);
    }
  }
  return in_force;
}

std::vector<Criteria> DefaultBehaviours(absl::Time now) {
  const auto behaviour = [now](const char* id, BehaviourRoot root, const char* title, const char* criteria) {
    return Criteria{.behaviour = id, .root = root, .title = title, .criteria = criteria, .effective = now, .affirmed = now};
  };
  return {
      behaviour("acknowledged-view", BehaviourRoot::kListen, "Acknowledged another view",
                "Said in their own words what somebody else saw or needed, before answering it or deciding otherwise."),
      behaviour("clarified-misunderstanding", BehaviourRoot::kUnderstand, "Cleared up a misunderstanding",
                "Noticed that two sides meant different things, and said so early enough that neither went on with the wrong one."),
      behaviour("curious-feedback", BehaviourRoot::kListen, "Gave feedback by asking first",
                "Asked why it was done this way before judging it, and named what would help next."),
      behaviour("followed-through", BehaviourRoot::kRespond, "Followed through",
                "Did by the promised day what they had promised somebody, or said in time that it would not be done."),
      behaviour("invited-quiet-voice", BehaviourRoot::kListen, "Invited a quieter colleague in",
                "Made room for somebody who had not been heard, and let them finish."),
      behaviour("responded-to-need", BehaviourRoot::kRespond, "Responded to what was needed",
                "Did something for what another team needed, which was not theirs to do or not what had been asked for in so many words."),
      behaviour("shared-context", BehaviourRoot::kUnderstand, "Shared the context",
                "Handed work or a decision on with why it is so, what was tried, and whom to ask."),
      behaviour("translated-jargon", BehaviourRoot::kUnderstand, "Translated jargon",
                "Put one trade's words into another's, so that people of both could go on."),
  };
}

}  // namespace comity::domain

#include "plugins/gitlab/mapping.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "plugins/gitlab/accounts.h"
#include "plugins/gitlab/closing_keywords.h"
#include "plugins/gitlab/hook.h"
#include "plugins/sdk/fact_builder.h"
#include "plugins/sdk/seal.h"
#include "plugins/sdk/signatures.h"

namespace comity::gitlab {
namespace {

using sdk::FactBuilder;
using sdk::Json;

constexpr size_t kMaxPeople = 200;

// Maps one payload. A method per kind and action; each adds facts, or says why there are none.
class Mapper : public Hook {
 public:
  Mapper(Json payload, const sdk::Source& source, const Reading& reading, absl::Time receive_time)
      : Hook(payload, source, reading), receive_time_(receive_time) {}

  absl::Status Map() {
    const std::string_view kind = payload_.At("/object_kind").Text(), action = object_.At("/action").Text();
    if (kind == "issue" || kind == "work_item") return Issue(action);
    if (kind == "merge_request") return Change(action);
    if (kind == "note") return action.empty() || action == "create" ? Note() : Ignored("action not used");
    if (kind == "wiki_page") return WikiPage(action);
    // Hooks about members, projects and subgroups have an event's name instead.
    if (!kind.empty() || !payload_.At("/event_name").Text().empty()) return Ignored("event not used");
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid,
                 "the payload has no object_kind as GitLab sends it; if the hook has a custom webhook template, clear it",
                 {{"/object_kind", "is missing"}});
  }

  sdk::Parsed Take() { return std::move(parsed_); }

 private:
  absl::Status Issue(std::string_view action) {
    if (action == "open") {
      FactBuilder opened = OnIssue(v1::FACT_KIND_OPENED).Actor(Opener());
      return Add(At(opened, object_, "/object_attributes", "created_at"));
    }
    if (action == "close") return object_.At("/moved_to_id").exists() ? IssueMoved() : IssueClosed();
    if (action == "reopen") return Add(Updated(OnIssue(v1::FACT_KIND_REOPENED)));
    return action == "update" ? IssueUpdated() : Ignored("action not used");
  }

  // GitLab has no reason for a closing: what a person closes is done, unless the ticket says otherwise.
  absl::Status IssueClosed() {
    const Json original = object_.At("/duplicated_to_id");
    const std::vector<Json> labels = LabelsOf(object_);
    const Json telling = Telling(labels);
    FactBuilder closed = OnIssue(v1::FACT_KIND_RESOLVED);
    closed.fact().set_resolution(original.exists() || object_.At("/closed_as_duplicate").IsTrue() ? v1::RESOLUTION_DUPLICATE
                                                                                                  : Said(telling));
    if (telling.exists() && !closed.fact().confidential())
      closed.fact().set_resolution_text(sdk::CutText(telling.At("/title").Text(), 100));
    closed.Link(v1::LINK_KIND_DUPLICATE_OF, v1::SUBJECT_KIND_ISSUE, original.IdText(), "");
    return Add(At(closed, object_, "/object_attributes", "closed_at"));
  }
  // The label that says how it was closed, if there is one: what is the same as another need not be done.
  Json Telling(const std::vector<Json>& labels) const {
    for (const LabelSet* set : {&reading_.duplicate, &reading_.wont_do}) {
      for (const Json label : labels) {
        if (set->Holds(label.At("/title").Text())) return label;
      }
    }
    return Json();
  }
  v1::Resolution Said(Json telling) const {
    if (!telling.exists()) return v1::RESOLUTION_DONE;
    return reading_.duplicate.Holds(telling.At("/title").Text()) ? v1::RESOLUTION_DUPLICATE : v1::RESOLUTION_WONT_DO;
  }

  // A move closes the old ticket in the mover's name; nothing is solved by it.
  absl::Status IssueMoved() {
    FactBuilder closed = OnIssue(v1::FACT_KIND_RESOLVED), moved = OnIssue(v1::FACT_KIND_MOVED);
    closed.fact().set_resolution(v1::RESOLUTION_MOVED);
    COMITY_RETURN_IF_ERROR(Add(At(closed, object_, "/object_attributes", "closed_at")));
    moved.Link(v1::LINK_KIND_MOVED_TO, v1::SUBJECT_KIND_ISSUE, object_.At("/moved_to_id").IdText(), "");
    return Add(At(moved, object_, "/object_attributes", "closed_at"));
  }

  absl::Status IssueUpdated() {
    if (object_.At("/moved_to_id").exists() && payload_.At("/changes/moved_to_id").exists()) return IssueMoved();
    const Json labels = payload_.At("/changes/labels");
    const auto said = [&](std::string_view when) { return Said(Telling(labels.At(when).Items(kMaxLabels))); };
    if (object_.At("/state").Text() == "closed" && object_.At("/closed_at").exists() && said("/previous") != said("/current")) {
      // The same closing, seen better. Who set the label is not who closed it.
      COMITY_RETURN_IF_ERROR(IssueClosed());
      parsed_.facts.back().clear_actor();
    }
    COMITY_RETURN_IF_ERROR(AddTargets(Updated(OnIssue(v1::FACT_KIND_ASSIGNED)), "/changes/assignees"));
    return parsed_.facts.empty() ? Ignored("edit of nothing that is used") : absl::OkStatus();
  }

  absl::Status Change(std::string_view action) {
    if (action == "open") {
      FactBuilder opened = OnChange(v1::FACT_KIND_OPENED).Actor(Opener());
      COMITY_RETURN_IF_ERROR(Add(At(opened, object_, "/object_attributes", "created_at")));
      COMITY_RETURN_IF_ERROR(AddLinked("created_at"));
      FactBuilder requested = OnChange(v1::FACT_KIND_REVIEW_REQUESTED);
      At(requested, object_, "/object_attributes", "created_at");
      for (const Json reviewer : payload_.At("/reviewers").Items(kMaxPeople)) COMITY_RETURN_IF_ERROR(AddTarget(requested, reviewer));
      return absl::OkStatus();
    }
    if (action == "reopen") return Add(Updated(OnChange(v1::FACT_KIND_REOPENED)));
    if (action == "close") return Ignored("change closed without merge");
    if (action == "merge") return ChangeMerged();
    // One click is told as one or the other: the last approval that was needed is `approved`, any before or after it `approval`.
    if (action == "approved" || action == "approval") return Approved();
    if (action == "unapproved" || action == "unapproval") return Unapproved();
    return action == "update" ? ChangeUpdated() : Ignored("action not used");
  }

  // It merges once. Hooks have no instant of it, only that of the last change; the API has one: hence a revision that both see.
  absl::Status ChangeMerged() {
    FactBuilder merged = Updated(OnChange(v1::FACT_KIND_CHANGE_MERGED)).Revision("merged");
    const std::string_view target = object_.At("/target_branch").Text();
    merged.fact().set_default_branch(!target.empty() && target == payload_.At("/project/default_branch").Text());
    COMITY_RETURN_IF_ERROR(Add(merged));
    return AddLinked("updated_at");
  }

  absl::Status ChangeUpdated() {
    const bool merged = object_.At("/state").Text() == "merged";
    if (!merged && (payload_.At("/changes/description").exists() || payload_.At("/changes/title").exists())) {
      COMITY_RETURN_IF_ERROR(AddLinked("updated_at"));
    }
    COMITY_RETURN_IF_ERROR(AddTargets(Updated(OnChange(v1::FACT_KIND_REVIEW_REQUESTED)), "/changes/reviewers"));
    return parsed_.facts.empty() ? Ignored("edit of nothing that is used") : absl::OkStatus();
  }

  // What a person says of one state of the change, once, however often and by whom it is told.
  absl::Status Approved() {
    const std::string commit = object_.At("/last_commit/id").IdText();
    const std::optional<v1::Account> reviewer = AccountOf(payload_.At("/user"));
    if (BySystem()) return Ignored("approval by GitLab itself");
    if (!reviewer) return Ignored("approval by nobody known");
    if (commit.empty()) return Missing("/object_attributes/last_commit/id");
    FactBuilder review = Updated(OnReview(v1::FACT_KIND_CHANGE_REVIEWED, *reviewer)).Revision(commit);
    review.fact().set_review_state(v1::REVIEW_STATE_APPROVED);
    return Add(review);
  }
  absl::Status Unapproved() {
    const std::optional<v1::Account> reviewer = AccountOf(payload_.At("/user"));
    if (BySystem()) return Ignored("approvals reset by a push");  // told in the pusher's name
    if (!reviewer) return Ignored("approval by nobody known");
    return Add(Updated(OnReview(v1::FACT_KIND_REVIEW_DISMISSED, *reviewer)).Target(reviewer));
  }
  bool BySystem() const { return object_.At("/system").IsTrue() || payload_.At("/system").IsTrue(); }

  absl::Status Note() {
    if (object_.At("/system").IsTrue()) return Ignored("note by GitLab itself");
    if (sdk::IsSealed(object_.At("/note").Text())) return Ignored("note by Comity itself");
    const Json internal = object_.At("/internal"), old_internal = object_.At("/confidential");
    if (internal.IsTrue() || old_internal.IsTrue()) return Ignored("internal note");
    const bool on_issue = payload_.At("/issue").is_object();
    const bool told_confidential = payload_.At("/event_type").Text() == "confidential_note";
    // So are told internal notes, and all notes of confidential tickets; older versions do not say which of them it is.
    if (told_confidential && !internal.exists() && !old_internal.exists()) return Ignored("internal note");
    if (!on_issue && !payload_.At("/merge_request").is_object()) return Ignored("note on what is no ticket or change");
    FactBuilder comment = on_issue
                              ? OnTicket(v1::FACT_KIND_COMMENTED, v1::SUBJECT_KIND_ISSUE, payload_.At("/issue"), "/issue")
                              : OnTicket(v1::FACT_KIND_COMMENTED, v1::SUBJECT_KIND_CHANGE, payload_.At("/merge_request"), "/merge_request");
    const std::string id = object_.At("/id").IdText();
    if (id.empty()) return Missing("/object_attributes/id");
    comment.ObjectId("note:" + id).Version(object_.At("/updated_at"));
    if (object_.At("/author_id").exists()) comment.Actor(MakerOf(object_));
    return Add(At(comment, object_, "/object_attributes", "created_at"));
  }

  // GitLab gives no instant: that of the receipt stands in, and the commit tells edits apart.
  absl::Status WikiPage(std::string_view action) {
    const bool deleted = action == "delete";
    if (!deleted && action != "create" && action != "update") return Ignored("action not used");
    const std::string_view slug = object_.At("/slug").Text();
    const Json id = payload_.At("/project/id");
    const std::string owner = id.exists() ? id.IdText() : "group:" + payload_.At("/group/id").IdText();
    if (owner.empty() || owner == "group:") return Missing("/project/id");
    if (slug.empty()) return Missing("/object_attributes/slug");
    FactBuilder edited = Start(deleted ? v1::FACT_KIND_DELETED : v1::FACT_KIND_PAGE_EDITED, Json());
    edited.Subject(v1::SUBJECT_KIND_PAGE, owner + "/" + std::string(slug), "/object_attributes/slug")
        .Key(path_ + "/wiki/" + std::string(slug))
        .Title(object_.At("/title").Text())
        .Uri(object_.At("/url").Text())
        .Revision(object_.At("/version_id").Text())
        .OccurTime(receive_time_);
    edited.fact().set_tentative(reading_.wiki_tentative);
    return Add(edited);
  }

  absl::Status Ignored(std::string_view why) {
    parsed_.ignored = std::string(why);
    return absl::OkStatus();
  }
  static absl::Status Missing(std::string_view path) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFactInvalid,
                 "the payload lacks " + std::string(path) + "; without it the fact has no id of its own",
                 {{std::string(path), "is missing"}});
  }
  absl::Status Add(const FactBuilder& builder) {
    COMITY_ASSIGN_OR_RETURN(v1::Fact fact, builder.Build());
    parsed_.facts.push_back(std::move(fact));
    return absl::OkStatus();
  }
  // The target is part of what makes the fact: two in one second are two facts.
  absl::Status AddTarget(FactBuilder builder, Json user) {
    std::optional<v1::Account> target = AccountOf(user);
    if (!target) return absl::OkStatus();
    builder.ObjectId(builder.fact().object_id() + "/" + target->id());
    return Add(builder.Target(std::move(target)));
  }
  // Whoever is among the people at `pointer` now and was not before, or is asked once more.
  absl::Status AddTargets(const FactBuilder& builder, std::string_view pointer) {
    const std::vector<Json> before = payload_.At(pointer).At("/previous").Items(kMaxPeople);
    for (const Json user : payload_.At(pointer).At("/current").Items(kMaxPeople)) {
      const bool known =
          std::any_of(before.begin(), before.end(), [&](Json old) { return old.At("/id").IdText() == user.At("/id").IdText(); });
      if (!known || user.At("/re_requested").IsTrue()) COMITY_RETURN_IF_ERROR(AddTarget(builder, user));
    }
    return absl::OkStatus();
  }

  FactBuilder OnReview(v1::FactKind kind, const v1::Account& reviewer) const {
    FactBuilder builder = OnChange(kind);
    // A withdrawal takes back what was said of this state of the change; of another state, what its reviewer said last.
    return builder.ObjectId("review:" + builder.fact().subject().id() + "/" + reviewer.id() + "/" + object_.At("/last_commit/id").IdText());
  }

  // What the merge request says it closes, as it stands in this payload; nothing is added when it names no ticket. The same set is the same
  // fact, whenever it is told.
  absl::Status AddLinked(std::string_view when) {
    const std::string text = std::string(object_.At("/title").Text()) + "\n\n" + std::string(object_.At("/description").Text());
    const std::vector<std::string> keys = ClosedKeys(text, path_, source_.instance);
    if (keys.empty()) return absl::OkStatus();
    FactBuilder linked = OnChange(v1::FACT_KIND_LINKED);
    std::string set;
    for (const std::string& key : keys) {
      linked.Link(v1::LINK_KIND_CLOSES, v1::SUBJECT_KIND_ISSUE, "", key);
      set += key + "\n";
    }
    linked.Revision("closes:" + sdk::Sha256Hex(set).substr(0, 32));
    return Add(At(linked, object_, "/object_attributes", when));
  }

  const absl::Time receive_time_;
  sdk::Parsed parsed_;
};

}  // namespace

absl::StatusOr<sdk::Parsed> MapPayload(Json payload, const sdk::Source& source, const Reading& reading, absl::Time receive_time) {
  Mapper mapper(payload, source, reading, receive_time);
  COMITY_RETURN_IF_ERROR(mapper.Map());
  return mapper.Take();
}

}  // namespace comity::gitlab

#include "service/domain/deeds/policy.h"

#include <algorithm>

#include "service/base/error.h"
#include "service/domain/codec.h"

namespace comity::domain {
namespace {

constexpr uint8_t kVersion = 2;
constexpr size_t kPlacesOfVersion1 = 8;  // before there was a rule for ASSISTED
constexpr size_t kMaxBytes = 1 << 20;
constexpr size_t kMaxText = 1000;
constexpr size_t kMaxItems = 10'000;

void WriteTexts(const std::vector<std::string>& texts, ByteWriter& out) {
  out.Unsigned(texts.size());
  for (const std::string& text : texts) out.Text(text);
}

std::vector<std::string> ReadTexts(ByteReader& in) {
  std::vector<std::string> texts;
  for (size_t left = in.Count(kMaxItems); left > 0 && in.ok(); --left) texts.push_back(in.Text(kMaxText));
  return texts;
}

Policy Read(ByteReader& in) {
  Policy policy;
  const uint8_t version = in.Byte();
  if (version < 1 || version > kVersion) in.Fail();
  policy.number = static_cast<int32_t>(in.SignedIn(0, INT32_MAX));
  policy.active_time = in.Time();
  policy.create_time = in.Time();
  const size_t places = version == 1 ? kPlacesOfVersion1 : policy.rules.size();
  for (size_t place = 0; place < policy.rules.size(); ++place) {
    Rule& rule = policy.rules[place];
    rule.mode = place < places ? in.Choice(RuleMode::kActive, RuleMode::kShadow) : RuleMode::kShadow;
    if (place < places) rule.hold = in.Duration();
  }
  policy.done_resolutions = ReadTexts(in);
  policy.bulk_limit = static_cast<int32_t>(in.SignedIn(0, INT32_MAX));
  policy.bulk_window = in.Duration();
  policy.fast_approval = in.Duration();
  policy.closed_by_change = in.Duration();
  policy.handover_window = in.Duration();
  policy.bot_accounts = ReadTexts(in);
  return policy;
}

}  // namespace

std::string_view DeedKindName(DeedKind kind) {
  switch (kind) {
    case DeedKind::kNone:
      break;
    case DeedKind::kResolved:
      return "RESOLVED";
    case DeedKind::kReviewed:
      return "REVIEWED";
    case DeedKind::kAnswered:
      return "ANSWERED";
    case DeedKind::kUnblocked:
      return "UNBLOCKED";
    case DeedKind::kHandedOver:
      return "HANDED_OVER";
    case DeedKind::kPageImproved:
      return "PAGE_IMPROVED";
    case DeedKind::kDutyServed:
      return "DUTY_SERVED";
    case DeedKind::kAssisted:
      return "ASSISTED";
  }
  return "";
}

Policy FirstPolicy(bool pilot, absl::Time create_time) {
  Policy policy;
  policy.number = 1;
  policy.active_time = absl::UnixEpoch();
  policy.create_time = create_time;
  for (Rule& rule : policy.rules) rule.mode = pilot ? RuleMode::kShadow : RuleMode::kActive;
  policy.rules[static_cast<size_t>(DeedKind::kPageImproved)].hold = absl::Hours(7 * 24);
  policy.done_resolutions = {"complete", "completed", "done", "fixed", "implemented", "resolved", "solved"};
  return policy;
}

std::string EncodePolicy(const Policy& policy) {
  ByteWriter out;
  out.Byte(kVersion);
  out.Signed(policy.number);
  out.Time(policy.active_time);
  out.Time(policy.create_time);
  for (const Rule& rule : policy.rules) {
    out.Byte(static_cast<uint8_t>(rule.mode));
    out.Duration(rule.hold);
  }
  WriteTexts(policy.done_resolutions, out);
  out.Signed(policy.bulk_limit);
  out.Duration(policy.bulk_window);
  out.Duration(policy.fast_approval);
  out.Duration(policy.closed_by_change);
  out.Duration(policy.handover_window);
  WriteTexts(policy.bot_accounts, out);
  return out.Take();
}

absl::StatusOr<Policy> DecodePolicy(std::string_view bytes) {
  ByteReader in(bytes.substr(0, kMaxBytes));
  Policy policy = Read(in);
  if (bytes.size() <= kMaxBytes && in.Finished()) return policy;
  return Error(absl::StatusCode::kDataLoss, ErrorReason::kStoreFailed, "a stored policy cannot be read; restore it from a backup");
}

Policies::Policies(std::vector<Policy> policies) : policies_(std::move(policies)) {
  for (size_t place = 0; place < policies_.size(); ++place) {
    segments_.push_back({place == 0 ? absl::InfinitePast() : policies_[place].active_time, place});
  }
}

absl::StatusOr<Policies> Policies::Create(std::vector<Policy> policies, const std::vector<Restated>& restated) {
  const auto invalid = [](std::string_view message) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, message, {{"policies", std::string(message)}});
  };
  if (policies.empty()) return invalid("there must be at least one policy; `comityd init` writes the first");
  std::sort(policies.begin(), policies.end(), [](const Policy& a, const Policy& b) { return a.active_time < b.active_time; });
  for (size_t i = 1; i < policies.size(); ++i) {
    if (policies[i - 1].active_time == policies[i].active_time) {
      return invalid("two policies become active at the same time; give one of them another active_time");
    }
  }
  Policies made(std::move(policies));
  for (const Restated& range : restated) {
    const Policy* policy = made.Find(range.policy);
    if (policy == nullptr) return invalid("history is restated by a policy that is not there");
    made.Overlay(range.start, range.end, static_cast<size_t>(policy - made.policies_.data()));
  }
  return made;
}

size_t Policies::SegmentAt(absl::Time time) const {
  const auto after = std::upper_bound(segments_.begin(), segments_.end(), time,
                                      [](absl::Time value, const Segment& segment) { return value < segment.start; });
  return after == segments_.begin() ? 0 : static_cast<size_t>(after - segments_.begin()) - 1;
}

const Policy& Policies::At(absl::Time time) const { return policies_[segments_[SegmentAt(time)].policy]; }

std::vector<const Policy*> Policies::Between(absl::Time start, absl::Time end) const {
  std::vector<const Policy*> found;
  for (size_t place = SegmentAt(start); place < segments_.size() && (found.empty() || segments_[place].start <= end); ++place) {
    const Policy* policy = &policies_[segments_[place].policy];
    if (std::find(found.begin(), found.end(), policy) == found.end()) found.push_back(policy);
  }
  return found;
}

void Policies::Overlay(absl::Time start, absl::Time end, size_t policy) {
  if (start >= end) return;
  const size_t afterwards = segments_[SegmentAt(end)].policy;
  const auto inside = [&](const Segment& segment) { return segment.start >= start && segment.start <= end; };
  std::erase_if(segments_, inside);
  segments_.push_back({start, policy});
  if (end != absl::InfiniteFuture()) segments_.push_back({end, afterwards});
  std::sort(segments_.begin(), segments_.end(), [](const Segment& a, const Segment& b) { return a.start < b.start; });
}

Policies Policies::With(const Policy& candidate, absl::Time start, absl::Time end) const {
  Policies other = *this;
  other.policies_.push_back(candidate);
  other.Overlay(start, end, other.policies_.size() - 1);
  return other;
}

const Policy* Policies::Find(int32_t number) const {
  for (const Policy& policy : policies_) {
    if (policy.number == number) return &policy;
  }
  return nullptr;
}

}  // namespace comity::domain

#include "plugins/gitlab/hook.h"

#include "plugins/gitlab/accounts.h"
#include "plugins/sdk/times.h"

namespace comity::gitlab {
namespace {

using sdk::FactBuilder;
using sdk::Json;

std::string_view ParentOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

}  // namespace

Hook::Hook(Json payload, const sdk::Source& source, const Reading& reading)
    : payload_(payload), object_(payload.At("/object_attributes")), source_(source), reading_(reading) {
  path_ = payload.At("/project/path_with_namespace").Text();
  if (path_.empty()) path_ = payload.At("/group/full_path").Text();
}

FactBuilder& Hook::At(FactBuilder& builder, Json object, std::string_view path, std::string_view member) {
  const Json value = object.At("/" + std::string(member));
  builder.OccurTime(value, std::string(path) + "/" + std::string(member));
  if (const auto time = sdk::TimeOf(value)) builder.OccurTime(absl::FromUnixSeconds(absl::ToUnixSeconds(*time)));
  return builder;
}

std::optional<v1::Account> Hook::Opener() const {
  return payload_.At("/user/id").exists() ? AccountOf(payload_.At("/user")) : MakerOf(object_);
}
std::optional<v1::Account> Hook::MakerOf(Json made) const {
  if (made.At("/author").exists()) return AccountOf(made.At("/author"));
  const Json id = made.At("/author_id"), user = payload_.At("/user");
  return id.exists() && id.IdText() == user.At("/id").IdText() ? AccountOf(user) : AccountOfId(id);
}
std::vector<Json> Hook::LabelsOf(Json ticket) const {
  const Json own = ticket.At("/labels");
  return (own.is_array() ? own : payload_.At("/labels")).Items(kMaxLabels);
}

FactBuilder Hook::Start(v1::FactKind kind, Json ticket) const {
  // Of a group's own pages nothing says who may read them.
  const bool of_private = !payload_.At("/project").exists() || payload_.At("/project/visibility_level").Integer() == 0;
  const bool confidential = ticket.At("/confidential").IsTrue() || payload_.At("/event_type").Text().starts_with("confidential_");
  FactBuilder builder(source_, kind, reading_.assurance);
  builder.Actor(AccountOf(payload_.At("/user"))).Confidential(confidential || (of_private && reading_.private_is_confidential));
  std::string_view space = path_;
  if (payload_.At("/project").exists()) {
    builder.Place("repo", path_);
    space = ParentOf(space);
  }
  for (; !space.empty(); space = ParentOf(space)) builder.Place("namespace", space);
  return builder;
}

FactBuilder Hook::OnTicket(v1::FactKind kind, v1::SubjectKind subject, Json ticket, std::string_view path) const {
  FactBuilder builder = Start(kind, ticket);
  const std::string number = ticket.At("/iid").IdText();
  const char mark = subject == v1::SUBJECT_KIND_CHANGE ? '!' : ticket.At("/type").Text() == "Epic" ? '&' : '#';
  builder.Subject(subject, ticket.At("/id").IdText(), std::string(path) + "/id")
      .Key(path_.empty() || number.empty() ? "" : path_ + mark + number)
      .Uri(ticket.At("/url").Text())
      .Title(ticket.At("/title").Text())
      .OpenTime(ticket.At("/created_at"))
      .Version(ticket.At("/updated_at"));
  for (const Json label : LabelsOf(ticket)) builder.Label(label.At("/title").Text());
  return subject == v1::SUBJECT_KIND_CHANGE ? builder.Author(MakerOf(ticket)) : builder.Asker(MakerOf(ticket));
}

}  // namespace comity::gitlab

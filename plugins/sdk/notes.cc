#include "plugins/sdk/notes.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/markup.h"
#include "plugins/sdk/seal.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::sdk {
namespace {

constexpr Seal kSeal{};
constexpr size_t kMaxNotes = 20'000, kNotesOfPage = 100;
constexpr int64_t kMaxPages = 40;
constexpr std::string_view kWithdrawn = "This note was withdrawn and no longer holds.";

std::string TextOf(const NoteApi& api, const Artifact& artifact) {
  std::string text = artifact.withdrawn ? api.render(kWithdrawn) : api.render(artifact.text);
  if (!artifact.withdrawn && !artifact.link.empty()) absl::StrAppend(&text, "\n\n", LinkAddress(artifact.link));
  return kSeal.On(text, artifact.id);
}

Fetch Ask(const NoteApi& api, std::string path, std::string note) {
  Fetch fetch;
  fetch.path = std::move(path);
  fetch.accept = api.accept;
  fetch.note = std::move(note);
  return fetch;
}

PublishStep ListPage(const NoteApi& api, std::string_view me, int64_t page) {
  std::string path = api.list_path;
  if (api.pages) absl::StrAppend(&path, path.find('?') == std::string::npos ? "?" : "&", "per_page=", kNotesOfPage, "&page=", page);
  PublishStep step;
  step.next = Ask(api, std::move(path), JsonObject().Text("what", "list").Text("me", me).Raw("page", std::to_string(page)).Take());
  return step;
}

PublishStep Write(const NoteApi& api, const std::string& id, const std::string& text) {
  PublishStep step;
  Fetch fetch = Ask(api, id.empty() ? api.create_path : absl::StrCat(api.change_path, id, api.change_tail),
                    JsonObject().Text("what", "written").Text("id", id).Take());
  fetch.method = id.empty() ? api.create_method : api.change_method;
  fetch.body = id.empty() ? api.create_body(text) : api.change_body(text);
  fetch.headers = {{"Content-Type", "application/json"}};
  step.next = std::move(fetch);
  step.writes = true;
  step.preview = text;
  return step;
}

PublishStep Ended(PublishStep::Ending ending, const NoteApi& api) {
  PublishStep step;
  step.ending = ending;
  step.place = api.ticket;
  return step;
}

absl::StatusOr<PublishStep> Choose(const NoteApi& api, const Publication& publication, Json root, std::string_view me, int64_t page) {
  const Json list = root.At(api.items);
  if (!list.is_array()) return UnreadableAnswer("a list of notes", api.title);
  const std::vector<Json> notes = list.Items(kMaxNotes + 1);
  if (notes.size() > kMaxNotes) return UnreadableAnswer("a list of notes", api.title);
  const std::string text = TextOf(api, publication.artifact);
  for (const Json note : notes) {
    const Seal::State state = kSeal.Read(note.At(api.text).Text(), publication.artifact.id);
    if (state == Seal::State::kNone || state == Seal::State::kForeign || note.At(api.author).IdText() != me) continue;
    const std::string id = note.At(api.id).IdText();
    if (!IsDigits(id)) return UnreadableAnswer("a note's id", api.title);
    if (state == Seal::State::kChanged) return EditedByPeople("the note on " + api.ticket);
    // The seal holds a hash of all above it.
    const bool same = Seal().Read(text, publication.artifact.id) == Seal::State::kIntact &&
                      note.At(api.text).Text().substr(note.At(api.text).Text().rfind('\n') + 1) == text.substr(text.rfind('\n') + 1);
    return same ? Ended(PublishStep::Ending::kFound, api) : Write(api, id, text);
  }
  if (api.pages && notes.size() >= kNotesOfPage) {
    if (page >= kMaxPages) {
      return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kFieldInvalid,
                   absl::StrCat(api.ticket, " has more than ", kMaxPages * static_cast<int64_t>(kNotesOfPage),
                                " notes; whether this one is among them is not known, so it is not written"));
    }
    return ListPage(api, me, page + 1);
  }
  if (publication.artifact.withdrawn) return Ended(PublishStep::Ending::kNothing, api);
  return Write(api, "", text);
}

}  // namespace

absl::StatusOr<TicketKey> ReadTicketKey(std::string_view subject, std::string_view marks, bool with_project) {
  const size_t at = subject.find_first_of(marks);
  TicketKey key;
  bool sound = at != std::string_view::npos && IsDigits(subject.substr(at + 1));
  if (sound) {
    key = {std::string(subject.substr(0, at)), subject[at], std::string(subject.substr(at + 1))};
    const std::vector<std::string> levels = absl::StrSplit(key.project, '/');
    sound = with_project ? levels.size() >= 2 && levels.size() <= 20 && std::all_of(levels.begin(), levels.end(), IsPathName)
                         : key.project.empty();
  }
  if (sound) return key;
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "the artifact names no ticket of this suite",
               {{"subject", with_project ? "must be such as acme/billing#12" : "must be such as #12"}});
}

std::function<std::string(std::string_view)> JsonTextOf(std::string name) {
  return [name = std::move(name)](std::string_view text) { return JsonObject().Text(name, text).Take(); };
}

absl::Status RefusedToWrite(int status, std::string_view title, std::string_view what) {
  const auto code = status == 404 || status == 410   ? absl::StatusCode::kNotFound
                    : status == 409 || status == 412 ? absl::StatusCode::kAborted
                                                     : absl::StatusCode::kFailedPrecondition;
  const std::string_view why = status == 403 ? "the write account may not do this; give it the right that the README names"
                               : status == 404 || status == 410 ? "it is not there, or the write account may not see it"
                               : status == 409 || status == 412 ? "it was changed meanwhile"
                                                                : "the request was refused";
  return Error(code, ErrorReason::kFieldInvalid,
               absl::StrCat(std::string(title), " answers ", status, " for ", std::string(what), ": ", std::string(why)));
}

absl::Status EditedByPeople(std::string_view what) {
  return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kFieldInvalid,
               absl::StrCat(std::string(what),
                            " was edited by somebody, or is not Comity's; it is left as it is. To let Comity write there "
                            "again, undo the edit or remove it"));
}

PublishStep PublishNote(const NoteApi& api, const Publication&) {
  PublishStep step;
  step.next = Ask(api, api.who_path, R"({"what":"who"})");
  return step;
}

absl::StatusOr<PublishStep> GoOnWithNote(const NoteApi& api, const Publication& publication, const Fetch& fetch,
                                         const net::Response& response) {
  if (response.status < 200 || response.status > 299) return RefusedToWrite(response.status, api.title, api.ticket);
  COMITY_ASSIGN_OR_RETURN(const JsonDocument note, JsonDocument::Parse(fetch.note));
  const std::string_view what = note.root().At("/what").Text();
  if (what == "written") {
    PublishStep step = Ended(PublishStep::Ending::kWritten, api);
    step.is_new = note.root().At("/id").Text().empty();
    return step;
  }
  COMITY_ASSIGN_OR_RETURN(const JsonDocument answer, JsonDocument::Parse(response.body));
  if (what == "list") {
    return Choose(api, publication, answer.root(), note.root().At("/me").Text(), note.root().At("/page").Integer().value_or(1));
  }
  const std::string me = answer.root().At(api.who_id).IdText();
  if (me.empty()) return UnreadableAnswer("the write account", api.title);
  return ListPage(api, me, 1);
}

}  // namespace comity::sdk

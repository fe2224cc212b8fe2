#include "plugins/dokuwiki/publishing.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "plugins/dokuwiki/markup.h"
#include "plugins/dokuwiki/xml_rpc.h"
#include "plugins/sdk/notes.h"
#include "service/base/error.h"

namespace comity::dokuwiki {
namespace {

using Ending = sdk::PublishStep::Ending;

constexpr int64_t kNoSuchPage = 121, kLocked = 133, kMayNotRead = 111, kNoRemote = -32604;
// What is being done, in a request's note; the ones that end with `locked` hold the page's lock.
constexpr std::string_view kGet = "get", kGetLocked = "get locked", kInfo = "info", kInfoLocked = "info locked", kLock = "lock",
                           kCreate = "create", kChange = "change";

sdk::Fetch Ask(std::string_view what, std::string_view method, const std::vector<std::string>& values) {
  sdk::Fetch fetch{"/lib/exe/xmlrpc.php", "", "", std::string(what)};
  fetch.method = "POST";
  fetch.headers = {{"Content-Type", "text/xml; charset=utf-8"}};
  fetch.body = Call(method, values);
  return fetch;
}

absl::Status Failed(absl::StatusCode code, const std::string& page, std::string_view why) {
  return Error(code, ErrorReason::kFieldInvalid, absl::StrCat("the page ", page, ": ", std::string(why)));
}

absl::Status FaultOf(int64_t code, const std::string& page) {
  switch (code) {
    case kLocked:
      return Failed(absl::StatusCode::kAborted, page, "somebody is editing it");
    case kMayNotRead:
      return Failed(absl::StatusCode::kFailedPrecondition, page,
                    "the write account may not edit there; give it that right in the wiki's ACL");
    case kNoRemote:
      return Failed(absl::StatusCode::kFailedPrecondition, page,
                    "the write account may not use the remote interface; put it into `remoteuser` of the wiki's settings");
    default:
      return Failed(absl::StatusCode::kFailedPrecondition, page, absl::StrCat("the wiki answers with the fault ", code));
  }
}

class Page {
 public:
  Page(std::string_view below, const sdk::Publication& publication)
      : artifact_(publication.artifact), id_(PageId(below, artifact_)), text_(PageText(artifact_)) {}

  sdk::PublishStep Get(bool locked) const { return Asking(locked ? kGetLocked : kGet, "wiki.getPage"); }

  absl::StatusOr<sdk::PublishStep> GoOn(std::string_view what, const Answer& answer) const {
    const bool locked = what.ends_with(" locked");
    if (what == kInfo || what == kInfoLocked) {
      // A text that no page has is its namespace's template.
      if (answer.fault() == kNoSuchPage) return Absent(locked);
      return answer.fault() ? FaultOf(*answer.fault(), id_) : sdk::EditedByPeople("the page " + id_);
    }
    if (answer.fault()) return FaultOf(*answer.fault(), id_);
    if (what == kLock) {
      const std::string failed = Member(answer.Structure(), "lockfail");
      return failed.empty() ? absl::StatusOr<sdk::PublishStep>(Get(true)) : FaultOf(kLocked, id_);
    }
    if (what == kCreate || what == kChange) {
      sdk::PublishStep step = Ended(Ending::kWritten);
      step.is_new = what == kCreate;
      return step;
    }
    return Seen(answer.Text(), locked);
  }

 private:
  absl::StatusOr<sdk::PublishStep> Seen(const std::string& there, bool locked) const {
    if (absl::StripAsciiWhitespace(there).empty()) return Absent(locked);
    switch (kPageSeal.Read(there, artifact_.id)) {
      case sdk::Seal::State::kIntact:
        break;
      case sdk::Seal::State::kNone:
        return Asking(locked ? kInfoLocked : kInfo, "wiki.getPageInfo");
      default:
        return sdk::EditedByPeople("the page " + id_);
    }
    if (LastLine(there) == LastLine(text_)) return Ended(Ending::kFound);  // the seal holds a hash of the rest
    return locked ? Put(kChange) : Lock();
  }

  absl::StatusOr<sdk::PublishStep> Absent(bool locked) const {
    if (artifact_.withdrawn) return Ended(Ending::kNothing);
    return locked ? Put(kCreate) : Lock();
  }

  sdk::PublishStep Asking(std::string_view what, std::string_view method) const {
    sdk::PublishStep step;
    step.next = Ask(what, method, {Text(id_)});
    return step;
  }
  sdk::PublishStep Lock() const {
    sdk::PublishStep step;
    step.next = Ask(kLock, "dokuwiki.setLocks", {Structure({{"lock", Texts({id_})}, {"unlock", Texts({})}})});
    step.writes = true;
    step.preview = text_;
    return step;
  }
  sdk::PublishStep Put(std::string_view what) const {
    sdk::PublishStep step;
    step.next = Ask(what, "wiki.putPage", {Text(id_), Text(text_), Structure({{"sum", Text("Published by Comity")}})});
    step.writes = true;
    step.preview = text_;
    return step;
  }
  sdk::PublishStep Ended(Ending ending) const {
    sdk::PublishStep step;
    step.ending = ending;
    step.place = id_;
    return step;
  }
  static std::string LastLine(const std::string& text) {
    const std::string trimmed(absl::StripTrailingAsciiWhitespace(text));
    return trimmed.substr(trimmed.rfind('\n') + 1);
  }

  const sdk::Artifact& artifact_;
  const std::string id_, text_;
};

}  // namespace

absl::StatusOr<sdk::PublishStep> PublishPage(std::string_view below, const sdk::Publication& publication) {
  if (!below.empty()) return Page(below, publication).Get(false);
  return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kConfigInvalid,
               "config.publish_below is missing; name the namespace below which pages are written");
}

absl::StatusOr<sdk::PublishStep> GoOnWithPage(std::string_view below, const sdk::Publication& publication, const sdk::Fetch& fetch,
                                              const net::Response& response) {
  const Page page(below, publication);
  if (response.status != 200) return sdk::RefusedToWrite(response.status, "DokuWiki", "its remote interface");
  COMITY_ASSIGN_OR_RETURN(const Answer answer, Answer::Parse(response.body));
  return page.GoOn(fetch.note, answer);
}

}  // namespace comity::dokuwiki

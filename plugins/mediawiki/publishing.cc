#include "plugins/mediawiki/publishing.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "plugins/mediawiki/markup.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/notes.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::mediawiki {
namespace {

using Ending = sdk::PublishStep::Ending;
using sdk::Json;

constexpr std::string_view kSee = "see", kCreate = "create", kChange = "change";

sdk::PublishStep Ended(Ending ending, const std::string& title, std::string_view revision) {
  sdk::PublishStep step;
  step.ending = ending;
  step.place = title;
  if (!revision.empty()) step.left = absl::StrCat("revision ", std::string(revision));
  return step;
}

// The code of an error, as far as it can be told to people.
std::string CodeOf(Json error) {
  const std::string_view code = error.At("/code").Text();
  const bool sound = !code.empty() && code.size() <= 60 &&
                     std::all_of(code.begin(), code.end(), [](unsigned char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_'; });
  return sound ? std::string(code) : "unknown";
}

absl::Status ErrorOf(Json error, const std::string& title) {
  const std::string code = CodeOf(error);
  const auto is_one_of = [&](std::initializer_list<std::string_view> codes) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
  };
  const bool again = is_one_of({"editconflict", "articleexists", "missingtitle", "pagedeleted", "badtoken"});
  const bool later = is_one_of({"ratelimited", "readonly", "maxlag"});
  const auto kind = again ? absl::StatusCode::kAborted : later ? absl::StatusCode::kUnavailable : absl::StatusCode::kFailedPrecondition;
  return Error(kind, ErrorReason::kFieldInvalid,
               absl::StrCat("the wiki does not save ", title, ": ", code,
                            again || later ? "" : "; see what the README says of the write account's rights"));
}

sdk::PublishStep Edit(const PlaceOfPages& place, const sdk::Artifact& artifact, std::string_view revision, std::string_view token) {
  const std::string title = PageTitle(place.below, artifact), text = PageText(artifact);
  sdk::PublishStep step;
  sdk::Fetch fetch{std::string(place.api_path), "application/json", "", std::string(revision.empty() ? kCreate : kChange)};
  fetch.method = "POST";
  fetch.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  // The token comes last: a body that is cut short saves nothing.
  fetch.body = absl::StrCat("action=edit&format=json&formatversion=2&assert=user&bot=1&title=", sdk::UrlEncoded(title),
                            "&summary=Published%20by%20Comity",
                            revision.empty() ? "&createonly=1" : absl::StrCat("&nocreate=1&baserevid=", std::string(revision)),
                            "&text=", sdk::UrlEncoded(text), "&token=", sdk::UrlEncoded(token));
  step.next = std::move(fetch);
  step.writes = true;
  step.preview = text;
  return step;
}

absl::StatusOr<sdk::PublishStep> Seen(const PlaceOfPages& place, const sdk::Publication& publication, Json query) {
  const sdk::Artifact& artifact = publication.artifact;
  const std::string title = PageTitle(place.below, artifact);
  const std::string_view token = query.At("/tokens/csrftoken").Text();
  if (token.empty() || token.size() > 200) return sdk::UnreadableAnswer("a page with a token", "MediaWiki");
  if (query.At("/userinfo/anon").IsTrue()) {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kFieldInvalid,
                 "the wiki takes the write token for nobody's; make one of an account that may edit (README)");
  }
  const Json page = query.At("/pages/0");
  if (page.At("/invalid").IsTrue()) {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kFieldInvalid, "the wiki cannot have a page of that name",
                 {{"name", "must be a page's name; see config.publish_below, folder and name"}});
  }
  if (page.At("/missing").IsTrue()) {
    return artifact.withdrawn ? Ended(Ending::kNothing, title, "") : Edit(place, artifact, "", token);
  }
  const std::string revision = page.At("/revisions/0/revid").IdText();
  const Json content = page.At("/revisions/0/slots/main/content");
  if (!sdk::IsDigits(revision) || !content.exists()) return sdk::UnreadableAnswer("a page", "MediaWiki");
  const sdk::Seal::State state = kPageSeal.Read(content.Text(), artifact.id);
  // A wiki may write letters in another way (NFC) than they came: then only the revision tells that nobody touched it.
  const bool as_left = state == sdk::Seal::State::kIntact ||
                       (state == sdk::Seal::State::kChanged && publication.left == absl::StrCat("revision ", revision));
  if (!as_left) return sdk::EditedByPeople("the page " + title);
  const std::string text = PageText(artifact);
  const bool same = content.Text().ends_with(text.substr(text.rfind('\n') + 1));  // its seal, which holds a hash of the rest
  return same ? Ended(Ending::kFound, title, revision) : Edit(place, artifact, revision, token);
}

}  // namespace

absl::StatusOr<sdk::PublishStep> PublishPage(const PlaceOfPages& place, const sdk::Publication& publication) {
  if (place.below.empty()) {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kConfigInvalid,
                 "config.publish_below is missing; name the page below which pages are written, such as Project:Comity");
  }
  sdk::PublishStep step;
  step.next = sdk::Fetch{absl::StrCat(std::string(place.api_path),
                                      "?action=query&format=json&formatversion=2&meta=tokens%7Cuserinfo&type=csrf&prop=revisions"
                                      "&rvprop=ids%7Ccontent&rvslots=main&titles=",
                                      sdk::UrlEncoded(PageTitle(place.below, publication.artifact))),
                         "application/json", "", std::string(kSee)};
  return step;
}

absl::StatusOr<sdk::PublishStep> GoOnWithPage(const PlaceOfPages& place, const sdk::Publication& publication, const sdk::Fetch& fetch,
                                              const net::Response& response) {
  const std::string title = PageTitle(place.below, publication.artifact);
  if (response.status != 200) return sdk::RefusedToWrite(response.status, "MediaWiki", "the page " + title);
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument answer, sdk::JsonDocument::Parse(response.body));
  const Json root = answer.root();
  if (root.At("/error").is_object()) return ErrorOf(root.At("/error"), title);
  if (fetch.note == kSee) return Seen(place, publication, root.At("/query"));
  if (root.At("/edit/result").Text() != "Success") {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kFieldInvalid,
                 absl::StrCat("the wiki does not save ", title, ": an extension of it (captcha, filter) wants more"));
  }
  const std::string revision = root.At("/edit/newrevid").IdText();
  sdk::PublishStep step =
      Ended(root.At("/edit/nochange").exists() ? Ending::kFound : Ending::kWritten, title, sdk::IsDigits(revision) ? revision : "");
  step.is_new = fetch.note == kCreate;
  return step;
}

}  // namespace comity::mediawiki

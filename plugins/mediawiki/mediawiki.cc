#include "plugins/mediawiki/mediawiki.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "plugins/mediawiki/mapping.h"
#include "plugins/mediawiki/polling.h"
#include "plugins/mediawiki/publishing.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/source_checks.h"
#include "plugins/sdk/text_checks.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::mediawiki {
namespace {

constexpr int64_t kMaxNamespace = 100'000;

constexpr std::string_view kSetup =
    R"(By polling: a wiki that everybody may read needs nothing but its address; write any word into the file of poll.read_token_file.
(One with Extension:OAuth refuses a word that is no token of its own: make one as for a private wiki.)
A private one needs Extension:OAuth: Special:OAuthConsumerRegistration/propose/oauth2, "for use only by YOURSELF", grant "Basic rights";
write the access token it shows into that file.
config.api_path says where api.php is: https://HOST/w/api.php unless given.

Besides, or instead, the extension inside the wiki: copy plugins/mediawiki/inside/Comity to extensions/Comity of the wiki, add to LocalSettings.php
wfLoadExtension( 'Comity' );
$wgComityUrl = 'https://YOUR-HOST/in/SOURCE-ID';
$wgComitySecret = the text of the source's secret file (whsec_...);
and run php maintenance/update.php --quick)";

bool IsApiPath(std::string_view path) {
  return path.starts_with('/') && path.size() <= 200 && path.find("..") == std::string_view::npos &&
         path.find("//") == std::string_view::npos && std::all_of(path.begin(), path.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '/' || c == '.' || c == '-' || c == '_';
         });
}

class MediaWiki : public sdk::Connector {
 public:
  MediaWiki() {
    manifest_.suite = "mediawiki";
    manifest_.title = "MediaWiki";
    manifest_.events = {kChanged};
    manifest_.scopes = {"basic"};
    manifest_.delivery_id_header = "webhook-id";
    manifest_.kept_headers = {"Content-Type", "webhook-id", "webhook-timestamp"};
    manifest_.standard_secret = true;
    manifest_.options = {
        {"api_path", "where api.php is, below the wiki's host", "/w/api.php"},
        {"namespaces", "only these, by their numbers: 0, 4, 12; else all but talk, users' pages and messages", ""},
        {"confidential_namespaces", "of pages in these, by their numbers, no name leaves: 3000", ""},
        {"page_address", "where a browser shows a page, with PAGE for its title: https://wiki.acme.example/wiki/PAGE", ""},
        {"publish_below", "the page below which pages are published: Project:Comity", ""},
    };
    manifest_.reconciles = true;
    manifest_.publishes = {sdk::ArtifactKind::kPage};
    manifest_.setup = kSetup;
  }

  const sdk::Manifest& manifest() const override { return manifest_; }

  std::vector<std::string> Check(const sdk::Source& source) const override {
    std::vector<std::string> faults = sdk::CheckSource(manifest_, source);
    if (source.instance.find('/') != std::string::npos) {
      faults.push_back("instance must be the wiki's host name such as wiki.acme.example, without https:// and path");
    }
    for (const std::string& secret : source.secrets) {
      if (!secret.empty() && !sdk::StandardWebhooks::KeyOf(secret)) {
        faults.push_back("a secret is not `whsec_` and base64 of at least 16 bytes; make one with: echo whsec_$(openssl rand -base64 32)");
      }
    }
    if (!IsApiPath(ApiPath(source))) faults.push_back("config.api_path must be a path such as /w/api.php");
    std::string below(sdk::OptionOf(manifest_, source, "publish_below"));
    std::replace(below.begin(), below.end(), ':', '/');
    if (!below.empty() && !sdk::IsPageLevels(below, 100)) {
      faults.push_back("config.publish_below must be the name of a page such as Project:Comity");
    }
    (void)ReadingOf(source, v1::ASSURANCE_UNSPECIFIED, &faults);
    const std::string_view address = sdk::OptionOf(manifest_, source, "page_address");
    if (!address.empty() &&
        (!address.starts_with("http") || address.size() > 500 || address.find(kPlaceOfPage) == std::string_view::npos)) {
      faults.push_back("config.page_address must be an address with PAGE in it, such as https://wiki.acme.example/wiki/PAGE");
    }
    return faults;
  }

  sdk::Auth Verify(const sdk::Request& request, const sdk::Source& source, absl::Time now) const override {
    return sdk::StandardWebhooks::Verify(request, source, now);
  }
  absl::StatusOr<sdk::Parsed> Parse(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, sdk::JsonDocument::Parse(request.body));
    if (!document.root().is_object()) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kJsonInvalid,
                   "the body is not a JSON object as the extension sends it");
    }
    return MapDelivery(document.root(), source, ReadingOf(source, v1::ASSURANCE_SIGNED));
  }

  std::string ApiBase(const sdk::Source& source) const override { return "https://" + source.instance; }
  std::string Polled(const sdk::Source& source) const override {
    const std::string_view numbers = sdk::OptionOf(manifest_, source, "namespaces");
    return numbers.empty() ? "edits, moves and deletions of pages"
                           : "edits, moves and deletions of pages in the namespaces " + std::string(numbers);
  }
  sdk::Step Plan(const sdk::Source& source, const sdk::Poll& poll) const override {
    return PlanPoll(ApiPath(source), ReadingOf(source, v1::ASSURANCE_POLLED), poll);
  }
  absl::StatusOr<sdk::Step> Absorb(const sdk::Source& source, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                   const net::Response& response) const override {
    return AbsorbPoll(ApiPath(source), source, ReadingOf(source, v1::ASSURANCE_POLLED), poll, fetch, response, manifest_);
  }

  absl::StatusOr<sdk::PublishStep> Publish(const sdk::Source& source, const sdk::Publication& publication) const override {
    return PublishPage(PlaceOf(source), publication);
  }
  absl::StatusOr<sdk::PublishStep> GoOn(const sdk::Source& source, const sdk::Publication& publication, const sdk::Fetch& fetch,
                                        const net::Response& response) const override {
    return GoOnWithPage(PlaceOf(source), publication, fetch, response);
  }

 private:
  PlaceOfPages PlaceOf(const sdk::Source& source) const { return {ApiPath(source), sdk::OptionOf(manifest_, source, "publish_below")}; }
  std::string_view ApiPath(const sdk::Source& source) const { return sdk::OptionOf(manifest_, source, "api_path"); }
  Reading ReadingOf(const sdk::Source& source, v1::Assurance assurance, std::vector<std::string>* faults = nullptr) const {
    return {.namespaces = NumbersOf(source, "namespaces", faults),
            .confidential = NumbersOf(source, "confidential_namespaces", faults),
            .page_address = std::string(sdk::OptionOf(manifest_, source, "page_address")),
            .assurance = assurance};
  }
  std::set<int64_t> NumbersOf(const sdk::Source& source, std::string_view option, std::vector<std::string>* faults) const {
    std::set<int64_t> numbers;
    for (const std::string& text : sdk::SplitList(sdk::OptionOf(manifest_, source, option))) {
      int64_t number = -1;
      const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
      if (read.ec == std::errc{} && read.ptr == text.data() + text.size() && number >= 0 && number <= kMaxNamespace) {
        numbers.insert(number);
      } else if (faults != nullptr) {
        faults->push_back(
            absl::StrCat("config.", std::string(option), " must be numbers such as 0, 4, 12; Special:NamespaceInfo shows them"));
        break;
      }
    }
    return numbers;
  }

  sdk::Manifest manifest_;
};

}  // namespace

std::unique_ptr<sdk::Connector> MakeConnector() { return std::make_unique<MediaWiki>(); }

}  // namespace comity::mediawiki

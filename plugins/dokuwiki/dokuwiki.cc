#include "plugins/dokuwiki/dokuwiki.h"

#include <algorithm>
#include <string>
#include <utility>

#include "plugins/dokuwiki/mapping.h"
#include "plugins/dokuwiki/polling.h"
#include "plugins/dokuwiki/publishing.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/source_checks.h"
#include "plugins/sdk/text_checks.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::dokuwiki {
namespace {

constexpr std::string_view kSetup =
    R"(By polling: Admin > Configuration Settings: switch `remote` on, put an account that may only read into `remoteuser`.
Write LOGIN:PASSWORD of that account into the file of poll.read_token_file.

Besides, or instead, the plugin inside the wiki: copy plugins/dokuwiki/inside/comity to lib/plugins/comity of the wiki, then in
Admin > Configuration Settings > Comity:
url: https://YOUR-HOST/in/SOURCE-ID
secret: the text of the source's secret file (whsec_...))";

class DokuWiki : public sdk::Connector {
 public:
  DokuWiki() {
    manifest_.suite = "dokuwiki";
    manifest_.title = "DokuWiki";
    manifest_.events = {kSaved};
    manifest_.scopes = {"read pages"};
    manifest_.delivery_id_header = "webhook-id";
    manifest_.kept_headers = {"Content-Type", "webhook-id", "webhook-timestamp"};
    manifest_.options = {
        {"namespaces", "only pages below these: alpha, alpha:ops, with commas between them", ""},
        {"page_address", "where a browser shows a page, with PAGE for its name: https://wiki.acme.example/PAGE", ""},
        {"publish_below", "the namespace below which pages are published: comity", ""},
    };
    manifest_.reconciles = true;
    manifest_.standard_secret = true;
    manifest_.publishes = {sdk::ArtifactKind::kPage};
    manifest_.basic_token = true;
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
    const Reading reading = ReadingOf(source, v1::ASSURANCE_POLLED);
    for (const std::string& name : reading.namespaces) {
      if (name.size() > kMaxPageBytes || name.starts_with(':') || name.ends_with(':')) {
        faults.push_back("config.namespaces must be names such as alpha or alpha:ops, without a colon at either end");
        break;
      }
    }
    std::string below(sdk::OptionOf(manifest_, source, "publish_below"));
    std::replace(below.begin(), below.end(), ':', '/');
    if (!below.empty() && (!sdk::IsPageLevels(below, kMaxPageBytes / 2) || below.find(' ') != std::string::npos)) {
      faults.push_back("config.publish_below must be a namespace such as comity or alpha:comity");
    }
    const std::string& address = reading.page_address;
    if (!address.empty() && (!address.starts_with("http") || address.size() > 500 || address.find(kPlaceOfPage) == std::string::npos)) {
      faults.push_back("config.page_address must be an address with PAGE in it, such as https://wiki.acme.example/doku.php?id=PAGE");
    }
    return faults;
  }

  sdk::Auth Verify(const sdk::Request& request, const sdk::Source& source, absl::Time now) const override {
    return sdk::StandardWebhooks::Verify(request, source, now);
  }

  absl::StatusOr<sdk::Parsed> Parse(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, sdk::JsonDocument::Parse(request.body));
    if (!document.root().is_object()) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kJsonInvalid, "the body is not a JSON object as the plugin sends it");
    }
    return MapSave(document.root(), source, ReadingOf(source, v1::ASSURANCE_SIGNED));
  }

  std::string ApiBase(const sdk::Source& source) const override { return "https://" + source.instance; }
  std::string Polled(const sdk::Source& source) const override {
    const std::string_view names = sdk::OptionOf(manifest_, source, "namespaces");
    return names.empty() ? "pages that the reading account may see" : "pages below " + std::string(names);
  }
  sdk::Step Plan(const sdk::Source&, const sdk::Poll& poll) const override { return PlanPoll(poll); }
  absl::StatusOr<sdk::Step> Absorb(const sdk::Source& source, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                   const net::Response& response) const override {
    return AbsorbPoll(source, ReadingOf(source, v1::ASSURANCE_POLLED), poll, fetch, response, manifest_);
  }

  absl::StatusOr<sdk::PublishStep> Publish(const sdk::Source& source, const sdk::Publication& publication) const override {
    return PublishPage(sdk::OptionOf(manifest_, source, "publish_below"), publication);
  }
  absl::StatusOr<sdk::PublishStep> GoOn(const sdk::Source& source, const sdk::Publication& publication, const sdk::Fetch& fetch,
                                        const net::Response& response) const override {
    return GoOnWithPage(sdk::OptionOf(manifest_, source, "publish_below"), publication, fetch, response);
  }

 private:
  Reading ReadingOf(const sdk::Source& source, v1::Assurance assurance) const {
    return {.namespaces = sdk::SplitList(sdk::OptionOf(manifest_, source, "namespaces")),
            .page_address = std::string(sdk::OptionOf(manifest_, source, "page_address")),
            .assurance = assurance};
  }

  sdk::Manifest manifest_;
};

}  // namespace

std::unique_ptr<sdk::Connector> MakeConnector() { return std::make_unique<DokuWiki>(); }

}  // namespace comity::dokuwiki

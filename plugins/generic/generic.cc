#include "plugins/generic/generic.h"

#include <string>
#include <utility>

#include "plugins/generic/cloud_events.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/source_checks.h"

namespace comity::generic {
namespace {

constexpr std::string_view kSetup = R"(Let the service POST to https://YOUR-HOST/in/SOURCE-ID
Content-Type: application/cloudevents+json (one event) or application/cloudevents-batch+json (an array)
webhook-id, webhook-timestamp, webhook-signature: Standard Webhooks, with the `whsec_…` secret of the source's secret file.
Repeat until the answer is 2xx; a repeat is never counted twice.)";

class Generic : public sdk::Connector {
 public:
  Generic() {
    manifest_.suite = "generic";
    manifest_.title = "Any internal service";
    manifest_.standard_secret = true;
    manifest_.events = {kFactType};
    manifest_.delivery_id_header = "webhook-id";
    manifest_.kept_headers = {"Content-Type", "webhook-id", "webhook-timestamp"};
    manifest_.setup = kSetup;
  }

  const sdk::Manifest& manifest() const override { return manifest_; }

  std::vector<std::string> Check(const sdk::Source& source) const override {
    std::vector<std::string> faults = sdk::CheckSource(manifest_, source);
    for (const std::string& secret : source.secrets) {
      if (!secret.empty() && !sdk::StandardWebhooks::KeyOf(secret)) {
        faults.push_back("a secret is not `whsec_` and base64 of at least 16 bytes; make one with: echo whsec_$(openssl rand -base64 32)");
      }
    }
    return faults;
  }

  sdk::Auth Verify(const sdk::Request& request, const sdk::Source& source, absl::Time now) const override {
    return sdk::StandardWebhooks::Verify(request, source, now);
  }

  absl::StatusOr<sdk::Parsed> Parse(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    return ParseCloudEvents(request.body, source);
  }

 private:
  sdk::Manifest manifest_;
};

}  // namespace

std::unique_ptr<sdk::Connector> MakeConnector() { return std::make_unique<Generic>(); }

}  // namespace comity::generic

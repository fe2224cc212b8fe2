#include "plugins/graph/graph.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/graph/credential.h"
#include "plugins/graph/polling.h"
#include "plugins/graph/subscriptions.h"
#include "plugins/ical/event.h"
#include "plugins/meetings/meetings.h"
#include "plugins/sdk/source_checks.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::microsoft_graph {
namespace {

constexpr size_t kMaxMailboxes = 500;

constexpr std::string_view kSetup =
    R"(In the Entra admin center: App registrations > New registration (this directory only). API permissions > Microsoft Graph > Application
permissions > Calendars.Read, then Grant admin consent. Certificates & secrets > New client secret.
read_token_file, 0600: {"tenant": "DIRECTORY-ID", "client_id": "APPLICATION-ID", "client_secret": "THE SECRET'S VALUE"}
So far the app may read every mailbox of the directory. Limit it to those you name, in Exchange Online PowerShell:
New-ApplicationAccessPolicy -AppId APPLICATION-ID -PolicyScopeGroupId comity@acme.example -AccessRight RestrictAccess -Description Comity
Graph can say when something changes, if it reaches this host: hook_url, https, and secret_files with a secret of your own making.
config.mailboxes: the main addresses (UPN) of the mailboxes with commas between them: ana@acme.example, bob@acme.example)";

// An address, or an object id: letters, digits and dashes.
bool IsMailbox(const std::string& text) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
  return ascii && ((!text.empty() && ical::MailOf(text) == text) || sdk::IsPathName(text));
}

class MicrosoftGraph : public sdk::Connector, private Subscriptions {
 public:
  MicrosoftGraph() {
    manifest_.suite = "microsoft-graph";
    manifest_.title = "Microsoft Graph";
    manifest_.classified = {"subject", "body", "bodyPreview", "location", "locations", "attachments", "onlineMeeting"};
    manifest_.options = {{"mailboxes", "main addresses or ids of mailboxes such as ana@acme.example, with commas between them", ""},
                         {"cloud", "which of Microsoft's clouds: global, us, us-dod or china", "global"},
                         {"token_base", "where tokens are to be had, if not at the cloud's own address", ""}};
    for (const sdk::Option& option : meetings::ReadingOptions()) {
      if (option.name == "days_ahead" || option.name == "keep_titles") manifest_.options.push_back(option);
    }
    manifest_.scopes = {"Calendars.Read"};
    manifest_.reconciles = true;
    manifest_.hooks_wake = true;
    // Times in UTC, and ids that stay when an event is moved to another folder.
    manifest_.api_headers = {{"Prefer", R"(outlook.timezone="UTC", odata.maxpagesize=50, IdType="ImmutableId")"}};
    manifest_.setup = kSetup;
  }

  const sdk::Manifest& manifest() const override { return manifest_; }

  std::vector<std::string> Check(const sdk::Source& source) const override {
    std::vector<std::string> faults = sdk::CheckSource(manifest_, source);
    if (source.instance.find('/') != std::string::npos) {
      faults.push_back("instance must be the domain whose mailboxes they are, such as acme.example, without https:// and path");
    }
    if (CloudOf(sdk::OptionOf(manifest_, source, "cloud")) == nullptr) {
      faults.push_back("config.cloud must be global, us, us-dod or china");
    }
    if (!sdk::IsAddressOption(TokenBase(source))) {
      faults.push_back("config.token_base must begin with https:// (http:// only for this machine) and have no slash at its end");
    }
    const Options options = OptionsOf(source, &faults);
    if (options.mailboxes.empty()) {
      faults.push_back("config.mailboxes is missing; list mailboxes such as ana@acme.example, with commas between them");
    }
    if (!std::all_of(options.mailboxes.begin(), options.mailboxes.end(), IsMailbox)) {
      faults.push_back("config.mailboxes must be main addresses such as ana@acme.example, or object ids of users");
    }
    if (options.mailboxes.size() > kMaxMailboxes) faults.push_back("config.mailboxes are more than 500; make several sources of them");
    return faults;
  }

  sdk::Auth Verify(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    return VerifyNotifications(request, source);
  }
  absl::StatusOr<sdk::Parsed> Parse(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    return ParseNotifications(request, source);
  }
  const sdk::Subscriber* subscriber() const override { return this; }
  std::vector<std::string> Watched(const sdk::Source& source) const override { return Valid(source).mailboxes; }

  std::string ApiBase(const sdk::Source& source) const override { return absl::StrCat(std::string(CloudOfSource(source).api), "/v1.0"); }
  std::string TokenBase(const sdk::Source& source) const override {
    const std::string_view own = sdk::OptionOf(manifest_, source, "token_base");
    return std::string(own.empty() ? CloudOfSource(source).tokens : own);
  }
  absl::StatusOr<std::optional<sdk::TokenRequest>> Exchange(const sdk::Source& source, std::string_view credential,
                                                            absl::Time) const override {
    return TokenRequestOf(credential, CloudOfSource(source));
  }

  std::string Polled(const sdk::Source& source) const override {
    const Options options = Valid(source);
    return absl::StrCat("meetings of ", options.mailboxes.size(), " mailboxes, ", options.reading.days_ahead, " days ahead");
  }

  sdk::Step Plan(const sdk::Source& source, const sdk::Poll& poll) const override { return PlanPoll(Valid(source), poll); }

  absl::StatusOr<sdk::Step> Absorb(const sdk::Source& source, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                   const net::Response& response) const override {
    return AbsorbPoll(manifest_, source, Valid(source), poll, fetch, response);
  }

 private:
  const Cloud& CloudOfSource(const sdk::Source& source) const {
    const Cloud* const cloud = CloudOf(sdk::OptionOf(manifest_, source, "cloud"));
    return cloud == nullptr ? *CloudOf("global") : *cloud;
  }
  Options OptionsOf(const sdk::Source& source, std::vector<std::string>* faults) const {
    Options options;
    for (const std::string& mailbox : sdk::SplitList(sdk::OptionOf(manifest_, source, "mailboxes"))) {
      const std::string address = ical::MailOf(mailbox);
      options.mailboxes.push_back(address.empty() ? mailbox : address);
    }
    options.reading = meetings::ReadReading(manifest_, source, faults);
    return options;
  }
  Options Valid(const sdk::Source& source) const {
    std::vector<std::string> faults;
    Options options = OptionsOf(source, &faults);
    std::erase_if(options.mailboxes, [](const std::string& mailbox) { return !IsMailbox(mailbox); });
    return options;
  }
  sdk::Manifest manifest_;
};

}  // namespace

std::unique_ptr<sdk::Connector> MakeConnector() { return std::make_unique<MicrosoftGraph>(); }

}  // namespace comity::microsoft_graph

#include "plugins/google/google.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/google/channels.h"
#include "plugins/google/credential.h"
#include "plugins/google/polling.h"
#include "plugins/ical/event.h"
#include "plugins/meetings/meetings.h"
#include "plugins/sdk/source_checks.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::google_calendar {
namespace {

constexpr size_t kMaxCalendars = 500;

constexpr std::string_view kSetup =
    R"(In the Google Cloud console: a project, in it the Google Calendar API switched on, a service account without roles, and a JSON key for it.
read_token_file: that JSON key, as it was downloaded, 0600.
Share each calendar with the service account's address (Settings and sharing > Share with specific people > See all event details). Or, for a
whole Workspace domain: Admin console > Security > API controls > Domain-wide delegation > add the service account's client id with the scope
https://www.googleapis.com/auth/calendar.events.readonly, and in config.user the address of one user who may see the calendars.
Google can say when something changes, if it reaches this host: hook_url, https, and secret_files with a secret of your own making.
config.calendars: the calendars' ids with commas between them: ana@acme.example, c_1234@group.calendar.google.com)";

bool IsCalendarId(const std::string& text) {
  return !text.empty() && ical::MailOf(text) == text && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

class GoogleCalendar : public sdk::Connector, private Channels {
 public:
  GoogleCalendar() {
    manifest_.suite = "google-calendar";
    manifest_.title = "Google Calendar";
    manifest_.classified = {"summary", "description", "location", "attachments", "conferenceData"};
    manifest_.options = {{"calendars", "ids of calendars such as ana@acme.example, with commas between them", ""},
                         {"user", "the user in whose name a service account asks (domain-wide delegation)", ""},
                         {"copies_cancel", "what is taken out of the calendar of somebody invited counts as cancelled for all", "false"},
                         {"token_base", "where tokens are to be had", "https://oauth2.googleapis.com"}};
    for (const sdk::Option& option : meetings::ReadingOptions()) {
      if (option.name == "days_ahead" || option.name == "keep_titles") manifest_.options.push_back(option);
    }
    manifest_.scopes = {kScope};
    manifest_.reconciles = true;
    manifest_.hooks_wake = true;
    manifest_.setup = kSetup;
  }

  const sdk::Manifest& manifest() const override { return manifest_; }

  std::vector<std::string> Check(const sdk::Source& source) const override {
    std::vector<std::string> faults = sdk::CheckSource(manifest_, source);
    if (source.instance.find('/') != std::string::npos) {
      faults.push_back("instance must be the domain whose calendars they are, such as acme.example, without https:// and path");
    }
    if (const std::string_view user = sdk::OptionOf(manifest_, source, "user"); !user.empty() && ical::MailOf(user).empty()) {
      faults.push_back("config.user must be a user's mail address such as ana@acme.example");
    }
    if (!sdk::IsAddressOption(TokenBase(source))) {
      faults.push_back("config.token_base must begin with https:// (http:// only for this machine) and have no slash at its end");
    }
    const Options options = OptionsOf(source, &faults);
    if (options.calendars.empty()) {
      faults.push_back("config.calendars is missing; list ids of calendars such as ana@acme.example, with commas between them");
    }
    if (!std::all_of(options.calendars.begin(), options.calendars.end(), IsCalendarId)) {
      faults.push_back(
          "config.calendars must be ids of calendars, which look like mail addresses (Settings > Integrate calendar), not `primary`");
    }
    if (options.calendars.size() > kMaxCalendars) faults.push_back("config.calendars are more than 500; make several sources of them");
    return faults;
  }

  sdk::Auth Verify(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    return VerifyNotification(request, source);
  }
  absl::StatusOr<sdk::Parsed> Parse(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    return ParseNotification(request, source);
  }
  const sdk::Subscriber* subscriber() const override { return this; }
  std::vector<std::string> Watched(const sdk::Source& source) const override { return Valid(source).calendars; }

  std::string ApiBase(const sdk::Source&) const override { return "https://www.googleapis.com/calendar/v3"; }
  std::string TokenBase(const sdk::Source& source) const override { return std::string(sdk::OptionOf(manifest_, source, "token_base")); }
  absl::StatusOr<std::optional<sdk::TokenRequest>> Exchange(const sdk::Source& source, std::string_view credential,
                                                            absl::Time now) const override {
    return TokenRequestOf(credential, TokenBase(source), sdk::OptionOf(manifest_, source, "user"), now);
  }

  std::string Polled(const sdk::Source& source) const override {
    const Options options = Valid(source);
    return absl::StrCat("meetings of ", options.calendars.size(), " calendars, ", options.reading.days_ahead, " days ahead");
  }

  sdk::Step Plan(const sdk::Source& source, const sdk::Poll& poll) const override { return PlanPoll(Valid(source), poll); }

  absl::StatusOr<sdk::Step> Absorb(const sdk::Source& source, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                   const net::Response& response) const override {
    return AbsorbPoll(manifest_, source, Valid(source), poll, fetch, response);
  }

 private:
  Options OptionsOf(const sdk::Source& source, std::vector<std::string>* faults) const {
    Options options;
    for (const std::string& calendar : sdk::SplitList(sdk::OptionOf(manifest_, source, "calendars"))) {
      const std::string address = ical::MailOf(calendar);
      options.calendars.push_back(address.empty() ? calendar : address);
    }
    options.copies_cancel = sdk::OptionOf(manifest_, source, "copies_cancel") == "true";
    options.reading = meetings::ReadReading(manifest_, source, faults);
    return options;
  }
  Options Valid(const sdk::Source& source) const {
    std::vector<std::string> faults;
    Options options = OptionsOf(source, &faults);
    std::erase_if(options.calendars, [](const std::string& calendar) { return !IsCalendarId(calendar); });
    return options;
  }
  sdk::Manifest manifest_;
};

}  // namespace

std::unique_ptr<sdk::Connector> MakeConnector() { return std::make_unique<GoogleCalendar>(); }

}  // namespace comity::google_calendar

#include "plugins/caldav/caldav.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/caldav/polling.h"
#include "plugins/caldav/publishing.h"
#include "plugins/meetings/meetings.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/source_checks.h"
#include "service/base/error.h"

namespace comity::caldav {
namespace {

constexpr std::string_view kChanged = "calendars.changed";
constexpr std::string_view kSetup =
    R"(In the calendar server: make an account for Comity that may only read the calendars (Radicale: a section of the rights file; DAViCal and
Nextcloud: share each calendar with it, read only).
read_token_file: that account's USER:PASSWORD, in one line, 0600.
config.calendars: the calendars' paths below api_base, with commas between them: /ana/work/, /bob/work/
api_base: where the server's paths begin, if that is not https://INSTANCE: https://cal.acme.example/caldav.php
config.zone: the zone of times that name none, as in Europe/Berlin.
Radicale can tell of changes at once: [storage] hook = comity-radicale-hook --url https://YOUR-HOST/in/SOURCE-ID --secret-file FILE
(plugins/caldav/inside/radicale), where FILE holds the text of the source's secret file.)";

class CalDav : public sdk::Connector {
 public:
  CalDav() {
    manifest_.suite = "caldav";
    manifest_.title = "CalDAV";
    manifest_.classified = {"SUMMARY", "DESCRIPTION", "COMMENT", "LOCATION", "ATTACH"};
    manifest_.options = {{"calendars", "paths of calendars such as /ana/work/, with commas between them", ""}};
    manifest_.options.push_back({"publish_calendar", "the path of the calendar into which entries are published: /team/comity/", ""});
    manifest_.publishes = {sdk::ArtifactKind::kCalendarEntry};
    for (const sdk::Option& option : meetings::ReadingOptions()) manifest_.options.push_back(option);
    manifest_.scopes = {"read"};
    manifest_.reconciles = true;
    manifest_.events = {kChanged};
    manifest_.hooks_wake = true;
    manifest_.standard_secret = true;
    manifest_.basic_token = true;
    manifest_.setup = kSetup;
  }

  const sdk::Manifest& manifest() const override { return manifest_; }

  std::vector<std::string> Check(const sdk::Source& source) const override {
    std::vector<std::string> faults = sdk::CheckSource(manifest_, source);
    if (source.instance.find('/') != std::string::npos) {
      faults.push_back(
          "instance must be a host name such as cal.acme.example, without https:// and path; api_base says where its paths begin");
    }
    meetings::ReadReading(manifest_, source, &faults);
    CalendarsOf(source, &faults);
    PublishCalendar(source, &faults);
    return faults;
  }

  // CalDAV itself has no hooks; servers that can run something after a change send this one.
  sdk::Auth Verify(const sdk::Request& request, const sdk::Source& source, absl::Time now) const override {
    return sdk::StandardWebhooks::Verify(request, source, now);
  }
  absl::StatusOr<sdk::Parsed> Parse(const sdk::Request& request, const sdk::Source&, absl::Time) const override {
    COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, sdk::JsonDocument::Parse(request.body));
    sdk::Parsed parsed;
    parsed.wake = document.root().At("/event").Text() == kChanged;
    parsed.ignored = parsed.wake ? "says that something has changed" : "event not used";
    return parsed;
  }

  std::string ApiBase(const sdk::Source& source) const override { return "https://" + source.instance; }

  std::string Polled(const sdk::Source& source) const override {
    std::vector<std::string> faults;
    const meetings::Reading reading = meetings::ReadReading(manifest_, source, &faults);
    return absl::StrCat("meetings of ", CalendarsOf(source, &faults).size(), " calendars, ", reading.days_ahead, " days ahead");
  }

  sdk::Step Plan(const sdk::Source& source, const sdk::Poll&) const override {
    std::vector<std::string> faults;
    return PlanPoll(CalendarsOf(source, &faults));
  }

  absl::StatusOr<sdk::Step> Absorb(const sdk::Source& source, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                   const net::Response& response) const override {
    std::vector<std::string> faults;
    return AbsorbPoll(manifest_, source, meetings::ReadReading(manifest_, source, &faults), poll, fetch, response);
  }

  absl::StatusOr<sdk::PublishStep> Publish(const sdk::Source& source, const sdk::Publication& publication) const override {
    std::vector<std::string> faults;
    return PublishEntry(PublishCalendar(source, &faults), publication);
  }
  absl::StatusOr<sdk::PublishStep> GoOn(const sdk::Source& source, const sdk::Publication& publication, const sdk::Fetch& fetch,
                                        const net::Response& response) const override {
    std::vector<std::string> faults;
    return GoOnWithEntry(PublishCalendar(source, &faults), publication, fetch, response);
  }

 private:
  // Empty: none.
  std::string PublishCalendar(const sdk::Source& source, std::vector<std::string>* faults) const {
    const std::string_view path = sdk::OptionOf(manifest_, source, "publish_calendar");
    if (path.empty()) return "";
    std::vector<std::string> wrong;
    const std::vector<std::string> paths = ReadCalendars(path, &wrong);
    if (wrong.empty() && paths.size() == 1) return paths.front();
    faults->push_back("config.publish_calendar must be the path of one calendar such as /team/comity/");
    return "";
  }
  std::vector<std::string> CalendarsOf(const sdk::Source& source, std::vector<std::string>* faults) const {
    return ReadCalendars(sdk::OptionOf(manifest_, source, "calendars"), faults);
  }
  sdk::Manifest manifest_;
};

}  // namespace

std::unique_ptr<sdk::Connector> MakeConnector() { return std::make_unique<CalDav>(); }

}  // namespace comity::caldav

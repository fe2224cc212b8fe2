// Slack: a slash command that nominates people for thanks. Its grammar: ../nominations/README.md; setting it up: README.md.
#ifndef COMITY_PLUGINS_SLACK_SLACK_H_
#define COMITY_PLUGINS_SLACK_SLACK_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "plugins/nominations/nominations.h"
#include "plugins/sdk/connector.h"

namespace comity::slack {

std::unique_ptr<sdk::Connector> MakeConnector();

// `X-Slack-Signature`: `v0=` and the hexadecimal HMAC-SHA256 of `v0:timestamp:body`, with a timestamp in seconds at most five minutes from
// now.
std::string Sign(std::string_view secret, std::string_view timestamp, std::string_view body);
sdk::Auth VerifySignature(const sdk::Request& request, const sdk::Source& source, absl::Time now);

// The words of a command as Slack escapes them: `<@U123|bob>`, `<!subteam^S1|@devs>`, `<https://…|…>`, plain text.
std::vector<nominations::Word> ReadWords(std::string_view text);

}  // namespace comity::slack

#endif  // COMITY_PLUGINS_SLACK_SLACK_H_

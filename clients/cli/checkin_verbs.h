// Verbs of check-ins that have files of their own.
#ifndef COMITY_CLIENTS_CLI_CHECKIN_VERBS_H_
#define COMITY_CLIENTS_CLI_CHECKIN_VERBS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/verb.h"
#include "comity/v1/checkin.pb.h"

namespace comity::cli {

std::vector<Verb> CheckInTemplateVerbs();
std::vector<Verb> NormVerbs();

// `scale: Did everybody get to finish?`, `yes-no@how-we-meet: Did we keep to it?`, `text: What to do otherwise?`. Usage errors otherwise.
absl::StatusOr<v1::Question> ReadQuestion(const std::string& text);

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_CHECKIN_VERBS_H_

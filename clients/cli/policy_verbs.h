// What the verbs of policies share.
#ifndef COMITY_CLIENTS_CLI_POLICY_VERBS_H_
#define COMITY_CLIENTS_CLI_POLICY_VERBS_H_

#include <string>
#include <vector>

#include "clients/cli/style.h"
#include "clients/cli/verb.h"
#include "comity/v1/deed.pb.h"

namespace comity::cli {

// Why the service itself took a rule back, in plain words.
std::string ReturnWords(const v1::Policy::Return& returned, const Style& style);

// compare, restate, restatements, accuracy.
std::vector<Verb> PolicyHistoryVerbs();

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_POLICY_VERBS_H_

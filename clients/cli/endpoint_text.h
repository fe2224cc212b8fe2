// How outbound webhooks look on a terminal.
#ifndef COMITY_CLIENTS_CLI_ENDPOINT_TEXT_H_
#define COMITY_CLIENTS_CLI_ENDPOINT_TEXT_H_

#include <iosfwd>
#include <string>

#include "clients/cli/style.h"
#include "comity/v1/endpoint.pb.h"

namespace comity::cli {

std::string EndpointTeamsText(const v1::Endpoint& endpoint);
// One word or a few: `well`, `failing`, `disabled: gone`.
std::string EndpointStateText(const v1::Endpoint& endpoint);
// Why an attempt failed; empty if none did.
std::string DeliveryFailureText(const v1::Failure& failure);
// All of it, and what has to be done about it.
void PrintEndpoint(std::ostream& out, const Style& style, const v1::Endpoint& endpoint);

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_ENDPOINT_TEXT_H_

// From a ticket's transactions to facts. Pure: no clock, network or log.
#ifndef COMITY_PLUGINS_RT_MAPPING_H_
#define COMITY_PLUGINS_RT_MAPPING_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/fact_builder.h"
#include "plugins/sdk/json.h"

namespace comity::rt {

// What the extension inside RT calls what it tells.
inline constexpr std::string_view kTransaction = "ticket.transaction";

// How a source wants to be read; the options of the manifest.
struct Reading {
  std::string address;                                    // `https://rt.acme.example`
  std::vector<std::string> resolved, wont_do, cancelled;  // statuses that end a ticket; all others are open
  std::vector<std::string> confidential_queues;           // by name
  v1::Assurance assurance = v1::ASSURANCE_POLLED;
};

// What transactions need to know of their ticket.
struct Ticket {
  std::string id;   // as the transactions name it
  sdk::Json shown;  // as the API shows it; one that was merged shows as the one it went into
  std::optional<v1::Account> asker;
  std::string nobody;  // the id of RT's account for tickets without an owner

  bool is_merged() const { return shown.At("/id").IdText() != id; }
};

// Who did it; nobody for RT itself and for accounts without a number. `{"id": 31, "Name": "bob"}`.
std::optional<v1::Account> AccountOf(sdk::Json user);
// The first requestor's login, if a person is one.
std::string RequestorOf(sdk::Json ticket);

// Whether a transaction of that kind may become a fact; the others need no look at their ticket.
bool IsUsed(sdk::Json transaction);

// Adds what one transaction tells. Errors: INVALID_ARGUMENT that names the paths that are missing.
absl::Status MapTransaction(sdk::Json transaction, const Ticket& ticket, const sdk::Source& source, const Reading& reading,
                            std::vector<v1::Fact>& facts);

// What the extension says of one transaction: the same as the API shows of it and its ticket, in one piece.
// Errors: INVALID_ARGUMENT (FACT_INVALID) that names what is missing.
absl::StatusOr<sdk::Parsed> MapDelivery(sdk::Json payload, const sdk::Source& source, const Reading& reading);

}  // namespace comity::rt

#endif  // COMITY_PLUGINS_RT_MAPPING_H_

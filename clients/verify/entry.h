// What a ledger entry says, in words.
#ifndef COMITY_CLIENTS_VERIFY_ENTRY_H_
#define COMITY_CLIENTS_VERIFY_ENTRY_H_

#include <string>
#include <string_view>

namespace comity::verify {

// For example `grants 50 % of deeds/20260902-k3f9…`; says so of a leaf that this release does not know. The people in it are opaque ids,
// and are not shown.
std::string DescribeEntry(std::string_view leaf);

}  // namespace comity::verify

#endif  // COMITY_CLIENTS_VERIFY_ENTRY_H_

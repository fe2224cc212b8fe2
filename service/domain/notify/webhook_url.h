// The addresses that may be named as outbound webhooks. Pure; what a name leads to is looked at when something is sent.
#ifndef COMITY_SERVICE_DOMAIN_NOTIFY_WEBHOOK_URL_H_
#define COMITY_SERVICE_DOMAIN_NOTIFY_WEBHOOK_URL_H_

#include <cstddef>
#include <string_view>

namespace comity::domain {

inline constexpr size_t kMaxWebhookUrlBytes = 2048;

// Why it cannot be one, as a remedy in plain words; empty if it can. `outbound_private`: http to loopback is allowed too.
std::string_view WebhookUrlFault(std::string_view url, bool outbound_private);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_NOTIFY_WEBHOOK_URL_H_

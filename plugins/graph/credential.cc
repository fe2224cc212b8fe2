#include "plugins/graph/credential.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/oauth.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::microsoft_graph {
namespace {

constexpr Cloud kClouds[] = {
    {"global", "https://graph.microsoft.com", "https://login.microsoftonline.com"},
    {"us", "https://graph.microsoft.us", "https://login.microsoftonline.us"},
    {"us-dod", "https://dod-graph.microsoft.us", "https://login.microsoftonline.us"},
    {"china", "https://microsoftgraph.chinacloudapi.cn", "https://login.partner.microsoftonline.cn"},
};

constexpr std::string_view kFile = R"({"tenant": "…", "client_id": "…", "client_secret": "…"} (Entra admin center > App registrations))";

}  // namespace

const Cloud* CloudOf(std::string_view name) {
  for (const Cloud& cloud : kClouds) {
    if (cloud.name == name) return &cloud;
  }
  return nullptr;
}

absl::StatusOr<std::optional<sdk::TokenRequest>> TokenRequestOf(std::string_view credential, const Cloud& cloud) {
  if (sdk::IsPlainToken(credential)) return std::nullopt;
  const absl::StatusOr<sdk::JsonDocument> document = sdk::JsonDocument::Parse(credential);
  if (!document.ok()) {
    return sdk::CredentialFault(absl::StrCat("begins as JSON and is none; write ", std::string(kFile), " into it, or an access token"));
  }
  COMITY_ASSIGN_OR_RETURN(const std::string tenant, sdk::CredentialText(document->root(), "tenant", kFile));
  COMITY_ASSIGN_OR_RETURN(const std::string id, sdk::CredentialText(document->root(), "client_id", kFile));
  COMITY_ASSIGN_OR_RETURN(const std::string secret, sdk::CredentialText(document->root(), "client_secret", kFile));
  if (!sdk::IsPathName(tenant)) {
    return sdk::CredentialFault("tenant must be the directory (tenant) id, or a domain of it such as acme.onmicrosoft.com");
  }
  return sdk::TokenRequest{absl::StrCat("/", tenant, "/oauth2/v2.0/token"),
                           sdk::ClientCredentialsForm(id, secret, absl::StrCat(std::string(cloud.api), "/.default"))};
}

}  // namespace comity::microsoft_graph

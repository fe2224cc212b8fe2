#include "service/door/origin.h"

#include <string>
#include <string_view>

#include "service/rpc/server.h"

namespace comity::door {
namespace {

absl::Status Refused(const char* why) { return absl::PermissionDeniedError(why); }

bool NamesThisMachine(std::string_view host) {
  const size_t bracket = host.rfind(']');
  const size_t colon = host.rfind(':');
  const bool has_port = colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  return rpc::IsLoopback(has_port ? std::string(host) : std::string(host) + ":80");
}

}  // namespace

absl::Status CheckOrigin(const net::Request& request) {
  const std::string_view host = net::FindHeader(request.headers, "host");
  if (!NamesThisMachine(host)) return Refused("the request's Host does not name this machine; use localhost or 127.0.0.1");
  const std::string_view origin = net::FindHeader(request.headers, "origin");
  if (!origin.empty() && origin != "http://" + std::string(host)) return Refused("pages of other origins may not call this service");
  // Following a link to a page is no harm; sending something from another site is.
  const std::string_view site = net::FindHeader(request.headers, "sec-fetch-site");
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!reads && !site.empty() && site != "same-origin" && site != "none") return Refused("pages of other sites may not call this service");
  return absl::OkStatus();
}

}  // namespace comity::door

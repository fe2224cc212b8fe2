// The page "Why?": paste a ticket's address, read what was made of it. Plain HTML; works without script, by keyboard and by ear.
#ifndef COMITY_SERVICE_DOOR_WHY_PAGE_H_
#define COMITY_SERVICE_DOOR_WHY_PAGE_H_

#include <map>
#include <string>
#include <string_view>

#include "comity/v1/event.pb.h"
#include "google/rpc/status.pb.h"
#include "service/net/http.h"

namespace comity::door {

// `name=value&…` as browsers send forms; later values of a name win. At most 16 KiB are read.
std::map<std::string, std::string> ParseForm(std::string_view body);

// The empty form; the form with an answer; the form with an error. What was asked stays in its field, the token never does.
net::Response WhyForm();
net::Response WhyAnswer(std::string_view asked, const v1::ExplainSubjectResponse& answer);
net::Response WhyError(std::string_view asked, const google::rpc::Status& error);

std::string EscapeHtml(std::string_view text);

}  // namespace comity::door

#endif  // COMITY_SERVICE_DOOR_WHY_PAGE_H_

#include "clients/cli/session.h"

#include <ostream>

#include "absl/strings/str_cat.h"
#include "clients/cpp/paging.h"
#include "google/protobuf/util/json_util.h"
#include "service/base/error.h"

namespace comity::cli {

Session::Session(Environment& environment, client::Options options, Output output)
    : environment_(environment),
      options_(std::move(options)),
      output_(output),
      style_(environment.out_is_terminal && environment.variable("NO_COLOR").empty() && environment.variable("TERM") != "dumb",
             environment.out_columns) {}

absl::StatusOr<client::Client*> Session::client() {
  if (client_ == nullptr) {
    COMITY_ASSIGN_OR_RETURN(client_, environment_.connect(options_));
  }
  return client_.get();
}

absl::Status Session::Call(std::string_view method, const google::protobuf::Message& request, google::protobuf::Message* response) {
  COMITY_ASSIGN_OR_RETURN(client::Client * connected, client());
  return connected->Call(absl::StrCat("/comity.v1.", std::string(method)), request, response);
}

absl::Status Session::List(std::string_view method, google::protobuf::Message& request, int64_t limit,
                           google::protobuf::Message* response) {
  COMITY_ASSIGN_OR_RETURN(client::Client * connected, client());
  return client::ListAll(*connected, absl::StrCat("/comity.v1.", std::string(method)), request, limit, response);
}

absl::Status Session::PrintJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) return absl::InternalError("the answer cannot be printed as JSON");
  // Pages are followed already; the token says nothing to a reader. A raw line break never stands inside a JSON string.
  const size_t token = json.rfind(",\n \"nextPageToken\": ");
  if (token != std::string::npos && message.GetDescriptor()->FindFieldByName("next_page_token") != nullptr) {
    json.erase(token, json.find('\n', token + 2) - token);
  }
  out() << json;
  if (json.empty() || json.back() != '\n') out() << '\n';
  return absl::OkStatus();
}

void Session::SayMore(bool more, int64_t limit) {
  if (more) err() << "These are the first " << limit << "; there are more: --limit=0 shows all.\n";
}

}  // namespace comity::cli

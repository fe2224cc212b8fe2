// What a verb works with: the service, where to print, and how.
#ifndef COMITY_CLIENTS_CLI_SESSION_H_
#define COMITY_CLIENTS_CLI_SESSION_H_

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "clients/cli/style.h"
#include "clients/cpp/client.h"

namespace comity::cli {

// What a process has around it; tests give their own.
struct Environment {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool out_is_terminal = false, err_is_terminal = false;
  std::function<std::string(const char* name)> variable;  // empty if unset
  std::function<absl::StatusOr<std::unique_ptr<client::Client>>(const client::Options&)> connect;
  size_t out_columns = 0;  // the width of the terminal; 0 = none
  bool in_is_terminal = false;
};

enum class Output { kTable, kJson };

class Session {
 public:
  Session(Environment& environment, client::Options options, Output output);

  // Connects at first use; the error stays.
  absl::StatusOr<client::Client*> client();
  // Calls `method` (`DeedService/GetDeed`).
  absl::Status Call(std::string_view method, const google::protobuf::Message& request, google::protobuf::Message* response);
  // Follows pages; see client::ListAll.
  absl::Status List(std::string_view method, google::protobuf::Message& request, int64_t limit, google::protobuf::Message* response);

  bool json() const { return output_ == Output::kJson; }
  // One message as JSON (the protobuf mapping, every field), on a line of its own. Lists lose their page token.
  absl::Status PrintJson(const google::protobuf::Message& message);
  // Says on the error stream that a list was cut, so that nobody takes it for all.
  void SayMore(bool more, int64_t limit);

  std::ostream& out() { return environment_.out; }
  std::ostream& err() { return environment_.err; }
  std::istream& in() { return environment_.in; }
  Environment& environment() { return environment_; }
  const Style& style() const { return style_; }

 private:
  Environment& environment_;
  const client::Options options_;
  const Output output_;
  const Style style_;
  std::unique_ptr<client::Client> client_;
};

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_SESSION_H_

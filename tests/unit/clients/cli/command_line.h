// The command line with a service that functions answer.
#ifndef COMITY_TESTS_UNIT_CLIENTS_CLI_COMMAND_LINE_H_
#define COMITY_TESTS_UNIT_CLIENTS_CLI_COMMAND_LINE_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/run.h"
#include "clients/cli/session.h"
#include "clients/cpp/fake.h"
#include "comity/v1/admin.pb.h"
#include "comity/v1/deed.pb.h"

namespace comity::cli {

// Hands every session the one fake.
class Borrowed : public client::Client {
 public:
  explicit Borrowed(client::Client& client) : client_(client) {}
  absl::StatusOr<v1::IngestEventBatchResponse> Push(const v1::IngestEventBatchRequest& batch) override { return client_.Push(batch); }
  absl::Status Call(std::string_view method, const google::protobuf::Message& request, google::protobuf::Message* response) override {
    return client_.Call(method, request, response);
  }
  std::unique_ptr<client::EventStream> OpenStream() override { return client_.OpenStream(); }

 private:
  client::Client& client_;
};

class CommandLine : public testing::Test {
 protected:
  CommandLine() {
    std::string pattern = testing::TempDir() + "/comity-cli-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~CommandLine() override { std::filesystem::remove_all(folder_); }

  int Run(const std::vector<std::string>& arguments, const std::string& input = "") {
    std::istringstream in(input);
    std::ostringstream out, err;
    Environment environment{in,
                            out,
                            err,
                            false,
                            false,
                            [this](const char* name) { return variables_[name]; },
                            [this](const client::Options& options) -> absl::StatusOr<std::unique_ptr<client::Client>> {
                              options_ = options;
                              return std::make_unique<Borrowed>(fake_);
                            }};
    environment.in_is_terminal = in_is_terminal_;
    const int code = cli::Run(arguments, environment);
    out_ = out.str();
    err_ = err.str();
    return code;
  }
  void ServeDeed() {
    fake_.On<v1::GetDeedRequest, v1::Deed>("DeedService/GetDeed", [](const v1::GetDeedRequest& request) {
      v1::Deed deed;
      deed.set_name(request.name());
      deed.set_etag("etag-1");
      v1::Deed::Helper& helper = *deed.add_helpers();
      helper.set_person("people/ana");
      helper.set_share_ppm(333'333);
      return deed;
    });
    fake_.On<v1::GetStatusRequest, v1::Status>("AdminService/GetStatus", [](const v1::GetStatusRequest&) {
      v1::Status status;
      status.set_caller("people/ana");
      return status;
    });
    fake_.On<v1::CorrectDeedRequest, v1::Deed>("DeedService/CorrectDeed", [this](const v1::CorrectDeedRequest& request) {
      corrected_ = request;
      v1::Deed deed;
      deed.set_name(request.name());
      return deed;
    });
  }
  std::vector<std::string> Corrected() const {
    std::vector<std::string> shares;
    for (const auto& share : corrected_.shares()) shares.push_back(absl::StrCat(share.person(), " ", share.share_ppm()));
    return shares;
  }
  std::string folder_, out_, err_;
  std::map<std::string, std::string> variables_;
  client::Options options_;
  client::FakeClient fake_;
  v1::CorrectDeedRequest corrected_;
  bool in_is_terminal_ = false;
};

}  // namespace comity::cli

#endif  // COMITY_TESTS_UNIT_CLIENTS_CLI_COMMAND_LINE_H_

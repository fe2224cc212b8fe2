// Files that a verb leaves behind: new ones, for their owner only, whole on the disk or not at all.
#ifndef COMITY_CLIENTS_CLI_OUT_FILE_H_
#define COMITY_CLIENTS_CLI_OUT_FILE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace comity::cli {

// A new file of mode 0600 that takes its name with Finish: until then it is `PATH.partial`, and goes when this is destroyed.
class OutFile {
 public:
  // Errors: ALREADY_EXISTS when there is a file of that name: nothing is overwritten; NOT_FOUND and others when it cannot be made.
  static absl::StatusOr<std::unique_ptr<OutFile>> Create(const std::string& path);
  ~OutFile();
  OutFile(const OutFile&) = delete;
  OutFile& operator=(const OutFile&) = delete;

  absl::Status Write(std::string_view bytes);
  // Durable when it returns OK.
  absl::Status Finish();

 private:
  OutFile(std::string path, int file) : path_(std::move(path)), file_(file) {}
  const std::string path_;
  int file_;
};

absl::Status WriteOutFile(const std::string& path, std::string_view content);

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_OUT_FILE_H_

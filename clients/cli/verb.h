// A verb of the command line as data: parser, help and shell completion are made from it.
#ifndef COMITY_CLIENTS_CLI_VERB_H_
#define COMITY_CLIENTS_CLI_VERB_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace comity::cli {

class Session;

struct Parameter {
  enum class Kind { kPositional, kOption, kRepeated, kFlag };
  std::string name = {};  // `NAME` of a positional, `--person` of an option or flag
  Kind kind = Kind::kOption;
  std::string value = {};  // what stands for the value in help, for example `ID`
  std::string help = {};
  bool required = false;
  std::string fallback = {};              // used when it is not given
  std::vector<std::string> choices = {};  // empty = anything
};

// What was given, by the parameter's name without dashes.
class Arguments {
 public:
  void Put(const std::string& name, std::vector<std::string> values) { values_[name] = std::move(values); }
  // The last value; empty if it was not given.
  const std::string& Get(const std::string& name) const;
  const std::vector<std::string>& All(const std::string& name) const;
  bool Has(const std::string& name) const { return !All(name).empty(); }

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

struct Verb {
  std::string noun = {}, name = {};  // `deeds`, `list`; a verb without noun has its word in `name`
  std::string summary = {};          // one line
  std::vector<Parameter> parameters = {};
  absl::Status (*run)(Session&, const Arguments&) = nullptr;
  std::string details = {};  // shown below the help; may be empty
  int deadline_seconds = 0;  // 0 = the client's own
};

// Every verb, in the order of the help. One function for each noun's file.
const std::vector<Verb>& AllVerbs();
std::vector<Verb> DirectoryVerbs();
std::vector<Verb> AccountVerbs();
std::vector<Verb> SourceVerbs();
std::vector<Verb> TokenVerbs();
std::vector<Verb> EndpointVerbs();
std::vector<Verb> DutyVerbs();
std::vector<Verb> EventVerbs();
std::vector<Verb> WhyVerbs();
std::vector<Verb> DeedVerbs();
std::vector<Verb> PolicyVerbs();
std::vector<Verb> MeVerbs();
std::vector<Verb> RecognitionVerbs();
std::vector<Verb> BehaviourVerbs();
std::vector<Verb> ReportVerbs();
std::vector<Verb> CheckInVerbs();
std::vector<Verb> StatusVerbs();
std::vector<Verb> PrivacyVerbs();
std::vector<Verb> BackupVerbs();
std::vector<Verb> CheckpointVerbs();
std::vector<Verb> LookbackVerbs();
std::vector<Verb> CompletionVerbs();

// `--limit` of every list.
Parameter LimitParameter();
absl::Status ReadLimit(const Arguments& arguments, int64_t* limit);

// The caller wrote something that cannot be read: exit code 2.
absl::Status UsageError(std::string_view message);
bool IsUsageError(const absl::Status& status);

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_VERB_H_

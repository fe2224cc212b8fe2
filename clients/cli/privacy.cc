#include "clients/cli/privacy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <istream>
#include <ostream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "clients/cli/names.h"
#include "clients/cli/verb.h"
#include "comity/v1/admin.pb.h"
#include "google/protobuf/util/json_util.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

constexpr std::chrono::milliseconds kPoll{300};

absl::StatusOr<std::string> ContentJson(const google::protobuf::Struct& content) {
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(content, &json).ok()) return absl::InternalError("a part cannot be printed as JSON");
  return json;
}

// The parts of one heading lie together: each heading becomes one list.
class Document {
 public:
  explicit Document(std::ostream& out) : out_(out) {}
  absl::Status Add(const v1::ExportPersonResponse::Part& part) {
    COMITY_ASSIGN_OR_RETURN(const std::string json, ContentJson(part.content()));
    if (part.heading() != heading_) {
      google::protobuf::Value key;
      key.set_string_value(part.heading());
      std::string quoted;
      if (!google::protobuf::util::MessageToJsonString(key, &quoted).ok()) return absl::InternalError("a heading cannot be printed");
      out_ << (heading_.empty() ? "{\n  " : "\n  ],\n  ") << quoted << ": [\n    " << json;
      heading_ = part.heading();
    } else {
      out_ << ",\n    " << json;
    }
    return absl::OkStatus();
  }
  void End() { out_ << (heading_.empty() ? "{}\n" : "\n  ]\n}\n"); }

 private:
  std::ostream& out_;
  std::string heading_;
};

absl::Status WritePages(Session& session, const std::string& person, std::ostream& out) {
  v1::ExportPersonRequest request;
  request.set_name(person);
  Document document(out);
  do {
    v1::ExportPersonResponse response;
    COMITY_RETURN_IF_ERROR(session.Call("AdminService/ExportPerson", request, &response));
    for (const v1::ExportPersonResponse::Part& part : response.parts()) COMITY_RETURN_IF_ERROR(document.Add(part));
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  document.End();
  return absl::OkStatus();
}

// Somebody at a terminal types the id; a script says --yes.
absl::Status Confirm(Session& session, const std::string& id, bool yes) {
  if (yes) return absl::OkStatus();
  if (!session.environment().in_is_terminal) {
    return UsageError("erasing cannot be undone: type the command on a terminal, or say --yes");
  }
  session.err() << "This erases " << Printable(id) << " for good:\n"
                << "  - their name, id, logins, account ids, titles, words, tokens and choices are deleted\n"
                << "  - what the teams did for each other stays, by \"somebody who was erased\"\n"
                << "  - what their accounts do from now on is nobody's\n"
                << "  - backups made before keep them until they are deleted; take them out of the directory file yourself\n"
                << "Nobody can undo it. Type the id to go on: " << std::flush;
  std::string typed;
  std::getline(session.in(), typed);
  if (typed == id) return absl::OkStatus();
  return UsageError("that is not the id; nothing was done");
}

absl::Status AwaitJob(Session& session, const std::string& name) {
  v1::GetJobRequest request;
  request.set_name(name);
  for (;;) {
    v1::Job job;
    COMITY_RETURN_IF_ERROR(session.Call("AdminService/GetJob", request, &job));
    if (job.has_end_time()) return absl::OkStatus();
    std::this_thread::sleep_for(kPoll);
  }
}

absl::Status Erase(Session& session, const Arguments& arguments) {
  v1::ErasePersonRequest request;
  request.set_data_subject(FullName("people", arguments.Get("PERSON")));
  COMITY_RETURN_IF_ERROR(Confirm(session, BareName(request.data_subject()), arguments.Has("yes")));
  v1::Erasure erasure;
  COMITY_RETURN_IF_ERROR(session.Call("AdminService/ErasePerson", request, &erasure));
  if (!erasure.done() && !arguments.Has("no-wait")) {
    COMITY_RETURN_IF_ERROR(AwaitJob(session, erasure.job()));
    COMITY_RETURN_IF_ERROR(session.Call("AdminService/ErasePerson", request, &erasure));
  }
  if (session.json()) return session.PrintJson(erasure);
  std::ostream& out = session.out();
  out << (erasure.done() ? session.style().Good("Erased. ") : absl::StrCat("Erased; ", erasure.job(), " looks through what else is kept. "))
      << Count(erasure.account_count(), "account", "accounts") << ", " << Count(erasure.token_count(), "token", "tokens") << ", "
      << Count(erasure.text_count(), "text", "texts") << " deleted; " << Count(erasure.fact_count(), "fact", "facts") << ", "
      << Count(erasure.subject_count(), "subject", "subjects") << ", " << Count(erasure.read_count(), "record", "records") << " of reads, "
      << Count(erasure.audit_record_count(), "audit record", "audit records") << " made nameless; "
      << Count(erasure.set_aside_count(), "fact", "facts") << " set aside and " << Count(erasure.answer_count(), "answer", "answers")
      << " dropped.\n";
  if (erasure.ownership_rule_count() > 0) {
    out << session.style().Bad(absl::StrCat(Count(erasure.ownership_rule_count(), "ownership rule", "ownership rules"),
                                            " of the directory file still hold a login or id of theirs"))
        << ", and with them the places they match.\n";
  }
  out << "Also: take them out of the directory file, drop dead letters that hold them (comity-connect dead drop), and delete older "
         "backups.\n";
  return absl::OkStatus();
}

absl::Status Export(Session& session, const Arguments& arguments) {
  return ExportPerson(session, FullName("people", arguments.Get("PERSON")), arguments.Get("out"));
}

absl::Status Audit(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListAuditRequest request;
  if (arguments.Has("since")) {
    COMITY_ASSIGN_OR_RETURN(*request.mutable_start_time(), ReadTime(arguments.Get("since"), std::time(nullptr)));
  }
  if (arguments.Has("until")) {
    COMITY_ASSIGN_OR_RETURN(*request.mutable_end_time(), ReadTime(arguments.Get("until"), std::time(nullptr)));
  }
  request.set_method(arguments.Get("method"));
  request.set_person(FullName("people", arguments.Get("person")));
  request.set_code(arguments.Get("code"));
  v1::ListAuditResponse response;
  COMITY_RETURN_IF_ERROR(session.List("AdminService/ListAudit", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  Table table({"WHEN", "CALL", "WHO", "ENDED", "ABOUT"});
  for (const v1::AuditRecord& record : response.records()) {
    const std::string who = !record.person().empty() ? record.person() : !record.token().empty() ? record.token() : "unknown";
    table.Add({Instant(record.call_time()), record.method(), who, record.code(), record.target()});
  }
  table.Print(session.out(), session.style(), "No such calls.");
  session.SayMore(more, limit);
  return absl::OkStatus();
}

}  // namespace

absl::Status ExportPerson(Session& session, const std::string& person, const std::string& file) {
  if (file.empty()) return WritePages(session, person, session.out());
  const int made = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (made < 0) return UsageError(absl::StrCat("--out ", file, " cannot be made; name a file that is not there yet"));
  close(made);
  std::ofstream out(file, std::ios::binary);
  absl::Status status = WritePages(session, person, out);
  out.close();
  if (status.ok() && !out) status = absl::DataLossError(absl::StrCat(file, " could not be written"));
  if (!status.ok()) std::remove(file.c_str());
  if (status.ok()) session.out() << "Everything kept is in " << Printable(file) << ", readable by you alone.\n";
  return status;
}

std::vector<Verb> PrivacyVerbs() {
  const Parameter person = {.name = "PERSON", .kind = Parameter::Kind::kPositional, .help = "people/… or the bare id", .required = true};
  return {
      {.noun = "admin",
       .name = "erase",
       .summary = "erase somebody for good; what the teams did for each other stays",
       .parameters = {person,
                      {.name = "--yes", .kind = Parameter::Kind::kFlag, .help = "do not ask; for scripts"},
                      {.name = "--no-wait",
                       .kind = Parameter::Kind::kFlag,
                       .help = "do not wait until all that is kept was looked through"}},
       .run = Erase},
      {.noun = "admin",
       .name = "export",
       .summary = "everything kept about somebody, as one JSON document",
       .parameters = {person, {.name = "--out", .value = "FILE", .help = "where it goes (0600, never overwritten); else it is printed"}},
       .run = Export},
      {.noun = "admin",
       .name = "audit",
       .summary = "the calls that were made, refused ones included, newest first",
       .parameters = {LimitParameter(),
                      {.name = "--since", .value = "TIME", .help = "2026-09-02, 2026-09-02T10:00:00Z, or 7d, 12h ago"},
                      {.name = "--until", .value = "TIME", .help = "before this"},
                      {.name = "--method", .value = "CALL", .help = "DeedService/GetDeed, or DeedService"},
                      {.name = "--person", .value = "ID", .help = "calls made by them"},
                      {.name = "--code", .value = "CODE", .help = "how they ended: OK, PERMISSION_DENIED …"}},
       .run = Audit},
  };
}

}  // namespace comity::cli

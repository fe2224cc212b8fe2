// Signed checkpoints of the ledger, and proofs to keep.
#include <ostream>

#include "absl/strings/str_cat.h"
#include "clients/cli/names.h"
#include "clients/cli/out_file.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"
#include "comity/v1/admin.pb.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

// To the file if one was named, else to the output.
absl::Status Hand(Session& session, const Arguments& arguments, const std::string& text, const std::string& said) {
  if (!arguments.Has("out")) {
    session.out() << Printable(text, true);
    return absl::OkStatus();
  }
  COMITY_RETURN_IF_ERROR(WriteOutFile(arguments.Get("out"), text));
  session.out() << Printable(absl::StrCat(said, " is in ", arguments.Get("out"), ".")) << "\n";
  return absl::OkStatus();
}

absl::Status CreateCheckpoint(Session& session, const Arguments& arguments) {
  v1::Checkpoint checkpoint;
  COMITY_RETURN_IF_ERROR(session.Call("AdminService/CreateCheckpoint", v1::CreateCheckpointRequest(), &checkpoint));
  if (session.json()) return session.PrintJson(checkpoint);
  return Hand(session, arguments, checkpoint.note(), absl::StrCat("The checkpoint of ", checkpoint.entry_count(), " entries"));
}

absl::Status ShowCheckpoint(Session& session, const Arguments& arguments) {
  v1::GetCheckpointRequest request;
  request.set_name(FullName("checkpoints", arguments.Get("NAME")));
  v1::Checkpoint checkpoint;
  COMITY_RETURN_IF_ERROR(session.Call("AdminService/GetCheckpoint", request, &checkpoint));
  if (session.json()) return session.PrintJson(checkpoint);
  return Hand(session, arguments, checkpoint.note(), absl::StrCat("The checkpoint of ", checkpoint.entry_count(), " entries"));
}

absl::Status ListCheckpoints(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListCheckpointsRequest request;
  v1::ListCheckpointsResponse response;
  COMITY_RETURN_IF_ERROR(session.List("AdminService/ListCheckpoints", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  Table table({"CHECKPOINT", "SIGNED", "ROOT"});
  for (const v1::Checkpoint& checkpoint : response.checkpoints()) {
    table.Add({BareName(checkpoint.name()), Instant(checkpoint.create_time()), checkpoint.root_hash()});
  }
  table.Print(session.out(), session.style(), "No checkpoints yet: one is made each day, or by comity checkpoints create.");
  session.SayMore(more, limit);
  return absl::OkStatus();
}

absl::Status Keys(Session& session, const Arguments& arguments) {
  v1::ListCheckpointsRequest request;
  request.set_page_size(1);
  v1::ListCheckpointsResponse response;
  COMITY_RETURN_IF_ERROR(session.Call("AdminService/ListCheckpoints", request, &response));
  response.clear_checkpoints();
  if (session.json()) return session.PrintJson(response);
  std::string lines;
  for (const v1::CheckpointKey& key : response.keys()) absl::StrAppend(&lines, key.verifier(), "\n");
  return Hand(session, arguments, lines, "What every checkpoint is signed with");
}

absl::Status CompareCheckpoints(Session& session, const Arguments& arguments) {
  v1::GetConsistencyProofRequest request;
  request.set_older(FullName("checkpoints", arguments.Get("OLDER")));
  request.set_newer(FullName("checkpoints", arguments.Get("NEWER")));
  v1::Proof proof;
  COMITY_RETURN_IF_ERROR(session.Call("AdminService/GetConsistencyProof", request, &proof));
  if (session.json()) return session.PrintJson(proof);
  return Hand(session, arguments, proof.text(), "The proof");
}

absl::Status Prove(Session& session, const Arguments& arguments) {
  v1::GetInclusionProofRequest request;
  request.set_deed(FullName("deeds", arguments.Get("NAME")));
  request.set_checkpoint(FullName("checkpoints", arguments.Get("checkpoint")));
  v1::Proof proof;
  COMITY_RETURN_IF_ERROR(session.Call("AdminService/GetInclusionProof", request, &proof));
  if (session.json()) return session.PrintJson(proof);
  return Hand(session, arguments, proof.text(), absl::StrCat("The proof of entry ", proof.sequence()));
}

const Parameter kOut = {.name = "--out", .value = "FILE", .help = "where to (0600, never overwritten; else standard output)"};

}  // namespace

std::vector<Verb> CheckpointVerbs() {
  return {
      {.noun = "checkpoints",
       .name = "create",
       .summary = "sign what the ledger is now",
       .parameters = {kOut},
       .run = CreateCheckpoint,
       .details = "One is made each day by itself. Keep some where who runs the service cannot change them: comity-verify compares.",
       .deadline_seconds = 3600},
      {.noun = "checkpoints",
       .name = "list",
       .summary = "signed checkpoints, latest first",
       .parameters = {LimitParameter()},
       .run = ListCheckpoints},
      {.noun = "checkpoints",
       .name = "show",
       .summary = "one checkpoint as it was signed",
       .parameters = {{.name = "NAME", .kind = Parameter::Kind::kPositional, .help = "checkpoints/… or its bare number; else the latest"},
                      kOut},
       .run = ShowCheckpoint},
      {.noun = "checkpoints",
       .name = "keys",
       .summary = "the public keys that signed them, for comity-verify --key",
       .parameters = {kOut},
       .run = Keys},
      {.noun = "checkpoints",
       .name = "compare",
       .summary = "prove that the ledger of one checkpoint is the beginning of a later one's",
       .parameters = {{.name = "OLDER", .kind = Parameter::Kind::kPositional, .help = "the earlier checkpoint", .required = true},
                      {.name = "NEWER", .kind = Parameter::Kind::kPositional, .help = "the later; else the latest"},
                      kOut},
       .run = CompareCheckpoints},
      {.noun = "checkpoints",
       .name = "prove",
       .summary = "prove that a deed of yours is in the ledger (its helpers and asker, stewards, auditors)",
       .parameters = {{.name = "NAME", .kind = Parameter::Kind::kPositional, .help = "deeds/… or its bare id", .required = true},
                      {.name = "--checkpoint", .value = "NAME", .help = "up to which checkpoint; else the latest"},
                      kOut},
       .run = Prove,
       .details = "Check it, also without the service: comity-verify proof FILE --key KEYS"},
  };
}

}  // namespace comity::cli

#include "service/app/backups.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/app/backup_manifest.h"
#include "service/app/convert.h"
#include "service/app/hex.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"
#include "service/base/version.h"

namespace comity::app {
namespace {

constexpr char kPrefix[] = "backup-", kSuffix[] = ".tmp";
constexpr absl::Duration kKept = absl::Hours(1);

std::string NewId() {
  std::array<unsigned char, 8> bytes{};
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  return absl::BytesToHexString({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

absl::Status NotFound() {
  return Error(absl::StatusCode::kNotFound, ErrorReason::kBackupNotFound,
               "there is no such backup any more: it goes when the service stops, and an hour after it was last read; make another");
}

}  // namespace

absl::StatusOr<FileDigest> DigestOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(path + " cannot be opened");
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  if (context == nullptr || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) return absl::InternalError("no SHA-256");
  FileDigest digest;
  std::vector<char> buffer(1 << 20);
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    if (file.gcount() > 0) EVP_DigestUpdate(context.get(), buffer.data(), static_cast<size_t>(file.gcount()));
    digest.size_bytes += file.gcount();
  }
  if (file.bad()) return absl::UnavailableError(path + " cannot be read");
  std::string bytes(32, '\0');
  EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(bytes.data()), nullptr);
  digest.sha256 = absl::BytesToHexString(bytes);
  return digest;
}

absl::Status CheckCopy(store::Transaction& transaction, std::string_view checkpoint_note) {
  COMITY_ASSIGN_OR_RETURN(const domain::Checkpoint checkpoint, domain::ReadCheckpoint(checkpoint_note));
  COMITY_ASSIGN_OR_RETURN(const store::LedgerHead head, transaction.deeds().Head());
  LedgerReader reader(transaction, {}, {});
  COMITY_RETURN_IF_ERROR(reader.ReadTo(head.sequence));
  if (reader.tree().size() == checkpoint.size && reader.tree().Root() == checkpoint.root && reader.chain() == checkpoint.chain &&
      head.chain_hash == checkpoint.chain) {
    return absl::OkStatus();
  }
  return Error(absl::StatusCode::kDataLoss, ErrorReason::kLedgerForked,
               "the copy's ledger is not the one that its checkpoint was signed for");
}

Backups::Backups(store::Store& store, Checkpoints& checkpoints, const obs::Clock& clock, std::string folder)
    : store_(store), checkpoints_(checkpoints), clock_(clock), folder_(std::move(folder)) {
  std::error_code ignored;
  for (const auto& file : std::filesystem::directory_iterator(folder_, ignored)) {
    const std::string name = file.path().filename();
    if (absl::StartsWith(name, kPrefix) && absl::EndsWith(name, kSuffix)) std::filesystem::remove(file.path(), ignored);
  }
}

Backups::~Backups() {
  MutexLock lock(mutex_);
  Drop();
}

std::string Backups::PathOf(const std::string& id) const { return absl::StrCat(folder_, "/", kPrefix, id, kSuffix); }

void Backups::Drop() {
  std::error_code ignored;
  if (!id_.empty()) std::filesystem::remove(PathOf(id_), ignored);
  id_.clear();
  made_for_.clear();
}

absl::StatusOr<v1::Backup> Backups::Create(const Caller& caller, const std::string& request_id) {
  const std::string made_for = request_id.empty() ? "" : caller.token_id + ' ' + request_id;
  {
    MutexLock lock(mutex_);
    if (!made_for.empty() && made_for == made_for_ && !id_.empty()) {
      used_ = clock_.Now();
      return backup_;
    }
    if (copying_ || (!id_.empty() && clock_.Now() < used_ + kKept && clock_.Now() >= used_)) {
      return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kBackupRunning,
                   "another backup is being made or read; wait for it to end, or an hour if it was given up");
    }
    Drop();
    copying_ = true;
  }
  const std::string id = NewId();
  absl::StatusOr<v1::Backup> made = Copy(id, PathOf(id));
  MutexLock lock(mutex_);
  copying_ = false;
  if (!made.ok()) {
    std::error_code ignored;
    std::filesystem::remove(PathOf(id), ignored);
    return made;
  }
  id_ = id;
  made_for_ = made_for;
  backup_ = *made;
  used_ = clock_.Now();
  return made;
}

// Checked as a stranger would: the copy is opened, and its whole ledger must lead to what the service signs for that many entries.
absl::StatusOr<v1::Backup> Backups::Copy(const std::string& id, const std::string& path) {
  COMITY_RETURN_IF_ERROR(checkpoints_.Make().status());  // so that the copy holds one
  COMITY_RETURN_IF_ERROR(store_.CopyTo(path));
  COMITY_ASSIGN_OR_RETURN(const auto copy, store::OpenCopy(store_.engine(), path));
  COMITY_ASSIGN_OR_RETURN(const auto transaction, copy->BeginRead());
  COMITY_ASSIGN_OR_RETURN(const store::LedgerHead head, transaction->deeds().Head());
  COMITY_ASSIGN_OR_RETURN(const store::CheckpointRow checkpoint, checkpoints_.Make(head.sequence));
  COMITY_RETURN_IF_ERROR(CheckCopy(*transaction, checkpoint.note));
  COMITY_ASSIGN_OR_RETURN(const auto counts, transaction->events().Count());
  COMITY_ASSIGN_OR_RETURN(const auto keys, transaction->checkpoints().CheckpointKeys());
  COMITY_ASSIGN_OR_RETURN(const FileDigest digest, DigestOf(path));
  BackupManifest manifest;
  manifest.release = std::string(Version());
  manifest.engine = std::string(store_.engine());
  manifest.sha256 = digest.sha256;
  manifest.size_bytes = digest.size_bytes;
  manifest.event_count = counts.events;
  for (const store::CheckpointKeyRow& key : keys) manifest.keys.push_back(key.verifier);
  manifest.checkpoint = checkpoint.note;
  COMITY_ASSIGN_OR_RETURN(const domain::Checkpoint read, domain::ReadCheckpoint(checkpoint.note));
  v1::Backup backup;
  backup.set_name(NameOf("backups", id));
  backup.set_size_bytes(digest.size_bytes);
  backup.set_sha256(digest.sha256);
  backup.set_event_count(counts.events);
  backup.set_manifest(ManifestText(manifest));
  backup.mutable_checkpoint()->set_name(NameOf("checkpoints", std::to_string(checkpoint.size)));
  backup.mutable_checkpoint()->set_entry_count(checkpoint.size);
  backup.mutable_checkpoint()->set_root_hash(Hex(read.root));
  backup.mutable_checkpoint()->set_chain_hash(Hex(read.chain));
  *backup.mutable_checkpoint()->mutable_create_time() = ToTimestamp(checkpoint.created);
  backup.mutable_checkpoint()->set_note(checkpoint.note);
  return backup;
}

absl::StatusOr<std::string> Backups::Read(const std::string& id, int64_t offset, size_t max_bytes) {
  {
    MutexLock lock(mutex_);
    if (id.empty() || id != id_) return NotFound();
    if (offset < 0 || offset > backup_.size_bytes()) {
      return Error(absl::StatusCode::kOutOfRange, ErrorReason::kFieldInvalid, "the backup ends before that",
                   {{"offset", "send 0 to the backup's size_bytes"}});
    }
    used_ = clock_.Now();
  }
  std::ifstream file(PathOf(id), std::ios::binary);
  std::string content(max_bytes, '\0');
  file.seekg(offset);
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (file.bad() || !file.is_open()) return absl::UnavailableError("the backup cannot be read; repeat, or make another");
  content.resize(static_cast<size_t>(file.gcount()));
  return content;
}

absl::Status Backups::Delete(const std::string& id) {
  MutexLock lock(mutex_);
  if (id.empty() || id != id_) return NotFound();
  Drop();
  return absl::OkStatus();
}

}  // namespace comity::app

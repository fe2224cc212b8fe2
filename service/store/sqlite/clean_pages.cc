#include "service/store/sqlite/clean_pages.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>

namespace comity::store::sqlite {
namespace {

constexpr char kName[] = "comity-clean";
constexpr int64_t kFileHeader = 100;
constexpr size_t kSmallestPage = 512, kLargestPage = 65'536;
// The first byte of a page of a tree. Other pages begin with the number of another page, whose first byte is one of these only when there
// are 33 million pages and more: in a file so large nothing is touched.
enum : uint8_t { kIndexInterior = 2, kTableInterior = 5, kIndexLeaf = 10, kTableLeaf = 13 };
constexpr int64_t kFewPages = 16'000'000;  // 64 GiB of 4 KiB

size_t Number(const char* bytes) { return static_cast<size_t>(static_cast<uint8_t>(bytes[0])) << 8 | static_cast<uint8_t>(bytes[1]); }

// The default file system and what it does with a database file, and both with our way of writing.
sqlite3_vfs* original = nullptr;
sqlite3_vfs ours;
std::once_flag methods_known;
const sqlite3_io_methods* original_methods = nullptr;
sqlite3_io_methods our_methods;

int WriteClean(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  const sqlite3_io_methods& methods = *original_methods;
  const auto* const page = static_cast<const char*>(bytes);
  const auto page_bytes = static_cast<size_t>(size);
  const auto [begin, end] = UnallocatedIn(page, page_bytes, offset);
  if (std::all_of(page + begin, page + end, [](char byte) { return byte == 0; })) return methods.xWrite(file, bytes, size, offset);
  sqlite3_int64 file_bytes = 0;
  if (const int code = methods.xFileSize(file, &file_bytes); code != SQLITE_OK) return code;
  if (std::max(file_bytes, offset) / size >= kFewPages) return methods.xWrite(file, bytes, size, offset);
  std::array<char, kLargestPage> clean;
  std::memcpy(clean.data(), page, page_bytes);
  std::memset(clean.data() + begin, 0, end - begin);
  return methods.xWrite(file, clean.data(), size, offset);
}

int Open(sqlite3_vfs* /*ours*/, const char* name, sqlite3_file* file, int flags, int* given) {
  const int code = original->xOpen(original, name, file, flags, given);
  if (code != SQLITE_OK || (flags & SQLITE_OPEN_MAIN_DB) == 0) return code;
  std::call_once(methods_known, [file] {
    original_methods = file->pMethods;
    our_methods = *original_methods;
    our_methods.xWrite = WriteClean;
  });
  // Each way of locking has its own methods; on Linux all files that are written to have the same.
  if (file->pMethods == original_methods) file->pMethods = &our_methods;
  return code;
}

}  // namespace

std::pair<size_t, size_t> UnallocatedIn(const char* page, size_t page_bytes, int64_t offset) {
  constexpr std::pair<size_t, size_t> kNone{0, 0};
  if (page_bytes < kSmallestPage || page_bytes > kLargestPage) return kNone;
  const size_t start = offset == 0 ? kFileHeader : 0;
  const auto kind = static_cast<uint8_t>(page[start]);
  const bool interior = kind == kIndexInterior || kind == kTableInterior;
  if (!interior && kind != kIndexLeaf && kind != kTableLeaf) return kNone;
  const size_t cells = Number(page + start + 3);
  const size_t content = Number(page + start + 5) == 0 ? kLargestPage : Number(page + start + 5);
  const size_t begin = start + (interior ? 12 : 8) + 2 * cells;
  if (begin > content || content > page_bytes) return kNone;
  return {begin, content};
}

const char* CleaningFileSystem() {
  static const int registered = [] {
    original = sqlite3_vfs_find(nullptr);
    ours = *original;
    ours.zName = kName;
    ours.xOpen = Open;
    return sqlite3_vfs_register(&ours, 0);
  }();
  return registered == SQLITE_OK ? kName : nullptr;
}

}  // namespace comity::store::sqlite

// Database files without leftovers. SQLite overwrites what is deleted (`secure_delete`), but not what it moved: when it splits, joins or
// balances pages of a tree, a page's unallocated space keeps the bytes that lay there, and those may be of a row that is deleted later.
#ifndef COMITY_SERVICE_STORE_SQLITE_CLEAN_PAGES_H_
#define COMITY_SERVICE_STORE_SQLITE_CLEAN_PAGES_H_

#include <cstddef>
#include <cstdint>
#include <utility>

namespace comity::store::sqlite {

// Where the unallocated space of a page lies, as [first, second) from its start; empty when it has none or is no page of a tree.
// `offset` is where the page lies in the file: the first page begins with the file's header.
// Source: https://www.sqlite.org/fileformat2.html#b_tree_pages
std::pair<size_t, size_t> UnallocatedIn(const char* page, size_t page_bytes, int64_t offset);

// The name of a file system for sqlite3_open_v2: the default one, except that each page is written to a database file with zeros in its
// unallocated space. Logs are written as they are, since their checksums cover what SQLite wrote; a checkpoint copies them through this.
const char* CleaningFileSystem();

}  // namespace comity::store::sqlite

#endif  // COMITY_SERVICE_STORE_SQLITE_CLEAN_PAGES_H_

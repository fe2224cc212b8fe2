#include "service/store/sqlite/clean_pages.h"

#include <string>
#include <utility>

#include "gtest/gtest.h"

namespace comity::store::sqlite {
namespace {

using Range = std::pair<size_t, size_t>;

// A page of `kind` with so many cells whose content begins at `content`.
std::string Page(char kind, int cells, int content, size_t start = 0) {
  std::string page(4096, 'x');
  page[start] = kind;
  page[start + 3] = static_cast<char>(cells >> 8);
  page[start + 4] = static_cast<char>(cells & 255);
  page[start + 5] = static_cast<char>(content >> 8);
  page[start + 6] = static_cast<char>(content & 255);
  return page;
}
Range In(const std::string& page, int64_t offset = 4096) { return UnallocatedIn(page.data(), page.size(), offset); }

TEST(UnallocatedSpace, LiesBetweenThePlacesOfThePagesCellsAndTheirContent) {
  EXPECT_EQ(In(Page(10, 33, 281)), Range(8 + 66, 281));
  EXPECT_EQ(In(Page(13, 0, 4096)), Range(8, 4096));
  EXPECT_EQ(In(Page(2, 300, 3000)), Range(12 + 600, 3000));
  EXPECT_EQ(In(Page(5, 1, 4000)), Range(14, 4000));
  EXPECT_EQ(In(Page(13, 2, 4000, 100), 0), Range(112, 4000)) << "after the header of the file";
}

TEST(UnallocatedSpace, IsNoneOfWhatIsNoPageOfATree) {
  EXPECT_EQ(In(Page(0, 33, 281)), Range(0, 0)) << "the rest of a long row, or a free page";
  EXPECT_EQ(In(Page(10, 33, 70)), Range(0, 0)) << "content over the places of cells";
  EXPECT_EQ(In(Page(10, 1, 4097)), Range(0, 0)) << "content behind the page";
  EXPECT_EQ(In(Page(10, 1, 0)), Range(0, 0)) << "means 65536, in a smaller page";
  EXPECT_EQ(In(Page(10, 65'535, 4000)), Range(0, 0));
  EXPECT_EQ(UnallocatedIn(Page(10, 1, 200).data(), 24, 0), Range(0, 0)) << "part of a page";
}

}  // namespace
}  // namespace comity::store::sqlite

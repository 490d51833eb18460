// Files that are written whole.
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "host/file.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

TEST(WriteFile, ReplacesAFileAndLeavesNoTemporary) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path() + "/report.html";
  ASSERT_TRUE(write_file(path, "old and long", true));
  ASSERT_TRUE(write_file(path, "new", true));
  EXPECT_EQ(read_file(path).value_or(""), "new");
  EXPECT_NE(access((path + ".tmp").c_str(), F_OK), 0);
}

/// As root, "-o /dev/null" replaced the device by a file.
TEST(WriteFile, NothingTakesThePlaceOfADevice) {
  const test::TemporaryDirectory directory;
  const std::string link = directory.path() + "/null";
  ASSERT_EQ(symlink("/dev/null", link.c_str()), 0);
  ASSERT_TRUE(write_file(link, "text", true));
  struct stat there {};
  ASSERT_EQ(lstat(link.c_str(), &there), 0);
  EXPECT_TRUE(S_ISLNK(there.st_mode));
  ASSERT_EQ(stat("/dev/null", &there), 0);
  EXPECT_TRUE(S_ISCHR(there.st_mode));
}

}  // namespace
}  // namespace sriov

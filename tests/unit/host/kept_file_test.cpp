// Files of /proc come in pieces, whatever room there is for them.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <vector>

#include "host/file.h"

namespace sriov {
namespace {

TEST(KeptFile, ASeqFileThatComesPageByPageIsReadToItsEnd) {
  const char* path = "/proc/kallsyms";  // Large, and the same from one reading to the next.
  const Fd fd(::open(path, O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) GTEST_SKIP() << "this kernel has no " << path;
  std::vector<char> room(1U << 20U);
  const ssize_t first = ::read(fd.get(), room.data(), room.size());
  ASSERT_GT(first, 0);
  EXPECT_LT(first, 64 * 1024) << "if the kernel ever hands out more, this test needs another file";
  auto file = KeptFile::open(path);
  ASSERT_TRUE(file);
  const auto whole = file->read();
  ASSERT_TRUE(whole);
  EXPECT_GT(whole->size(), 4U * static_cast<std::size_t>(first));
  EXPECT_EQ(whole->back(), '\n') << "not cut within a line";
  EXPECT_EQ(*whole, read_file(path).value());
}

}  // namespace
}  // namespace sriov

#include "host/kernel_file.h"

#include <gtest/gtest.h>

#include "host/file.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

TEST(KernelFileCommand, WritesTheValueAsItIs) {
  const test::TemporaryDirectory directory;
  LocalShell shell;
  const std::string path = directory.path() + "/it's $HOME; a \"file\"";
  for (const std::string value : {"0", "", "4096 131072 6291456", "it's", "\"", "$(id) `id` $HOME", "a > b; false",
                                  "-n", "%s\\n", "two\nlines"}) {
    ASSERT_TRUE(write_file(path, "what was before"));
    const auto out = shell.output_of(kernel_file_command(path, value));
    ASSERT_TRUE(out) << out.error().text();
    EXPECT_EQ(read_file(path).value(), value);
  }
}

TEST(KernelFileCommand, MakesNoFile) {
  const test::TemporaryDirectory directory;
  LocalShell shell;
  EXPECT_TRUE(shell.output_of(kernel_file_command(directory.path() + "/gone", "1")));
  EXPECT_FALSE(exists(directory.path() + "/gone"));
}

TEST(KernelFileCommand, FailsWhenItCannotBeWritten) {
  const test::TemporaryDirectory directory;
  LocalShell shell;
  EXPECT_FALSE(shell.output_of(kernel_file_command(directory.path(), "1")));
}

}  // namespace
}  // namespace sriov

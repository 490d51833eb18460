#include "host/linkage.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/file.h"
#include "host/shell.h"
#include "tests/unit/support/sanitizer.h"

namespace sriov {
namespace {

TEST(Linkage, ATestProgramHasALoader) { EXPECT_FALSE(is_statically_linked()); }

/// As the lab starts its dom0 agent when that needs a newer C library than dom0 has.
TEST(Linkage, StaysTrueWhenTheLoaderIsStartedByName) {
#if SRIOV_HAS_SANITIZER
  GTEST_SKIP() << "a sanitizer starts its program anew by /proc/self/exe, which is the loader then";
#endif
  const std::string loader = "/lib64/ld-linux-x86-64.so.2";
  if (!exists(loader)) GTEST_SKIP() << "no " << loader;
  std::error_code error;
  const std::string own_program = std::filesystem::read_symlink("/proc/self/exe", error).string();
  ASSERT_FALSE(error);
  LocalShell shell;
  const auto output = shell.run({loader, own_program, "--gtest_filter=Linkage.ATest*"}, 60'000'000'000);
  ASSERT_TRUE(output) << output.error().text();
  EXPECT_EQ(output->exit_code, 0) << output->out;
}

}  // namespace
}  // namespace sriov

#include <gtest/gtest.h>

#include "host/kernel_file.h"
#include "tuning/knob.h"

namespace sriov {
namespace {

TEST(SysctlKnobs, AnOldValueIsPutBackAsItWas) {
  const auto knob = KnobRegistry::instance().make("rmem_max");
  ASSERT_TRUE(knob);
  LocalShell shell;
  const std::string odd = "it's 4096\t\"6\"; true";
  const JournalEntry undo = knob->undo({shell, {}}, odd);
  ASSERT_EQ(undo.undo.size(), 1U);
  EXPECT_EQ(undo.undo.front(), kernel_file_command("/proc/sys/net/core/rmem_max", odd));
}

}  // namespace
}  // namespace sriov

#include "testbed/lab/qemu_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sriov::lab {
namespace {

using testing::HasSubstr;

/// A machine whose QEMU says what the test wants, to `--version` and to `-device help`.
class QemuShell : public Shell {
 public:
  QemuShell(int exit_code, std::string devices) : exit_code_(exit_code), devices_(std::move(devices)) {}
  Result<CommandOutput> run(const Command& command, std::int64_t) override {
    if (command.back() == "--version") return CommandOutput{exit_code_, "QEMU emulator version 7.2.17\n", ""};
    return CommandOutput{0, devices_, ""};
  }
  Result<std::string> read(const std::string& path) override { return fail("not there", path); }
  Result<void> write(const std::string& path, std::string_view) override { return fail("not there", path); }
  [[nodiscard]] std::string name() const override { return "test"; }

 private:
  int exit_code_;
  std::string devices_;
};

TEST(QemuCheck, WantsAnIgb) {
  QemuShell able(0, "name \"e1000\", bus PCI\nname \"igb\", bus PCI, desc \"Intel 82576\"\n");
  EXPECT_TRUE(check_qemu(able));
  QemuShell old(0, "name \"e1000\", bus PCI\nname \"igb-vf\"\n");
  const auto refused = check_qemu(old);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::environment);
  EXPECT_THAT(refused.error().text(), HasSubstr("8.0 was the first"));
  EXPECT_THAT(refused.error().text(), HasSubstr("backports"));
}

TEST(QemuCheck, SaysThatThereIsNone) {
  QemuShell none(127, "");
  const auto refused = check_qemu(none);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr("'qemu-system-x86_64' is not there"));
}

}  // namespace
}  // namespace sriov::lab

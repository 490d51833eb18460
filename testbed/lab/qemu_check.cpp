#include "testbed/lab/qemu_check.h"

#include <fmt/format.h>

#include "core/time.h"

namespace sriov::lab {
namespace {

constexpr std::int64_t kTimeoutNs = 20 * kNsPerSecond;
constexpr const char* kInstall =
    "apt-get install qemu-system-x86 (Debian 12: apt-get install -t bookworm-backports qemu-system-x86)";

}  // namespace

bool emulates_igb(Shell& shell) {
  const auto devices = shell.run({kQemu, "-device", "help"}, kTimeoutNs);
  return devices && (devices->out + devices->err).find("name \"igb\"") != std::string::npos;
}

Result<void> check_qemu(Shell& shell) {
  const auto version = shell.run({kQemu, "--version"}, kTimeoutNs);
  if (!version || version->exit_code != 0)
    return fail_environment(fmt::format("the program '{}' is not there", kQemu), "lab", kInstall);
  if (!emulates_igb(shell))
    return fail_environment("this QEMU emulates no igb, the SR-IOV card; 8.0 was the first to do so", "lab", kInstall);
  return {};
}

}  // namespace sriov::lab

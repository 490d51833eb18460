// What the lab needs of this machine: QEMU with the emulated SR-IOV card, KVM if it nests, tap devices.
#include <fcntl.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/text.h"
#include "core/time.h"
#include "host/file.h"
#include "testbed/doctor/check.h"
#include "testbed/lab/qemu_check.h"

namespace sriov::doctor {
namespace {

constexpr std::int64_t kTimeoutNs = 20 * kNsPerSecond;

std::string first_line(const std::string& text) { return std::string(trim(text.substr(0, text.find('\n')))); }

class Qemu : public Check {
 public:
  [[nodiscard]] Section section() const override { return Section::lab; }
  [[nodiscard]] std::vector<Finding> look(const Machine& machine) const override {
    const auto version = machine.shell.run({lab::kQemu, "--version"}, kTimeoutNs);
    if (!version || version->exit_code != 0)
      return {{"QEMU", Status::missing, fmt::format("{} is not installed", lab::kQemu),
               "the lab boots its Xen machine in it",
               "apt install qemu-system-x86 (Debian 12: from bookworm-backports)"}};
    if (lab::emulates_igb(machine.shell))
      return {{"QEMU", Status::ok, first_line(version->out) + ", emulates an igb", {}, {}}};
    return {{"QEMU", Status::missing, first_line(version->out) + " has no device igb",
             "the emulated 82576 is the lab's SR-IOV card; QEMU 8.0 was the first to have it",
             "install a newer QEMU (Debian 12: apt install -t bookworm-backports qemu-system-x86)"}};
  }
};
const CheckRegistration<Qemu> qemu{"qemu"};

bool is_yes(const std::string& word) { return word == "Y" || word == "1"; }

/// Whether a virtual machine can really be made: containers often have the device and no right to use it.
bool can_make_vm(const std::string& device) {
  const Fd kvm(::open(device.c_str(), O_RDWR | O_CLOEXEC));
  if (!kvm.is_open()) return false;
  const Fd vm(::ioctl(kvm.get(), KVM_CREATE_VM, 0));
  return vm.is_open();
}

class Kvm : public Check {
 public:
  [[nodiscard]] Section section() const override { return Section::lab; }
  [[nodiscard]] std::vector<Finding> look(const Machine& machine) const override {
    const std::string why = "without it the lab runs in software emulation (TCG): it works, but slowly";
    const std::string device = machine.host.dev + "/kvm";
    if (!exists(device))
      return {{"KVM", Status::missing, "no /dev/kvm", why, "load kvm_intel or kvm_amd; in a VM, ask for nesting"}};
    if (machine.is_live() && !can_make_vm(device))
      return {{"KVM", Status::missing, "/dev/kvm makes no virtual machine", why, "run as root or join the group kvm"}};
    const std::string modules = machine.host.sys + "/module/";
    const bool nests = is_yes(read_word(modules + "kvm_intel/parameters/nested")) ||
                       is_yes(read_word(modules + "kvm_amd/parameters/nested"));
    if (nests) return {{"KVM", Status::ok, "usable, with nested virtualization", {}, {}}};
    return {{"KVM", Status::warn, "usable, but without nested virtualization", why,
             "modprobe -r kvm_intel; modprobe kvm_intel nested=1 (or kvm_amd)"}};
  }
};
const CheckRegistration<Kvm> kvm{"kvm"};

class Tun : public Check {
 public:
  [[nodiscard]] Section section() const override { return Section::lab; }
  [[nodiscard]] std::vector<Finding> look(const Machine& machine) const override {
    if (exists(machine.host.dev + "/net/tun")) return {{"tap devices", Status::ok, "/dev/net/tun is there", {}, {}}};
    return {{"tap devices", Status::missing, "no /dev/net/tun", "the lab's wires are tap devices",
             "modprobe tun; in a container, pass --device /dev/net/tun"}};
  }
};
const CheckRegistration<Tun> tun{"tun"};

class Root : public Check {
 public:
  [[nodiscard]] Section section() const override { return Section::host; }
  [[nodiscard]] std::vector<Finding> look(const Machine& machine) const override {
    if (!machine.is_live()) return {};
    if (::geteuid() == 0) return {{"privileges", Status::ok, "root", {}, {}}};
    return {{"privileges", Status::missing, "not root", "testbeds change network devices; some counters are root's",
             "run with sudo"}};
  }
};
const CheckRegistration<Root> root{"privileges"};

}  // namespace
}  // namespace sriov::doctor

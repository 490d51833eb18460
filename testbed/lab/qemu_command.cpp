#include "testbed/lab/qemu_command.h"

#include <fmt/format.h>

namespace sriov::lab {
namespace {

void add(Command& command, std::initializer_list<std::string> words) { command.insert(command.end(), words); }

/// The processor. Xen needs SVM with nested paging. phys-bits=36 keeps 64-bit BARs where the emulated IOMMU reaches
/// them (else the VFs never come up); without rdrand the ssh servers wait for the kernel's randomness; rdtscp and
/// monitor would trap in the guests.
std::string processor(const QemuOptions& options) {
  if (options.accelerator == "kvm") return "host,phys-bits=36,host-phys-bits=off";
  if (options.flavour == "xen") return "qemu64,+svm,+npt,-monitor,-rdtscp,+rdrand,phys-bits=36";
  return "max,-x2apic,phys-bits=36";
}

void add_kernel(Command& command, const QemuOptions& options) {
  const std::string kernel = options.image + "/vmlinuz";
  const std::string early = options.image + "/early.img";
  const std::string common = "net.ifnames=0 mitigations=off loglevel=4";
  if (options.flavour != "xen") {
    add(command, {"-kernel", kernel, "-append", common + " console=ttyS0 intel_iommu=on", "-initrd", early});
    return;
  }
  // bootscrub=0: else Xen touches all memory once and the emulator takes all of it from the host. dom0_vcpus_pin, as
  // the guests' `cpus`: a virtual CPU that changes its emulated CPU may lose its state in the emulation of SVM.
  // iomem=relaxed: the card's registers, which its driver has claimed, may be read.
  add(command, {"-kernel", options.hypervisor, "-append",
                "console=com1 com1=115200,8n1 dom0_mem=1024M,max:1024M dom0_max_vcpus=2 dom0_vcpus_pin loglvl=info "
                "guest_loglvl=warning cpuidle=0 iommu=no-sharept bootscrub=0",
                "-initrd", fmt::format("{} {} console=hvc0 iomem=relaxed,{}", kernel, common, early)});
}

/// An igb behind a root port of its own; only the first one's VFs are used, the second is the bridge's uplink: on one
/// card the bridge's frames would be switched inside it and neither path would cross the wire.
void add_card(Command& command, int number, const std::string& wire, const std::string& mac) {
  const std::string port = fmt::format("port{}", number);
  add(command,
      {"-device",
       fmt::format("pcie-root-port,id={},chassis={},slot={},pref32-reserve=8M,mem-reserve=8M", port, number, number),
       "-netdev", fmt::format("tap,id={0},ifname={0},script=no,downscript=no", wire), "-device",
       fmt::format("igb,netdev={},bus={},mac={},romfile=", wire, port, mac)});
}

void add_disk(Command& command, int number, const std::string& path) {
  // snapshot=on: files stay as they are, and what is written goes with the emulator.
  add(command, {"-drive", fmt::format("file={},format=raw,if=none,id=disk{},snapshot=on", path, number), "-device",
                fmt::format("ide-hd,drive=disk{},bus=ide.{}", number, number)});
}

}  // namespace

Command qemu_command(const QemuOptions& options) {
  Command command{"qemu-system-x86_64", "-name", "sriov-bench-lab", "-nodefaults"};
  add(command, {"-machine", "q35,kernel-irqchip=split", "-cpu", processor(options), "-smp", "2"});
  add(command, {"-accel", options.accelerator == "kvm" ? "kvm" : "tcg,thread=multi,tb-size=512"});
  add(command, {"-m", std::to_string(options.memory_mib), "-display", "none", "-no-reboot"});
  add(command, {"-device", "intel-iommu,intremap=on,caching-mode=on,aw-bits=48"});
  add_kernel(command, options);
  add_disk(command, 0, options.image + "/rootfs.img");
  add_disk(command, 1, options.overlay);
  add(command, {"-netdev", fmt::format("user,id=mgmt,restrict=on,hostfwd=tcp:127.0.0.1:{}-:22", kSshPort), "-device",
                "e1000e,netdev=mgmt,mac=52:54:00:77:00:01,romfile="});
  add_card(command, 1, "wire0", "52:54:00:77:01:01");
  add_card(command, 2, "wire1", "52:54:00:77:02:01");
  add(command, {"-qmp", fmt::format("unix:{},server=on,wait=off", options.monitor), "-D", options.trace});
  add(command, {"-chardev", "file,id=serial,path=" + options.console, "-serial", "chardev:serial"});
  return command;
}

}  // namespace sriov::lab

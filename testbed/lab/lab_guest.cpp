#include "testbed/lab/lab_guest.h"

#include <fmt/format.h>

#include "testbed/lab/fast_kernel.h"

namespace sriov::lab {
namespace {

constexpr int kProcessors = 2;  // Of the machine.

std::string management_mac(int number) { return fmt::format("00:16:3e:77:00:{:02x}", number); }

}  // namespace

std::string guest_name(int number) { return fmt::format("guest{}", number); }
std::string management_address(int number) { return fmt::format("10.77.0.{}", 10 + number); }
std::string guest_console(int number) { return fmt::format("/var/log/xen/guest{}.serial", number); }

xen::GuestSettings guest_settings(int number, const std::string& target) {
  xen::GuestSettings guest;
  guest.number = number;
  guest.endpoint = guest_name(number);
  guest.target = target;
  guest.macs = {{"vf", fmt::format("52:54:00:77:01:{:02x}", 0x10 + number)},
                {"netfront", fmt::format("00:16:3e:77:02:{:02x}", number)},
                {"emulated", fmt::format("00:16:3e:77:03:{:02x}", number)}};
  // A subnet a path: in one subnet the guest would answer for all of them by its first route.
  guest.addresses = {{"vf", fmt::format("10.77.1.{}/24", 10 + number)},
                     {"netfront", fmt::format("10.77.2.{}/24", 10 + number)},
                     {"emulated", fmt::format("10.77.3.{}/24", 10 + number)}};
  return guest;
}

xen::DomainConfig guest_config(int number, const std::string& vf_address, bool hap) {
  const xen::GuestSettings settings = guest_settings(number, "");
  const auto nic = [&settings](const std::string& path, const std::string& device) {
    return fmt::format(" lab.if={},{},{}", settings.macs.at(path), device, settings.addresses.at(path));
  };
  xen::DomainConfig config;
  config.name = guest_name(number);
  config.memory_mib = kGuestMemoryMib;
  config.hap = hap;
  config.kernel = "/opt/sriov-bench/guest-kernel";
  // "unnecessary": neither unplug the emulated NIC, which is under test, nor forbid the paravirtual drivers.
  config.cmdline = fmt::format(
      "console=ttyS0 rdinit=/init mitigations=off quiet iomem=relaxed net.ifnames=0 clocksource=xen "
      "xen_emul_unplug=unnecessary "
      "lab.name={} lab.if={},mgmt0,{}/24{}{}{}",
      config.name, management_mac(number), management_address(number), nic("netfront", "net0"), nic("emulated", "emu0"),
      nic("vf", "vf0"));
  config.serial = "file:" + guest_console(number);
  config.vifs = {{"mgmtbr", management_mac(number), "vif", ""},
                 {"xenbr0", settings.macs.at("netfront"), "vif", ""},
                 {"xenbr0", settings.macs.at("emulated"), "ioemu", "e1000"}};
  config.pci = {vf_address};
  config.extra = {
      "device_model_version=\"qemu-xen\"",
      // Pinned: see qemu_command.cpp.
      fmt::format("cpus=\"{}\"", number % kProcessors),
      fmt::format("device_model_args_hvm=[ \"-device\", \"loader,file=/opt/sriov-bench/guest-flat,addr={:#x},"
                  "force-raw=on\", \"-device\", \"loader,file=/opt/sriov-bench/guest.img,addr={:#x},force-raw=on\" ]",
                  kGuestKernelAddress, kGuestInitrdAddress)};
  return config;
}

}  // namespace sriov::lab

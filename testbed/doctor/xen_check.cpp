// Is this Xen, and its dom0 with a working toolstack?
#include "testbed/xen/xl.h"

#include <fmt/format.h>

#include "core/text.h"
#include "host/file.h"
#include "testbed/doctor/check.h"

namespace sriov::doctor {
namespace {

bool is_xen(const Host& host) { return read_word(host.sys + "/hypervisor/type") == "xen"; }

bool is_dom0(const Host& host) {
  return read_word(host.proc + "/xen/capabilities").find("control_d") != std::string::npos;
}

std::string version_in_sysfs(const Host& host) {
  const std::string directory = host.sys + "/hypervisor/version/";
  const std::string major = read_word(directory + "major");
  return major.empty() ? "version not readable"
                       : major + "." + read_word(directory + "minor") + read_word(directory + "extra");
}

class Hypervisor : public Check {
 public:
  [[nodiscard]] Section section() const override { return Section::xen; }
  [[nodiscard]] std::vector<Finding> look(const Machine& machine) const override {
    if (!is_xen(machine.host))
      return {{"hypervisor", Status::missing, "this kernel does not run on Xen",
               "the testbed 'xen' needs a Xen host; 'lab' and 'netns' do not",
               "install a Xen hypervisor and boot it, or use --testbed lab"}};
    return {{"hypervisor", Status::ok, "Xen " + version_in_sysfs(machine.host), {}, {}}, domain(machine.host)};
  }

 private:
  static Finding domain(const Host& host) {
    if (is_dom0(host)) return {"domain", Status::ok, "this is dom0", {}, {}};
    const bool mounted = !list_directory(host.proc + "/xen").empty();
    return {"domain", Status::missing, mounted ? "this domain is a guest" : "not dom0, or xenfs is not mounted",
            "only dom0 makes virtual functions and bridges and sees all domains",
            mounted ? "run in dom0" : "if this is dom0: mount -t xenfs xenfs /proc/xen"};
  }
};
const CheckRegistration<Hypervisor> hypervisor{"hypervisor"};

class Toolstack : public Check {
 public:
  [[nodiscard]] Section section() const override { return Section::xen; }
  [[nodiscard]] std::vector<Finding> look(const Machine& machine) const override {
    if (!is_xen(machine.host) || !is_dom0(machine.host)) return {};
    const auto info = xen::Xl(machine.shell).info();
    if (!info)
      return {{"toolstack", Status::missing, info.error().text(), "guests and pass-through are set up with xl",
               "install xen-utils and start xenstored; run as root"}};
    return {{"toolstack", Status::ok, fmt::format("xl answers; scheduler {}", info->field("xen_scheduler")), {}, {}},
            posted_interrupts(*info)};
  }

 private:
  static Finding posted_interrupts(const xen::HypervisorInfo& info) {
    const bool on = info.field("xen_commandline").find("intpost") != std::string_view::npos &&
                    info.field("xen_commandline").find("no-intpost") == std::string_view::npos;
    if (!on)
      return {"posted interrupts",
              Status::ok,
              "off (Xen's default): every VF interrupt goes through the hypervisor",
              "iommu=intpost delivers them without a VM exit where the CPU can",
              {}};
    return {"posted interrupts", Status::warn, "switched on with iommu=intpost",
            "VF interrupts that are posted do not pass Xen, so xentrace does not show them",
            "count VF interrupts in the guest, and say so beside results"};
  }
};
const CheckRegistration<Toolstack> toolstack{"toolstack"};

}  // namespace
}  // namespace sriov::doctor

// Can devices be passed to guests safely: is there an IOMMU, and who owns it?
#include <fmt/format.h>

#include "core/text.h"
#include "host/file.h"
#include "testbed/doctor/check.h"
#include "testbed/xen/xl.h"

namespace sriov::doctor {
namespace {

const std::string kSwitchOn = "switch VT-d or AMD-Vi on in the firmware setup";

Finding on_xen(const Machine& machine) {
  const auto info = xen::Xl(machine.shell).info();
  if (!info)
    return {"IOMMU", Status::unknown, "Xen owns it and `xl info` does not answer", "virt_caps says whether it works",
            "run in dom0, as root"};
  if (info->has_capability("hvm_directio"))
    return {"IOMMU", Status::ok, "Xen owns it; devices can be passed to HVM guests (hvm_directio)", {}, {}};
  return {"IOMMU", Status::missing, "Xen found none it can use (no hvm_directio in virt_caps)",
          "a VF cannot be passed to an HVM guest", kSwitchOn + "; see `xl dmesg | grep -i -e vt-d -e iommu`"};
}

Finding on_linux(const Machine& machine) {
  const auto units = list_directory(machine.host.sys + "/class/iommu");
  if (!units.empty())
    return {"IOMMU",
            Status::ok,
            fmt::format("{} unit{}: {}", units.size(), units.size() == 1 ? "" : "s", join(units, ", ")),
            {},
            {}};
  return {"IOMMU", Status::missing, "no unit in /sys/class/iommu",
          "VFs still work in namespaces of this host; passing them to guests needs one",
          kSwitchOn + ", and intel_iommu=on on the kernel's command line"};
}

class Iommu : public Check {
 public:
  [[nodiscard]] Section section() const override { return Section::iommu; }
  [[nodiscard]] std::vector<Finding> look(const Machine& machine) const override {
    const bool xen = read_word(machine.host.sys + "/hypervisor/type") == "xen";
    return {xen ? on_xen(machine) : on_linux(machine)};
  }
};
const CheckRegistration<Iommu> registration{"iommu"};

}  // namespace
}  // namespace sriov::doctor

// Which counters of the hardware can be read here: the IOMMU's translation cache, the processors'.
#include <fmt/format.h>

#include "collector/iotlb/iotlb_backend.h"
#include "collector/iotlb/iotlb_xen.h"
#include "collector/perf/perf_names.h"
#include "core/text.h"
#include "host/file.h"
#include "testbed/doctor/check.h"

namespace sriov::doctor {
namespace {

class Iotlb : public Check {
 public:
  [[nodiscard]] Section section() const override { return Section::iommu; }
  [[nodiscard]] std::vector<Finding> look(const Machine& machine) const override {
    std::vector<std::string> work;
    std::vector<std::string> do_not;
    for (const auto& backend : iotlb_backends()) {
      if (const auto usable = backend->probe(machine.host); usable)
        work.push_back(fmt::format("{} ({})", backend->name(), backend->help()));
      else
        do_not.push_back(fmt::format("{}: {}", backend->name(), usable.error().what));
    }
    const std::string others = do_not.empty() ? "" : "not here: " + join(do_not, "; ");
    if (!work.empty()) {
      std::string what = join(work, "; ");
      if (!others.empty()) what += "; " + others;
      return {{"IOTLB counters", Status::ok, what, {}, {}}};
    }
    const bool xen = is_xen(machine.host);
    return {{"IOTLB counters", Status::missing, xen ? std::string(kXenHidesIotlb) : "nothing here counts IOTLB misses",
             others, xen ? std::string(kXenInstead) : advice(machine)}};
  }

 private:
  static std::string advice(const Machine& machine) {
    if (list_directory(machine.host.sys + "/class/iommu").empty())
      return "switch the IOMMU on first; a virtual machine has no counters of it";
    return "Intel: a VT-d with counters and Linux 6.3, or apt install pcm; AMD: the counters of AMD-Vi in the firmware";
  }
};
const CheckRegistration<Iotlb> iotlb{"iotlb"};

class ProcessorCounters : public Check {
 public:
  [[nodiscard]] Section section() const override { return Section::host; }
  [[nodiscard]] std::vector<Finding> look(const Machine& machine) const override {
    if (!exists(machine.host.sys + "/bus/event_source/devices"))
      return {{"CPU counters", Status::unknown, "no event_source in sysfs", {}, {}}};
    if (!has_cpu_pmu(machine.host))
      return {{"CPU counters", Status::missing,
               "no PMU of the processors: the perf collector counts the kernel's events",
               "no cycles, instructions or cache misses",
               is_xen(machine.host) ? "boot Xen with vpmu=on, at a cost in security (XSA-163)"
                                    : "in a virtual machine, ask for a virtual PMU"}};
    if (read_word(machine.host.proc + "/sys/kernel/nmi_watchdog") == "1")
      return {{"CPU counters", Status::warn, "there, but the NMI watchdog holds one of every CPU",
               "groups that need all of them are refused or shared in time", "sysctl kernel.nmi_watchdog=0"}};
    return {{"CPU counters", Status::ok, "there", {}, {}}};
  }
};
const CheckRegistration<ProcessorCounters> processor_counters{"cpu-counters"};

}  // namespace
}  // namespace sriov::doctor

// What makes numbers wander: irqbalance, clock source, frequency governor.
#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "host/file.h"
#include "testbed/doctor/check.h"

namespace sriov::doctor {
namespace {

bool runs(const Host& host, std::string_view program) {
  return std::ranges::any_of(list_directory(host.proc), [&](const std::string& name) {
    const bool is_pid = std::ranges::all_of(name, [](unsigned char c) { return std::isdigit(c) != 0; });
    return is_pid && read_word(host.proc + "/" + name + "/comm") == program;
  });
}

class Irqbalance : public Check {
 public:
  [[nodiscard]] Section section() const override { return Section::traps; }
  [[nodiscard]] std::vector<Finding> look(const Machine& machine) const override {
    if (!runs(machine.host, "irqbalance"))
      return {{"irqbalance", Status::ok, "not running: interrupts stay where they are put", {}, {}}};
    return {{"irqbalance", Status::warn, "running",
             "it moves interrupts between CPUs during a trial, which shows as noise in CPU and latency",
             "systemctl stop irqbalance, and set the affinities by hand"}};
  }
};
const CheckRegistration<Irqbalance> irqbalance{"irqbalance"};

class ClockSource : public Check {
 public:
  [[nodiscard]] Section section() const override { return Section::traps; }
  [[nodiscard]] std::vector<Finding> look(const Machine& machine) const override {
    const std::string source =
        read_word(machine.host.sys + "/devices/system/clocksource/clocksource0/current_clocksource");
    if (source.empty()) return {{"clock source", Status::unknown, "not readable in sysfs", {}, {}}};
    static constexpr std::array<std::string_view, 4> kQuick{"tsc", "xen", "kvm-clock", "arch_sys_counter"};
    if (std::ranges::find(kQuick, source) != kQuick.end()) return {{"clock source", Status::ok, source, {}, {}}};
    return {{"clock source", Status::warn, source, "reading the time costs about a microsecond each, in every latency",
             "find out why the kernel gave up the TSC (dmesg), or boot with clocksource=tsc tsc=reliable"}};
  }
};
const CheckRegistration<ClockSource> clock_source{"clock-source"};

class Governor : public Check {
 public:
  [[nodiscard]] Section section() const override { return Section::traps; }
  [[nodiscard]] std::vector<Finding> look(const Machine& machine) const override {
    const std::string governor = read_word(machine.host.sys + "/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    if (governor.empty())
      return {{"frequency governor", Status::unknown, "Linux does not control the frequency here",
               "on Xen the hypervisor does; in a virtual machine, its host", "on Xen: xenpm get-cpufreq-para"}};
    if (governor == "performance") return {{"frequency governor", Status::ok, governor, {}, {}}};
    return {{"frequency governor", Status::warn, governor,
             "the clock follows the load, so CPU shares at low load are not comparable with those at high load",
             "cpupower frequency-set -g performance"}};
  }
};
const CheckRegistration<Governor> frequency_governor{"governor"};

}  // namespace
}  // namespace sriov::doctor

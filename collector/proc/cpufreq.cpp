// How fast each CPU ran, and how often heat slowed it: the kernel's cpufreq and thermal_throttle in sysfs.
#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "collector/collector.h"
#include "core/cpu_list.h"
#include "core/text.h"
#include "host/file.h"

namespace sriov {
namespace {

/// What is read of each CPU: a file below its folder, with one number (Documentation/admin-guide/pm/cpufreq.rst;
/// arch/x86/kernel/cpu/mce/therm_throt.c).
struct Source {
  Metric metric;
  std::string_view file;
};
constexpr std::array<Source, 3> kSources{{
    {{"cpufreq.frequency", "kHz", MetricKind::gauge, "cpu",
      "Frequency at which the CPU last ran, as its driver knows it; of an idle CPU it may be an old value.",
      "/sys/devices/system/cpu/cpu*/cpufreq/scaling_cur_freq"},
     "cpufreq/scaling_cur_freq"},
    {{"cpufreq.core_throttled", "count", MetricKind::counter, "cpu",
      "Times the core was slowed because it was too hot; the same for all threads of the core.",
      "/sys/devices/system/cpu/cpu*/thermal_throttle/core_throttle_count", "cpu"},
     "thermal_throttle/core_throttle_count"},
    {{"cpufreq.package_throttled", "count", MetricKind::counter, "cpu",
      "Times the CPU's package was slowed because it was too hot; the same for all its CPUs.",
      "/sys/devices/system/cpu/cpu*/thermal_throttle/package_throttle_count", "cpu"},
     "thermal_throttle/package_throttle_count"},
}};
constexpr std::array<Metric, kSources.size()> kMetrics{kSources[0].metric, kSources[1].metric, kSources[2].metric};

std::vector<std::int64_t> cpus_of(const Host& host) {
  return parse_cpu_list(read_file(host.sys + "/devices/system/cpu/online").value_or(""));
}

std::string path_of(const Host& host, std::int64_t cpu, const Source& source) {
  return host.sys + "/devices/system/cpu/cpu" + std::to_string(cpu) + "/" + std::string(source.file);
}

class CpuFrequency : public Collector {
 public:
  std::string_view name() const override { return "cpufreq"; }
  std::string_view help() const override {
    return "Frequency of each CPU and how often heat slowed it, from sysfs; absent in guests and under Xen.";
  }
  CollectorScope scope() const override { return CollectorScope::machine; }
  std::span<const Metric> metrics() const override { return kMetrics; }

  Result<void> probe(const Host& host) const override {
    for (const std::int64_t cpu : cpus_of(host))
      for (const Source& source : kSources)
        if (read_file(path_of(host, cpu, source))) return {};
    if (trim(read_file(host.sys + "/hypervisor/type").value_or("")) == "xen")
      return fail_environment("Xen sets the frequency of CPUs, not this domain", {},
                              "`xenpm get-cpufreq-states` in dom0 tells it");
    if (read_file(host.proc + "/cpuinfo").value_or("").find(" hypervisor") != std::string::npos)
      return fail_environment("this is a virtual machine: its host sets the frequency of CPUs", {}, "");
    return fail_environment("the kernel has no driver for the frequency of these CPUs",
                            host.sys + "/devices/system/cpu/cpu0/cpufreq",
                            "load one (acpi_cpufreq, intel_pstate, amd_pstate), or it is set by the firmware");
  }

  Result<void> open(const Host& host, const CollectorOptions&, Recorder& recorder) override {
    for (const std::int64_t cpu : cpus_of(host))
      for (const Source& source : kSources) {
        auto file = KeptFile::open(path_of(host, cpu, source));
        if (file)
          columns_.push_back({std::move(*file), recorder.column(source.metric, {{"cpu", std::to_string(cpu)}})});
      }
    if (columns_.empty()) return fail_environment("no file of a CPU's frequency can be read", host.sys);
    return {};
  }

  void sample(Recorder& recorder) override {
    for (Column& column : columns_) {
      const auto text = column.file.read();
      if (!text) continue;  // The CPU was taken offline.
      if (const auto value = to_int(trim(*text)); value && *value >= 0) recorder.set(column.index, *value);
    }
  }

 private:
  struct Column {
    KeptFile file;
    std::size_t index = 0;
  };
  std::vector<Column> columns_;
};

const Registration<Collector, CpuFrequency> registration{"cpufreq"};

}  // namespace
}  // namespace sriov

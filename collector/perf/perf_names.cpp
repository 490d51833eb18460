#include "collector/perf/perf_names.h"

#include <perfmon/pfmlib_perf_event.h>

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "collector/perf/perf_list_text.h"
#include "collector/perf/sysfs_pmu.h"
#include "core/text.h"
#include "host/file.h"

namespace sriov {
namespace {

struct KernelEvent {
  std::string_view name;
  std::uint32_t type;
  std::uint64_t config;
};

constexpr std::uint64_t cache_misses(std::uint64_t cache) {
  return cache | std::uint64_t{PERF_COUNT_HW_CACHE_OP_READ} << 8 | std::uint64_t{PERF_COUNT_HW_CACHE_RESULT_MISS} << 16;
}

constexpr std::array<KernelEvent, 20> kKernelEvents{{
    {"cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},
    {"instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS},
    {"cache-references", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_REFERENCES},
    {"cache-misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES},
    {"branches", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_INSTRUCTIONS},
    {"branch-misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES},
    {"bus-cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BUS_CYCLES},
    {"ref-cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_REF_CPU_CYCLES},
    {"LLC-load-misses", PERF_TYPE_HW_CACHE, cache_misses(PERF_COUNT_HW_CACHE_LL)},
    {"dTLB-load-misses", PERF_TYPE_HW_CACHE, cache_misses(PERF_COUNT_HW_CACHE_DTLB)},
    {"iTLB-load-misses", PERF_TYPE_HW_CACHE, cache_misses(PERF_COUNT_HW_CACHE_ITLB)},
    {"L1-dcache-load-misses", PERF_TYPE_HW_CACHE, cache_misses(PERF_COUNT_HW_CACHE_L1D)},
    {"cpu-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK},
    {"task-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK},
    {"page-faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS},
    {"minor-faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MIN},
    {"major-faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MAJ},
    {"context-switches", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES},
    {"cpu-migrations", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_MIGRATIONS},
    {"alignment-faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_ALIGNMENT_FAULTS},
}};

NamedPerfEvent from_kernel(const KernelEvent& known) {
  NamedPerfEvent out;
  out.event.name = known.name;
  out.event.attr.type = known.type;
  out.event.attr.config = known.config;
  out.is_time = known.name == "task-clock" || known.name == "cpu-clock";
  return out;
}

Result<NamedPerfEvent> from_sysfs(const Host& host, const std::string& name, const std::string& pmu_name,
                                  const std::string& text) {
  const std::string devices = host.sys + "/bus/event_source/devices";
  if (!exists(devices + "/" + pmu_name)) {
    const auto present = list_directory(devices);
    return fail_usage(fmt::format("there is no PMU '{}'", pmu_name), "event " + name,
                      present.empty() ? "sysfs shows none here" : "PMUs: " + join(present, ", "));
  }
  SRIOV_ASSIGN(const SysfsPmu pmu, SysfsPmu::read(host, pmu_name));
  const auto terms = parse_pmu_terms(text);
  if (!terms) return fail_usage("these are no terms", "event " + name, "PMU/event/ or PMU/term=0x1,term=2/");
  NamedPerfEvent out;
  SRIOV_ASSIGN(out.event, pmu.encode(*terms));
  out.event.name = name;
  out.cpus = pmu.cpus();
  if (const PmuEvent* event = terms->size() == 1 ? pmu.event(text) : nullptr; event != nullptr) {
    out.scale = event->scale;
    out.unit = event->unit;
  }
  return out;
}

/// The cpumask of the PMU with that type.
std::optional<std::vector<std::int64_t>> cpus_of_type(const Host& host, std::uint32_t type) {
  const std::string devices = host.sys + "/bus/event_source/devices";
  for (const std::string& name : list_directory(devices))
    if (to_int(read_word(devices + "/" + name + "/type")) == type)
      if (const auto pmu = SysfsPmu::read(host, name)) return pmu->cpus();
  return std::nullopt;
}

Result<NamedPerfEvent> from_libpfm(const Host& host, const std::string& name) {
  static const int initialized = pfm_initialize();
  std::vector<std::string> known;
  for (const KernelEvent& event : kKernelEvents) known.emplace_back(event.name);
  const std::string near = nearest(name, known);
  NamedPerfEvent out;
  out.event.name = name;
  pfm_perf_encode_arg_t request{};
  request.attr = &out.event.attr;
  request.size = sizeof request;
  const int error = initialized != PFM_SUCCESS ? initialized
                                               : pfm_get_os_event_encoding(name.c_str(), PFM_PLM0 | PFM_PLM3 | PFM_PLMH,
                                                                           PFM_OS_PERF_EVENT, &request);
  if (error == PFM_SUCCESS) {
    if (out.event.attr.type >= PERF_TYPE_MAX) {
      out.cpus = cpus_of_type(host, out.event.attr.type);
      // Units outside of the CPUs know no privilege levels and refuse to tell them apart.
      out.event.attr.exclude_user = out.event.attr.exclude_kernel = out.event.attr.exclude_hv = 0;
    }
    return out;
  }
  return fail_usage(
      fmt::format("libpfm4 does not know it: {}", pfm_strerror(error)), fmt::format("event '{}'", name),
      near.empty() ? "`perf list` has names; those of sysfs are PMU/event/" : fmt::format("did you mean '{}'?", near));
}

}  // namespace

Result<NamedPerfEvent> find_perf_event(const Host& host, const std::string& name) {
  if (const auto known = std::ranges::find(kKernelEvents, name, &KernelEvent::name); known != kKernelEvents.end())
    return from_kernel(*known);
  std::string pmu;
  std::string terms;
  if (split_pmu_event(name, pmu, terms)) return from_sysfs(host, name, pmu, terms);
  return from_libpfm(host, name);
}

bool has_cpu_pmu(const Host& host) {
  const std::string devices = host.sys + "/bus/event_source/devices";
  return std::ranges::any_of(list_directory(devices), [](const std::string& name) {
    return name == "cpu" || name == "cpu_core" || name.starts_with("armv8_pmu");
  });
}

}  // namespace sriov

#include "collector/xen/xenperf_totals.h"

#include <algorithm>
#include <string_view>

namespace sriov {
namespace {

constexpr std::array<std::string_view, 4> kArrays{"exceptions", "vmexits", "cause vector", "hypercalls"};
constexpr std::array<std::string_view, 1> kLevels{"number of shadow pages in use"};
/// A counter that every Xen has, with one value a physical CPU.
constexpr std::string_view kPerCpu = "#interrupts";
constexpr std::uint32_t kHalf = std::uint32_t{1} << 31;

constexpr std::array<std::string_view, 43> kHypercalls{"set_trap_table",
                                                       "mmu_update",
                                                       "set_gdt",
                                                       "stack_switch",
                                                       "set_callbacks",
                                                       "fpu_taskswitch",
                                                       "sched_op_compat",
                                                       "platform_op",
                                                       "set_debugreg",
                                                       "get_debugreg",
                                                       "update_descriptor",
                                                       "",
                                                       "memory_op",
                                                       "multicall",
                                                       "update_va_mapping",
                                                       "set_timer_op",
                                                       "event_channel_op_compat",
                                                       "xen_version",
                                                       "console_io",
                                                       "physdev_op_compat",
                                                       "grant_table_op",
                                                       "vm_assist",
                                                       "update_va_mapping_otherdomain",
                                                       "iret",
                                                       "vcpu_op",
                                                       "set_segment_base",
                                                       "mmuext_op",
                                                       "xsm_op",
                                                       "nmi_op",
                                                       "sched_op",
                                                       "callback_op",
                                                       "xenoprof_op",
                                                       "event_channel_op",
                                                       "physdev_op",
                                                       "hvm_op",
                                                       "sysctl",
                                                       "domctl",
                                                       "kexec_op",
                                                       "tmem_op",
                                                       "argo_op",
                                                       "xenpmu_op",
                                                       "dm_op",
                                                       "hypfs_op"};

std::string_view name_of(const PerfDescription& description) {
  const auto* const end = std::find(description.name.begin(), description.name.end(), '\0');
  return {description.name.data(), static_cast<std::size_t>(end - description.name.begin())};
}

std::int64_t rise(std::uint32_t before, std::uint32_t now) {
  const std::uint32_t difference = now - before;
  return difference < kHalf ? difference : now;
}

}  // namespace

bool PerfTotals::update(std::span<const PerfDescription> descriptions, std::span<const std::uint32_t> values) {
  std::size_t described = 0;
  for (const PerfDescription& description : descriptions) described += description.values;
  if (described > values.size()) return false;
  if (!is_known(descriptions)) describe(descriptions);
  std::size_t at = 0;
  for (std::size_t i = 0; i < counters_.size(); ++i) {
    PerfCounter& counter = counters_[i];
    std::uint32_t level = 0;
    for (std::uint32_t k = 0; k < sizes_[i]; ++k, ++at) {
      level += values[at];
      counter.totals[counter.is_array ? k : 0] += has_last_ ? rise(last_[at], values[at]) : values[at];
    }
    // Taken on one CPU and given back on another: only the sum means anything.
    if (counter.is_level) counter.totals[0] = static_cast<std::int32_t>(level);
  }
  std::copy(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(described), last_.begin());
  has_last_ = true;
  return true;
}

bool PerfTotals::is_known(std::span<const PerfDescription> descriptions) const {
  if (descriptions.size() != counters_.size()) return false;
  for (std::size_t i = 0; i < descriptions.size(); ++i)
    if (descriptions[i].values != sizes_[i] || name_of(descriptions[i]) != counters_[i].name) return false;
  return true;
}

/// At the start, and when a physical CPU came or went: what it had counted cannot be told from what the others count
/// now, so all begin anew.
void PerfTotals::describe(std::span<const PerfDescription> descriptions) {
  std::uint32_t cpus = 0;
  for (const PerfDescription& description : descriptions)
    if (name_of(description) == kPerCpu) cpus = description.values;
  counters_.clear();
  sizes_.clear();
  std::size_t described = 0;
  for (const PerfDescription& description : descriptions) {
    PerfCounter counter;
    counter.name = std::string(name_of(description));
    counter.is_level = std::find(kLevels.begin(), kLevels.end(), counter.name) != kLevels.end();
    const bool has_other_size = cpus != 0 && description.values != cpus;
    const bool is_known_array = std::find(kArrays.begin(), kArrays.end(), counter.name) != kArrays.end();
    counter.is_array = !counter.is_level && (is_known_array || has_other_size);
    counter.totals.assign(counter.is_array ? description.values : 1, 0);
    counters_.push_back(std::move(counter));
    sizes_.push_back(description.values);
    described += description.values;
  }
  last_.assign(described, 0);
  has_last_ = false;
}

std::string hypercall_name(std::size_t number) {
  constexpr std::size_t kFirstArch = 48;
  constexpr std::size_t kLastArch = 55;
  if (number < kHypercalls.size() && !kHypercalls[number].empty()) return std::string(kHypercalls[number]);
  if (number >= kFirstArch && number <= kLastArch) return "arch_" + std::to_string(number - kFirstArch);
  return "hypercall_" + std::to_string(number);
}

}  // namespace sriov

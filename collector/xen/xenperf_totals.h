// Xen's performance counters as they come from the hypervisor (32 bits wide, per CPU or per element), widened.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sriov {

/// xen_sysctl_perfc_desc of xen/include/public/sysctl.h: a counter's name and how many values it has.
struct PerfDescription {
  std::array<char, 80> name;
  std::uint32_t values;
};

/// One counter of Xen. Totals are since Xen booted, as far as its 32 bits told when they were first read; from then on
/// they are 64 bits wide.
struct PerfCounter {
  std::string name;                  ///< As in `xenperf`: "sched: context switches".
  bool is_array = false;             ///< One total an element ("exceptions" by vector), else one in all.
  bool is_level = false;             ///< It goes down, too: pages in use.
  std::vector<std::int64_t> totals;  ///< Physical CPUs added up.
};

class PerfTotals {
 public:
  /// Adds what was counted since the last update. `values` holds those of the first description, then of the next.
  /// Between two updates a value may rise by 2^31 at most; a fall is a reset of Xen's counters (`xenperf -r`), after
  /// which it counts from 0. Allocates nothing unless the descriptions changed. False, without effect, when there are
  /// fewer values than described.
  bool update(std::span<const PerfDescription> descriptions, std::span<const std::uint32_t> values);
  [[nodiscard]] const std::vector<PerfCounter>& counters() const { return counters_; }

 private:
  [[nodiscard]] bool is_known(std::span<const PerfDescription> descriptions) const;
  void describe(std::span<const PerfDescription> descriptions);

  std::vector<PerfCounter> counters_;
  std::vector<std::uint32_t> sizes_;  ///< By counter: how many values it has.
  std::vector<std::uint32_t> last_;   ///< Values of the last update.
  bool has_last_ = false;
};

/// "mmu_update" for 1: the hypercalls' names (xen/include/public/xen.h), or their number.
[[nodiscard]] std::string hypercall_name(std::size_t number);

}  // namespace sriov

#include "analyzers/metrics/detail_metrics.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace sriov {

bool is_detail(const std::string& metric) {
  static constexpr std::array<std::string_view, 14> kDetails{"service_demand_us_per_kb.",
                                                             "datagrams_per_stack_packet.",
                                                             "jitter_us",
                                                             "threads_cpu_us_per_transaction.",
                                                             "device_interrupts_per_s.",
                                                             "packets_per_s.",
                                                             "iotlb_lookups_per_s.",
                                                             "iotlb_misses_per_s.",
                                                             "vm_exits_per_s.",
                                                             "iotlb_lookups_per_packet.",
                                                             "packets_per_mb.",
                                                             "sampling_",
                                                             "retransmits",
                                                             "cycles_per_op."};
  const bool by_class = metric.starts_with("interrupts_per_s.") &&
                        metric.find('.', std::string_view("interrupts_per_s.").size()) != std::string::npos;
  return by_class || std::any_of(kDetails.begin(), kDetails.end(),
                                 [&](std::string_view prefix) { return metric.starts_with(prefix); });
}

}  // namespace sriov

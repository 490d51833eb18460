#include "analyzers/metrics/metric_direction.h"

#include <algorithm>
#include <array>

namespace sriov {
namespace {

constexpr std::array<std::string_view, 8> kHigher{
    "throughput_bps",       "transactions_per_s",       "fairness_jain", "guest_throughput_bps", "lane_throughput_bps",
    "rate_reached_percent", "datagrams_received_per_s", "goodput_bps"};
constexpr std::array<std::string_view, 31> kLower{"latency_p50_us",
                                                  "latency_p90_us",
                                                  "latency_p99_us",
                                                  "latency_p999_us",
                                                  "latency_max_us",
                                                  "lane_latency_p99_us",
                                                  "one_way_p50_us",
                                                  "one_way_p99_us",
                                                  "one_way_max_us",
                                                  "jitter_us",
                                                  "jitter_p99_us",
                                                  "cpu_percent",
                                                  "cpu_share_percent",
                                                  "cpu_percent_per_gbps",
                                                  "cpu_us_per_transaction",
                                                  "service_demand_us_per_kb",
                                                  "threads_cpu_us_per_transaction",
                                                  "datagrams_lost_percent",
                                                  "retransmits",
                                                  "interrupts_per_mb",
                                                  "interrupts_per_transaction",
                                                  "vm_exits_per_packet",
                                                  "vm_exits_per_transaction",
                                                  "xen_share_percent",
                                                  "iotlb_miss_percent",
                                                  "iotlb_misses_per_mib",
                                                  "iotlb_misses_per_packet",
                                                  "sampling_cpu_percent",
                                                  "sampling_missed_deadlines",
                                                  "ns_per_op",
                                                  "cycles_per_op"};

constexpr std::array<std::string_view, 10> kOfWork{
    "cpu_share_percent",       "interrupts_per_mb",        "interrupts_per_transaction", "packets_per_mb",
    "vm_exits_per_packet",     "vm_exits_per_transaction", "iotlb_miss_percent",         "iotlb_misses_per_mib",
    "iotlb_misses_per_packet", "iotlb_lookups_per_packet"};

std::string_view family_of(std::string_view metric) { return metric.substr(0, metric.find('.')); }

}  // namespace

Better better_direction(std::string_view metric) {
  const std::string_view family = family_of(metric);
  if (std::find(kHigher.begin(), kHigher.end(), family) != kHigher.end()) return Better::higher;
  return std::find(kLower.begin(), kLower.end(), family) != kLower.end() ? Better::lower : Better::neither;
}

bool holds_in_emulation(std::string_view metric) {
  return std::find(kOfWork.begin(), kOfWork.end(), family_of(metric)) != kOfWork.end();
}

}  // namespace sriov

#include <fmt/format.h>

#include "analyzers/metric_groups.h"

namespace sriov {
namespace {

constexpr const char* kLookups = "iotlb.lookups";
constexpr const char* kMisses = "iotlb.misses";
constexpr double kBitsPerMebibyte = 8.0 * 1024 * 1024;

/// The VFs' own series where the counters tell requesters apart; else those of all devices behind a unit, which hold
/// the disks' and other cards' requests too.
struct Scope {
  std::string key;    ///< Part of a metric's name: "vfs", "all".
  std::string words;  ///< Part of a label: "VFs'", "all devices'".
  LabelFilter filter;
};

Scope scope_of(const TrialView& view, const std::string& endpoint) {
  for (const std::string& vf : view.label_values(endpoint, kMisses, "vf"))
    if (!vf.empty()) return {"vfs", "VFs'", [](const Labels& labels) { return !label(labels, "vf").empty(); }};
  return {"all", "all devices'", [](const Labels& labels) { return label(labels, "requester").empty(); }};
}

void add_endpoint(const TrialView& view, const std::string& endpoint, MetricList& out) {
  const Scope scope = scope_of(view, endpoint);
  const Quantity misses = view.rate(endpoint, kMisses, scope.filter);
  const Quantity lookups = view.rate(endpoint, kLookups, scope.filter);
  const std::string who = fmt::format("{}.{}", scope.key, endpoint);
  const auto label_of = [&scope](const char* what) { return fmt::format("{} IOTLB {}", scope.words, what); };
  out.add("iotlb_lookups_per_s." + who, "1/s", label_of("lookups"), lookups);
  out.add("iotlb_misses_per_s." + who, "1/s", label_of("misses"), misses);
  out.add("iotlb_miss_percent." + who, "%", label_of("miss ratio"),
          ratio_of(misses, lookups, 100, "there was no lookup"));
  out.add("iotlb_misses_per_mib." + who, "1/MiB", label_of("misses per MiB"),
          ratio_of(misses, throughput_bps_of(view.trial(), endpoint), kBitsPerMebibyte, "there was no throughput"));
  out.add("iotlb_lookups_per_packet." + who, "1", label_of("lookups per packet"),
          ratio_of(lookups, guest_packets_per_s(view), 1, "there was no packet"));
  out.add("iotlb_misses_per_packet." + who, "1", label_of("misses per packet"),
          ratio_of(misses, guest_packets_per_s(view), 1, "there was no packet"));
}

}  // namespace

void add_iotlb_metrics(const TrialView& view, MetricList& out) {
  for (const std::string& endpoint : view.endpoints())
    if (view.has(endpoint, kMisses)) add_endpoint(view, endpoint, out);
}

}  // namespace sriov

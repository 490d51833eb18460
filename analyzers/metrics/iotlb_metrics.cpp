#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "analyzers/metrics/metric_groups.h"

namespace sriov {
namespace {

constexpr const char* kLookups = "iotlb.lookups";
constexpr const char* kMisses = "iotlb.misses";
constexpr double kBitsPerMebibyte = 8.0 * 1024 * 1024;

struct Scope {
  std::string key;    ///< Part of a metric's name: "vfs", "all".
  std::string words;  ///< Part of a label: "VFs'", "all devices'".
  LabelFilter filter;
};

/// All devices behind the units: disks and other cards too.
const Scope kAll{"all", "all devices'", [](const Labels& labels) { return label(labels, "requester").empty(); }};
const Scope kVfs{"vfs", "VFs'", [](const Labels& labels) { return !label(labels, "vf").empty(); }};

bool has_value(const TrialView& view, const std::string& endpoint, const char* label_name) {
  const auto values = view.label_values(endpoint, kMisses, label_name);
  return std::any_of(values.begin(), values.end(), [](const std::string& value) { return !value.empty(); });
}

/// The emulator names whoever asks; hardware counts only the requesters it was told to.
bool tells_every_requester(const TrialView& view, const std::string& endpoint) {
  const auto backends = view.label_values(endpoint, kMisses, "backend");
  return backends == std::vector<std::string>{"lab"} && has_value(view, endpoint, "requester");
}

void add_scope(const TrialView& view, const std::string& endpoint, const Scope& scope, const Quantity& lookups,
               const Quantity& misses, MetricList& out) {
  const std::string who = fmt::format("{}.{}", scope.key, endpoint);
  const auto label_of = [&scope](const char* what) { return fmt::format("{} IOTLB {}", scope.words, what); };
  out.add("iotlb_lookups_per_s." + who, "1/s", label_of("lookups"), lookups);
  out.add("iotlb_misses_per_s." + who, "1/s", label_of("misses"), misses);
  out.add("iotlb_miss_percent." + who, "%", label_of("miss ratio"),
          ratio_of(misses, lookups, 100, "there was no lookup"));
  out.add("iotlb_misses_per_mib." + who, "1/MiB", label_of("misses per MiB"),
          ratio_of(misses, throughput_bps_of(view.trial(), endpoint), kBitsPerMebibyte, "there was no throughput"));
  const Quantity packets = guest_packets_per_s(view);
  out.add("iotlb_lookups_per_packet." + who, "1", label_of("lookups per packet"),
          ratio_of(lookups, packets, 1, "there was no packet"));
  out.add("iotlb_misses_per_packet." + who, "1", label_of("misses per packet"),
          ratio_of(misses, packets, 1, "there was no packet"));
}

void add_endpoint(const TrialView& view, const std::string& endpoint, MetricList& out) {
  const auto rate = [&](const char* metric, const Scope& scope) { return view.rate(endpoint, metric, scope.filter); };
  if (has_value(view, endpoint, "vf"))
    add_scope(view, endpoint, kVfs, rate(kLookups, kVfs), rate(kMisses, kVfs), out);
  else if (tells_every_requester(view, endpoint))  // And no VF was among those that asked.
    add_scope(view, endpoint, kVfs, Quantity::of(0), Quantity::of(0), out);
  add_scope(view, endpoint, kAll, rate(kLookups, kAll), rate(kMisses, kAll), out);
}

}  // namespace

void add_iotlb_metrics(const TrialView& view, MetricList& out) {
  for (const std::string& endpoint : view.endpoints())
    if (view.has(endpoint, kMisses)) add_endpoint(view, endpoint, out);
}

}  // namespace sriov

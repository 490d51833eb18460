// Traffic that never left the card: what functions transmitted beyond what its MAC sent.
#include <fmt/format.h>

#include "analyzers/metric_groups.h"

namespace sriov {
namespace {

constexpr double kBitsPerByte = 8;

Quantity minus(const Quantity& a, const Quantity& b) {
  if (!a.value) return a;
  if (!b.value) return b;
  return Quantity::of(*a.value - *b.value);
}

Quantity plus(const Quantity& a, const Quantity& b) {
  if (!a.value) return a;
  if (!b.value) return b;
  return Quantity::of(*a.value + *b.value);
}

Quantity bits(const Quantity& bytes) { return bytes.value ? Quantity::of(*bytes.value * kBitsPerByte) : bytes; }

/// The driver refreshes VF and port counters at different times, and some cards count the frame check sequence (4 bytes
/// a packet) and others do not: near 0 the sign means nothing.
void add_device(const TrialView& view, const std::string& endpoint, const std::string& device, MetricList& out) {
  const auto is_its = [&](const Labels& labels) { return label(labels, "device") == device; };
  const Quantity vfs = view.rate(endpoint, "vf.tx_bytes", is_its);
  Quantity sent = vfs;
  if (view.has(endpoint, "vf.pf_tx_bytes")) sent = plus(vfs, view.rate(endpoint, "vf.pf_tx_bytes", is_its));
  const Quantity mac = view.rate(endpoint, "vf.mac_tx_bytes", is_its);
  out.add(fmt::format("vf_tx_bps.{}.{}", endpoint, device), "bit/s",
          fmt::format("{} {}: transmitted by VFs", endpoint, device), bits(vfs));
  out.add(fmt::format("vf_hairpin_bps.{}.{}", endpoint, device), "bit/s",
          fmt::format("{} {}: within the card", endpoint, device), bits(minus(sent, mac)));
}

}  // namespace

void add_vf_metrics(const TrialView& view, MetricList& out) {
  for (const std::string& endpoint : view.endpoints())
    for (const std::string& device : view.label_values(endpoint, "vf.tx_bytes", "device"))
      add_device(view, endpoint, device, out);
}

}  // namespace sriov

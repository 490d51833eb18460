// One way of counting IOTLB lookups and misses: a backend is one file that registers itself with the iotlb collector.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collector/collector.h"

namespace sriov {

/// What a backend may count. It makes columns only of what it really counts; the rest stays out of the recording.
enum class IotlbMetric : std::size_t {
  lookups,              ///< Translations that were looked for in the IOTLB.
  misses,               ///< Of these, not found.
  page_walk_reads,      ///< Memory reads of page walks.
  page_walk_occupancy,  ///< Walks in flight, summed over clock cycles.
  invalidations,        ///< Invalidations of IOTLB entries.
  counted_percent,      ///< Share of the time in which the counters really counted.
  count
};

/// Labels a series carries, as far as the backend can tell them apart:
///   backend    name of the backend; always there
///   iommu      one remapping unit: "dmar0", "amd_iommu_0"
///   stack      one IIO stack, a group of root ports: "0", "IIO Stack 1 - PCIe0"
///   socket     processor package of the stack: "0"
///   requester  PCI address whose requests alone are counted: "0000:01:10.0"; absent: all requesters together
///   vf         the same address, when that is known to be a VF's
/// Series with a requester are part of those without, not to be added to them.
[[nodiscard]] const Metric& iotlb_metric(IotlbMetric metric);
[[nodiscard]] std::span<const Metric> iotlb_metrics();

class IotlbBackend {
 public:
  virtual ~IotlbBackend() = default;

  /// What the option `backend` calls it.
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Half a sentence for lists: "Intel VT-d performance counters (Linux 6.3), per requester".
  [[nodiscard]] virtual std::string_view help() const = 0;
  /// `auto` takes the first that probes, the lowest number first. Kernel counters per requester 10, per unit 20 to 30,
  /// other programs 40, emulation 90.
  [[nodiscard]] virtual int preference() const = 0;
  /// Options of the collector that this backend takes beside `backend`; backends may share one by its name.
  [[nodiscard]] virtual std::span<const CollectorOption> options() const { return {}; }
  /// As Collector::check_values().
  [[nodiscard]] virtual Result<void> check_values(const CollectorOptions& /*options*/) const { return {}; }
  /// Whether it can work on this host; the error says why not and what would help. Changes nothing, starts nothing.
  [[nodiscard]] virtual Result<void> probe(const Host& host) const = 0;
  /// Opens what it reads and makes its columns. `options` holds declared ones alone.
  [[nodiscard]] virtual Result<void> open(const Host& host, const CollectorOptions& options, Recorder& recorder) = 0;
  /// As Collector::sample: sets the columns of the open row and allocates nothing.
  virtual void sample(Recorder& recorder) = 0;
  /// As Collector::take_complaints().
  [[nodiscard]] virtual std::vector<Complaint> take_complaints() { return {}; }
};

using IotlbBackendRegistry = Registry<IotlbBackend>;

/// All registered backends, in the order in which `auto` tries them.
[[nodiscard]] std::vector<std::unique_ptr<IotlbBackend>> iotlb_backends();

}  // namespace sriov

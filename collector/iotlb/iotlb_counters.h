// The part that the backends on perf_event share: groups of a unit's events that add up to the iotlb metrics.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "collector/iotlb/iotlb_backend.h"
#include "collector/iotlb/pci_requester.h"
#include "collector/perf/perf_event.h"
#include "collector/perf/sysfs_pmu.h"

namespace sriov {

/// A metric as a sum of events of its group, by index.
struct IotlbSum {
  IotlbMetric metric;
  std::vector<std::size_t> plus;
  std::vector<std::size_t> minus;
};

/// Events that are counted at the same time, as sysfs terms ("iotlb_lookup", "event=0x40,umask=0x01").
struct IotlbGroup {
  std::vector<std::string> events;
  std::vector<IotlbSum> sums;
  bool required = false;  ///< Others are left out where the unit has no such event.
};

/// Whether `pmu` has the events of every required group; the error names what is missing.
[[nodiscard]] Result<void> check_iotlb_groups(const SysfsPmu& pmu, std::span<const IotlbGroup> groups);
/// The same of every PMU that is called `prefix` and a number.
[[nodiscard]] Result<void> check_iotlb_units(const Host& host, std::string_view prefix,
                                             std::span<const IotlbGroup> groups);

/// The units of a backend that can count one requester apart from the rest.
struct IotlbUnits {
  std::string_view backend;
  std::string_view prefix;  ///< Of their PMUs' names: "dmar". The number after it is the unit's.
  std::span<const IotlbGroup> groups;
  /// The terms with which `pmu` counts that requester alone.
  Result<std::vector<PmuTerm>> (*filter)(const SysfsPmu& pmu, const PciRequester& requester);
};

class IotlbCounters {
 public:
  IotlbCounters(const Host& host, PerfEventOpen opener, PerfGroup::Reading reading)
      : host_(host), opener_(std::move(opener)), reading_(reading) {}

  /// Opens the groups of one unit, once on each of its CPUs, with `filter` added to every event. Where the unit is one
  /// per socket (`per_socket`), the label socket tells whose.
  [[nodiscard]] Result<void> add(const SysfsPmu& pmu, std::span<const IotlbGroup> groups,
                                 const std::vector<PmuTerm>& filter, const Labels& labels, bool per_socket,
                                 Recorder& recorder);
  /// add() of every unit, and once more of its first group for each requester that is behind it. `options`: of
  /// kRequesterOptions.
  [[nodiscard]] Result<void> add_units(const IotlbUnits& units, const CollectorOptions& options, Recorder& recorder);
  void sample(Recorder& recorder);

 private:
  struct Column {
    IotlbSum sum;
    std::size_t column = 0;
    std::int64_t last = 0;
  };
  struct Source {
    PerfGroup group;
    std::vector<Column> columns;
    std::optional<std::size_t> percent_column;  ///< Of required groups: the others of a unit take turns with it.
  };

  [[nodiscard]] Result<void> add_group(const SysfsPmu& pmu, const IotlbGroup& group, const std::vector<PmuTerm>& filter,
                                       const Labels& labels, int cpu, Recorder& recorder);

  Host host_;
  PerfEventOpen opener_;
  PerfGroup::Reading reading_;
  std::vector<Source> sources_;
};

}  // namespace sriov

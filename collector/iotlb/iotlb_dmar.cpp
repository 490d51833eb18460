// Intel VT-d's performance counters: Linux' PMUs dmarN (drivers/iommu/intel/perfmon.c, 6.3), with a requester filter.
#include <fmt/format.h>

#include "collector/iotlb/iotlb_counters.h"
#include "collector/iotlb/iotlb_perf_backends.h"
#include "collector/iotlb/iotlb_xen.h"
#include "collector/iotlb/pci_requester.h"

namespace sriov {
namespace {

constexpr std::string_view kPrefix = "dmar";

const std::vector<IotlbGroup>& groups() {
  using enum IotlbMetric;
  static const std::vector<IotlbGroup> kGroups{
      {{"iotlb_lookup", "iotlb_hit"}, {{lookups, {0}, {}}, {misses, {0}, {1}}}, true},
      {{"pw_occupancy"}, {{page_walk_occupancy, {0}, {}}}, false},
      {{"iommu_mrds"}, {{page_walk_reads, {0}, {}}}, false},
  };
  return kGroups;
}

/// The switch is filter_requester_id_en in the driver and filter_requester_en in the kernel's ABI document.
Result<std::vector<PmuTerm>> filter_for(const SysfsPmu& pmu, const PciRequester& requester) {
  for (const char* enable : {"filter_requester_id_en", "filter_requester_en"})
    if (pmu.has_field(enable) && pmu.has_field("filter_requester_id"))
      return std::vector<PmuTerm>{{enable, 1}, {"filter_requester_id", requester.id}};
  return fail_environment(fmt::format("{} cannot filter by requester", pmu.name()), {}, "leave requesters out");
}

class Dmar : public IotlbBackend {
 public:
  explicit Dmar(PerfEventOpen opener = system_perf_event_open) : opener_(std::move(opener)) {}

  std::string_view name() const override { return "dmar"; }
  std::string_view help() const override { return "Intel VT-d's counters (Linux 6.3 and later), per requester"; }
  int preference() const override { return 10; }
  std::span<const CollectorOption> options() const override { return kRequesterOptions; }

  Result<void> probe(const Host& host) const override {
    if (SysfsPmu::numbered(host, kPrefix).empty())
      return fail_environment("no PMU dmarN", host.sys + "/bus/event_source/devices",
                              is_xen(host) ? std::string(kXenHidesIotlb)
                                           : "needs VT-d 4.0 performance monitoring in the chip, intel_iommu=on and "
                                             "CONFIG_INTEL_IOMMU_PERF_EVENTS");
    return check_iotlb_units(host, kPrefix, groups());
  }

  Result<void> open(const Host& host, const CollectorOptions& options, Recorder& recorder) override {
    counters_.emplace(host, opener_, PerfGroup::Reading::running);
    return counters_->add_units({name(), kPrefix, groups(), filter_for}, options, recorder);
  }

  void sample(Recorder& recorder) override { counters_->sample(recorder); }

 private:
  PerfEventOpen opener_;
  std::optional<IotlbCounters> counters_;
};

const Registration<IotlbBackend, Dmar> registration{"dmar"};

}  // namespace

std::unique_ptr<IotlbBackend> make_iotlb_dmar(PerfEventOpen opener) {
  return std::make_unique<Dmar>(std::move(opener));
}

}  // namespace sriov

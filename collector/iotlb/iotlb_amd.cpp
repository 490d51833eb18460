// AMD-Vi's performance counters: Linux' PMUs amd_iommu_N (arch/x86/events/amd/iommu.c), with a device filter.
#include <fmt/format.h>

#include "collector/iotlb/iotlb_counters.h"
#include "collector/iotlb/iotlb_perf_backends.h"
#include "collector/iotlb/iotlb_xen.h"
#include "collector/iotlb/pci_requester.h"

namespace sriov {
namespace {

constexpr std::string_view kPrefix = "amd_iommu_";

/// Translations of 4 KiB pages are counted as PTE, those of 2 MiB and 1 GiB pages as PDE: lookups are all four.
const std::vector<IotlbGroup>& groups() {
  using enum IotlbMetric;
  static const std::vector<IotlbGroup> kGroups{
      {{"mem_iommu_tlb_pte_hit", "mem_iommu_tlb_pte_mis", "mem_iommu_tlb_pde_hit", "mem_iommu_tlb_pde_mis"},
       {{lookups, {0, 1, 2, 3}, {}}, {misses, {1, 3}, {}}},
       true},
      {{"page_tbl_read_tot"}, {{page_walk_reads, {0}, {}}}, false},
      {{"tlb_inv"}, {{invalidations, {0}, {}}}, false},
  };
  return kGroups;
}

/// The mask has a one for every bit of the id that must agree.
Result<std::vector<PmuTerm>> filter_for(const SysfsPmu&, const PciRequester& requester) {
  return std::vector<PmuTerm>{{"devid", requester.id}, {"devid_mask", 0xFFFF}};
}

class Amd : public IotlbBackend {
 public:
  explicit Amd(PerfEventOpen opener = system_perf_event_open) : opener_(std::move(opener)) {}

  std::string_view name() const override { return "amd"; }
  std::string_view help() const override { return "AMD-Vi's counters, per device"; }
  int preference() const override { return 11; }
  std::span<const CollectorOption> options() const override { return kRequesterOptions; }

  Result<void> probe(const Host& host) const override {
    if (SysfsPmu::numbered(host, kPrefix).empty())
      return fail_environment(
          "no PMU amd_iommu_N", host.sys + "/bus/event_source/devices",
          is_xen(host) ? std::string(kXenHidesIotlb) : "needs an AMD IOMMU with counters, switched on in the firmware");
    return check_iotlb_units(host, kPrefix, groups());
  }

  Result<void> open(const Host& host, const CollectorOptions& options, Recorder& recorder) override {
    counters_.emplace(host, opener_, PerfGroup::Reading::stopped);
    return counters_->add_units({name(), kPrefix, groups(), filter_for}, options, recorder);
  }

  void sample(Recorder& recorder) override { counters_->sample(recorder); }

 private:
  PerfEventOpen opener_;
  std::optional<IotlbCounters> counters_;
};

const Registration<IotlbBackend, Amd> registration{"amd"};

}  // namespace

std::unique_ptr<IotlbBackend> make_iotlb_amd(PerfEventOpen opener) { return std::make_unique<Amd>(std::move(opener)); }

}  // namespace sriov

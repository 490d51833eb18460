// AMD-Vi's performance counters: Linux' PMUs amd_iommu_N (arch/x86/events/amd/iommu.c), with a device filter.
#include <fmt/format.h>

#include "collector/iotlb_counters.h"
#include "collector/iotlb_perf_backends.h"
#include "collector/iotlb_xen.h"
#include "collector/pci_requester.h"

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

std::string_view trailing_number(std::string_view text) {
  const std::size_t last = text.find_last_not_of("0123456789");
  return last == std::string_view::npos ? text : text.substr(last + 1);
}

/// The PMU amd_iommu_N is of the unit that /sys/class/iommu calls ivhdN.
bool is_behind(const PciRequester& requester, const std::string& unit) {
  return requester.iommu.empty() || trailing_number(requester.iommu) == trailing_number(unit);
}

class Amd : public IotlbBackend {
 public:
  explicit Amd(PerfEventOpen opener = system_perf_event_open) : opener_(std::move(opener)) {}

  std::string_view name() const override { return "amd"; }
  std::string_view help() const override { return "AMD-Vi's counters, per device"; }
  int preference() const override { return 11; }
  std::span<const CollectorOption> options() const override { return kRequesterOptions; }

  Result<void> probe(const Host& host) const override {
    const auto names = SysfsPmu::numbered(host, kPrefix);
    if (names.empty())
      return fail_environment(
          "no PMU amd_iommu_N", host.sys + "/bus/event_source/devices",
          is_xen(host) ? std::string(kXenHidesIotlb) : "needs an AMD IOMMU with counters, switched on in the firmware");
    for (const std::string& name : names) {
      SRIOV_ASSIGN(const SysfsPmu pmu, SysfsPmu::read(host, name));
      SRIOV_TRY(check_iotlb_groups(pmu, groups()));
    }
    return {};
  }

  Result<void> open(const Host& host, const CollectorOptions& options, Recorder& recorder) override {
    SRIOV_ASSIGN(const std::vector<PciRequester> requesters,
                 parse_requesters(host, option_value(kRequesterOptions, options, "requesters")));
    counters_.emplace(host, opener_, PerfGroup::Reading::stopped);
    for (const std::string& unit : SysfsPmu::numbered(host, kPrefix)) {
      SRIOV_ASSIGN(const SysfsPmu pmu, SysfsPmu::read(host, unit));
      const Labels labels{{"backend", "amd"}, {"iommu", unit}};
      SRIOV_TRY(counters_->add(pmu, groups(), {}, labels, false, recorder));
      for (const PciRequester& requester : requesters) {
        if (!is_behind(requester, unit)) continue;
        // The mask has a one for every bit of the id that must agree.
        const std::vector<PmuTerm> filter{{"devid", requester.id}, {"devid_mask", 0xFFFF}};
        Labels with_requester = requester.labels();
        with_requester.insert(with_requester.end(), labels.begin(), labels.end());
        SRIOV_TRY(counters_->add(pmu, std::span(groups()).first(1), filter, with_requester, false, recorder));
      }
    }
    return {};
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

// How often guests left for Xen, by reason, and what that took of the CPUs.
#include "analyzers/strips/strip.h"

namespace sriov {
namespace {

class VmExits : public StripSource {
 public:
  [[nodiscard]] int place() const override { return 40; }
  [[nodiscard]] StripPlan plan(const SampleBlock& block) const override {
    return {"VM exits by reason", "1/s", 1, true, group_curves(block, "vmexit.exits", [](const Labels& labels) {
              return std::string(label(labels, "reason"));
            })};
  }
};

/// Percent of one CPU that Xen spent on exits, by guest.
class XenWork : public StripSource {
 public:
  [[nodiscard]] int place() const override { return 41; }
  [[nodiscard]] StripPlan plan(const SampleBlock& block) const override {
    double cycles_per_s = 0;
    for (std::size_t i = 0; i < block.series.size(); ++i)
      if (block.series[i].metric == "vmexit.tsc_frequency" && !block.columns[i].empty() &&
          block.columns[i].back() != kAbsent)
        cycles_per_s = static_cast<double>(block.columns[i].back());
    if (cycles_per_s <= 0) return {};
    return {"Xen's work for VM exits (100 % = one CPU)", "%", 100 / cycles_per_s, true,
            group_curves(block, "vmexit.xen_cycles",
                         [](const Labels& labels) { return std::string(label(labels, "domain")); })};
  }
};

const StripRegistration<VmExits> exits{"vm-exits"};
const StripRegistration<XenWork> work{"xen-work"};

}  // namespace
}  // namespace sriov

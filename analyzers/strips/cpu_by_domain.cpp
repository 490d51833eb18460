// Where the physical CPUs' time went, by Xen's own account: Xen's work for a domain is in that domain's time.
#include "analyzers/strips/strip.h"

namespace sriov {
namespace {

constexpr double kPercentPerNsPerSecond = 1e-7;

class CpuByDomain : public StripSource {
 public:
  [[nodiscard]] int place() const override { return 0; }
  [[nodiscard]] StripPlan plan(const SampleBlock& block) const override {
    StripPlan plan{"CPU by domain (100 % = one CPU)", "%", kPercentPerNsPerSecond, true,
                   group_curves(block, "xen.domain_cpu_time",
                                [](const Labels& labels) { return std::string(label(labels, "domain")); })};
    if (plan.curves.empty()) return plan;
    for (StripCurve& idle : group_curves(block, "xen.pcpu_idle_time", [](const Labels&) { return "idle"; }))
      plan.curves.push_back(std::move(idle));
    return plan;
  }
};

const StripRegistration<CpuByDomain> registration{"cpu-by-domain"};

}  // namespace
}  // namespace sriov

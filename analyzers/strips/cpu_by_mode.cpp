// What a machine's CPUs did, by its own /proc/stat: the only account where there is no Xen.
#include <algorithm>
#include <array>

#include "analyzers/strips/strip.h"

namespace sriov {
namespace {

constexpr double kPercentPerNsPerSecond = 1e-7;
/// user and nice contain the guest modes. The order of the stack.
constexpr std::array<std::string_view, 7> kModes{"user", "nice", "system", "irq", "softirq", "steal", "idle"};

std::string mode_of(const Labels& labels) {
  const std::string_view mode = label(labels, "mode");
  if (mode == "iowait") return "idle";
  return std::find(kModes.begin(), kModes.end(), mode) == kModes.end() ? std::string() : std::string(mode);
}

class CpuByMode : public StripSource {
 public:
  [[nodiscard]] int place() const override { return 5; }
  [[nodiscard]] StripPlan plan(const SampleBlock& block) const override {
    StripPlan plan{"CPU by mode (100 % = one CPU)", "%", kPercentPerNsPerSecond, true,
                   group_curves(block, "cpu.time", mode_of)};
    std::sort(plan.curves.begin(), plan.curves.end(), [](const StripCurve& a, const StripCurve& b) {
      return std::find(kModes.begin(), kModes.end(), a.name) < std::find(kModes.begin(), kModes.end(), b.name);
    });
    return plan;
  }
};

const StripRegistration<CpuByMode> registration{"cpu-by-mode"};

}  // namespace
}  // namespace sriov

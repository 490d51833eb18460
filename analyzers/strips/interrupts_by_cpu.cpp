// Which CPUs are interrupted.
#include "analyzers/strips/strip.h"

namespace sriov {
namespace {

class InterruptsByCpu : public StripSource {
 public:
  [[nodiscard]] int place() const override { return 20; }
  [[nodiscard]] StripPlan plan(const SampleBlock& block) const override {
    return {"Interrupts by CPU", "1/s", 1, true, group_curves(block, "interrupts.count", [](const Labels& labels) {
              const std::string_view cpu = label(labels, "cpu");
              return cpu.empty() ? std::string() : "CPU " + std::string(cpu);
            })};
  }
};

const StripRegistration<InterruptsByCpu> registration{"interrupts-by-cpu"};

}  // namespace
}  // namespace sriov

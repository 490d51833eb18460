// What interrupts a machine: VF vectors, netfront, netback, timers …
#include "analyzers/strips/strip.h"

namespace sriov {
namespace {

class InterruptsByClass : public StripSource {
 public:
  [[nodiscard]] int place() const override { return 10; }
  [[nodiscard]] StripPlan plan(const SampleBlock& block) const override {
    return {"Interrupts by class", "1/s", 1, true, group_curves(block, "interrupts.count", [](const Labels& labels) {
              const std::string_view name = label(labels, "class");
              return std::string(name.empty() ? "other" : name);
            })};
  }
};

const StripRegistration<InterruptsByClass> registration{"interrupts-by-class"};

}  // namespace
}  // namespace sriov

// Translations of DMA addresses: how many, and how many of them missed.
#include "analyzers/strips/strip.h"

namespace sriov {
namespace {

/// Series of single requesters are parts of those of their unit.
std::string unit_name(const Labels& labels, const char* what) {
  if (!label(labels, "requester").empty()) return {};
  std::string unit(label(labels, "iommu"));
  if (unit.empty()) unit = label(labels, "stack");
  return unit.empty() ? what : unit + " " + what;
}

class IotlbLookups : public StripSource {
 public:
  [[nodiscard]] int place() const override { return 50; }
  [[nodiscard]] StripPlan plan(const SampleBlock& block) const override {
    StripPlan plan{"IOTLB lookups and misses", "1/s", 1, false, {}};
    for (const char* what : {"lookups", "misses"})
      for (StripCurve& curve : group_curves(block, std::string("iotlb.") + what,
                                            [what](const Labels& labels) { return unit_name(labels, what); }))
        plan.curves.push_back(std::move(curve));
    return plan;
  }
};

class IotlbMissRatio : public StripSource {
 public:
  [[nodiscard]] int place() const override { return 51; }
  [[nodiscard]] StripPlan plan(const SampleBlock& block) const override {
    constexpr double kPercent = 100;
    const auto all = [](const Labels& labels) { return unit_name(labels, "misses"); };
    StripPlan plan{"IOTLB misses of lookups", "%", kPercent, false, group_curves(block, "iotlb.misses", all)};
    for (StripCurve& curve : plan.curves)
      for (const StripCurve& lookups : group_curves(block, "iotlb.lookups", all))
        if (lookups.name == curve.name) curve.over = lookups.columns;
    std::erase_if(plan.curves, [](const StripCurve& curve) { return curve.over.empty(); });
    return plan;
  }
};

const StripRegistration<IotlbLookups> lookups{"iotlb-lookups"};
const StripRegistration<IotlbMissRatio> ratio{"iotlb-miss-ratio"};

}  // namespace
}  // namespace sriov

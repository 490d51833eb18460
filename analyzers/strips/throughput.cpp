// Bits a second through a machine's devices.
#include "analyzers/strips/strip.h"

namespace sriov {
namespace {

constexpr double kMegabitsPerByte = 8e-6;

std::vector<StripCurve> both_ways(const SampleBlock& block, const std::string& prefix,
                                  const std::function<std::string(const Labels&)>& name_of) {
  std::vector<StripCurve> out;
  for (const char* direction : {"rx", "tx"}) {
    auto curves = group_curves(block, prefix + direction + "_bytes", [&](const Labels& labels) {
      const std::string name = name_of(labels);
      return name.empty() ? name : name + " " + direction;
    });
    for (StripCurve& curve : curves) out.push_back(std::move(curve));
  }
  return out;
}

class DeviceThroughput : public StripSource {
 public:
  [[nodiscard]] int place() const override { return 30; }
  [[nodiscard]] StripPlan plan(const SampleBlock& block) const override {
    return {"Throughput of devices", "Mbit/s", kMegabitsPerByte, false,
            both_ways(block, "netdev.", [](const Labels& labels) {
              const std::string_view device = label(labels, "device");
              return device == "lo" ? std::string() : std::string(device);
            })};
  }
};

class VfThroughput : public StripSource {
 public:
  [[nodiscard]] int place() const override { return 31; }
  [[nodiscard]] StripPlan plan(const SampleBlock& block) const override {
    return {"Throughput of VFs, by the card", "Mbit/s", kMegabitsPerByte, false,
            both_ways(block, "vf.", [](const Labels& labels) {
              const std::string_view index = label(labels, "index");
              if (index.empty()) return std::string();
              const std::string_view domain = label(labels, "domain");
              const std::string name = "VF " + std::string(index);
              return domain.empty() ? name : name + " (" + std::string(domain) + ")";
            })};
  }
};

class VifThroughput : public StripSource {
 public:
  [[nodiscard]] int place() const override { return 32; }
  [[nodiscard]] StripPlan plan(const SampleBlock& block) const override {
    return {"Throughput of vifs, as the guests see it", "Mbit/s", kMegabitsPerByte, false,
            both_ways(block, "xen.vif_guest_", [](const Labels& labels) {
              return std::string(label(labels, "domain")) + " vif " + std::string(label(labels, "vif"));
            })};
  }
};

const StripRegistration<DeviceThroughput> devices{"throughput-devices"};
const StripRegistration<VfThroughput> vfs{"throughput-vfs"};
const StripRegistration<VifThroughput> vifs{"throughput-vifs"};

}  // namespace
}  // namespace sriov

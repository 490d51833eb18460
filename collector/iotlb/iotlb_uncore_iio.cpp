// The counters of Intel's IIO stacks through Linux' PMUs uncore_iio_N: all devices behind a stack together.
#include <fmt/format.h>

#include "collector/iotlb/iio_events.h"
#include "collector/iotlb/iotlb_counters.h"
#include "collector/iotlb/iotlb_perf_backends.h"
#include "collector/iotlb/iotlb_xen.h"
#include "host/file.h"

namespace sriov {
namespace {

constexpr std::string_view kPrefix = "uncore_iio_";

class UncoreIio : public IotlbBackend {
 public:
  explicit UncoreIio(PerfEventOpen opener = system_perf_event_open) : opener_(std::move(opener)) {}

  std::string_view name() const override { return "uncore_iio"; }
  std::string_view help() const override { return "Intel's IIO counters through perf_event, per stack of root ports"; }
  int preference() const override { return 20; }

  Result<void> probe(const Host& host) const override {
    if (SysfsPmu::numbered(host, kPrefix).empty())
      return fail_environment(
          "no PMU uncore_iio_N", host.sys + "/bus/event_source/devices",
          is_xen(host) ? std::string(kXenHidesIotlb) : "needs an Intel server processor and the module intel_uncore");
    const int model = intel_model(read_file(host.proc + "/cpuinfo").value_or(""));
    const auto groups = iio_iotlb_groups(model);
    if (groups.empty())
      return fail_environment(fmt::format("which IIO events count the IOTLB of model {} is not known here", model),
                              host.proc + "/cpuinfo", "backend=pcm-iio may know it");
    return check_iotlb_units(host, kPrefix, groups);
  }

  Result<void> open(const Host& host, const CollectorOptions&, Recorder& recorder) override {
    const auto groups = iio_iotlb_groups(intel_model(read_file(host.proc + "/cpuinfo").value_or("")));
    counters_.emplace(host, opener_, PerfGroup::Reading::running);
    for (const std::string& unit : SysfsPmu::numbered(host, kPrefix)) {
      SRIOV_ASSIGN(const SysfsPmu pmu, SysfsPmu::read(host, unit));
      const Labels labels{{"backend", "uncore_iio"}, {"stack", unit.substr(kPrefix.size())}};
      SRIOV_TRY(counters_->add(pmu, groups, {}, labels, true, recorder));
    }
    return {};
  }

  void sample(Recorder& recorder) override { counters_->sample(recorder); }

 private:
  PerfEventOpen opener_;
  std::optional<IotlbCounters> counters_;
};

const Registration<IotlbBackend, UncoreIio> registration{"uncore_iio"};

}  // namespace

std::unique_ptr<IotlbBackend> make_iotlb_uncore_iio(PerfEventOpen opener) {
  return std::make_unique<UncoreIio>(std::move(opener));
}

}  // namespace sriov

// IOTLB misses against the memory that DMA touches: where they set in is what the IOTLB covers.
#include "analyzers/explanations/explanation.h"
#include "report/figure.h"

namespace sriov {
namespace {

constexpr const char* kFootprint = "footprint_bytes";
constexpr const char* kExplanation = "iotlb_reach";

/// Of the VFs where they are told apart, else of all devices.
Result<std::string> misses_metric(OpenRuns& runs) {
  const auto comparison = runs.comparison(kFootprint, "");
  if (comparison)
    for (const char* prefix : {"iotlb_misses_per_mib.vfs.", "iotlb_misses_per_mib.all."})
      for (const ComparisonTable& table : (*comparison)->tables)
        for (const ComparisonRow& row : table.rows)
          if (row.metric.starts_with(prefix)) return row.metric;
  return fail("no trial counted IOTLB misses over footprints of DMA", {},
              "the experiment dma-footprint does, with the collector iotlb", ErrorKind::not_enough_data);
}

/// The verdict in words, of the first run that has one.
Result<std::string> verdict(OpenRuns& runs) {
  std::string text;
  for (const Store& store : runs.stores()) {
    const auto data = RunData::load(store);
    if (!data) continue;
    SRIOV_ASSIGN(const std::vector<NamedFinding> findings, explain(*data, {kExplanation}));
    for (const NamedFinding& one : findings)
      for (const std::string& sentence : one.finding.sentences) text += " " + sentence;
    if (!text.empty()) break;
  }
  return text;
}

class IotlbReach : public FigureSource {
 public:
  [[nodiscard]] std::string description() const override {
    return "IOTLB misses per MiB against the memory that DMA touches (experiment dma-footprint)";
  }
  [[nodiscard]] Result<FigureData> prepare(OpenRuns& runs, const FigureChoice& choice) const override {
    SRIOV_ASSIGN(std::string metric, choice.metric.empty() ? misses_metric(runs) : Result<std::string>(choice.metric));
    SRIOV_ASSIGN(FigureData data,
                 prepare_figure("scaling", runs, {std::move(metric), kFootprint, choice.baseline, choice.condition}));
    SRIOV_ASSIGN(const std::string words, verdict(runs));
    data.x.label = "Footprint of DMA (bytes)";
    data.note += words;
    return data;
  }
};

const FigureSourceRegistration<IotlbReach> registration{"iotlb-reach"};

}  // namespace
}  // namespace sriov

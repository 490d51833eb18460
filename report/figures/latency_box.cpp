// Round-trip times as boxes: the middle half of them, the median, and how far almost all reach.
#include <array>

#include "report/condition.h"
#include "report/figure.h"
#include "report/latencies.h"

namespace sriov {
namespace {

/// The points of a box, in the order in which FigureSeries has them.
constexpr std::array<double, 5> kQuantiles{0.01, 0.25, 0.5, 0.75, 0.99};

FigureSeries& series_named(FigureData& data, const std::string& name) {
  for (FigureSeries& series : data.series)
    if (series.name == name) return series;
  data.series.push_back({name, {}});
  return data.series.back();
}

class LatencyBox : public FigureSource {
 public:
  [[nodiscard]] std::string description() const override {
    return "quartiles, median and 1st to 99th percentile of round-trip times, by level and condition";
  }
  [[nodiscard]] Result<FigureData> prepare(OpenRuns& runs, const FigureChoice& choice) const override {
    SRIOV_ASSIGN(const std::vector<Latencies> all, merged_latencies(runs, choice));
    FigureData data;
    std::string unit = all.front().unit;
    double divisor = all.front().divisor;
    for (const Latencies& latencies : all)
      if (latencies.divisor > divisor) {
        unit = latencies.unit;
        divisor = latencies.divisor;
      }
    for (const Latencies& latencies : all) {
      const auto place = static_cast<double>(data.categories.size());
      data.categories.push_back(levels_text(parse_condition(latencies.condition)));
      for (const auto& [level, histogram] : latencies.levels)
        for (const double share : kQuantiles)
          series_named(data, level).points.push_back({place, latency_at(histogram, share, divisor), {}, false});
    }
    std::string factors;
    for (const auto& [factor, level] : parse_condition(all.front().condition))
      factors += (factors.empty() ? "" : ", ") + factor;
    data.title = "Round-trip times";
    data.note =
        "Boxes: the middle half of all round trips of the valid trials with their median; lines: from the 1st to the "
        "99th percentile.";
    data.x = {factors, "", false};
    data.y = {"Round-trip time", unit, true};
    return data;
  }
};

const FigureSourceRegistration<LatencyBox> registration{"latency-box"};

}  // namespace
}  // namespace sriov

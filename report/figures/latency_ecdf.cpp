// How round-trip times are distributed: the share of them that was no longer than x.
#include "report/figure.h"
#include "report/latencies.h"

namespace sriov {
namespace {

constexpr int kSteps = 500;  // Of the curve: finer than a printed column shows.

FigureSeries curve(const std::string& name, const Histogram& latency, double divisor) {
  FigureSeries series{name, {}};
  for (int step = 0; step <= kSteps; ++step) {
    const double share = static_cast<double>(step) / kSteps;
    const double time = latency_at(latency, share, divisor);
    if (!series.points.empty() && series.points.back().x == time)
      series.points.back().y = share;
    else
      series.points.push_back({time, share, {}, false});
  }
  return series;
}

class LatencyEcdf : public FigureSource {
 public:
  [[nodiscard]] std::string description() const override {
    return "cumulative distribution of round-trip times, by level (log time)";
  }
  [[nodiscard]] Result<FigureData> prepare(OpenRuns& runs, const FigureChoice& choice) const override {
    SRIOV_ASSIGN(const std::vector<Latencies> all, merged_latencies(runs, choice));
    const Latencies& latencies = all.front();
    FigureData data;
    data.title = "Round-trip times" + (latencies.condition.empty() ? "" : ", " + latencies.condition);
    data.note = "All round trips of the valid trials together, from the stored histograms (relative error 1/1024).";
    data.x = {"Round-trip time", latencies.unit, true};
    data.y = {"Share of round trips", "", false};
    for (const auto& [level, latency] : latencies.levels)
      data.series.push_back(curve(level, latency, latencies.divisor));
    return data;
  }
};

const FigureSourceRegistration<LatencyEcdf> registration{"latency-ecdf"};

}  // namespace
}  // namespace sriov

// What a figure shows, as plain numbers: the same for the drawing, for LaTeX and for a test.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/registry.h"
#include "core/result.h"
#include "report/open_runs.h"

namespace sriov {

/// One mark. In a chart whose places are categories `x` is the number of one, from 0.
struct FigurePoint {
  double x = 0;
  double y = 0;
  std::optional<Interval> y_95;  ///< Its 95 % interval, where there is one.
  bool is_context = false;       ///< To be drawn paler: a number that no conclusion rests on.
};

struct FigureSeries {
  std::string name;
  std::vector<FigurePoint> points;  ///< By x; a place without a value has no point.
};

/// A number from elsewhere, shown beside the marks of a series; of no weight in anything.
struct FigureReference {
  std::string series;  ///< Name of the series that it is to be compared with.
  double y = 0;
  std::string label;  ///< "[1]", as the note explains it.
};

struct FigureAxis {
  std::string label;  ///< "Throughput".
  std::string unit;   ///< "Mbit/s"; "" for a number without one.
  bool is_log = false;

  /// "Throughput (Mbit/s)", as a paper writes it.
  [[nodiscard]] std::string text() const;
};

/// A chart without its looks. Values are in the axis' unit already.
struct FigureData {
  std::string chart;  ///< FigureSource's name: "comparison-bars".
  std::string title;  ///< "Throughput, workload=tcp_stream".
  std::string note;   ///< What a caption must say: what intervals are, which trial is shown.
  FigureAxis x;
  FigureAxis y;
  std::vector<std::string> categories;  ///< Names of the places 0, 1, …; empty where x is a number.
  std::vector<FigureSeries> series;
  std::vector<FigureReference> references{};
  bool is_emulated = false;

  /// Points of all series.
  [[nodiscard]] std::size_t size() const;
};

/// What the user chose; what is empty is chosen by the chart.
struct FigureChoice {
  std::string metric;     ///< TrialMetric::name; of a time line also the name of sampled series ("netdev.rx_bytes").
  std::string factor;     ///< Whose levels are compared; of `scaling` the numeric one.
  std::string baseline;   ///< ComparisonChoice::baseline.
  std::string condition;  ///< Levels of other factors that must be there: "workload=tcp_rr guests=2".

  bool operator==(const FigureChoice&) const = default;
};

/// One kind of figure: what it takes from runs. One file each in report/figures, registered by name; its drawing has
/// the same name in gui/figures.
class FigureSource {
 public:
  virtual ~FigureSource() = default;
  /// One sentence for --list.
  [[nodiscard]] virtual std::string description() const = 0;
  /// A usage error for a metric, factor or condition that there is not; not_enough_data when the run has nothing for
  /// such a figure.
  [[nodiscard]] virtual Result<FigureData> prepare(OpenRuns& runs, const FigureChoice& choice) const = 0;
};
template <class Derived>
using FigureSourceRegistration = Registration<FigureSource, Derived>;

/// By its name; a usage error with the nearest name.
[[nodiscard]] Result<FigureData> prepare_figure(const std::string& chart, OpenRuns& runs, const FigureChoice& choice);
/// "comparison-bars  what it shows", a line each.
[[nodiscard]] std::string list_figures();

}  // namespace sriov

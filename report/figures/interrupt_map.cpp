// Which interrupt ran on which CPU, and when: a line for each pair of them, a column for each part of the time.
#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "analyzers/trial/window_rates.h"
#include "core/text.h"
#include "report/condition.h"
#include "report/figure.h"
#include "report/run_factors.h"

namespace sriov {
namespace {

constexpr std::size_t kMostLines = 24;  // More than that cannot be read on a page.
constexpr std::size_t kMostColumns = 60;
constexpr const char* kCount = "interrupts.count";
constexpr const char* kCollector = "interrupts";

/// One interrupt on one CPU.
struct Line {
  std::string name;
  double total = 0;
  RowRises rises;
};

std::string line_name(const std::string& endpoint, const Series& series) {
  if (series.metric != kCount) return "";
  const std::string irq(label(series.labels, "irq"));
  const std::string action(label(series.labels, "action"));
  return fmt::format("{} {}{}, CPU {}", endpoint, action.empty() ? "irq" : action,
                     action == irq ? "" : fmt::format(" ({})", irq), label(series.labels, "cpu"));
}

std::vector<Line> lines_of(const TrialRecord& record, const std::string& endpoint) {
  const WindowRates window(record);
  std::vector<Line> lines;
  for (const SampleBlock& block : record.blocks) {
    if (block.collector != kCollector || (!endpoint.empty() && block.endpoint != endpoint)) continue;
    for (auto& [name, rises] :
         window.of(block, [&](const Series& series) { return line_name(block.endpoint, series); })) {
      const double total = rises.total();
      if (total > 0) lines.push_back({name, total, std::move(rises)});
    }
  }
  std::ranges::stable_sort(lines, std::greater{}, &Line::total);
  return lines;
}

/// Even parts of the time that the lines cover.
struct Grid {
  double begin_s = INFINITY;
  double end_s = 0;
  std::size_t columns = 1;

  explicit Grid(const std::vector<Line>& lines) {
    for (const Line& line : lines) {
      begin_s = std::min(begin_s, line.rises.at_s.front() - line.rises.seconds.front());
      end_s = std::max(end_s, line.rises.at_s.back());
      columns = std::max(columns, line.rises.rise.size());
    }
    columns = std::min(columns, kMostColumns);
  }
  [[nodiscard]] double step_s() const { return (end_s - begin_s) / static_cast<double>(columns); }
};

/// The rises of a line spread over the columns that they overlap, as rates; a column without samples has no point.
FigureSeries rates_in(const Grid& grid, const Line& line) {
  std::vector<double> amount(grid.columns, 0);
  std::vector<double> covered_s(grid.columns, 0);
  for (std::size_t i = 0; i < line.rises.rise.size(); ++i) {
    const double from = line.rises.at_s[i] - line.rises.seconds[i];
    const double to = line.rises.at_s[i];
    const auto first = static_cast<std::size_t>(std::max(0.0, (from - grid.begin_s) / grid.step_s()));
    for (std::size_t column = first; column < grid.columns; ++column) {
      const double left = grid.begin_s + grid.step_s() * static_cast<double>(column);
      const double overlap = std::min(to, left + grid.step_s()) - std::max(from, left);
      if (overlap <= 0) break;
      amount[column] += line.rises.rise[i] * overlap / line.rises.seconds[i];
      covered_s[column] += overlap;
    }
  }
  FigureSeries series{line.name, {}};
  for (std::size_t column = 0; column < grid.columns; ++column)
    if (covered_s[column] > 0)
      series.points.push_back({grid.begin_s + grid.step_s() * (static_cast<double>(column) + 0.5),
                               amount[column] / covered_s[column],
                               {},
                               false});
  return series;
}

std::string note_of(const std::vector<Line>& lines) {
  std::string note = "Interrupts per second in the counted window of one trial, the first valid one.";
  if (lines.size() <= kMostLines) return note;
  double rest = 0;
  double all = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    all += lines[i].total;
    if (i >= kMostLines) rest += lines[i].total;
  }
  return note + fmt::format(" The {} with the most are shown; {} others have {:.2g} % of all interrupts.", kMostLines,
                            lines.size() - kMostLines, rest / all * 100);
}

/// "interrupts.count@guest1" or "@guest1": one machine only.
std::string endpoint_of(const std::string& metric) {
  const std::size_t at = metric.find('@');
  return at == std::string::npos ? "" : metric.substr(at + 1);
}

class InterruptMap : public FigureSource {
 public:
  [[nodiscard]] std::string description() const override {
    return "interrupts by line and CPU over a trial's time, as a heat map (--metric @ENDPOINT)";
  }
  [[nodiscard]] Result<FigureData> prepare(OpenRuns& runs, const FigureChoice& choice) const override {
    const Cell wanted = parse_condition(choice.condition);
    SRIOV_ASSIGN(const auto* trials, trials_of_runs(runs));
    for (const StoredTrial& trial : *trials) {
      if (trial.record().status != TrialStatus::ok || !has_levels(trial.record().planned.cell, wanted)) continue;
      TrialRecord record = trial.record();
      SRIOV_ASSIGN(record.blocks, trial.store->blocks(trial.summary.id));
      const std::vector<Line> lines = lines_of(record, endpoint_of(choice.metric));
      if (!lines.empty()) return figure_of(lines, record);
    }
    return fail("no valid trial of this condition has interrupts", choice.condition,
                "the collector interrupts counts them", ErrorKind::not_enough_data);
  }

 private:
  static FigureData figure_of(const std::vector<Line>& lines, const TrialRecord& record) {
    FigureData data;
    const Grid grid(lines);
    for (std::size_t i = 0; i < lines.size() && i < kMostLines; ++i) {
      data.categories.push_back(lines[i].name);
      data.series.push_back(rates_in(grid, lines[i]));
    }
    data.title =
        fmt::format("Interrupts, {}, repetition {}", to_string(record.planned.cell), record.planned.repetition + 1);
    data.note = note_of(lines);
    data.x = {"Time since the trial began", "s", false};
    data.y = {"Interrupts", "1/s", false};
    return data;
  }
};

const FigureSourceRegistration<InterruptMap> registration{"interrupt-map"};

}  // namespace
}  // namespace sriov

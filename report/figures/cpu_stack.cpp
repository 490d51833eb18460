// Where the processors' time went: stacked parts, a bar for every level and condition.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "analyzers/trial/trial_view.h"
#include "core/text.h"
#include "report/condition.h"
#include "report/figure.h"

namespace sriov {
namespace {

constexpr const char* kDom0 = "dom0";
constexpr const char* kDomainCpu = "xen.domain_cpu_time";
constexpr const char* kPcpuIdle = "xen.pcpu_idle_time";
constexpr const char* kCpuTime = "cpu.time";

struct Part {
  std::string name;
  Quantity percent;
};

/// By Xen's accounts: what domains were charged, and what no one used.
std::vector<Part> xen_parts(const TrialView& view) {
  const auto is_dom0 = [](const Labels& labels) { return label(labels, "domid") == "0"; };
  const auto is_guest = [](const Labels& labels) { return label(labels, "domid") != "0"; };
  const auto any = [](const Labels&) { return true; };
  return {{"dom0", view.percent(kDom0, kDomainCpu, is_dom0)},
          {"guests", view.percent(kDom0, kDomainCpu, is_guest)},
          {"idle", view.percent(kDom0, kPcpuIdle, any)}};
}

/// Outside of Xen: one machine's /proc/stat.
std::vector<Part> stat_parts(const TrialView& view, const std::string& endpoint) {
  const auto modes = [&](const std::string& name, const std::vector<std::string_view>& of_part) {
    return Part{name, view.percent(endpoint, kCpuTime, [of_part](const Labels& labels) {
                  return std::ranges::find(of_part, label(labels, "mode")) != of_part.end();
                })};
  };
  return {modes("user", {"user", "nice"}), modes("kernel", {"system"}), modes("interrupts", {"irq", "softirq"}),
          modes("idle", {"idle", "iowait"})};
}

std::vector<Part> parts_of(const TrialView& view, std::string& machine) {
  if (view.has(kDom0, kDomainCpu)) {
    machine = "all physical CPUs, by Xen's accounts";
    return xen_parts(view);
  }
  for (const std::string& endpoint : view.endpoints())
    if (view.has(endpoint, kCpuTime)) {
      machine = endpoint + ", by /proc/stat";
      return stat_parts(view, endpoint);
    }
  return {};
}

/// Means over the valid trials of one bar.
struct Bar {
  std::vector<std::string> names;
  std::vector<double> sums;
  std::size_t trials = 0;

  /// A trial that lacks a part is left out: the parts of a bar must be of the same trials.
  void add(const std::vector<Part>& parts) {
    if (parts.empty() || !std::ranges::all_of(parts, [](const Part& part) { return part.percent.value.has_value(); }))
      return;
    if (sums.empty()) sums.resize(parts.size());
    if (names.empty())
      for (const Part& part : parts) names.push_back(part.name);
    for (std::size_t i = 0; i < sums.size() && i < parts.size(); ++i) sums[i] += *parts[i].percent.value;
    ++trials;
  }
};

/// Bars by condition, then by level; `factors` of the conditions.
struct Bars {
  std::map<std::string, std::map<std::string, Bar>> by_condition;
  std::string machine;
};

Result<void> add_trials(OpenRuns& runs, const std::string& factor, const Cell& wanted, Bars& bars) {
  SRIOV_ASSIGN(const auto* trials, runs.placed(factor));
  for (const StoredTrial& trial : *trials) {
    if (trial.record().status != TrialStatus::ok || !has_levels(trial.record().planned.cell, wanted)) continue;
    TrialRecord record = trial.record();
    SRIOV_ASSIGN(record.blocks, trial.store->blocks(trial.summary.id));
    Cell others = record.planned.cell;
    const std::string level = others[factor];
    others.erase(factor);
    bars.by_condition[levels_text(others)][level].add(parts_of(TrialView(record), bars.machine));
  }
  return {};
}

FigureData figure_of(const Bars& bars) {
  FigureData data;
  for (const auto& [condition, levels] : bars.by_condition)
    for (const auto& [level, bar] : levels) {
      if (bar.trials == 0) continue;
      const auto place = static_cast<double>(data.categories.size());
      data.categories.push_back(bars.by_condition.size() > 1 ? level + ", " + condition : level);
      for (std::size_t i = 0; i < bar.sums.size(); ++i) {
        if (data.series.size() <= i) data.series.push_back({bar.names[i], {}});
        data.series[i].points.push_back({place, bar.sums[i] / static_cast<double>(bar.trials), {}, false});
      }
    }
  return data;
}

class CpuStack : public FigureSource {
 public:
  [[nodiscard]] std::string description() const override {
    return "CPU of dom0, guests and idle, stacked (outside of Xen: user, kernel, interrupts, idle)";
  }
  [[nodiscard]] Result<FigureData> prepare(OpenRuns& runs, const FigureChoice& choice) const override {
    SRIOV_ASSIGN(const Comparison* comparison, runs.comparison(choice.factor, choice.baseline));
    const std::string& factor = comparison->tables.front().factor;
    Bars bars;
    SRIOV_TRY(add_trials(runs, factor, parse_condition(choice.condition), bars));
    FigureData data = figure_of(bars);
    if (data.size() == 0)
      return fail("no valid trial has CPU time of all parts", {}, "the collectors xen and cpu take it",
                  ErrorKind::not_enough_data);
    data.title = "CPU of " + bars.machine;
    data.note = "Means over repetitions; 100 % is one CPU.";
    if (data.series.front().name == kDom0) data.note += " Xen's work for a domain is charged to that domain.";
    data.y = {"CPU", "%", false};
    return data;
  }
};

const FigureSourceRegistration<CpuStack> registration{"cpu-stack"};

}  // namespace
}  // namespace sriov

#include "analyzers/comparison/gate.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "core/format_number.h"
#include "core/text.h"

namespace sriov {
namespace {

constexpr double kPercent = 100;

tl::unexpected<Error> fail_form(const std::string& text) {
  return fail_usage(fmt::format("'{}' is not a gate", text), "--gate",
                    "write METRIC>=NUMBER% or METRIC<=NUMBER%, as in 'throughput_gbps>=-3%'");
}

/// Bit rates may be named in any unit: a change in percent has none.
std::string in_base_unit(const std::string& metric) {
  const std::size_t dot = std::min(metric.find('.'), metric.size());
  const std::string family = metric.substr(0, dot);
  for (const char* unit : {"_gbps", "_mbps", "_kbps"})
    if (family.ends_with(unit) && !family.ends_with(std::string("per") + unit))
      return family.substr(0, family.size() - 5) + "_bps" + metric.substr(dot);
  return metric;
}

/// The row a gate means: by its whole name, or by the family's most encompassing member: all domains, the guests, dom0.
const ComparisonRow* find_row(const ComparisonTable& table, const std::string& metric) {
  for (const std::string& name : {metric, in_base_unit(metric)}) {
    if (const ComparisonRow* row = table.row(name)) return row;
    for (const char* member : {".xen_all", ".physical", ".host", ".guests", ".dom0"})
      if (const ComparisonRow* row = table.row(name + member)) return row;
  }
  return nullptr;
}

std::string bound_text(const Gate& gate) {
  return fmt::format("{} {:+.3g} %", gate.bound == Gate::Bound::at_least ? "at least" : "at most", gate.percent);
}

void decide(GateOutcome& outcome) {
  const Gate& gate = outcome.gate;
  if (!outcome.change_95) {
    if (outcome.words.empty()) outcome.words = "there is no interval: more repetitions are needed";
    return;
  }
  const bool low = gate.allows(outcome.change_95->low);
  const bool high = gate.allows(outcome.change_95->high);
  const std::string change = fmt::format("{:+.3g} % [{:+.3g}, {:+.3g}]", outcome.change_percent.value_or(0),
                                         outcome.change_95->low, outcome.change_95->high);
  if (low && high) {
    outcome.verdict = GateVerdict::pass;
    outcome.words = fmt::format("{} is {}", change, bound_text(gate));
  } else if (!low && !high) {
    outcome.verdict = GateVerdict::breach;
    outcome.words = fmt::format("{} is not {}", change, bound_text(gate));
  } else {
    outcome.words = fmt::format("{} may or may not be {}: more repetitions are needed", change, bound_text(gate));
  }
}

Interval in_percent(const Interval& of_ratio) {
  return {(of_ratio.low - 1) * kPercent, (of_ratio.high - 1) * kPercent};
}

/// Where a value is 0 there are no logarithms: the change is that of the arithmetic means.
void change_of_means(const ComparisonTable& table, const ComparisonRow& row, GateOutcome& outcome) {
  const auto& difference = row.contrast->difference;
  const auto& baseline = row.cells[table.index_of(table.baseline)].summary;
  if (baseline && baseline->mean == 0 && difference.value == 0) {
    // Nothing before and nothing now (losses, retransmissions) is no change.
    outcome.change_percent = 0;
    outcome.change_95 = difference.interval_95;
    return;
  }
  if (baseline && baseline->mean == 0) {
    outcome.words = fmt::format("{} has none of it: a change in percent has no meaning", table.baseline);
    return;
  }
  const auto& ratio = row.contrast->mean_ratio;
  if (!ratio) return;
  outcome.change_percent = (ratio->value - 1) * kPercent;
  if (ratio->interval_95)
    outcome.change_95 = in_percent(*ratio->interval_95);
  else
    outcome.words = fmt::format("{} may have none of it: its change in percent has no bounds", table.baseline);
}

GateOutcome judge_in(const Gate& gate, const ComparisonTable& table, const ComparisonRow& row) {
  GateOutcome outcome{gate, table.condition, row.metric, GateVerdict::not_enough_data, {}, {}, ""};
  const auto& contrast = row.contrast;
  if (!contrast) {
    outcome.words = fmt::format("{} and {} do not both have it", table.compared, table.baseline);
  } else if (contrast->ratio) {
    outcome.change_percent = (contrast->ratio->value - 1) * kPercent;
    if (const auto& interval = contrast->ratio->interval_95) outcome.change_95 = in_percent(*interval);
  } else {
    change_of_means(table, row, outcome);
  }
  decide(outcome);
  return outcome;
}

std::vector<std::string> metrics_of(const Comparison& comparison) {
  std::vector<std::string> names;
  for (const ComparisonTable& table : comparison.tables)
    for (const ComparisonRow& row : table.rows) names.push_back(row.metric);
  return names;
}

}  // namespace

Result<Gate> parse_gate(const std::string& text) {
  Gate gate;
  gate.text = text;
  std::size_t at = text.find(">=");
  if (at == std::string::npos) {
    at = text.find("<=");
    gate.bound = Gate::Bound::at_most;
  }
  if (at == std::string::npos) return fail_form(text);
  gate.metric = std::string(trim(std::string_view(text).substr(0, at)));
  std::string_view number = trim(std::string_view(text).substr(at + 2));
  if (gate.metric.empty() || !number.ends_with('%')) return fail_form(text);
  number.remove_suffix(1);
  number = trim(number);
  if (number.starts_with('+')) number.remove_prefix(1);
  const auto percent = to_double(number);
  if (!percent || !std::isfinite(*percent)) return fail_form(text);
  gate.percent = *percent;
  return gate;
}

std::string_view to_string(GateVerdict verdict) {
  switch (verdict) {
    case GateVerdict::pass:
      return "pass";
    case GateVerdict::breach:
      return "breach";
    case GateVerdict::not_enough_data:
      break;
  }
  return "not enough data";
}

Result<std::vector<GateOutcome>> judge(const std::vector<Gate>& gates, const Comparison& comparison) {
  std::vector<GateOutcome> outcomes;
  for (const Gate& gate : gates) {
    const std::size_t before = outcomes.size();
    for (const ComparisonTable& table : comparison.tables)
      if (const ComparisonRow* row = find_row(table, gate.metric)) outcomes.push_back(judge_in(gate, table, *row));
    if (outcomes.size() > before) continue;
    const std::string near = nearest(gate.metric, metrics_of(comparison));
    return fail_usage(fmt::format("no table has the metric '{}'", gate.metric), "--gate " + gate.text,
                      near.empty() ? "compare --all shows what there is" : fmt::format("did you mean '{}'?", near));
  }
  return outcomes;
}

std::string render_gates(const std::vector<GateOutcome>& outcomes) {
  std::string out;
  for (const GateVerdict verdict : {GateVerdict::breach, GateVerdict::not_enough_data, GateVerdict::pass})
    for (const GateOutcome& outcome : outcomes)
      if (outcome.verdict == verdict)
        out += fmt::format("gate {}: {}{}: {} ({})\n", outcome.gate.text, to_string(verdict),
                           outcome.condition.empty() ? "" : " for " + outcome.condition, outcome.words, outcome.metric);
  return out;
}

}  // namespace sriov

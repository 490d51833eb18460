#include "analyzers/explanations/words.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analyzers/format_number.h"
#include "analyzers/stats/summary.h"

namespace sriov {

std::string quantity_text(double value, const std::optional<Interval>& interval, std::string_view unit) {
  const DisplayUnit shown = display_unit(unit, value);
  std::string text = format_number(value / shown.divisor);
  if (interval)
    text += fmt::format(" [{}, {}]", format_number(interval->low / shown.divisor),
                        format_number(interval->high / shown.divisor));
  return shown.text.empty() ? text : text + ' ' + shown.text;
}

FindingCell mean_cell(std::span<const double> values) {
  if (values.empty()) return {};
  const Summary summary = summarize(values);
  return FindingCell::of(summary.mean, summary.mean_95);
}

std::vector<double> values_of(const Trials& trials,
                              const std::function<std::optional<double>(const ExplainedTrial&)>& number) {
  std::vector<double> out;
  for (const ExplainedTrial* trial : trials)
    if (const auto value = number(*trial); value && std::isfinite(*value)) out.push_back(*value);
  return out;
}

std::string counted(std::size_t n, std::string_view thing) {
  return fmt::format("{} {}{}", n, thing, n == 1 ? "" : "s");
}

std::string condition_text(const std::string& condition) { return condition.empty() ? "all trials" : condition; }

}  // namespace sriov

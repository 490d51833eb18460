#include "analyzers/explanations/words.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analyzers/stats/summary.h"
#include "core/format_number.h"

namespace sriov {

std::string quantity_text(double value, const std::optional<Interval>& interval, std::string_view unit) {
  const DisplayUnit shown = display_unit(unit, value);
  std::string text = format_number(value / shown.divisor);
  if (interval)
    text += fmt::format(" [{}, {}]", format_number(interval->low / shown.divisor),
                        format_number(interval->high / shown.divisor));
  return shown.text.empty() ? text : text + ' ' + shown.text;
}

std::string plain_number(double value) {
  constexpr double kMost = 1e15;
  return value == std::floor(value) && std::abs(value) < kMost ? fmt::format("{:.0f}", value) : format_number(value);
}

FindingCell mean_cell(std::span<const double> values) {
  if (values.empty()) return {};
  const Summary summary = summarize(values);
  constexpr std::size_t kLeast = 3;
  return FindingCell::of(summary.mean, summary.n < kLeast ? std::nullopt : summary.mean_95);
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

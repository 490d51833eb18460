#include "analyzers/stats/multiple_comparisons.h"

#include <algorithm>
#include <numeric>

namespace sriov::stats {
namespace {

std::vector<std::size_t> ascending_order(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  return order;
}

}  // namespace

std::vector<double> holm(std::span<const double> p_values) {
  std::vector<double> adjusted(p_values.size());
  const std::vector<std::size_t> order = ascending_order(p_values);
  double largest = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    largest = std::max(largest, static_cast<double>(order.size() - i) * p_values[order[i]]);
    adjusted[order[i]] = std::min(1.0, largest);
  }
  return adjusted;
}

std::vector<double> benjamini_hochberg(std::span<const double> p_values) {
  std::vector<double> adjusted(p_values.size());
  const std::vector<std::size_t> order = ascending_order(p_values);
  double smallest = 1;
  for (std::size_t i = order.size(); i-- > 0;) {
    const double factor = static_cast<double>(order.size()) / static_cast<double>(i + 1);
    smallest = std::min(smallest, factor * p_values[order[i]]);
    adjusted[order[i]] = smallest;
  }
  return adjusted;
}

}  // namespace sriov::stats

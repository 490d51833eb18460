#include "analyzers/stats/ranks.h"

#include <algorithm>
#include <numeric>

namespace sriov::stats {

Midranks midranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  Midranks out{std::vector<int>(values.size()), 0};
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    for (std::size_t i = begin; i < end; ++i) out.doubled[order[i]] = static_cast<int>(begin + 1 + end);
    const auto ties = static_cast<double>(end - begin);
    out.tie_term += ties * ties * ties - ties;
    begin = end;
  }
  return out;
}

}  // namespace sriov::stats

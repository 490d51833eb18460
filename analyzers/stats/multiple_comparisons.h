// Many tests at once: p-values that stay honest.
#pragma once

#include <span>
#include <vector>

namespace sriov::stats {

/// Adjusted p-values, in the order given; those up to alpha are what the procedure rejects at alpha. All p within 0
/// … 1.

/// Controls the chance of any false alarm in the family, whatever the dependence (S. Holm, "A Simple Sequentially
/// Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 6, 1979). R: p.adjust(p, "holm").
[[nodiscard]] std::vector<double> holm(std::span<const double> p_values);
/// Controls the expected share of false alarms among the alarms, for independent or positively dependent tests
/// (Y. Benjamini, Y. Hochberg, "Controlling the False Discovery Rate", JRSS B 57, 1995). R: p.adjust(p, "BH").
[[nodiscard]] std::vector<double> benjamini_hochberg(std::span<const double> p_values);

}  // namespace sriov::stats

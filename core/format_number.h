// Numbers for people: three significant digits, units with the right prefix, the locale's habits left out.
#pragma once

#include <string>
#include <string_view>

namespace sriov {

/// Three significant digits, never an exponent below 10^15: "0.0123", "12.3", "12345". "-0" does not occur.
[[nodiscard]] std::string format_number(double value);
/// A ratio for people: beyond 0.001 … 1,000 only which side it is on is worth knowing ("<0.001", ">1000").
[[nodiscard]] std::string format_ratio(double ratio);
/// With as many decimals as format_number(like) has: "187.2" ± "4.1".
[[nodiscard]] std::string format_number_like(double value, double like);

/// How a unit is shown: values are divided by `divisor` and headed by `text`.
struct DisplayUnit {
  double divisor = 1;
  std::string text;
};
/// The unit that suits a value of this size: bit/s become kbit/s, Mbit/s or Gbit/s, "us" becomes "µs" or "ms", "ns"
/// the same where it is long.
[[nodiscard]] DisplayUnit display_unit(std::string_view unit, double typical_value);

}  // namespace sriov

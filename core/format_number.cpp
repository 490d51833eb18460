#include "core/format_number.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace sriov {
namespace {

constexpr int kSignificantDigits = 3;
constexpr int kMostDecimals = 6;
constexpr double kTooLargeForDigits = 1e15;

int decimals_for(double value) {
  const double size = std::abs(value);
  if (size == 0 || !std::isfinite(size)) return 0;
  const int magnitude = static_cast<int>(std::floor(std::log10(size)));
  return std::clamp(kSignificantDigits - 1 - magnitude, 0, kMostDecimals);
}

std::string with_decimals(double value, int decimals) {
  if (std::isnan(value)) return "nan";
  if (std::abs(value) >= kTooLargeForDigits) return fmt::format("{:.3g}", value);
  std::string text = fmt::format("{:.{}f}", value, decimals);
  const bool is_zero = text.find_first_not_of("-0.") == std::string::npos;
  if (is_zero && text.front() == '-') text.erase(0, 1);
  return text;
}

}  // namespace

std::string format_number(double value) { return with_decimals(value, decimals_for(value)); }

std::string format_ratio(double ratio) {
  if (ratio < 0.001) return "<0.001";
  if (ratio > 1000) return ">1000";
  return format_number(ratio);
}

std::string format_number_like(double value, double like) { return with_decimals(value, decimals_for(like)); }

DisplayUnit display_unit(std::string_view unit, double typical_value) {
  const double size = std::abs(typical_value);
  if (unit == "bit/s") {
    if (size >= 1e9) return {1e9, "Gbit/s"};
    if (size >= 1e6) return {1e6, "Mbit/s"};
    if (size >= 1e3) return {1e3, "kbit/s"};
  }
  if (unit == "us") return size >= 1e4 ? DisplayUnit{1e3, "ms"} : DisplayUnit{1, "µs"};
  if (unit == "ns" && size >= 1e7) return {1e6, "ms"};
  if (unit == "ns" && size >= 1e4) return {1e3, "µs"};
  return {1, std::string(unit)};
}

}  // namespace sriov

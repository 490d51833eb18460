// Figures' numbers for LaTeX: a table a series, and a picture that draws them.
#pragma once

#include <string>
#include <string_view>

#include "report/figure.h"

namespace sriov {

/// Blank separated columns for pgfplots: x, y (the mean), low, high (95 % interval, nan without), minus, plus (error
/// bars, cut beyond the picture) and the name of the place in braces where places have names.
[[nodiscard]] std::string series_table(const FigureData& data, std::size_t series);
/// A tikzpicture as wide as the column that reads NAME-1.dat, NAME-2.dat … from where it stands.
[[nodiscard]] std::string pgfplots_picture(const FigureData& data, const std::string& name);
/// Text that LaTeX sets as it is: its special characters are escaped.
[[nodiscard]] std::string latex_escape(std::string_view text);

}  // namespace sriov

// The numbers of a figure as a table for other programs.
#pragma once

#include <string>

#include "report/figure.h"

namespace sriov {

/// RFC 4180: series, x (the place's name where places are categories), y, and the ends of its 95 % interval, empty
/// where there is none. Units are in the header; numbers have as many digits as it takes to read them back.
[[nodiscard]] std::string figure_csv(const FigureData& data);

}  // namespace sriov

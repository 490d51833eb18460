// Fields of CSV files, RFC 4180.
#pragma once

#include <string>
#include <string_view>

namespace sriov {

inline constexpr std::string_view kCsvLineEnd = "\r\n";

/// Appends `field` to `line`, in quotes when it holds a comma, a quote or a line break.
void append_csv_field(std::string& line, std::string_view field);

}  // namespace sriov

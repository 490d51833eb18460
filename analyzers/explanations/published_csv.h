// Numbers of papers, from configs/published/*.csv.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace sriov {

/// One published number. Shown beside what was measured, never mixed into it.
struct PublishedNumber {
  std::string paper;
  std::string year;
  std::string figure;
  std::string path;    ///< As trials call it ("vf", "netfront", "native"), or words for one that this tool has not.
  std::string metric;  ///< As trials call it ("throughput_bps"), or "" when nothing here measures it.
  std::string what;    ///< In the paper's words.
  std::string value;   ///< As published: "9.48", "~420", "450-500".
  std::string unit;
  std::string source;
};

/// Rows of RFC 4180 with the header paper,year,figure,path,metric,what,value,unit,source. An error names the line that
/// has another number of fields, lacks a value or a source, or is a text that was never closed.
[[nodiscard]] Result<std::vector<PublishedNumber>> parse_published_csv(std::string_view text, const std::string& where);

/// Of all files of a folder, in the order of their names. None for a folder that is not there.
[[nodiscard]] Result<std::vector<PublishedNumber>> read_published(const std::string& directory);

}  // namespace sriov

// What a person has written about a run: tags and a note, in a file of their own beside it. What was measured stays as
// it was measured.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace sriov {

struct Annotations {
  std::vector<std::string> tags;  ///< Without doubles, in the order in which they were given.
  std::string note;

  bool operator==(const Annotations&) const = default;
};

/// File in the directory of a run (docs/file-formats.md).
inline constexpr std::string_view kAnnotationsFile = "annotations.json";

/// An error names what is wrong: no JSON object, another format, a tag or note that is no text.
[[nodiscard]] Result<Annotations> parse_annotations(std::string_view json, const std::string& where);
/// None for a run without the file.
[[nodiscard]] Result<Annotations> read_annotations(const std::string& run_directory);
/// In place of what was there; a crash leaves the old or the new. Without tags and note the file is removed.
[[nodiscard]] Result<void> write_annotations(const std::string& run_directory, const Annotations& annotations);

/// "baseline, 64k" -> tags: parts between commas, trimmed, without doubles and empty ones.
[[nodiscard]] std::vector<std::string> parse_tags(std::string_view text);

}  // namespace sriov

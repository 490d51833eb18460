// The JSON of `sriov-bench workload`; docs/file-formats.md describes it for others.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cli/workload_text.h"
#include "core/workload_types.h"

namespace sriov::cli {

inline constexpr int kWorkloadJsonVersion = 1;

/// How a run ended, as its document says.
[[nodiscard]] std::string_view status_of(const RunSides& sides, bool was_interrupted);
/// One run as one object. `peer` is the other machine's address.
[[nodiscard]] nlohmann::ordered_json run_json(const RunSides& sides, const std::string& peer,
                                              std::int64_t started_unix_ns, bool was_interrupted);
/// One interval; times are seconds since `origin_ns`.
[[nodiscard]] nlohmann::ordered_json interval_json(const WorkloadInterval& interval, std::int64_t origin_ns);
/// Bytes that are not UTF-8 are replaced, not refused. `indent` -1: one line.
[[nodiscard]] std::string json_text(const nlohmann::ordered_json& json, int indent);

}  // namespace sriov::cli

// How a column of samples becomes bytes: differences, zig-zag, varint. docs/file-formats.md describes it for others.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"

namespace sriov {

/// Each value as its difference from the one before (from 0 for the first), modulo 2^64, zig-zag coded, as a LEB128
/// varint. Counters that stand still cost a byte a row; any int64 (kAbsent too) survives.
[[nodiscard]] std::string encode_column(std::span<const std::int64_t> values);

/// Inverse of encode_column(); a truncated or overlong varint is an error.
[[nodiscard]] Result<std::vector<std::int64_t>> decode_column(std::string_view bytes);

}  // namespace sriov

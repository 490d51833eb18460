// The samples of a collector that came in parts, as the one block that they are parts of.
#pragma once

#include <vector>

#include "core/sample_block.h"

namespace sriov {

/// Appends a later part of the samples of one collector: `whole` is then what it would be had it never been divided,
/// with absent values where a series was not known yet. False, and nothing is changed, when `part` is of another
/// collector or endpoint, or does not have the series of `whole` at their places (it is of another sampling then).
[[nodiscard]] bool append_rows(SampleBlock& whole, const SampleBlock& part);

/// Appends each part to the last block of its collector and endpoint, or adds it as a block where it fits to none.
void join_blocks(std::vector<SampleBlock>& all, std::vector<SampleBlock> parts);

}  // namespace sriov

// From runs to the tables that compare the levels of a factor.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzers/comparison/comparison_table.h"
#include "core/result.h"

namespace sriov {

/// The last attempts of all planned trials of the runs, with the cells under which compare() has them when it compares
/// by `factor`: with "run" the runs' names are levels, with others "LEVEL@RUN" where several runs have a level.
[[nodiscard]] Result<std::vector<StoredTrial>> placed_trials(std::span<const Store> stores, const std::string& factor);

/// Compares the levels of a factor over one run or several. A level that several runs have stands there once for each,
/// as "LEVEL@RUN" by the name of its directory. Levels of one run are paired by its repetitions, which are blocks;
/// those of different runs are independent samples. Of a repeated trial the last attempt counts. A usage error for a
/// factor or a level that there is not; not_enough_data when no trial is valid.
[[nodiscard]] Result<Comparison> compare(std::span<const Store> stores, const ComparisonChoice& choice);
[[nodiscard]] Result<Comparison> compare(const Store& store, const std::string& factor = "");

}  // namespace sriov

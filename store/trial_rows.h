// One TrialRecord to and from its rows.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/trial.h"
#include "store/checksum.h"
#include "store/damage.h"
#include "store/sqlite.h"
#include "store/store.h"

namespace sriov {

/// Ids of series already in the database, so that a trial's thousand columns do not cost a look-up each.
using SeriesIds = std::map<std::string, std::int64_t>;

/// The beginning of a block's checksum; the id and the bytes of each of its series follow.
[[nodiscard]] inline Checksum checksum_of_head(std::string_view endpoint, std::string_view collector,
                                               std::string_view begin, std::string_view end) {
  Checksum checksum;
  for (const std::string_view part : {endpoint, collector, begin, end}) {
    checksum.add(static_cast<std::int64_t>(part.size()));
    checksum.add(part);
  }
  return checksum;
}

/// Writes all of `record`; call inside a transaction. `known_series` gains what was new, even when a later step fails:
/// the caller forgets it then.
[[nodiscard]] Result<std::int64_t> write_trial(const sqlite::Database& database, const TrialRecord& record,
                                               SeriesIds& known_series);
/// Adds blocks to a trial; as write_trial.
[[nodiscard]] Result<void> write_blocks(const sqlite::Database& database, std::int64_t trial,
                                        const std::vector<SampleBlock>& blocks, SeriesIds& known_series);
/// Status, reason, end_ns and clocks of a trial anew; call inside a transaction.
[[nodiscard]] Result<void> rewrite_end(const sqlite::Database& database, std::int64_t trial, const TrialRecord& record);
/// All rows of the trials whose ids are lower; call inside a transaction.
[[nodiscard]] Result<void> erase_trials_before(const sqlite::Database& database, std::int64_t trial);
/// Those that read get what is damaged, and return the rest.
/// All trials without their samples, in the order they were written.
[[nodiscard]] Result<std::vector<TrialSummary>> read_trials(const sqlite::Database& database, Damage& damage);
/// The intervals of a trial's reports, in the reports' order.
[[nodiscard]] Result<std::vector<std::vector<WorkloadInterval>>> read_intervals(const sqlite::Database& database,
                                                                                std::int64_t trial_id, Damage& damage);
/// Hands the blocks of a trial that were written after the one of this number (0: all) to `visit`, one at a time.
/// Returns the number of the last.
[[nodiscard]] Result<std::int64_t> read_blocks(const sqlite::Database& database, std::int64_t trial_id,
                                               std::int64_t after,
                                               const std::function<Result<void>(SampleBlock)>& visit, Damage& damage);

}  // namespace sriov

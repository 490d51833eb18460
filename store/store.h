// The result of a run: one directory with a SQLite database, the experiment as run, and logs.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/experiment.h"
#include "core/result.h"
#include "core/trial.h"

namespace sriov {

/// What is known of a run as a whole.
struct RunInfo {
  std::string name;  ///< Experiment name.
  std::string description;
  std::string testbed;
  bool emulated = false;
  std::string accelerator;  ///< "tcg", "kvm" or "".
  std::string tool_version;
  std::string experiment_toml;  ///< As run, overrides applied.
  int planned_trials = 0;
  std::int64_t started_unix_ns = 0;
  std::int64_t finished_unix_ns = 0;  ///< 0 while it is unfinished.

  /// Made by `record`: samples beside somebody else's workload, one trial, no testbed.
  [[nodiscard]] bool is_recording() const { return testbed.empty(); }
};

/// How the event of a run begins that was made with `run --live`.
inline constexpr std::string_view kLiveEvent = "--live: samples are fetched";

/// A trial without its samples and intervals: what tables are made from.
struct TrialSummary {
  std::int64_t id = 0;
  TrialRecord record;  ///< `blocks` empty, and the reports' `intervals`.
};

/// What survives besides kill -9, which all that was put does.
enum class Durability {
  power_cut,  ///< Every put is synced to disk.
  kill,       ///< Nothing is: for what is of use only while its writer lives, and must not cost it a disk's time.
};

/// A run directory: run.sqlite, experiment.toml, logs/. Every put is one transaction, synced to disk (unless it was
/// created otherwise), so a finished trial survives kill -9 and a power cut; WAL lets readers (`show`, the dashboard)
/// look at a run that is being written. One writer at a time: a second one is refused. When a put fails (disk full)
/// nothing of it is kept and the store stays usable. Foreign and newer databases are errors that say so, and damaged
/// ones of which nothing can be read (not_enough_data). Of the others what can be read is read, and damage() tells what
/// could not.
class Store {
 public:
  /// Creates `directory` with parents, the database, experiment.toml and logs/. A usage error when it holds a run.
  [[nodiscard]] static Result<Store> create(const std::string& directory, const RunInfo& info,
                                            Durability durability = Durability::power_cut);
  /// Opens for appending (resume): all attempts of a planned trial are kept, see latest_attempts().
  [[nodiscard]] static Result<Store> open_for_append(const std::string& directory);
  /// Opens read-only; understands every schema version up to its own and says so otherwise.
  [[nodiscard]] static Result<Store> open(const std::string& directory);

  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  [[nodiscard]] const std::string& directory() const;
  [[nodiscard]] Result<RunInfo> info() const;
  [[nodiscard]] Result<void> set_finished(std::int64_t unix_time_ns);
  /// The plan has become longer: repetitions are decided by the intervals seen.
  [[nodiscard]] Result<void> set_planned_trials(int planned_trials);
  /// Environment of an endpoint ("" = the testbed) as JSON.
  [[nodiscard]] Result<void> put_environment(const std::string& endpoint, const std::string& json);
  [[nodiscard]] Result<std::map<std::string, std::string>> environments() const;
  /// Something worth knowing about the run: "collector xen skipped on peer: …".
  [[nodiscard]] Result<void> put_event(std::int64_t unix_time_ns, const std::string& endpoint, const std::string& text);
  /// "2026-01-31T12:00:00Z dom0: text", oldest first.
  [[nodiscard]] Result<std::vector<std::string>> events() const;

  /// Returns the trial's id.
  [[nodiscard]] Result<std::int64_t> put_trial(const TrialRecord& record);
  /// Adds samples to a trial that was put before; a collector of an endpoint may have several blocks, each going on
  /// where the one before ended.
  [[nodiscard]] Result<void> put_blocks(std::int64_t trial_id, const std::vector<SampleBlock>& blocks);
  /// Rewrites what is known only at the end of a trial that was put before: status, reason, end_ns and clocks.
  [[nodiscard]] Result<void> update_trial(std::int64_t trial_id, const TrialRecord& record);
  /// Takes away all that is kept of the trials before this one.
  [[nodiscard]] Result<void> remove_trials_before(std::int64_t trial_id);
  /// Every attempt, in the order they were put. One that cannot be read whole is a failed one whose reason says so.
  [[nodiscard]] Result<std::vector<TrialSummary>> trials() const;
  /// The intervals of one trial: a list for each of its reports, in their order. Empty ones for a run that was written
  /// before there were intervals.
  [[nodiscard]] Result<std::vector<std::vector<WorkloadInterval>>> intervals(std::int64_t trial_id) const;
  /// The samples of one trial; damaged blocks are left out.
  [[nodiscard]] Result<std::vector<SampleBlock>> blocks(std::int64_t trial_id) const;
  /// The same one block at a time, for long runs; an error from `visit` ends it.
  [[nodiscard]] Result<void> visit_blocks(std::int64_t trial_id,
                                          const std::function<Result<void>(SampleBlock)>& visit) const;
  /// Of a trial that is growing: only the blocks that were put after the one of this number (0: all of them). Returns
  /// the number of the last.
  [[nodiscard]] Result<std::int64_t> visit_blocks_after(std::int64_t trial_id, std::int64_t block,
                                                        const std::function<Result<void>(SampleBlock)>& visit) const;

  /// What could not be read so far, a sentence each; empty when all was whole.
  [[nodiscard]] std::vector<std::string> damage() const;

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Whether another process holds the run for writing now. Looks at the writer's lock for an instant: ask only for runs
/// that are unfinished, of which a `run --resume` would be refused in that instant.
[[nodiscard]] bool is_being_written(const std::string& directory);

/// The last attempt of every planned trial, by planned index: what counts when a trial was repeated.
[[nodiscard]] std::vector<TrialSummary> latest_attempts(std::vector<TrialSummary> trials);

}  // namespace sriov

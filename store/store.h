// The result of a run: one directory with a SQLite database, the experiment as run, and logs.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
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
};

/// A trial without its samples: what tables are made from.
struct TrialSummary {
  std::int64_t id = 0;
  TrialRecord record;  ///< `blocks` empty.
};

/// A run directory: run.sqlite, experiment.toml, logs/. Every put is one transaction, so a finished trial survives
/// kill -9; WAL lets readers (`show`, the dashboard) look at a run that is being written.
class Store {
 public:
  /// Creates `directory` (it must not already hold a run).
  [[nodiscard]] static Result<Store> create(const std::string& directory, const RunInfo& info);
  /// Opens for appending (resume).
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
  /// Environment of an endpoint ("" = the testbed) as JSON.
  [[nodiscard]] Result<void> put_environment(const std::string& endpoint, const std::string& json);
  [[nodiscard]] Result<std::map<std::string, std::string>> environments() const;
  /// Something worth knowing about the run: "collector xen skipped on peer: …".
  [[nodiscard]] Result<void> put_event(std::int64_t unix_time_ns, const std::string& endpoint, const std::string& text);
  [[nodiscard]] Result<std::vector<std::string>> events() const;

  [[nodiscard]] Result<std::int64_t> put_trial(const TrialRecord& record);
  [[nodiscard]] Result<std::vector<TrialSummary>> trials() const;
  /// The samples of one trial.
  [[nodiscard]] Result<std::vector<SampleBlock>> blocks(std::int64_t trial_id) const;

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sriov

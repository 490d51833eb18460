// The runs that are open in the window.
#pragma once

#include <QString>
#include <QStringList>
#include <memory>
#include <mutex>
#include <vector>

#include "gui/models/background_job.h"
#include "report/open_runs.h"

namespace sriov::gui {

/// A run that could be opened.
struct OpenRun {
  QString directory;
  RunInfo info;

  /// Nobody has said that it has ended: it is being written, or its writer was killed.
  [[nodiscard]] bool is_unfinished() const { return info.finished_unix_ns == 0; }
};

/// Immutable, cheap to copy, and shared between the window and its workers.
class RunSet {
 public:
  RunSet() = default;
  /// Opens every directory, for a worker's thread. What cannot be opened is in problems(), the others are open.
  [[nodiscard]] static RunSet open(const QStringList& directories, JobControl& control);

  [[nodiscard]] bool is_empty() const { return runs_.empty(); }
  /// Recordings among them: these have samples and no levels.
  [[nodiscard]] const std::vector<OpenRun>& runs() const { return runs_; }
  [[nodiscard]] QStringList directories() const;
  /// Why some that were asked for are not open.
  [[nodiscard]] const std::vector<Error>& problems() const { return problems_; }

  /// Whether there is an experiment among them, so that with_runs() has something to give.
  [[nodiscard]] bool has_experiments() const { return shared_ != nullptr; }
  [[nodiscard]] bool any_emulated() const;
  /// Calls `work(OpenRuns&)` with the experiments and returns its Result; one caller at a time, the others wait. For
  /// a worker's thread. A usage error when has_experiments() is false.
  template <class Work>
  [[nodiscard]] auto with_runs(Work&& work) const -> decltype(work(std::declval<OpenRuns&>())) {
    if (shared_ == nullptr) return fail_usage("no experiment is open");
    const std::lock_guard lock(shared_->mutex);
    return work(shared_->runs);
  }

 private:
  struct Shared {
    std::mutex mutex;
    OpenRuns runs;

    explicit Shared(OpenRuns opened) : runs(std::move(opened)) {}
  };

  std::vector<OpenRun> runs_;
  std::vector<Error> problems_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace sriov::gui

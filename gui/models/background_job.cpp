#include "gui/models/background_job.h"

namespace sriov::gui {

QThreadPool& job_threads() {
  static constexpr int kThreads = 4;
  static QThreadPool pool;
  static const bool is_set = [] {
    pool.setMaxThreadCount(kThreads);
    return true;
  }();
  Q_UNUSED(is_set)
  return pool;
}

BackgroundJob::~BackgroundJob() {
  blockSignals(true);  // Who listens may be half destroyed already.
  cancel();
}

void BackgroundJob::cancel() {
  if (watcher_ == nullptr) return;
  watcher_->cancel();
  watcher_ = nullptr;
  emit running_changed(false);
}

}  // namespace sriov::gui

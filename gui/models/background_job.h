// Work off the window's thread: the window never waits for a disk or a table of statistics.
#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <QPromise>
#include <QThreadPool>
#include <QtConcurrentRun>
#include <functional>
#include <utility>

namespace sriov::gui {

/// What the work sees of whoever started it; for use on the worker's thread.
class JobControl {
 public:
  virtual ~JobControl() = default;
  /// Nobody wants the result any more: return early, with anything.
  [[nodiscard]] virtual bool is_cancelled() const = 0;
  /// Step `done` of `of`, with a word for the user.
  virtual void report(int done, int of, const QString& what) = 0;
};

/// The threads of all jobs: more than the processors of a small machine, as most jobs wait for one another's data.
[[nodiscard]] QThreadPool& job_threads();

/// One piece of work at a time. A newer one replaces the older, whose result is dropped; so does the end of the job
/// object, which does not wait.
class BackgroundJob : public QObject {
  Q_OBJECT

 public:
  explicit BackgroundJob(QObject* parent = nullptr) : QObject(parent) {}
  ~BackgroundJob() override;

  /// Calls `work` on a thread of job_threads(), then `done` with its value on this object's. `work` may refer to
  /// nothing that can end before it.
  template <class Value>
  void start(std::function<Value(JobControl&)> work, std::function<void(Value)> done) {
    cancel();
    auto* watcher = new QFutureWatcher<Value>(this);
    watcher_ = watcher;
    connect(watcher, &QFutureWatcherBase::progressValueChanged, this, [this, watcher](int value) {
      if (watcher == watcher_) emit progress(value, watcher->progressMaximum(), watcher->progressText());
    });
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, done = std::move(done)] {
      watcher->deleteLater();
      if (watcher != watcher_) return;
      watcher_ = nullptr;
      emit running_changed(false);
      if (!watcher->isCanceled() && watcher->future().resultCount() > 0) done(watcher->future().takeResult());
    });
    emit running_changed(true);
    watcher->setFuture(QtConcurrent::run(&job_threads(), [work = std::move(work)](QPromise<Value>& promise) {
      Control<Value> control(promise);
      promise.addResult(work(control));
    }));
  }

  /// The result that is on its way is dropped; does not wait.
  void cancel();
  [[nodiscard]] bool is_running() const { return watcher_ != nullptr; }

 signals:
  void running_changed(bool is_running);
  void progress(int done, int of, const QString& what);

 private:
  template <class Value>
  class Control : public JobControl {
   public:
    explicit Control(QPromise<Value>& promise) : promise_(promise) {}
    [[nodiscard]] bool is_cancelled() const override { return promise_.isCanceled(); }
    void report(int done, int of, const QString& what) override {
      promise_.setProgressRange(0, of);
      promise_.setProgressValueAndText(done, what);
    }

   private:
    QPromise<Value>& promise_;
  };

  QFutureWatcherBase* watcher_ = nullptr;
};

}  // namespace sriov::gui

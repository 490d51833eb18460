#include "gui/models/background_job.h"

#include <QSemaphore>

#include "tests/gui/window/window_test.h"

namespace sriov::gui::test {
namespace {

TEST(BackgroundJobTest, TheResultComesOnThisThread) {
  BackgroundJob job;
  int result = 0;
  bool is_here = false;
  const QThread* here = QThread::currentThread();
  job.start<int>([](JobControl&) { return 42; },
                 [&](int value) {
                   result = value;
                   is_here = QThread::currentThread() == here;
                 });
  EXPECT_TRUE(job.is_running());
  settle();
  EXPECT_EQ(result, 42);
  EXPECT_TRUE(is_here);
  EXPECT_FALSE(job.is_running());
}

TEST(BackgroundJobTest, ANewerJobReplacesTheOlder) {
  BackgroundJob job;
  QSemaphore go;
  QList<int> results;
  job.start<int>(
      [&go](JobControl&) {
        go.acquire();
        return 1;
      },
      [&](int value) { results << value; });
  job.start<int>([](JobControl&) { return 2; }, [&](int value) { results << value; });
  go.release();
  settle();
  EXPECT_EQ(results, QList<int>{2});
}

TEST(BackgroundJobTest, WhoCancelsGetsNothingAndTheWorkIsTold) {
  BackgroundJob job;
  QSemaphore begun;
  std::atomic<bool> was_told = false;
  bool is_done = false;
  job.start<int>(
      [&](JobControl& control) {
        begun.release();
        while (!control.is_cancelled()) QThread::yieldCurrentThread();
        was_told = true;
        return 1;
      },
      [&](int) { is_done = true; });
  begun.acquire();
  job.cancel();
  EXPECT_FALSE(job.is_running());
  settle();
  EXPECT_TRUE(was_told);
  EXPECT_FALSE(is_done);
}

TEST(BackgroundJobTest, TheJobsEndDoesNotWaitForItsWork) {
  QSemaphore begun;
  QSemaphore go;
  std::atomic<bool> has_ended = false;
  {
    BackgroundJob job;
    job.start<int>(
        [&](JobControl&) {
          begun.release();
          go.acquire();
          has_ended = true;
          return 1;
        },
        [](int) { FAIL() << "nobody is there"; });
    begun.acquire();
  }
  EXPECT_FALSE(has_ended);
  go.release();
  settle();
  EXPECT_TRUE(has_ended);
}

TEST(BackgroundJobTest, ProgressIsHeard) {
  BackgroundJob job;
  QStringList heard;
  QObject::connect(&job, &BackgroundJob::progress, [&](int done, int of, const QString& what) {
    heard << QString("%1/%2 %3").arg(done).arg(of).arg(what);
  });
  job.start<int>(
      [](JobControl& control) {
        control.report(1, 2, "one");
        return 0;
      },
      [](int) {});
  settle();
  EXPECT_THAT(heard, testing::Contains(QString("1/2 one")));
}

}  // namespace
}  // namespace sriov::gui::test

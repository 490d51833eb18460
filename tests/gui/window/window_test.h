// A window with runs in a scratch directory.
#pragma once

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QSettings>
#include <QThread>
#include <filesystem>
#include <memory>
#include <string>

#include <gmock/gmock.h>

#include "gui/main_window.h"
#include "gui/models/background_job.h"
#include "gui/pages/page.h"
#include "tests/unit/support/synthetic_run.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov::gui::test {

/// Lets the window work until it has nothing left to do: jobs, their results, and what these begin.
inline void settle() {
  constexpr int kQuietRounds = 4;
  constexpr qint64 kGiveUpMs = 120'000;
  QElapsedTimer since;
  since.start();
  for (int quiet = 0; quiet < kQuietRounds && since.elapsed() < kGiveUpMs;) {
    QCoreApplication::processEvents();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    const bool is_idle = job_threads().waitForDone(10);
    quiet = is_idle ? quiet + 1 : 0;
  }
}

class WindowTest : public testing::Test {
 protected:
  WindowTest() { QSettings().clear(); }

  /// A copy of a run of tests/fixtures/runs, which a test may damage.
  QString fixture(const std::string& name, const std::string& as = "") const {
    const std::string to = directory_.path() + "/" + (as.empty() ? name : as);
    std::filesystem::copy(std::string(SRIOV_FIXTURES) + "/runs/" + name, to, std::filesystem::copy_options::recursive);
    return QString::fromStdString(to);
  }
  [[nodiscard]] QString path(const std::string& name) const {
    return QString::fromStdString(directory_.path() + "/" + name);
  }
  void show(int width = 1280, int height = 800) {
    window_ = std::make_unique<MainWindow>();
    window_->resize(width, height);
    window_->show();
    settle();
  }
  void open(const QStringList& directories) {
    window_->open_any(directories);
    settle();
  }
  Page& page(const std::string& name) {
    window_->show_page(name);
    settle();
    EXPECT_EQ(window_->current_page()->objectName().toStdString(), name);
    return *window_->current_page();
  }
  /// All words that can be read on the page.
  [[nodiscard]] static QString words_of(const QWidget& page);

  /// The window as a picture to look at: in $SRIOV_SCREENSHOTS, else in tests/gui/screenshots of the build tree.
  void shoot(const std::string& name);

  sriov::test::TemporaryDirectory directory_;
  std::unique_ptr<MainWindow> window_;
};

}  // namespace sriov::gui::test

#include "gui/main_window.h"

#include <QCloseEvent>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QListWidget>
#include <QMimeData>
#include <QProgressBar>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "gui/pages/page.h"
#include "gui/recent_runs.h"

namespace sriov::gui {
namespace {

constexpr const char* kGeometry = "window/geometry";
constexpr const char* kPage = "window/page";
constexpr const char* kSplitter = "window/splitter";
constexpr const char* kFolder = "window/folder";

bool is_run(const QString& path) { return QFileInfo::exists(path + QStringLiteral("/run.sqlite")); }

QStringList local_paths(const QMimeData& data) {
  QStringList paths;
  for (const QUrl& url : data.urls())
    if (url.isLocalFile()) paths << url.toLocalFile();
  return paths;
}

}  // namespace

MainWindow::MainWindow()
    : splitter_(new QSplitter),
      list_(new QListWidget),
      stack_(new QStackedWidget),
      problems_(new QLabel),
      progress_(new QProgressBar),
      cancel_(new QToolButton) {
  setWindowTitle(tr("sriov-bench"));
  setAcceptDrops(true);
  resize(1280, 800);
  list_->setAccessibleName(tr("Pages"));
  list_->setIconSize(QSize(24, 24));
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  splitter_->addWidget(list_);
  banner_ = make_banner();
  auto* beside = new QWidget;
  auto* column = new QVBoxLayout(beside);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(banner_);
  column->addWidget(stack_, 1);
  splitter_->addWidget(beside);
  splitter_->setStretchFactor(1, 1);
  splitter_->setCollapsible(1, false);
  splitter_->setSizes({180, 1100});
  setCentralWidget(splitter_);
  add_progress();
  add_pages();
  add_file_menu();
  add_edit_menu();
  add_view_menu();
  add_help_menu();
  connect(list_, &QListWidget::currentRowChanged, this, [this](int row) {
    stack_->setCurrentIndex(row);
    update_exports();
    update_progress();
  });
  list_->setCurrentRow(0);
  restore_settings();
}

QWidget* MainWindow::make_banner() {
  auto* banner = new QFrame;
  banner->setFrameShape(QFrame::StyledPanel);
  problems_->setWordWrap(true);
  problems_->setTextFormat(Qt::PlainText);
  problems_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  problems_->setAccessibleName(tr("What could not be opened"));
  auto* close = new QToolButton;
  close->setText(tr("Close"));
  connect(close, &QToolButton::clicked, banner, &QWidget::hide);
  auto* line = new QHBoxLayout(banner);
  line->addWidget(problems_, 1);
  line->addWidget(close, 0, Qt::AlignTop);
  banner->hide();
  return banner;
}

void MainWindow::add_progress() {
  progress_->setMaximumWidth(220);
  progress_->setAccessibleName(tr("Progress"));
  cancel_->setText(tr("Cancel"));
  for (QWidget* widget : {static_cast<QWidget*>(progress_), static_cast<QWidget*>(cancel_)}) {
    statusBar()->addPermanentWidget(widget);
    widget->hide();
  }
  connect(cancel_, &QToolButton::clicked, this, [this] {
    opening_.cancel();
    current_page()->cancel_work();
  });
  connect(&opening_, &BackgroundJob::running_changed, this, [this](bool is_running) {
    if (!is_running) statusBar()->clearMessage();
    update_progress();
  });
  connect(&opening_, &BackgroundJob::progress, this, [this](int done, int of, const QString& what) {
    progress_->setRange(0, of);
    progress_->setValue(done);
    statusBar()->showMessage(what);
  });
}

void MainWindow::update_progress() {
  const bool is_working = opening_.is_running() || (current_page() != nullptr && current_page()->is_working());
  progress_->setRange(0, 0);
  progress_->setVisible(is_working);
  cancel_->setVisible(is_working);
}

void MainWindow::add_pages() {
  std::vector<std::pair<std::string, std::unique_ptr<Page>>> made;
  for (const std::string& name : Registry<Page>::instance().names())
    made.emplace_back(name, Registry<Page>::instance().make(name));
  std::ranges::stable_sort(made, {}, [](const auto& one) { return one.second->place(); });
  for (auto& [name, page] : made) add_page(name, page.release());
}

void MainWindow::add_page(const std::string& name, Page* page) {
  stack_->addWidget(page);
  pages_.push_back({name, page});
  page->setObjectName(QString::fromStdString(name));
  page->set_view_stack(&view_);
  list_->addItem(new QListWidgetItem(page->icon(), page->title()));
  connect(page, &Page::choosing_wanted, this, [this] { choose_runs(false); });
  connect(page, &Page::runs_wanted, this, &MainWindow::open_runs);
  connect(page, &Page::told, this, [this](const QString& message) { statusBar()->showMessage(message); });
  connect(page, &Page::working_changed, this, &MainWindow::update_progress);
  connect(page, &Page::exports_changed, this, &MainWindow::update_exports);
}

Page* MainWindow::current_page() const { return static_cast<Page*>(stack_->currentWidget()); }

void MainWindow::show_page(const std::string& name) {
  const auto found = std::ranges::find(pages_, name, &Entry::name);
  if (found != pages_.end()) list_->setCurrentRow(static_cast<int>(found - pages_.begin()));
}

void MainWindow::open_runs(const QStringList& directories) {
  if (directories.isEmpty()) return;
  opening_.start<RunSet>([directories](JobControl& control) { return RunSet::open(directories, control); },
                         [this](RunSet runs) { set_runs(std::move(runs)); });
}

void MainWindow::set_runs(RunSet runs) {
  runs_ = std::move(runs);
  view_.reset();
  const QStringList directories = runs_.directories();
  if (!directories.isEmpty()) add_recent(directories);
  fill_recent();
  setWindowTitle(directories.isEmpty() ? tr("sriov-bench") : tr("%1 - sriov-bench").arg(directories.join(", ")));
  for (const Entry& entry : pages_) entry.page->set_runs(runs_);
  // Somebody who opened a run wants to see it, or why it is not there, not the list that it came from.
  if ((!runs_.is_empty() || !runs_.problems().empty()) && !current_page()->needs_runs()) {
    const auto first = std::ranges::find_if(pages_, [](const Entry& entry) { return entry.page->needs_runs(); });
    if (first != pages_.end()) show_page(first->name);
  }
  QStringList problems;
  for (const Error& error : runs_.problems()) problems << QString::fromStdString(error.text());
  problems_->setText(tr("Not open: %1").arg(problems.join(QLatin1Char('\n'))));
  // Without any run the pages say it themselves.
  banner_->setVisible(!problems.isEmpty() && !runs_.is_empty());
  update_exports();
}

void MainWindow::open_folder(const QString& directory) {
  QSettings().setValue(kFolder, directory);
  for (const Entry& entry : pages_)
    if (entry.page->takes_folders()) {
      show_page(entry.name);
      entry.page->show_folder(directory);
      return;
    }
}

void MainWindow::open_any(const QStringList& paths) {
  if (paths.isEmpty()) return;
  QStringList found;
  for (const QString& path : paths) {
    const QFileInfo info(path);
    found << (info.isFile() ? info.absolutePath() : QDir::cleanPath(info.absoluteFilePath()));
  }
  found.removeDuplicates();
  const bool is_folder = found.size() == 1 && !is_run(found.front()) && QFileInfo(found.front()).isDir();
  if (is_folder)
    open_folder(found.front());
  else
    open_runs(found);
}

void MainWindow::choose_runs(bool keep_open) {
  const QString before = QSettings().value(kFolder).toString();
  const QString chosen = QFileDialog::getExistingDirectory(this, tr("Open a run directory"), before);
  if (chosen.isEmpty()) return;
  QSettings().setValue(kFolder, QFileInfo(chosen).absolutePath());
  QStringList directories = keep_open ? runs_.directories() : QStringList();
  directories << chosen;
  directories.removeDuplicates();
  open_runs(directories);
}

void MainWindow::choose_folder() {
  const QString chosen =
      QFileDialog::getExistingDirectory(this, tr("Open a folder of runs"), QSettings().value(kFolder).toString());
  if (!chosen.isEmpty()) open_folder(chosen);
}

void MainWindow::closeEvent(QCloseEvent* event) {
  opening_.cancel();
  save_settings();
  QMainWindow::closeEvent(event);
}

void MainWindow::changeEvent(QEvent* event) {
  QMainWindow::changeEvent(event);
  if (event->type() != QEvent::PaletteChange) return;
  for (std::size_t i = 0; i < pages_.size(); ++i) list_->item(static_cast<int>(i))->setIcon(pages_[i].page->icon());
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (!local_paths(*event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  event->acceptProposedAction();
  open_any(local_paths(*event->mimeData()));
}

void MainWindow::save_settings() const {
  QSettings settings;
  settings.setValue(kGeometry, saveGeometry());
  settings.setValue(kSplitter, splitter_->saveState());
  settings.setValue(kPage, current_page()->objectName());
  for (const Entry& entry : pages_) {
    settings.beginGroup(QStringLiteral("page-") + QString::fromStdString(entry.name));
    entry.page->save_layout(settings);
    settings.endGroup();
  }
}

void MainWindow::restore_settings() {
  QSettings settings;
  restoreGeometry(settings.value(kGeometry).toByteArray());
  splitter_->restoreState(settings.value(kSplitter).toByteArray());
  for (const Entry& entry : pages_) {
    settings.beginGroup(QStringLiteral("page-") + QString::fromStdString(entry.name));
    entry.page->restore_layout(settings);
    settings.endGroup();
  }
  show_page(settings.value(kPage).toString().toStdString());
}

}  // namespace sriov::gui

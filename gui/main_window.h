// The window: a list of pages at the side, the page beside it, and the runs that all of them show.
#pragma once

#include <QMainWindow>
#include <QStringList>
#include <string>
#include <vector>

#include "gui/models/background_job.h"
#include "gui/models/run_set.h"
#include "gui/models/view_stack.h"

class QAction;
class QLabel;
class QListWidget;
class QMenu;
class QProgressBar;
class QSplitter;
class QStackedWidget;
class QToolButton;

namespace sriov::gui {

class Page;

class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  MainWindow();

  /// Opens run directories in the background, in place of those that are open. What is wrong with them is said on the
  /// pages; the window stays usable.
  void open_runs(const QStringList& directories);
  /// Shows what a folder holds, on the page that lists runs.
  void open_folder(const QString& directory);
  /// A run directory, or a folder of some: whatever it turns out to be.
  void open_any(const QStringList& paths);

  [[nodiscard]] const RunSet& runs() const { return runs_; }
  [[nodiscard]] ViewStack& view_stack() { return view_; }
  /// By registered name; does nothing for one that there is not.
  void show_page(const std::string& name);
  [[nodiscard]] Page* current_page() const;
  [[nodiscard]] bool is_opening() const { return opening_.is_running(); }

 protected:
  void closeEvent(QCloseEvent* event) override;
  void changeEvent(QEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  struct Entry {
    std::string name;
    Page* page = nullptr;
  };

  void add_pages();
  void add_page(const std::string& name, Page* page);
  void add_progress();
  /// Above the pages: which of the runs that were asked for are not open, and why.
  [[nodiscard]] QWidget* make_banner();
  void add_file_menu();
  void add_edit_menu();
  void add_view_menu();
  void add_help_menu();
  void fill_recent();
  void choose_runs(bool keep_open);
  void choose_folder();
  void set_runs(RunSet runs);
  void export_figure_as();
  void export_table_as();
  void show_shortcuts();
  void show_about();
  void save_settings() const;
  void restore_settings();
  void update_exports();
  /// Shows whether something is under way: runs that are opened, or work of the page that is seen.
  void update_progress();

  ViewStack view_;
  RunSet runs_;
  BackgroundJob opening_;
  std::vector<Entry> pages_;
  QSplitter* splitter_;
  QListWidget* list_;
  QStackedWidget* stack_;
  QWidget* banner_ = nullptr;
  QLabel* problems_;
  QMenu* recent_ = nullptr;
  QAction* export_figure_ = nullptr;
  QAction* export_table_ = nullptr;
  QProgressBar* progress_;
  QToolButton* cancel_;
};

}  // namespace sriov::gui

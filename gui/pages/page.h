// A page of the window: one file each in this folder, registered by name. A page shows; what is computed is computed in
// report/ and analyzers/, on a BackgroundJob.
#pragma once

#include <QIcon>
#include <QWidget>
#include <optional>
#include <vector>

#include "core/registry.h"
#include "gui/models/run_set.h"
#include "gui/models/view_stack.h"
#include "report/figure.h"

class QAbstractItemModel;
class QLabel;
class QPushButton;
class QSettings;
class QStackedLayout;

namespace sriov::gui {

/// To add one: derive, register (`const PageRegistration<Scaling> registration{"scaling"};`), and add the file.
class Page : public QWidget {
  Q_OBJECT

 public:
  Page();

  /// In the list at the side and in the View menu.
  [[nodiscard]] virtual QString title() const = 0;
  /// SVG path data on a grid of 24 x 24, drawn as lines in the text's colour ("M3 20h18 M6 20v-8").
  [[nodiscard]] virtual QString icon_path() const = 0;
  /// Order among the pages, from 0; it also gives Ctrl+1, Ctrl+2, …
  [[nodiscard]] virtual int place() const = 0;
  /// false: the page is of use before a run is open; it is then given an empty set too.
  [[nodiscard]] virtual bool needs_runs() const { return true; }
  /// Opens a folder of runs itself: File > Open folder comes here.
  [[nodiscard]] virtual bool takes_folders() const { return false; }
  virtual void show_folder(const QString& /*directory*/) {}

  /// Called when the page can be seen and the runs are others than before: to start a job, not to wait for one.
  virtual void show_runs(const RunSet& runs) = 0;
  /// The same when the selection has changed.
  virtual void show_view(const ViewState& /*view*/) {}

  /// What File > Export figure writes; nullopt greys it out.
  [[nodiscard]] virtual std::optional<FigureData> current_figure() const { return std::nullopt; }
  /// The part of it that the user sees, so that this is what is written.
  [[nodiscard]] virtual FigureZoom current_zoom() const { return {}; }
  /// What File > Export table writes; nullptr greys it out.
  [[nodiscard]] virtual const QAbstractItemModel* current_table() const { return nullptr; }

  /// Splitters and header widths, in the page's own group.
  virtual void save_layout(QSettings& /*settings*/) const {}
  virtual void restore_layout(const QSettings& /*settings*/) {}

  /// For the window: hands over the runs that are open. Shown at once, or when the page is next seen.
  void set_runs(const RunSet& runs);
  /// For the window: the selection that all pages share; outlives the page.
  void set_view_stack(ViewStack* stack);
  [[nodiscard]] QIcon icon() const;
  /// Whether one of the jobs that are watched is running.
  [[nodiscard]] bool is_working() const;
  /// What they would bring is dropped.
  void cancel_work();

 signals:
  void working_changed();
  /// The user wants to choose a run to open.
  void choosing_wanted();
  /// The user wants these directories to be the runs that are open.
  void runs_wanted(const QStringList& directories);
  /// One line for the status bar.
  void told(const QString& message);
  /// current_figure() or current_table() are others.
  void exports_changed();

 protected:
  /// The page's own widgets, to be called once.
  void set_content(QWidget* content);
  void show_content();
  /// In place of the content: what there is to know and what to do. `can_open` adds a button that chooses a run.
  void show_message(const QString& heading, const QString& text, bool can_open = false);
  void show_error(const QString& heading, const Error& error);

  [[nodiscard]] const RunSet& runs() const { return runs_; }
  [[nodiscard]] const ViewState& view() const { return stack_->state(); }
  /// ViewStack::change().
  void change_view(const ViewState& next, const QString& text, const QString& merge_key = {});

  /// Makes `zoom` that of the chart called `name` in the selection; none: all of it is shown.
  void change_zoom(const QString& name, const FigureZoom& zoom);

  /// The window shows that it runs, and can cancel it.
  void watch(BackgroundJob& job);

  void showEvent(QShowEvent* event) override;

 private:
  void refresh();

  RunSet runs_;
  ViewStack* stack_ = nullptr;
  std::vector<BackgroundJob*> jobs_;
  bool runs_are_shown_ = false;
  bool view_is_shown_ = false;
  QStackedLayout* layers_;
  QLabel* heading_;
  QLabel* text_;
  QPushButton* open_;
};

template <class Derived>
using PageRegistration = Registration<Page, Derived>;

}  // namespace sriov::gui

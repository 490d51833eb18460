// The menus of the window.
#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QFileDialog>
#include <QListWidget>
#include <QMenuBar>
#include <QMessageBox>
#include <QStatusBar>
#include <QUndoStack>

#include "core/version.h"
#include "gui/appearance.h"
#include "gui/export_dialog.h"
#include "gui/main_window.h"
#include "gui/models/table_csv.h"
#include "gui/pages/page.h"
#include "gui/recent_runs.h"
#include "host/file.h"

namespace sriov::gui {
namespace {

constexpr int kLastDigit = 9;  // Pages beyond Ctrl+9 have no shortcut.

}  // namespace

void MainWindow::add_file_menu() {
  auto* menu = menuBar()->addMenu(tr("&File"));
  menu->addAction(tr("&Open run…"), QKeySequence::Open, this, [this] { choose_runs(false); });
  menu->addAction(tr("&Add run to those that are open…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O), this,
                  [this] { choose_runs(true); });
  menu->addAction(tr("Open &folder of runs…"), QKeySequence(Qt::CTRL | Qt::Key_K), this, &MainWindow::choose_folder);
  recent_ = menu->addMenu(tr("Open &recent"));
  fill_recent();
  menu->addAction(tr("&Read again"), QKeySequence::Refresh, this, [this] { open_runs(runs_.directories()); });
  menu->addSeparator();
  export_figure_ =
      menu->addAction(tr("&Export figure…"), QKeySequence(Qt::CTRL | Qt::Key_E), this, &MainWindow::export_figure_as);
  export_table_ = menu->addAction(tr("Export &table…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E), this,
                                  &MainWindow::export_table_as);
  menu->addSeparator();
  menu->addAction(tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), this, &QWidget::close);
  update_exports();
}

void MainWindow::fill_recent() {
  recent_->clear();
  for (const QStringList& directories : recent_runs())
    recent_->addAction(directories.join(QStringLiteral(", ")), this, [this, directories] { open_runs(directories); });
  recent_->setEnabled(!recent_->isEmpty());
  if (recent_->isEmpty()) return;
  recent_->addSeparator();
  recent_->addAction(tr("Forget these"), this, [this] {
    forget_recent();
    fill_recent();
  });
}

void MainWindow::add_edit_menu() {
  auto* menu = menuBar()->addMenu(tr("&Edit"));
  QUndoStack& steps = view_.undo_stack();
  QAction* undo = steps.createUndoAction(this, tr("Undo"));
  undo->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Z));
  QAction* redo = steps.createRedoAction(this, tr("Redo"));
  redo->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z));
  menu->addActions({undo, redo});
  menu->addAction(tr("Show &all: no zoom"), QKeySequence(Qt::CTRL | Qt::Key_0), this, [this] {
    ViewState all = view_.state();
    all.zoom.clear();
    all.time_s.reset();
    view_.change(all, tr("Show all"));
  });
}

void MainWindow::add_view_menu() {
  auto* menu = menuBar()->addMenu(tr("&View"));
  for (std::size_t i = 0; i < pages_.size(); ++i) {
    QAction* action = menu->addAction(pages_[i].page->title(), this, [this, i] { show_page(pages_[i].name); });
    const int digit = static_cast<int>(i) + 1;
    if (digit > kLastDigit) continue;
    action->setShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_0 + digit)));
    list_->item(static_cast<int>(i))->setToolTip(action->shortcut().toString(QKeySequence::NativeText));
  }
  menu->addSeparator();
  auto* colours = menu->addMenu(tr("&Colours"));
  auto* group = new QActionGroup(this);
  const auto add = [&](const QString& text, Appearance appearance) {
    QAction* action = colours->addAction(text, this, [appearance] { set_appearance(appearance); });
    action->setCheckable(true);
    action->setChecked(appearance == chosen_appearance());
    group->addAction(action);
  };
  add(tr("As the &desktop"), Appearance::desktop);
  add(tr("&Light"), Appearance::light);
  add(tr("D&ark"), Appearance::dark);
}

void MainWindow::add_help_menu() {
  auto* menu = menuBar()->addMenu(tr("&Help"));
  menu->addAction(tr("&Keyboard shortcuts"), QKeySequence::HelpContents, this, &MainWindow::show_shortcuts);
  menu->addAction(tr("&About sriov-bench"), this, &MainWindow::show_about);
}

void MainWindow::show_shortcuts() {
  QString rows;
  for (const QAction* top : menuBar()->actions())
    for (const QAction* action : top->menu()->actions()) {
      if (action->shortcut().isEmpty()) continue;
      rows += QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td>%2</td></tr>")
                  .arg(action->shortcut().toString(QKeySequence::NativeText).toHtmlEscaped(),
                       action->text().remove(QLatin1Char('&')).toHtmlEscaped());
    }
  QMessageBox box(QMessageBox::NoIcon, tr("Keyboard shortcuts"), QStringLiteral("<table>%1</table>").arg(rows),
                  QMessageBox::Close, this);
  box.setTextFormat(Qt::RichText);
  box.exec();
}

void MainWindow::show_about() {
  const QString version = QString::fromUtf8(kVersion.data(), static_cast<int>(kVersion.size()));
  QMessageBox::about(this, tr("About sriov-bench"),
                     tr("<b>sriov-bench %1</b><p>Measures and tunes SR-IOV networking on Xen: virtual functions "
                        "against paravirtual devices.</p><p>This program links Qt Charts and is distributed under the "
                        "terms of the GNU General Public License, version 3.</p>")
                         .arg(version.toHtmlEscaped()));
}

void MainWindow::update_exports() {
  if (export_figure_ == nullptr || export_table_ == nullptr || current_page() == nullptr) return;
  export_figure_->setEnabled(current_page()->current_figure().has_value());
  const QAbstractItemModel* table = current_page()->current_table();
  export_table_->setEnabled(table != nullptr && table->rowCount() > 0);
}

void MainWindow::export_figure_as() {
  const auto figure = current_page()->current_figure();
  if (!figure) return;
  ExportDialog dialog(*figure, current_page()->current_zoom(), this);
  if (dialog.exec() != QDialog::Accepted) return;
  const auto written = write_export(*figure, dialog.choice());
  if (!written)
    QMessageBox::warning(this, tr("Export the figure"), QString::fromStdString(written.error().text()));
  else
    statusBar()->showMessage(tr("Written: %1").arg(dialog.choice().path));
}

void MainWindow::export_table_as() {
  const QAbstractItemModel* table = current_page()->current_table();
  if (table == nullptr) return;
  const QString path =
      QFileDialog::getSaveFileName(this, tr("Export the table"), QStringLiteral("table.csv"), tr("CSV (*.csv)"));
  if (path.isEmpty()) return;
  const auto written = write_file(path.toStdString(), table_csv(*table));
  if (!written)
    QMessageBox::warning(this, tr("Export the table"), QString::fromStdString(written.error().text()));
  else
    statusBar()->showMessage(tr("Written: %1").arg(path));
}

}  // namespace sriov::gui

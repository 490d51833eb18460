// The window: which condition and metric on the left, chart and table on the right.
#pragma once

#include <QMainWindow>

#include "analyzers/comparison.h"
#include "gui/figures/style.h"

class QChartView;
class QComboBox;
class QLabel;
class QTableView;

namespace sriov::gui {

class ComparisonModel;

class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  MainWindow();

  /// Loads a run directory. Whatever is wrong with it is said in the window, which stays usable.
  void open_run(const QString& directory);

 private:
  void choose_run();
  void show_condition(int index);
  void show_metric(int row);
  void save_chart();
  [[nodiscard]] FigureStyle window_style() const;

  Comparison comparison_;
  ComparisonModel* model_;
  QComboBox* conditions_;
  QTableView* table_;
  QChartView* chart_;
  QLabel* message_;
};

}  // namespace sriov::gui

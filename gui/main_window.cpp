#include "gui/main_window.h"

#include <QChartView>
#include <QComboBox>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include "gui/export_chart.h"
#include "gui/figures/figure.h"
#include "gui/models/comparison_model.h"
#include "report/figures/comparison_bars.h"

namespace sriov::gui {

MainWindow::MainWindow()
    : model_(new ComparisonModel(this)),
      conditions_(new QComboBox),
      table_(new QTableView),
      chart_(new QChartView),
      message_(new QLabel) {
  setWindowTitle(tr("sriov-bench"));
  resize(1200, 800);
  auto* file = menuBar()->addMenu(tr("&File"));
  file->addAction(tr("&Open run…"), QKeySequence::Open, this, &MainWindow::choose_run);
  file->addAction(tr("&Save chart…"), QKeySequence::Save, this, &MainWindow::save_chart);
  file->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);

  table_->setModel(model_);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->verticalHeader()->hide();
  table_->setAccessibleName(tr("Comparison by path"));
  chart_->setRenderHint(QPainter::Antialiasing);
  chart_->setAccessibleName(tr("Chart of the selected metric"));
  message_->setWordWrap(true);
  message_->setText(tr("No run is open. File > Open run… takes the directory that `sriov-bench run -o` wrote."));
  conditions_->setAccessibleName(tr("Condition"));

  auto* splitter = new QSplitter(Qt::Vertical);
  splitter->addWidget(chart_);
  splitter->addWidget(table_);
  auto* page = new QWidget;
  auto* layout = new QVBoxLayout(page);
  layout->addWidget(message_);
  layout->addWidget(conditions_);
  layout->addWidget(splitter, 1);
  setCentralWidget(page);

  connect(conditions_, &QComboBox::currentIndexChanged, this, &MainWindow::show_condition);
  connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          [this](const QModelIndex& current) { show_metric(current.row()); });
}

void MainWindow::open_run(const QString& directory) {
  comparison_ = {};
  conditions_->clear();
  model_->set_table({});
  chart_->setChart(new QChart);
  const auto store = Store::open(directory.toStdString());
  auto compared = store ? compare(*store) : Result<Comparison>(tl::unexpected(store.error()));
  if (!compared) {
    message_->setText(QString::fromStdString(compared.error().text()));
    return;
  }
  comparison_ = std::move(*compared);
  QString text = QStringLiteral("<b>%1</b>").arg(QString::fromStdString(comparison_.run.name).toHtmlEscaped());
  for (const std::string& caveat : comparison_.caveats)
    text += QStringLiteral("<br>") + QString::fromStdString(caveat).toHtmlEscaped();
  message_->setText(text);
  for (const ComparisonTable& table : comparison_.tables)
    conditions_->addItem(QString::fromStdString(table.condition.empty() ? "all trials" : table.condition));
  setWindowTitle(tr("%1 - sriov-bench").arg(directory));
}

void MainWindow::choose_run() {
  const QString directory = QFileDialog::getExistingDirectory(this, tr("Open a run directory"));
  if (!directory.isEmpty()) open_run(directory);
}

void MainWindow::show_condition(int index) {
  if (index < 0 || index >= static_cast<int>(comparison_.tables.size())) return;
  model_->set_table(comparison_.tables[static_cast<std::size_t>(index)]);
  table_->resizeColumnsToContents();
  table_->setCurrentIndex(model_->index(0, 0));
}

void MainWindow::show_metric(int row) {
  const ComparisonTable& table = model_->table();
  if (row < 0 || row >= static_cast<int>(table.rows.size())) return;
  const FigureData bars =
      comparison_bars({&table}, table.rows[static_cast<std::size_t>(row)].metric, comparison_.run.emulated);
  QChart* old = chart_->chart();
  chart_->setChart(draw_figure(bars, window_style()).release());
  delete old;
}

FigureStyle MainWindow::window_style() const {
  FigureStyle style;
  style.dpi = logicalDpiX();
  style.font_pt = font().pointSizeF() > 0 ? font().pointSizeF() : style.font_pt;
  style.dark = palette().color(QPalette::Base).lightnessF() < 0.5F;
  style.with_title = true;
  return style;
}

void MainWindow::save_chart() {
  const QString path = QFileDialog::getSaveFileName(this, tr("Save the chart"), QStringLiteral("chart.svg"),
                                                    tr("SVG (*.svg);;PDF (*.pdf);;PNG (*.png)"));
  const int row = table_->currentIndex().row();
  const ComparisonTable& table = model_->table();
  if (path.isEmpty() || row < 0 || row >= static_cast<int>(table.rows.size())) return;
  const FigureData bars =
      comparison_bars({&table}, table.rows[static_cast<std::size_t>(row)].metric, comparison_.run.emulated);
  const auto written = export_figure(bars, {}, path);
  if (!written) QMessageBox::warning(this, tr("Save the chart"), QString::fromStdString(written.error().text()));
}

}  // namespace sriov::gui

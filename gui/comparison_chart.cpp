#include "gui/comparison_chart.h"

#include <QBarCategoryAxis>
#include <QBarSeries>
#include <QBarSet>
#include <QLineSeries>
#include <QPen>
#include <QValueAxis>
#include <algorithm>

namespace sriov::gui {
namespace {

// Okabe and Ito's colour-blind-safe blue; the whiskers are black, so the figure survives greyscale.
constexpr QRgb kBarColour = 0xff0072b2;
constexpr double kCapHalfWidth = 0.08;

/// Scale that keeps axis labels short: 2.3e8 bit/s is shown as 230 Mbit/s.
struct Scale {
  double divisor = 1;
  QString prefix;
};

Scale scale_for(double largest) {
  if (largest >= 1e9) return {1e9, QStringLiteral("G")};
  if (largest >= 1e6) return {1e6, QStringLiteral("M")};
  if (largest >= 1e4) return {1e3, QStringLiteral("k")};
  return {};
}

double top_of(const ComparisonCell& cell) {
  if (!cell.summary) return 0;
  return cell.summary->mean_95 ? std::max(cell.summary->mean, cell.summary->mean_95->high) : cell.summary->mean;
}

void add_whisker(QChart& chart, double x, const Interval& interval, double divisor, QValueAxis* value_axis,
                 QBarCategoryAxis* level_axis) {
  auto* line = new QLineSeries;  // owned by the chart
  const double low = std::max(0.0, interval.low) / divisor;
  const double high = interval.high / divisor;
  for (const QPointF point : {QPointF(x - kCapHalfWidth, high), QPointF(x + kCapHalfWidth, high), QPointF(x, high),
                              QPointF(x, low), QPointF(x - kCapHalfWidth, low), QPointF(x + kCapHalfWidth, low)})
    line->append(point);
  line->setPen(QPen(Qt::black, 1.5));
  chart.addSeries(line);
  line->attachAxis(level_axis);
  line->attachAxis(value_axis);
}

}  // namespace

std::unique_ptr<QChart> comparison_chart(const ComparisonTable& table, const ComparisonRow& row, bool emulated) {
  auto chart = std::make_unique<QChart>();
  double largest = 0;
  for (const ComparisonCell& cell : row.cells) largest = std::max(largest, top_of(cell));
  const Scale scale = scale_for(largest);

  auto* set = new QBarSet(QString::fromStdString(row.label));
  set->setColor(QColor(kBarColour));
  QStringList levels;
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    set->append(row.cells[i].summary ? row.cells[i].summary->mean / scale.divisor : 0);
    levels << QString::fromStdString(table.levels[i]) +
                  QStringLiteral(" (n = %1)").arg(row.cells[i].summary ? row.cells[i].summary->n : 0);
  }
  auto* bars = new QBarSeries;
  bars->append(set);
  bars->setBarWidth(0.5);
  chart->addSeries(bars);

  auto* level_axis = new QBarCategoryAxis;
  level_axis->append(levels);
  auto* value_axis = new QValueAxis;
  value_axis->setRange(0, largest > 0 ? largest / scale.divisor * 1.05 : 1);
  value_axis->applyNiceNumbers();
  value_axis->setTitleText(QString::fromStdString(row.label) +
                           QStringLiteral(" [%1%2]").arg(scale.prefix, QString::fromStdString(row.unit)));
  chart->addAxis(level_axis, Qt::AlignBottom);
  chart->addAxis(value_axis, Qt::AlignLeft);
  bars->attachAxis(level_axis);
  bars->attachAxis(value_axis);
  for (std::size_t i = 0; i < row.cells.size(); ++i)
    if (row.cells[i].summary && row.cells[i].summary->mean_95)
      add_whisker(*chart, static_cast<double>(i), *row.cells[i].summary->mean_95, scale.divisor, value_axis,
                  level_axis);

  QString title = QString::fromStdString(table.condition.empty() ? row.label : row.label + ", " + table.condition);
  if (emulated) title += QStringLiteral("  [EMULATED: times are not hardware times]");
  chart->setTitle(title);
  chart->legend()->hide();
  return chart;
}

}  // namespace sriov::gui

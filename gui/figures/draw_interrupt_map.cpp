// A heat map: a line a category, a column a step of time, the darker the more.
#include <QFontMetricsF>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/format_number.h"
#include "gui/figures/drawing.h"
#include "gui/figures/plot.h"

namespace sriov::gui {
namespace {

constexpr double kLineHeight = 1.25;  // Of the font's.
constexpr int kScaleSteps = 24;

QColor between(const QColor& a, const QColor& b, double part) {
  const auto mixed = [&](float x, float y) { return x + (y - x) * static_cast<float>(part); };
  return QColor::fromRgbF(mixed(a.redF(), b.redF()), mixed(a.greenF(), b.greenF()), mixed(a.blueF(), b.blueF()));
}

/// From the paper over blue to the ink: its lightness falls (on dark paper: rises) throughout, so that it can be told
/// without colours too.
QColor heat(double part, const FigureStyle& style) {
  if (style.palette == FigurePalette::greyscale) return between(style.paper(), style.ink(), std::clamp(part, 0.0, 1.0));
  const QColor middle = style.dark ? QColor(0x2a, 0x78, 0xb8) : QColor(0x3d, 0x8f, 0xc8);
  const QColor end = style.dark ? QColor(0xff, 0xf3, 0xc4) : QColor(0x08, 0x1d, 0x38);
  const double at = std::clamp(part, 0.0, 1.0);
  return at < 0.5 ? between(style.paper(), middle, at * 2) : between(middle, end, at * 2 - 1);
}

double highest(const FigureData& data) {
  double high = 0;
  for (const FigureSeries& series : data.series)
    for (const FigurePoint& point : series.points) high = std::max(high, point.y);
  return high;
}

/// Rates differ by decades: the root shows the small ones too.
double part_of(double rate, double high) { return high > 0 ? std::sqrt(rate / high) : 0; }

double step_of(const FigureData& data) {
  double step = INFINITY;
  for (const FigureSeries& series : data.series)
    for (std::size_t i = 1; i < series.points.size(); ++i)
      step = std::min(step, series.points[i].x - series.points[i - 1].x);
  return std::isfinite(step) && step > 0 ? step : 1;
}

void cells(QPainter& painter, const Plot& plot) {
  const FigureData& data = plot.data();
  const double high = highest(data);
  const double half = step_of(data) / 2;
  painter.setRenderHint(QPainter::Antialiasing, false);  // Else the seams between cells show.
  for (std::size_t line = 0; line < data.series.size(); ++line) {
    const auto place = static_cast<double>(line);
    for (const FigurePoint& point : data.series[line].points) {
      const QRectF cell = QRectF(plot.within(point.x - half, place - 0.46), plot.within(point.x + half, place + 0.46));
      if (cell.normalized().width() > 0)
        painter.fillRect(cell.normalized(), heat(part_of(point.y, high), plot.style()));
    }
  }
  painter.setRenderHint(QPainter::Antialiasing);
}

/// What the shades mean, above the plot area at the right.
void scale_bar(QPainter& painter, const Plot& plot) {
  const FigureStyle& style = plot.style();
  const QFont font = style.font(0.9);
  const QFontMetricsF metrics(font);
  const double high = highest(plot.data());
  const QString unit = QString::fromStdString(plot.data().y.unit);
  const QString most = QString::fromStdString(format_number(high)) + QLatin1Char(' ') + unit;
  const double width = style.px(72);
  const QRectF bar(plot.plotArea().right() - width - metrics.horizontalAdvance(most) - style.px(3),
                   plot.plotArea().top() - metrics.height() - style.px(2), width, metrics.height() * 0.7);
  for (int i = 0; i < kScaleSteps; ++i)
    painter.fillRect(QRectF(bar.left() + width * i / kScaleSteps, bar.top(), width / kScaleSteps + 1, bar.height()),
                     heat((i + 0.5) / kScaleSteps, style));
  painter.setPen(style.pen(0.4));
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(bar);
  painter.setFont(font);
  painter.setPen(style.ink());
  const double baseline = bar.bottom();
  painter.drawText(QPointF(bar.left() - metrics.horizontalAdvance(u'0') - style.px(2), baseline), QStringLiteral("0"));
  painter.drawText(QPointF(bar.right() + style.px(3), baseline), most);
}

class InterruptMap : public Figure {
 public:
  [[nodiscard]] std::unique_ptr<QChart> draw(const FigureData& data, const FigureStyle& style) const override {
    auto plot = std::make_unique<Plot>(data, style, LegendKey::none);
    const double half = step_of(data) / 2;
    double begin = INFINITY;
    double end = -std::numeric_limits<double>::infinity();
    for (const FigureSeries& series : data.series)
      for (const FigurePoint& point : series.points) {
        begin = std::min(begin, point.x - half);
        end = std::max(end, point.x + half);
      }
    plot->category_axis(Qt::Vertical, data.categories, {});
    plot->leave_above(QFontMetricsF(style.font(0.9)).height() + style.px(2));
    plot->number_axis(Qt::Horizontal, begin, end, QString::fromStdString(data.x.text()));
    plot->add_marks(cells);
    plot->add_marks(scale_bar);
    return plot;
  }
  [[nodiscard]] bool has_lines() const override { return true; }
  [[nodiscard]] double height_mm(const FigureData& data, const FigureStyle& style) const override {
    const double line_mm = QFontMetricsF(style.font()).height() / style.px_of_mm(1);
    return 22 + static_cast<double>(data.categories.size()) * line_mm * kLineHeight;
  }
};

const FigureRegistration<InterruptMap> registration{"interrupt-map"};

}  // namespace
}  // namespace sriov::gui

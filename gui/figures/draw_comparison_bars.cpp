// Groups of bars with their intervals.
#include <QFontMetricsF>
#include <algorithm>

#include "gui/figures/drawing.h"
#include "gui/figures/plot.h"

namespace sriov::gui {
namespace {

constexpr double kGroupWidth = 0.8;  // Of the room of a place.

void bars(QPainter& painter, const Plot& plot) {
  const auto& all = plot.data().series;
  const double width = kGroupWidth / static_cast<double>(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const FigurePoint& point : all[i].points) {
      const double left = point.x - kGroupWidth / 2 + width * static_cast<double>(i);
      const QRectF bar = QRectF(plot.within(left, point.y), plot.within(left + width, 0)).normalized();
      draw_bar(painter, bar, plot.look(i), plot.style());
      if (point.y_95)
        draw_whisker(painter, plot.whisker({left + width / 2, point.y_95->low}, {left + width / 2, point.y_95->high}),
                     plot.style().ink(), plot.style());
    }
  }
}

/// Dashed lines in their series' colour with their number at the right.
void references(QPainter& painter, const Plot& plot) {
  const FigureStyle& style = plot.style();
  const QFont font = style.font(0.9);
  for (const FigureReference& reference : plot.data().references) {
    const auto& all = plot.data().series;
    const auto series = std::ranges::find(all, reference.series, &FigureSeries::name);
    const double middle = plot.value_at(plot.plotArea().center()).x();
    if (series == all.end() || !plot.shows(middle, reference.y)) continue;
    const double y = plot.at(middle, reference.y).y();
    const QColor colour = plot.look(static_cast<std::size_t>(series - all.begin())).colour;
    QPen pen(colour, style.px(1));
    pen.setDashPattern({4, 3});
    painter.setPen(pen);
    const QString text = QString::fromStdString(reference.label);
    const double end = plot.plotArea().right() - QFontMetricsF(font).horizontalAdvance(text) - style.px(2);
    painter.drawLine(QPointF(plot.plotArea().left(), y), QPointF(end, y));
    painter.setFont(font);
    painter.setPen(style.ink());
    painter.drawText(QPointF(end + style.px(2), y + QFontMetricsF(font).ascent() / 2 - style.px(0.5)), text);
  }
}

class ComparisonBars : public Figure {
 public:
  [[nodiscard]] std::unique_ptr<QChart> draw(const FigureData& data, const FigureStyle& style) const override {
    auto plot = std::make_unique<Plot>(data, style, LegendKey::bar);
    double tallest = 0;
    double highest = 0;
    double lowest = 0;
    for (const FigureSeries& series : data.series)
      for (const FigurePoint& point : series.points) {
        tallest = std::max(tallest, point.y);
        highest = std::max(highest, point.y_95 ? point.y_95->high : point.y);
        lowest = std::min(lowest, point.y);
      }
    // An interval over two repetitions can be many times the mean: it is cut at the edge, the bars stay visible.
    highest = std::min(highest, 3 * tallest);
    for (const FigureReference& reference : data.references) highest = std::max(highest, reference.y);
    plot->category_axis(Qt::Horizontal, data.categories, QString::fromStdString(data.x.text()));
    plot->number_axis(Qt::Vertical, lowest, highest, QString::fromStdString(data.y.text()));
    plot->add_marks(bars);
    plot->add_marks(references);
    return plot;
  }
  [[nodiscard]] double height_mm(const FigureData& data, const FigureStyle& style) const override {
    double height = Figure::height_mm(data, style);
    const QFont font = style.font(0.9);
    const double slot = style.px_of_mm(style.width_mm) * 0.7 / static_cast<double>(data.categories.size());
    double longest = 0;
    bool is_turned = false;
    for (const std::string& name : data.categories) {
      const QString text = QString::fromStdString(name);
      longest = std::max(longest, QFontMetricsF(font).horizontalAdvance(text));
      for (const QString& line : wrapped(text, font, slot))
        is_turned = is_turned || QFontMetricsF(font).horizontalAdvance(line) > slot;
    }
    // Names that stand on end take from the bars' height otherwise.
    return is_turned ? height + 0.8 * longest / style.px_of_mm(1) : height;
  }
};

const FigureRegistration<ComparisonBars> registration{"comparison-bars"};

}  // namespace
}  // namespace sriov::gui

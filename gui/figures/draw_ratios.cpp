// Changes with their intervals beside the line of no change.
#include <QFontMetricsF>
#include <algorithm>
#include <array>
#include <cmath>

#include "gui/figures/drawing.h"
#include "gui/figures/plot.h"

namespace sriov::gui {
namespace {

constexpr double kMostTimes = 20;  // What is beyond 20-fold is drawn to the edge.
constexpr double kZeroPt = 0.9;

/// Factors lie evenly: twice as much is as far from no change as half as much.
double place_of(double percent) {
  const double ratio = std::clamp(1 + percent / 100, 1 / kMostTimes, kMostTimes);
  return std::log2(ratio);
}

Whisker whisker_of(const Plot& plot, const FigurePoint& point) {
  Whisker whisker = plot.whisker({place_of(point.y_95->low), point.x}, {place_of(point.y_95->high), point.x});
  whisker.low_is_cut = 1 + point.y_95->low / 100 < 1 / kMostTimes;
  whisker.high_is_cut = 1 + point.y_95->high / 100 > kMostTimes;
  return whisker;
}

void dots(QPainter& painter, const Plot& plot) {
  const FigureStyle& style = plot.style();
  const double last = static_cast<double>(plot.data().categories.size()) - 0.5;
  painter.setPen(style.pen(kZeroPt));
  painter.drawLine(plot.at(0, -0.5), plot.at(0, last));
  for (std::size_t i = 0; i < plot.data().series.size(); ++i) {
    const SeriesLook look = plot.look(i);
    for (const FigurePoint& point : plot.data().series[i].points) {
      if (point.y_95) draw_whisker(painter, whisker_of(plot, point), look.colour, style);
      draw_marker(painter, plot.within(place_of(point.y), point.x), look, point.is_context, style);
    }
  }
}

/// Round changes, the more telling first, as many as keep clear of each other.
std::vector<Tick> ticks_between(double low, double high) {
  static constexpr std::array<double, 17> kChanges{0,   -50, 100, -75, 300, -90, 900, -95, 1900,
                                                   -25, 50,  -10, 10,  -5,  5,   -40, 25};
  constexpr double kClear = 0.16;  // Of the axis' length.
  std::vector<Tick> ticks;
  for (const double percent : kChanges) {
    const double place = place_of(percent);
    if (place < low - 1e-9 || place > high + 1e-9) continue;
    if (std::ranges::any_of(ticks,
                            [&](const Tick& tick) { return std::abs(tick.value - place) < kClear * (high - low); }))
      continue;
    const QString sign = percent > 0 ? QStringLiteral("+") : percent < 0 ? QStringLiteral("−") : QString();
    ticks.push_back({place, sign + QString::number(std::abs(percent))});
  }
  return ticks;
}

class Ratios : public Figure {
 public:
  [[nodiscard]] std::unique_ptr<QChart> draw(const FigureData& data, const FigureStyle& style) const override {
    auto plot = std::make_unique<Plot>(data, style, LegendKey::none);
    double low = -0.1;
    double high = 0.1;
    for (const FigureSeries& series : data.series)
      for (const FigurePoint& point : series.points) {
        low = std::min({low, place_of(point.y), point.y_95 ? place_of(point.y_95->low) : low});
        high = std::max({high, place_of(point.y), point.y_95 ? place_of(point.y_95->high) : high});
      }
    const double room = (high - low) * 0.03;
    plot->category_axis(Qt::Vertical, data.categories, {});
    plot->tick_axis(Qt::Horizontal, low - room, high + room, ticks_between(low - room, high + room),
                    QString::fromStdString(data.x.text()));
    plot->add_marks(dots);
    return plot;
  }
  [[nodiscard]] bool has_lines() const override { return true; }
  [[nodiscard]] double height_mm(const FigureData& data, const FigureStyle& style) const override {
    const double line_mm = QFontMetricsF(style.font()).height() / style.px_of_mm(1);
    const double names_px = style.px_of_mm(style.width_mm) * 0.46;
    double lines = 0;
    for (const std::string& name : data.categories)
      lines =
          std::max(lines, static_cast<double>(wrapped(QString::fromStdString(name), style.font(0.9), names_px).size()));
    return 16 + static_cast<double>(data.categories.size()) * lines * line_mm;
  }
};

const FigureRegistration<Ratios> registration{"ratios"};

}  // namespace
}  // namespace sriov::gui

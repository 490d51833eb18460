// A metric against a number: marks with intervals, joined by lines.
#include <algorithm>
#include <cmath>

#include "gui/figures/drawing.h"
#include "gui/figures/plot.h"

namespace sriov::gui {
namespace {

constexpr std::size_t kMostLabels = 7;
constexpr double kApartPt = 1.5;  // Between the whiskers of neighbouring series at the same place.

double place_of(const FigureData& data, double x) { return data.x.is_log ? std::log2(x) : x; }

void curves(QPainter& painter, const Plot& plot) {
  const auto& all = plot.data().series;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const double aside = plot.style().px(kApartPt) * (static_cast<double>(i) - static_cast<double>(all.size() - 1) / 2);
    const QPointF shift(aside, 0);
    const SeriesLook look = plot.look(i);
    QPolygonF line;
    for (const FigurePoint& point : all[i].points) line << QPointF(place_of(plot.data(), point.x), point.y);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(line_pen(look, plot.style()));
    plot.draw_line(painter, line, shift);
    for (const FigurePoint& point : all[i].points) {
      const double x = place_of(plot.data(), point.x);
      if (!plot.shows(x, plot.value_at(plot.plotArea().center()).y())) continue;
      if (point.y_95)
        draw_whisker(painter, plot.whisker({x, point.y_95->low}, {x, point.y_95->high}, shift), look.colour,
                     plot.style());
      if (plot.shows(x, point.y))
        draw_marker(painter, plot.at(x, point.y) + shift, look, point.is_context, plot.style());
    }
  }
}

QString short_number(double value) {
  constexpr double kKi = 1024;
  const bool whole = value >= kKi && std::fmod(value, kKi) == 0;
  if (whole && value >= kKi * kKi && std::fmod(value, kKi * kKi) == 0) return QString::number(value / kKi / kKi) + "Mi";
  return whole ? QString::number(value / kKi) + QStringLiteral("Ki") : QString::number(value);
}

/// A tick at every level that was measured: between them nothing is known.
void add_x_axis(Plot& plot, const FigureData& data) {
  std::vector<double> places;
  for (const FigureSeries& series : data.series)
    for (const FigurePoint& point : series.points) places.push_back(point.x);
  std::ranges::sort(places);
  places.erase(std::unique(places.begin(), places.end()), places.end());
  const std::size_t stride = (places.size() + kMostLabels - 1) / kMostLabels;
  std::vector<Tick> ticks;
  for (std::size_t i = 0; i < places.size(); ++i)
    ticks.push_back({place_of(data, places[i]), i % stride == 0 ? short_number(places[i]) : QString()});
  const double low = ticks.front().value;
  const double high = ticks.back().value;
  const double room = high > low ? (high - low) * 0.08 : 0.5;
  plot.tick_axis(Qt::Horizontal, low - room, high + room, std::move(ticks), QString::fromStdString(data.x.text()));
}

class Scaling : public Figure {
 public:
  [[nodiscard]] std::unique_ptr<QChart> draw(const FigureData& data, const FigureStyle& style) const override {
    auto plot = std::make_unique<Plot>(data, style, LegendKey::line_and_marker);
    double tallest = 0;
    double high = 0;
    for (const FigureSeries& series : data.series)
      for (const FigurePoint& point : series.points) {
        tallest = std::max(tallest, point.y);
        high = std::max(high, point.y_95 ? point.y_95->high : point.y);
      }
    add_x_axis(*plot, data);
    plot->number_axis(Qt::Vertical, 0, std::min(high, 3 * tallest), QString::fromStdString(data.y.text()));
    plot->add_marks(curves);
    return plot;
  }
};

const FigureRegistration<Scaling> registration{"scaling"};
const FigureRegistration<Scaling> reach{"iotlb-reach"};  // The same drawing over footprints of memory.

}  // namespace
}  // namespace sriov::gui

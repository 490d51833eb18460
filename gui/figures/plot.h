// A chart with its header (legend, "emulated"), axes, and marks that are painted in its plot area.
#pragma once

#include <QChart>
#include <QStringList>
#include <functional>
#include <vector>

#include "gui/figures/marks.h"
#include "report/figure.h"

class QAbstractAxis;
class QGraphicsItem;

namespace sriov::gui {

/// How the legend shows a series.
enum class LegendKey { bar, line, line_and_marker, none };

/// A tick that is placed by hand.
struct Tick {
  double value = 0;
  QString text;
};

class Plot : public QChart {
 public:
  Plot(const FigureData& data, const FigureStyle& style, LegendKey key);

  /// An axis of round numbers that covers low … high; `margin` is the part of the range left free at the ends.
  void number_axis(Qt::Orientation orientation, double low, double high, const QString& title);
  /// Whole decades that cover low … high, both above 0.
  void log_axis(Qt::Orientation orientation, double low, double high, const QString& title);
  /// low … high with ticks, labels and grid lines at these places only.
  void tick_axis(Qt::Orientation orientation, double low, double high, std::vector<Tick> ticks, const QString& title);
  /// Places 0, 1, … with names: below, turned where there is no room, or at the left with 0 at the top.
  void category_axis(Qt::Orientation orientation, const std::vector<std::string>& names, const QString& title);

  /// Room between the header and the plot area, in pixels.
  void leave_above(double room) { room_above_ = room; }
  /// Painted over the grid, in the order of the calls.
  void add_marks(std::function<void(QPainter&, const Plot&)> marks) { marks_.push_back(std::move(marks)); }

  /// Where a value lies; beyond the plot area what is beyond the axes.
  [[nodiscard]] QPointF at(double x, double y) const;
  /// The same, moved to the edge when it is beyond.
  [[nodiscard]] QPointF within(double x, double y) const;
  /// Whether a value can be seen.
  [[nodiscard]] bool shows(double x, double y) const;
  /// Draws lines between values, cut at the plot area's edge: SVG files of Qt know no clipping.
  void draw_line(QPainter& painter, const QPolygonF& values, QPointF shift = {}) const;
  /// The value at a place in the plot area.
  [[nodiscard]] QPointF value_at(QPointF place) const;
  /// What lies at a place in words, for a pointer that rests there: the values of a category, or the value of each
  /// axis. "" outside of the plot area.
  [[nodiscard]] QString readout(QPointF place) const;
  /// What a rectangle shows, which may reach beyond the plot area; axes of categories stay whole.
  [[nodiscard]] FigureZoom zoom_to(const QRectF& area) const;
  /// An interval between two places, cut at the plot area's edge.
  [[nodiscard]] Whisker whisker(QPointF low, QPointF high, QPointF shift = {}) const;
  [[nodiscard]] const FigureData& data() const { return data_; }
  [[nodiscard]] const FigureStyle& style() const { return style_; }
  [[nodiscard]] SeriesLook look(std::size_t series) const;

  void paint_over(QPainter& painter) const;

 protected:
  void resizeEvent(QGraphicsSceneResizeEvent* event) override;

 private:
  struct Scale {
    double low = 0;
    double high = 1;
    bool is_log = false;
    bool is_by_hand = false;  ///< Ticks are painted here, not by the axis.
    bool is_category = false;
    std::vector<Tick> ticks;
    QString title;

    /// 0 at `low`, 1 at `high`.
    [[nodiscard]] double part(double value) const;
    /// Its inverse.
    [[nodiscard]] double value(double part) const;
  };
  /// Where one series' key stands in the header.
  struct Entry {
    QPointF at;
    QString text;
    bool has_key = true;
  };

  void zoomed_number_axis(Qt::Orientation orientation, Span shown, const QString& title);
  void zoomed_log_axis(Qt::Orientation orientation, Span shown, const QString& title);
  [[nodiscard]] std::optional<Span> shown(Qt::Orientation orientation) const;
  void add(QAbstractAxis* axis, Qt::Orientation orientation, Scale scale);
  [[nodiscard]] bool turned(double width) const;
  [[nodiscard]] double left_room(double width) const;
  [[nodiscard]] double bottom_room(double width) const;
  /// Entries and the height they take.
  [[nodiscard]] std::pair<std::vector<Entry>, double> header(double width) const;
  /// The upright title in lines that fit beside the plot area.
  [[nodiscard]] QStringList left_title(double width) const;
  [[nodiscard]] QString category_readout(std::size_t place) const;
  void paint_header(QPainter& painter) const;
  void paint_key(QPainter& painter, QPointF at, std::size_t series) const;
  void paint_below(QPainter& painter) const;
  void paint_left(QPainter& painter) const;
  void paint_grid(QPainter& painter) const;

  FigureData data_;
  FigureStyle style_;
  LegendKey key_;
  double room_above_ = 0;
  Scale x_;
  Scale y_;
  std::vector<std::function<void(QPainter&, const Plot&)>> marks_;
  QGraphicsItem* overlay_;
};

/// Words of `text` in lines of at most `width`; a word that is longer has a line of its own.
[[nodiscard]] QStringList wrapped(const QString& text, const QFont& font, double width);

}  // namespace sriov::gui

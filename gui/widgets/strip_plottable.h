// A curve of a strip as pixels: as fast as the screen wants it however dense the samples are.
#pragma once

#include <qcustomplot.h>

#include <cstdint>
#include <vector>

#include "analyzers/strips/level_of_detail.h"

namespace sriov::gui {

/// Draws what draw_columns() gives. Where there is a column for about every pixel, each is one upright line from its
/// lowest to its highest value, else a line joins them. A curve of a stack is filled down to the one below it, pixel by
/// pixel. QCPGraph strokes and fills paths, which takes a hundred times as long for curves that go up and down.
class StripPlottable : public QCPAbstractPlottable {
  Q_OBJECT

 public:
  StripPlottable(QCPAxis* time, QCPAxis* value) : QCPAbstractPlottable(time, value) {}

  struct Point {
    double at_s = 0;
    double low = 0;
    double high = 0;  ///< NaN: not known, a gap.
  };
  void set_points(std::vector<Point> points) { points_ = std::move(points); }
  [[nodiscard]] const std::vector<Point>& points() const { return points_; }
  /// For the next curve of a stack, which has the same instants; nullptr: filled down to 0. Used with a brush.
  void set_below(const StripPlottable* below) { below_ = below; }

  double selectTest(const QPointF& /*pos*/, bool /*only_selectable*/, QVariant* /*details*/) const override {
    return -1;
  }
  QCPRange getKeyRange(bool& found, QCP::SignDomain /*sign*/) const override;
  QCPRange getValueRange(bool& found, QCP::SignDomain /*sign*/, const QCPRange& /*key*/) const override;

 protected:
  void draw(QCPPainter* painter) override;
  void drawLegendIcon(QCPPainter* painter, const QRectF& rect) const override;

 private:
  void draw_fill(QCPPainter* painter) const;
  void draw_dense(QCPPainter* painter) const;
  void draw_sparse(QCPPainter* painter) const;
  /// From a value to its pixel on a linear axis; QCPAxis::coordToPixel() asks for more at every point.
  struct Line {
    double low = 0;
    double low_px = 0;
    double px_per_unit = 0;
    [[nodiscard]] double operator()(double value) const { return low_px + px_per_unit * (value - low); }
  };
  [[nodiscard]] static Line line_of(const QCPAxis& axis);
  [[nodiscard]] double pixels_a_point() const;

  std::vector<Point> points_;
  Line x_of_;  ///< While it is drawn.
  Line y_of_;
  const StripPlottable* below_ = nullptr;
};

}  // namespace sriov::gui

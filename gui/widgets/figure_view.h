// A figure in the window: drawn anew for the size, the palette and the font that the window has.
#pragma once

#include <QGraphicsView>
#include <optional>

#include "gui/figures/style.h"
#include "report/figure.h"

class QChart;
class QRubberBand;

namespace sriov::gui {

/// The style of figures in a widget: its screen's resolution, its font's size, its palette's darkness.
[[nodiscard]] FigureStyle style_of(const QWidget& widget);

class FigureView : public QGraphicsView {
  Q_OBJECT

 public:
  explicit FigureView(QWidget* parent = nullptr);
  ~FigureView() override;

  void set_figure(FigureData figure, const FigureZoom& zoom = {});
  void clear();
  [[nodiscard]] const std::optional<FigureData>& figure() const { return data_; }
  [[nodiscard]] const FigureZoom& zoom() const { return zoom_; }
  /// The plot area in the view's pixels; empty without a figure.
  [[nodiscard]] QRect plot_area() const;

 signals:
  /// The user has dragged over a part, or with a double click wants all of it. With keys: + and - change the size,
  /// arrows move, 0 shows all.
  void zoom_wanted(const sriov::gui::FigureZoom& zoom);

 protected:
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void draw();
  /// Fills the view, or is as tall as the figure needs and scrolls.
  void fit();

  std::optional<FigureData> data_;
  FigureZoom zoom_;
  QChart* chart_ = nullptr;
  QRubberBand* band_;
  QPoint pressed_;
};

}  // namespace sriov::gui

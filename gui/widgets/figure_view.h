// A figure in the window: drawn anew for the size, the palette and the font that the window has.
#pragma once

#include <QGraphicsView>
#include <optional>

#include "gui/figures/style.h"
#include "report/figure.h"

class QChart;

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

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void draw();
  /// Fills the view, or is as tall as the figure needs and scrolls.
  void fit();

  std::optional<FigureData> data_;
  FigureZoom zoom_;
  QChart* chart_ = nullptr;
};

}  // namespace sriov::gui

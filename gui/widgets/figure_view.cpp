#include "gui/widgets/figure_view.h"

#include <QChart>
#include <QEvent>
#include <QGraphicsScene>
#include <QResizeEvent>
#include <algorithm>
#include <utility>

#include "gui/figures/figure.h"

namespace sriov::gui {

FigureStyle style_of(const QWidget& widget) {
  FigureStyle style;
  style.dpi = widget.logicalDpiX();
  if (widget.font().pointSizeF() > 0) style.font_pt = widget.font().pointSizeF();
  style.dark = widget.palette().color(QPalette::Base).lightnessF() < 0.5F;
  style.with_title = true;
  style.width_mm = widget.width() / style.px_of_mm(1);
  return style;
}

FigureView::FigureView(QWidget* parent) : QGraphicsView(parent) {
  setScene(new QGraphicsScene(this));
  setRenderHint(QPainter::Antialiasing);
  setFrameShape(QFrame::NoFrame);
  setAlignment(Qt::AlignLeft | Qt::AlignTop);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setMinimumSize(160, 120);
}

FigureView::~FigureView() = default;

void FigureView::set_figure(FigureData figure, const FigureZoom& zoom) {
  data_ = std::move(figure);
  zoom_ = zoom;
  setAccessibleDescription(QString::fromStdString(data_->title + ". " + data_->note));
  setToolTip(QString::fromStdString(data_->note));
  draw();
}

void FigureView::clear() {
  data_.reset();
  setAccessibleDescription({});
  setToolTip({});
  draw();
}

void FigureView::draw() {
  delete std::exchange(chart_, nullptr);
  if (!data_) return;
  FigureStyle style = style_of(*this);
  style.zoom = zoom_;
  chart_ = draw_figure(*data_, style).release();
  scene()->addItem(chart_);
  fit();
}

void FigureView::fit() {
  if (chart_ == nullptr) return;
  const FigureStyle style = style_of(*this);
  const auto figure = Registry<Figure>::instance().make(data_->chart);
  const double needed = figure != nullptr && figure->has_lines() ? style.px_of_mm(figure->height_mm(*data_, style)) : 0;
  const QSizeF size(viewport()->width(), std::max<double>(viewport()->height(), needed));
  chart_->resize(size);
  scene()->setSceneRect(QRectF(QPointF(0, 0), size));
}

void FigureView::resizeEvent(QResizeEvent* event) {
  QGraphicsView::resizeEvent(event);
  fit();
}

void FigureView::changeEvent(QEvent* event) {
  QGraphicsView::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) draw();
}

}  // namespace sriov::gui

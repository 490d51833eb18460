#include "gui/widgets/figure_view.h"

#include <QChart>
#include <QEvent>
#include <QGraphicsScene>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QResizeEvent>
#include <QRubberBand>
#include <QToolTip>
#include <algorithm>
#include <utility>

#include "gui/figures/drawing.h"
#include "gui/figures/plot.h"

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

FigureView::FigureView(QWidget* parent)
    : QGraphicsView(parent), band_(new QRubberBand(QRubberBand::Rectangle, viewport())) {
  setScene(new QGraphicsScene(this));
  setRenderHint(QPainter::Antialiasing);
  setFrameShape(QFrame::NoFrame);
  setAlignment(Qt::AlignLeft | Qt::AlignTop);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setMinimumSize(160, 120);
  viewport()->setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
}

FigureView::~FigureView() = default;

void FigureView::set_figure(FigureData figure, const FigureZoom& zoom) {
  data_ = std::move(figure);
  zoom_ = zoom;
  setAccessibleDescription(QString::fromStdString(data_->title + ". " + data_->note));
  draw();
}

void FigureView::clear() {
  data_.reset();
  setAccessibleDescription({});
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

QRect FigureView::plot_area() const {
  return chart_ == nullptr ? QRect() : mapFromScene(chart_->plotArea()).boundingRect();
}

void FigureView::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || dynamic_cast<Plot*>(chart_) == nullptr) return;
  pressed_ = event->position().toPoint();
  band_->setGeometry(QRect(pressed_, QSize()));
  band_->show();
}

void FigureView::mouseMoveEvent(QMouseEvent* event) {
  const QPoint at = event->position().toPoint();
  if (band_->isVisible()) {
    band_->setGeometry(QRect(pressed_, at).normalized());
    return;
  }
  const auto* plot = dynamic_cast<Plot*>(chart_);
  const QString text = plot == nullptr ? QString() : plot->readout(mapToScene(at));
  if (text.isEmpty())
    QToolTip::hideText();
  else
    QToolTip::showText(event->globalPosition().toPoint(), text, this);
}

void FigureView::mouseReleaseEvent(QMouseEvent* event) {
  if (!band_->isVisible()) return;
  band_->hide();
  const QRect dragged = QRect(pressed_, event->position().toPoint()).normalized();
  const auto* plot = dynamic_cast<Plot*>(chart_);
  constexpr int kSmallest = 6;  // A click that slipped is no zoom.
  if (plot == nullptr || (dragged.width() < kSmallest && dragged.height() < kSmallest)) return;
  FigureZoom zoom = plot->zoom_to(mapToScene(dragged).boundingRect().intersected(plot->plotArea()));
  // A drag along one axis keeps the other as it is.
  if (dragged.width() < kSmallest) zoom.x = zoom_.x;
  if (dragged.height() < kSmallest) zoom.y = zoom_.y;
  emit zoom_wanted(zoom);
}

void FigureView::mouseDoubleClickEvent(QMouseEvent* /*event*/) { emit zoom_wanted({}); }

void FigureView::keyPressEvent(QKeyEvent* event) {
  const auto* plot = dynamic_cast<Plot*>(chart_);
  if (plot == nullptr) return QGraphicsView::keyPressEvent(event);
  constexpr double kStep = 0.2;  // Of the plot area.
  QRectF area = plot->plotArea();
  const double aside = area.width() * kStep;
  const double up = area.height() * kStep;
  switch (event->key()) {
    case Qt::Key_Plus:
      return emit zoom_wanted(plot->zoom_to(area.adjusted(aside, up, -aside, -up)));
    case Qt::Key_Minus:
      return emit zoom_wanted(plot->zoom_to(area.adjusted(-aside, -up, aside, up)));
    case Qt::Key_Left:
      return emit zoom_wanted(plot->zoom_to(area.translated(-aside, 0)));
    case Qt::Key_Right:
      return emit zoom_wanted(plot->zoom_to(area.translated(aside, 0)));
    case Qt::Key_Up:
      return emit zoom_wanted(plot->zoom_to(area.translated(0, -up)));
    case Qt::Key_Down:
      return emit zoom_wanted(plot->zoom_to(area.translated(0, up)));
    case Qt::Key_0:
      return emit zoom_wanted({});
    default:
      QGraphicsView::keyPressEvent(event);
  }
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

#include "gui/widgets/figure_grid.h"

#include <QGridLayout>
#include <QLabel>
#include <QLayoutItem>

namespace sriov::gui {

FigureGrid::FigureGrid(QWidget* parent) : QWidget(parent), layout_(new QGridLayout(this)) {
  layout_->setContentsMargins(0, 0, 0, 0);
}

void FigureGrid::set_items(const std::vector<Item>& items) {
  views_.clear();
  while (QLayoutItem* old = layout_->takeAt(0)) {
    if (old->widget() != nullptr) {
      old->widget()->hide();
      old->widget()->deleteLater();
    }
    delete old;
  }
  const int columns = items.size() > 4 ? 3 : items.size() > 1 ? 2 : 1;
  for (std::size_t i = 0; i < items.size(); ++i)
    add_item(items[i], static_cast<int>(i) / columns, static_cast<int>(i) % columns);
}

void FigureGrid::add_item(const Item& item, int row, int column) {
  if (!item.figure) {
    auto* label = new QLabel(QString::fromStdString(item.figure.error().text()));
    label->setWordWrap(true);
    label->setAlignment(Qt::AlignCenter);
    label->setTextFormat(Qt::PlainText);
    layout_->addWidget(label, row, column);
    return;
  }
  auto* view = new FigureView;
  view->setAccessibleName(tr("Chart: %1").arg(QString::fromStdString(item.figure->title)));
  view->set_figure(*item.figure, item.zoom);
  connect(view, &FigureView::zoom_wanted, this,
          [this, name = item.name](const FigureZoom& zoom) { emit zoom_wanted(name, zoom); });
  layout_->addWidget(view, row, column);
  views_.push_back(view);
}

const FigureView* FigureGrid::current() const {
  for (const FigureView* view : views_)
    if (view->underMouse() || view->hasFocus()) return view;
  return views_.empty() ? nullptr : views_.front();
}

}  // namespace sriov::gui

#include "gui/export_chart.h"

#include <QGraphicsScene>
#include <QImage>
#include <QPainter>
#include <QSvgGenerator>

namespace sriov::gui {
namespace {

void paint(QChart& chart, QPainter& painter, QSize size) {
  QGraphicsScene scene;
  scene.addItem(&chart);
  chart.resize(size);
  scene.setSceneRect(chart.boundingRect());
  scene.render(&painter, QRectF(QPointF(0, 0), size), scene.sceneRect());
  scene.removeItem(&chart);
}

}  // namespace

Result<void> export_chart(QChart& chart, const QString& path, QSize size) {
  const std::string name = path.toStdString();
  if (path.endsWith(QStringLiteral(".svg"))) {
    QSvgGenerator generator;
    generator.setFileName(path);
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(0, 0), size));
    generator.setTitle(chart.title());
    QPainter painter;
    if (!painter.begin(&generator)) return fail("cannot write " + name, {}, "is its folder there and writable?");
    paint(chart, painter, size);
    return {};
  }
  if (!path.endsWith(QStringLiteral(".png")))
    return fail_usage("'" + name + "' has no known ending", {}, "use .svg or .png");
  QImage image(size * 2, QImage::Format_ARGB32);
  image.setDevicePixelRatio(2);
  image.fill(Qt::white);
  QPainter painter(&image);
  painter.setRenderHint(QPainter::Antialiasing);
  paint(chart, painter, size);
  painter.end();
  if (!image.save(path)) return fail("cannot write " + name, {}, "is its folder there and writable?");
  return {};
}

}  // namespace sriov::gui

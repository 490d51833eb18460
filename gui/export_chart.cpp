#include "gui/export_chart.h"

#include <QBuffer>
#include <QGraphicsScene>
#include <QImage>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>
#include <cmath>

#include "gui/figures/drawing.h"
#include "host/file.h"
#include "report/html/markup.h"

namespace sriov::gui {
namespace {

constexpr double kPngDpi = 600;
constexpr double kMmPerMetre = 1000;

tl::unexpected<Error> cannot_write(const QString& path) {
  return fail("cannot write " + path.toStdString(), {}, "is its folder there and writable?");
}

void paint(QChart& chart, QPainter& painter, QSizeF size, QSizeF target) {
  QGraphicsScene scene;
  scene.addItem(&chart);
  chart.resize(size);
  scene.setSceneRect(QRectF(QPointF(0, 0), size));
  scene.render(&painter, QRectF(QPointF(0, 0), target), scene.sceneRect());
  scene.removeItem(&chart);
}

/// Qt 6.4 does not escape the words that it puts between the tags, later ones do: they are put there afterwards.
void fill_in(QByteArray& svg, const char* tag, const std::string& text) {
  const QByteArray open = QByteArray("<") + tag + ">";
  const QByteArray close = QByteArray("</") + tag + ">";
  svg.replace(open + tag + close, open + QByteArray::fromStdString(html::escape(text)) + close);
}

Result<void> write_svg(QChart& chart, const FigureData& data, QSize size, const QString& path) {
  QByteArray svg;
  QBuffer buffer(&svg);
  QSvgGenerator generator;
  generator.setOutputDevice(&buffer);
  generator.setResolution(static_cast<int>(kLayoutDpi));
  generator.setSize(size);
  generator.setViewBox(QRect(QPoint(0, 0), size));
  generator.setTitle(QStringLiteral("title"));
  generator.setDescription(QStringLiteral("desc"));
  QPainter painter(&generator);
  paint(chart, painter, size, size);
  painter.end();
  fill_in(svg, "title", data.title + (data.is_emulated ? " (emulated)" : ""));
  fill_in(svg, "desc", data.note);
  const auto written =
      write_file(path.toStdString(), std::string_view(svg.constData(), static_cast<std::size_t>(svg.size())));
  if (!written) return cannot_write(path);
  return {};
}

Result<void> write_pdf(QChart& chart, const FigureData& data, const FigureStyle& style, QSize size,
                       const QString& path) {
  QPdfWriter writer(path);
  writer.setResolution(static_cast<int>(kLayoutDpi));
  writer.setPageSize(QPageSize(QSizeF(size) / style.px_of_mm(1), QPageSize::Millimeter, {}, QPageSize::ExactMatch));
  writer.setPageMargins(QMarginsF(0, 0, 0, 0));
  writer.setTitle(QString::fromStdString(data.title));
  QPainter painter;
  if (!painter.begin(&writer)) return cannot_write(path);
  if (style.dark) painter.fillRect(QRect(QPoint(0, 0), size), style.paper());
  paint(chart, painter, size, size);
  if (!painter.end()) return cannot_write(path);
  return {};
}

Result<void> write_png(QChart& chart, const FigureStyle& style, QSize size, const QString& path) {
  const double scale = kPngDpi / kLayoutDpi;
  QImage image((QSizeF(size) * scale).toSize(), QImage::Format_ARGB32);
  image.setDotsPerMeterX(static_cast<int>(kPngDpi / kMmPerInch * kMmPerMetre));
  image.setDotsPerMeterY(image.dotsPerMeterX());
  image.fill(style.paper());
  QPainter painter(&image);
  painter.setRenderHint(QPainter::Antialiasing);
  paint(chart, painter, size, image.size());
  painter.end();
  if (!image.save(path)) return cannot_write(path);
  return {};
}

}  // namespace

QImage figure_image(const FigureData& data, const FigureStyle& style) {
  const auto figure = Registry<Figure>::instance().make(data.chart);
  if (figure == nullptr) return {};
  const QSizeF size(style.px_of_mm(style.width_mm), style.px_of_mm(figure->height_mm(data, style)));
  QImage image(size.toSize(), QImage::Format_ARGB32);
  image.fill(style.paper());
  QPainter painter(&image);
  painter.setRenderHint(QPainter::Antialiasing);
  paint(*figure->draw(data, style), painter, size, size);
  return image;
}

Result<void> export_figure(const FigureData& data, const FigureStyle& style, const QString& path) {
  const auto figure = Registry<Figure>::instance().make(data.chart);
  if (figure == nullptr) return fail("there is no drawing of '" + data.chart + "'");
  const QSize size(static_cast<int>(std::lround(style.px_of_mm(style.width_mm))),
                   static_cast<int>(std::lround(style.px_of_mm(figure->height_mm(data, style)))));
  const auto chart = figure->draw(data, style);
  if (path.endsWith(QStringLiteral(".svg"))) return write_svg(*chart, data, size, path);
  if (path.endsWith(QStringLiteral(".pdf"))) return write_pdf(*chart, data, style, size, path);
  if (path.endsWith(QStringLiteral(".png"))) return write_png(*chart, style, size, path);
  return fail_usage("'" + path.toStdString() + "' has no known ending", {}, "use .svg, .pdf or .png");
}

}  // namespace sriov::gui

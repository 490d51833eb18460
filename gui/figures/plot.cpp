#include "gui/figures/plot.h"

#include <QFontMetricsF>
#include <QGraphicsItem>
#include <QGraphicsLayout>
#include <QLineSeries>
#include <QLogValueAxis>
#include <QPainter>
#include <QValueAxis>
#include <algorithm>
#include <cmath>
#include <utility>

namespace sriov::gui {
namespace {

constexpr double kGapPt = 3;
constexpr double kAxisPt = 0.6;
constexpr double kGridPt = 0.35;
constexpr double kKeyWidthPt = 16;
constexpr double kKeyHeightPt = 6;
constexpr double kSmallFont = 0.9;
constexpr double kMostLeft = 0.46;  // Of the width, for the names at the left.
constexpr int kMostTicks = 6;
constexpr int kMostLegendLines = 4;

/// Everything that Qt Charts does not paint.
class Overlay : public QGraphicsItem {
 public:
  explicit Overlay(Plot* plot) : QGraphicsItem(plot), plot_(plot) { setZValue(100); }
  [[nodiscard]] QRectF boundingRect() const override { return plot_->rect(); }
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* /*option*/, QWidget* /*widget*/) override {
    plot_->paint_over(*painter);
  }
  void changed() { prepareGeometryChange(); }

 private:
  Plot* plot_;
};

/// 1, 2, 2.5 or 5 times a power of ten: the smallest with at most kMostTicks steps in `range`.
double round_step(double range) {
  const double rough = range / kMostTicks;
  const double decade = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0})
    if (factor * decade >= rough * (1 - 1e-9)) return factor * decade;
  return 10 * decade;
}

QString label_format(double step) {
  const double decade = std::floor(std::log10(step) + 1e-9);
  const bool quarter = std::abs(step / std::pow(10, decade) - 2.5) < 1e-6;
  const int decimals = std::max(0, static_cast<int>(-decade) + (quarter ? 1 : 0));
  return QStringLiteral("%.%1f").arg(decimals);
}

double widest(const QStringList& lines, const QFontMetricsF& metrics) {
  double width = 0;
  for (const QString& line : lines) width = std::max(width, metrics.horizontalAdvance(line));
  return width;
}

QString text_of(const std::string& text) { return QString::fromStdString(text); }

}  // namespace

QStringList wrapped(const QString& text, const QFont& font, double width) {
  const QFontMetricsF metrics(font);
  QStringList lines;
  for (const QString& word : text.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
    const QString longer = lines.isEmpty() ? word : lines.back() + QLatin1Char(' ') + word;
    if (!lines.isEmpty() && metrics.horizontalAdvance(longer) <= width)
      lines.back() = longer;
    else
      lines << word;
  }
  return lines;
}

double Plot::Scale::part(double value) const {
  if (is_log) return (std::log10(value) - std::log10(low)) / (std::log10(high) - std::log10(low));
  return (value - low) / (high - low);
}

double Plot::Scale::value(double part) const {
  return is_log ? low * std::pow(high / low, part) : low + part * (high - low);
}

Plot::Plot(const FigureData& data, const FigureStyle& style, LegendKey key)
    : data_(data), style_(style), key_(key), overlay_(new Overlay(this)) {
  legend()->hide();
  layout()->setContentsMargins(0, 0, 0, 0);
  setBackgroundRoundness(0);
  setBackgroundPen(Qt::NoPen);
  setBackgroundBrush(style.paper());
  setBackgroundVisible(false);
  setPlotAreaBackgroundVisible(false);
  addSeries(new QLineSeries);  // Axes are laid out for a series only; it has no points.
}

void Plot::add(QAbstractAxis* axis, Qt::Orientation orientation, Scale scale) {
  axis->setLabelsFont(style_.font(kSmallFont));
  axis->setLabelsColor(style_.ink());
  axis->setLinePen(style_.pen(kAxisPt));
  axis->setGridLinePen(QPen(style_.faint(), style_.px(kGridPt)));
  axis->setLabelsVisible(!scale.is_by_hand);
  axis->setGridLineVisible(!scale.is_by_hand);
  addAxis(axis, orientation == Qt::Horizontal ? Qt::AlignBottom : Qt::AlignLeft);
  series().front()->attachAxis(axis);
  (orientation == Qt::Horizontal ? x_ : y_) = std::move(scale);
}

std::optional<Span> Plot::shown(Qt::Orientation orientation) const {
  const std::optional<Span>& span = orientation == Qt::Horizontal ? style_.zoom.x : style_.zoom.y;
  return span && span->high > span->low ? span : std::nullopt;
}

void Plot::zoomed_number_axis(Qt::Orientation orientation, Span shown, const QString& title) {
  const double step = round_step(shown.high - shown.low);
  Scale scale;
  scale.low = shown.low;
  scale.high = shown.high;
  scale.title = title;
  auto* axis = new QValueAxis;
  axis->setRange(shown.low, shown.high);
  axis->setTickType(QValueAxis::TicksDynamic);
  axis->setTickAnchor(std::ceil(shown.low / step - 1e-9) * step);
  axis->setTickInterval(step);
  axis->setLabelFormat(label_format(step));
  add(axis, orientation, std::move(scale));
}

/// Qt labels decades only, of which a part of an axis may have none.
void Plot::zoomed_log_axis(Qt::Orientation orientation, Span shown, const QString& title) {
  Scale scale;
  scale.is_log = true;
  scale.is_by_hand = true;
  scale.low = shown.low;
  scale.high = shown.high;
  scale.title = title;
  if (shown.high / shown.low < 4) {
    const double step = round_step(shown.high - shown.low);
    for (double at = std::ceil(shown.low / step) * step; at <= shown.high; at += step)
      scale.ticks.push_back({at, QString::number(at, 'g', 6)});
  } else {
    for (double decade = std::pow(10, std::floor(std::log10(shown.low))); decade <= shown.high; decade *= 10)
      for (const double factor : {1.0, 2.0, 5.0})
        if (factor * decade >= shown.low && factor * decade <= shown.high)
          scale.ticks.push_back({factor * decade, QString::number(factor * decade, 'g', 6)});
  }
  auto* axis = new QValueAxis;
  axis->setRange(0, 1);
  axis->setTickCount(2);
  add(axis, orientation, std::move(scale));
}

void Plot::number_axis(Qt::Orientation orientation, double low, double high, const QString& title) {
  if (const auto part = shown(orientation)) return zoomed_number_axis(orientation, *part, title);
  if (!(high > low)) high = low + (low == 0 ? 1 : std::abs(low));
  const double step = round_step(high - low);
  Scale scale;
  scale.low = std::floor(low / step + 1e-9) * step;
  scale.high = std::ceil(high / step - 1e-9) * step;
  scale.title = title;
  auto* axis = new QValueAxis;
  axis->setRange(scale.low, scale.high);
  axis->setTickCount(static_cast<int>(std::lround((scale.high - scale.low) / step)) + 1);
  axis->setLabelFormat(label_format(step));
  add(axis, orientation, std::move(scale));
}

void Plot::log_axis(Qt::Orientation orientation, double low, double high, const QString& title) {
  if (const auto part = shown(orientation); part && part->low > 0) return zoomed_log_axis(orientation, *part, title);
  Scale scale;
  scale.is_log = true;
  scale.low = std::pow(10, std::floor(std::log10(low) + 1e-9));
  scale.high = std::pow(10, std::ceil(std::log10(high) - 1e-9));
  if (scale.high <= scale.low) scale.high = scale.low * 10;
  scale.title = title;
  auto* axis = new QLogValueAxis;
  axis->setBase(10);
  // Qt divides logarithms and may find the lowest decade just outside: it gets a little more room.
  axis->setRange(scale.low * (1 - 1e-6), scale.high * (1 + 1e-6));
  axis->setMinorTickCount(8);
  axis->setMinorGridLineVisible(false);
  axis->setLabelFormat(scale.low < 1 ? QStringLiteral("%g") : QStringLiteral("%.0f"));
  add(axis, orientation, std::move(scale));
}

void Plot::tick_axis(Qt::Orientation orientation, double low, double high, std::vector<Tick> ticks,
                     const QString& title) {
  if (const auto part = shown(orientation)) {
    low = part->low;
    high = part->high;
    std::erase_if(ticks, [&](const Tick& tick) { return tick.value < low || tick.value > high; });
  }
  Scale scale;
  scale.low = low;
  scale.high = high;
  scale.is_by_hand = true;
  scale.ticks = std::move(ticks);
  scale.title = title;
  auto* axis = new QValueAxis;
  axis->setRange(low, high);
  axis->setTickCount(2);
  add(axis, orientation, std::move(scale));
}

void Plot::category_axis(Qt::Orientation orientation, const std::vector<std::string>& names, const QString& title) {
  Scale scale;
  const double end = static_cast<double>(names.size()) - 0.5;
  scale.low = orientation == Qt::Horizontal ? -0.5 : end;  // The first one is at the top.
  scale.high = orientation == Qt::Horizontal ? end : -0.5;
  scale.is_by_hand = true;
  scale.is_category = true;
  scale.title = title;
  for (std::size_t i = 0; i < names.size(); ++i) scale.ticks.push_back({static_cast<double>(i), text_of(names[i])});
  auto* axis = new QValueAxis;
  axis->setRange(-0.5, end);
  axis->setTickCount(2);
  add(axis, orientation, std::move(scale));
}

SeriesLook Plot::look(std::size_t series) const { return look_of(series, data_.series[series].name, style_); }

bool Plot::turned(double width) const {
  if (!x_.is_category) return false;
  const QFontMetricsF metrics(style_.font(kSmallFont));
  const double slot = (width - left_room(width)) / static_cast<double>(x_.ticks.size()) * 0.85;
  return std::ranges::any_of(x_.ticks, [&](const Tick& tick) {
    return widest(wrapped(tick.text, style_.font(kSmallFont), slot), metrics) > slot;
  });
}

QStringList Plot::left_title(double width) const {
  if (y_.title.isEmpty()) return {};
  return wrapped(y_.title, style_.font(), size().height() - header(width).second);
}

double Plot::left_room(double width) const {
  const QFontMetricsF metrics(style_.font(kSmallFont));
  double room = style_.px(1);
  room += static_cast<double>(left_title(width).size()) * QFontMetricsF(style_.font()).height();
  if (!y_.title.isEmpty()) room += style_.px(1);
  if (!y_.is_by_hand) return room;
  double names = 0;
  for (const Tick& tick : y_.ticks)
    names = std::max(names, widest(wrapped(tick.text, style_.font(kSmallFont), width * kMostLeft), metrics));
  return room + names + style_.px(kGapPt);
}

double Plot::bottom_room(double width) const {
  const QFontMetricsF metrics(style_.font(kSmallFont));
  double room = x_.title.isEmpty() ? style_.px(1) : QFontMetricsF(style_.font()).height() + style_.px(1);
  if (!x_.is_by_hand) return room;
  if (!x_.is_category) return room + metrics.height() + style_.px(kGapPt);
  const bool is_turned = turned(width);
  const double slot = (width - left_room(width)) / static_cast<double>(x_.ticks.size()) * 0.85;
  double names = 0;
  for (const Tick& tick : x_.ticks) {
    const auto lines = static_cast<double>(wrapped(tick.text, style_.font(kSmallFont), slot).size());
    names = std::max(names, is_turned ? metrics.horizontalAdvance(tick.text) : lines * metrics.height());
  }
  return room + names + style_.px(kGapPt);
}

std::pair<std::vector<Plot::Entry>, double> Plot::header(double width) const {
  const QFontMetricsF metrics(style_.font(kSmallFont));
  const double line = metrics.height() + style_.px(1);
  const double key_width = style_.px(kKeyWidthPt + kGapPt);
  double top = style_.px(1);
  if (style_.with_title) {
    const auto lines = static_cast<double>(wrapped(text_of(data_.title), style_.font(), width).size());
    top += lines * QFontMetricsF(style_.font()).height() + style_.px(kGapPt);
  }
  std::vector<Entry> entries;
  if (data_.is_emulated) top += line;
  if (key_ == LegendKey::none || data_.series.size() < 2) return {entries, top + style_.px(kGapPt)};
  const double left = style_.px(0.5);  // The outline of a key is not cut.
  double x = left;
  int lines = 1;
  for (const FigureSeries& series : data_.series) {
    const QString name = metrics.elidedText(text_of(series.name), Qt::ElideRight, width - key_width);
    const double needs = key_width + metrics.horizontalAdvance(name) + style_.px(2.5 * kGapPt);
    if (x > left && x + needs > width) {
      x = left;
      top += line;
      if (++lines > kMostLegendLines) {
        const auto others = static_cast<qulonglong>(data_.series.size() - entries.size());
        entries.push_back({QPointF(x, top), QStringLiteral("… +%1").arg(others), false});
        break;
      }
    }
    entries.push_back({QPointF(x, top), name, true});
    x += needs;
  }
  return {entries, top + line + style_.px(kGapPt)};
}

void Plot::resizeEvent(QGraphicsSceneResizeEvent* event) {
  const double width = size().width();
  // The last label of an axis stands half beyond its end.
  const int right = static_cast<int>(style_.px(y_.is_by_hand ? 11 : 9));
  setMargins(QMargins(static_cast<int>(left_room(width)), static_cast<int>(header(width - right).second + room_above_),
                      right, static_cast<int>(bottom_room(width))));
  static_cast<Overlay*>(overlay_)->changed();
  QChart::resizeEvent(event);
  layout()->activate();  // At once: an export has no event loop that would do it later.
}

void Plot::paint_key(QPainter& painter, QPointF at, std::size_t series) const {
  const double width = style_.px(kKeyWidthPt);
  const QFontMetricsF metrics(style_.font(kSmallFont));
  const double middle = at.y() + metrics.height() / 2;
  const SeriesLook looks = look(series);
  if (key_ == LegendKey::bar) {
    const double height = style_.px(kKeyHeightPt);
    draw_bar(painter, {at.x(), middle - height / 2, width, height}, looks, style_);
    return;
  }
  painter.setPen(line_pen(looks, style_));
  painter.drawLine(QPointF(at.x(), middle), QPointF(at.x() + width, middle));
  if (key_ == LegendKey::line_and_marker) draw_marker(painter, {at.x() + width / 2, middle}, looks, false, style_);
}

void Plot::paint_header(QPainter& painter) const {
  const double right = style_.px(y_.is_by_hand ? 11 : 9);
  const double width = size().width() - right;
  double top = style_.px(1);
  painter.setPen(style_.ink());
  if (style_.with_title) {
    painter.setFont(style_.font());
    const double line = QFontMetricsF(style_.font()).height();
    for (const QString& text : wrapped(text_of(data_.title), style_.font(), width)) {
      painter.drawText(QPointF(0, top + QFontMetricsF(style_.font()).ascent()), text);
      top += line;
    }
    top += style_.px(kGapPt);
  }
  const QFontMetricsF metrics(style_.font(kSmallFont));
  if (data_.is_emulated) {
    QFont font = style_.font(kSmallFont);
    font.setItalic(true);
    painter.setFont(font);
    painter.drawText(QPointF(0, top + metrics.ascent()),
                     QStringLiteral("emulated: times and rates are not hardware's"));
  }
  const auto entries = header(width).first;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].has_key) paint_key(painter, entries[i].at, i);
    painter.setFont(style_.font(kSmallFont));
    painter.setPen(style_.ink());
    const double aside = entries[i].has_key ? style_.px(kKeyWidthPt + kGapPt) : 0;
    painter.drawText(entries[i].at + QPointF(aside, metrics.ascent()), entries[i].text);
  }
}

void Plot::paint_below(QPainter& painter) const {
  const QRectF area = plotArea();
  const QFont font = style_.font(kSmallFont);
  const QFontMetricsF metrics(font);
  painter.setPen(style_.ink());
  painter.setFont(font);
  if (x_.is_by_hand) {
    const bool is_turned = turned(size().width());
    const double slot = area.width() / static_cast<double>(std::max<std::size_t>(1, x_.ticks.size())) * 0.85;
    for (const Tick& tick : x_.ticks) {
      const double x = area.left() + x_.part(tick.value) * area.width();
      double y = area.bottom() + style_.px(kGapPt);
      if (is_turned) {
        painter.save();
        painter.translate(x + metrics.ascent() / 2 - metrics.descent() / 2, y + metrics.horizontalAdvance(tick.text));
        painter.rotate(-90);
        painter.drawText(QPointF(0, 0), tick.text);
        painter.restore();
        continue;
      }
      const QStringList lines = x_.is_category ? wrapped(tick.text, font, slot) : QStringList{tick.text};
      for (const QString& line : lines) {
        painter.drawText(QPointF(x - metrics.horizontalAdvance(line) / 2, y + metrics.ascent()), line);
        y += metrics.height();
      }
    }
  }
  if (x_.title.isEmpty()) return;
  painter.setFont(style_.font());
  const QFontMetricsF title(style_.font());
  const double width = title.horizontalAdvance(x_.title);
  const double left = std::clamp(area.center().x() - width / 2, 0.0, std::max(0.0, size().width() - width));
  painter.drawText(QPointF(left, size().height() - title.descent() - style_.px(0.5)),
                   title.elidedText(x_.title, Qt::ElideRight, size().width()));
}

void Plot::paint_left(QPainter& painter) const {
  const QRectF area = plotArea();
  const QFont font = style_.font(kSmallFont);
  const QFontMetricsF metrics(font);
  painter.setPen(style_.ink());
  painter.setFont(font);
  if (y_.is_by_hand)
    for (const Tick& tick : y_.ticks) {
      const QStringList lines = wrapped(tick.text, font, size().width() * kMostLeft);
      const double middle = area.bottom() - y_.part(tick.value) * area.height();
      double y = middle - metrics.height() * static_cast<double>(lines.size()) / 2;
      for (const QString& line : lines) {
        painter.drawText(
            QPointF(area.left() - style_.px(kGapPt) - metrics.horizontalAdvance(line), y + metrics.ascent()), line);
        y += metrics.height();
      }
    }
  const QFontMetricsF title(style_.font());
  double x = title.ascent();
  painter.setFont(style_.font());
  for (const QString& line : left_title(size().width())) {
    const double length = title.horizontalAdvance(line);
    const double lowest = size().height() - length / 2;
    const double highest = header(size().width()).second + length / 2;
    painter.save();
    painter.translate(x, std::clamp(area.center().y(), std::min(highest, lowest), lowest) + length / 2);
    painter.rotate(-90);
    painter.drawText(QPointF(0, 0), line);
    painter.restore();
    x += title.height();
  }
}

void Plot::paint_grid(QPainter& painter) const {
  const QRectF area = plotArea();
  painter.setPen(QPen(style_.faint(), style_.px(kGridPt)));
  if (y_.is_by_hand && !y_.is_category)
    for (const Tick& tick : y_.ticks) {
      const double y = area.bottom() - y_.part(tick.value) * area.height();
      painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
    }
  if (x_.is_by_hand && !x_.is_category)
    for (const Tick& tick : x_.ticks) {
      const double x = area.left() + x_.part(tick.value) * area.width();
      painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    }
}

void Plot::paint_over(QPainter& painter) const {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paint_grid(painter);
  for (const auto& marks : marks_) marks(painter, *this);
  paint_header(painter);
  paint_below(painter);
  paint_left(painter);
  painter.restore();
}

}  // namespace sriov::gui

// The parts of figures as strokes: bars, whiskers, marks. No clipping and no brush patterns, which SVG files of Qt
// lack.
#pragma once

#include <QPainter>
#include <QRectF>

#include "gui/figures/style.h"

namespace sriov::gui {

/// A bar with its outline; the hatch is drawn in the paper's colour, which print keeps.
void draw_bar(QPainter& painter, const QRectF& bar, const SeriesLook& look, const FigureStyle& style);
/// An interval from `low` to `high` (upright or level) with caps at its ends; an end that is cut off has none.
struct Whisker {
  QPointF low;
  QPointF high;
  bool low_is_cut = false;
  bool high_is_cut = false;
};
void draw_whisker(QPainter& painter, const Whisker& whisker, const QColor& colour, const FigureStyle& style);
/// Filled, or hollow for what is context only.
void draw_marker(QPainter& painter, QPointF at, const SeriesLook& look, bool hollow, const FigureStyle& style);
[[nodiscard]] QPen line_pen(const SeriesLook& look, const FigureStyle& style);

}  // namespace sriov::gui

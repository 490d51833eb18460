// How figures look: sizes in print, and what tells series apart without colour.
#pragma once

#include <QColor>
#include <QFont>
#include <QPen>
#include <optional>
#include <string>
#include <string_view>

namespace sriov::gui {

/// Pixels per inch at which figures are laid out: 4 to a point, so that lines and text fall on fine steps.
inline constexpr double kLayoutDpi = 288;
inline constexpr double kMmPerInch = 25.4;
inline constexpr double kPointsPerInch = 72;

/// From `low` to `high` of an axis, in its unit.
struct Span {
  double low = 0;
  double high = 0;

  bool operator==(const Span&) const = default;
};

/// The part of a figure that is shown; all of an axis where there is none.
struct FigureZoom {
  std::optional<Span> x;
  std::optional<Span> y;

  bool operator==(const FigureZoom&) const = default;
};

enum class FigurePalette {
  colour,     ///< Safe for colour-blind readers.
  greyscale,  ///< Greys that a printer keeps apart.
};
/// "colour" and "greyscale"; nullopt for another word.
[[nodiscard]] std::optional<FigurePalette> parse_palette(std::string_view name);

struct FigureStyle {
  double width_mm = 85;  ///< The column of a two-column paper; 178 is both columns.
  double font_pt = 8;
  bool dark = false;        ///< Light ink, for dark slides.
  bool with_title = false;  ///< Captions of papers have it; windows have no caption.
  double dpi = kLayoutDpi;  ///< Of the drawing; a window's is its screen's.
  FigureZoom zoom{};
  FigurePalette palette = FigurePalette::colour;

  [[nodiscard]] double px(double points) const { return points * dpi / kPointsPerInch; }
  [[nodiscard]] double px_of_mm(double mm) const { return mm * dpi / kMmPerInch; }
  [[nodiscard]] QFont font(double scale = 1) const;
  [[nodiscard]] QColor ink() const { return dark ? QColor(0xf2, 0xf2, 0xf2) : QColor(Qt::black); }
  [[nodiscard]] QColor paper() const { return dark ? QColor(0x14, 0x14, 0x14) : QColor(Qt::white); }
  [[nodiscard]] QColor faint() const { return dark ? QColor(0x50, 0x50, 0x50) : QColor(0xc8, 0xc8, 0xc8); }
  [[nodiscard]] QPen pen(double width_pt) const { return QPen(ink(), px(width_pt)); }
};

enum class Hatch { none, rising, falling, crossed, level, upright };
enum class Marker { circle, square, triangle, diamond };

/// What one series looks like: colour, and a fill, a line and a mark that differ without it.
struct SeriesLook {
  QColor colour;
  Hatch hatch = Hatch::none;
  Marker marker = Marker::circle;
  QList<qreal> dashes;  ///< As QPen takes them; empty: solid.
};
/// Of the series at `position`. Colours are Okabe and Ito's, safe for colour-blind readers ("Color Universal Design",
/// 2008), or greys; after eight they begin again with the next hatch, line and mark. "idle" is grey wherever it stands.
[[nodiscard]] SeriesLook look_of(std::size_t position, const std::string& name, const FigureStyle& style);

}  // namespace sriov::gui

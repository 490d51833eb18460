#include "gui/figures/style.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace sriov::gui {

QFont FigureStyle::font(double scale) const {
  QFont font(QStringLiteral("DejaVu Sans"));
  font.setStyleHint(QFont::SansSerif);
  font.setPixelSize(std::max(1, static_cast<int>(std::lround(px(font_pt * scale)))));
  return font;
}

std::optional<FigurePalette> parse_palette(std::string_view name) {
  if (name == "colour") return FigurePalette::colour;
  if (name == "greyscale") return FigurePalette::greyscale;
  return std::nullopt;
}

SeriesLook look_of(std::size_t position, const std::string& name, const FigureStyle& style) {
  static constexpr std::array<QRgb, 8> kOkabeIto{0xff0072b2, 0xffe69f00, 0xff009e73, 0xffd55e00,
                                                 0xff56b4e9, 0xffcc79a7, 0xfff0e442, 0xff999999};
  // The same hues, lighter: thin lines must stand out from dark paper.
  static constexpr std::array<QRgb, 8> kOnDark{0xff56b4e9, 0xfff0ad1f, 0xff2dbb93, 0xfff07f3c,
                                               0xffa9b8ff, 0xffe39cc4, 0xfff0e442, 0xffb4b4b4};
  // Neighbours are far apart in lightness.
  static constexpr std::array<QRgb, 8> kGreys{0xff2b2b2b, 0xffb0b0b0, 0xff6a6a6a, 0xffd8d8d8,
                                              0xff484848, 0xffc4c4c4, 0xff8c8c8c, 0xffececec};
  static constexpr std::array<Hatch, 6> kHatches{Hatch::none,    Hatch::rising, Hatch::falling,
                                                 Hatch::crossed, Hatch::level,  Hatch::upright};
  static constexpr std::array<Marker, 4> kMarkers{Marker::circle, Marker::square, Marker::triangle, Marker::diamond};
  static const std::array<QList<qreal>, 4> kDashes{QList<qreal>{}, QList<qreal>{5, 2}, QList<qreal>{1, 1.5},
                                                   QList<qreal>{6, 2, 1, 2}};
  if (name == "idle") return {style.faint(), Hatch::none, Marker::circle, {}};
  const std::size_t turn = position / kOkabeIto.size();
  const auto& colours = style.palette == FigurePalette::greyscale ? kGreys : style.dark ? kOnDark : kOkabeIto;
  return {QColor(colours[position % colours.size()]), kHatches[(position + turn) % kHatches.size()],
          kMarkers[(position + turn) % kMarkers.size()], kDashes[(position + turn) % kDashes.size()]};
}

}  // namespace sriov::gui

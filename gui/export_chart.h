// Charts as files, with or without a window.
#pragma once

#include <QChart>
#include <QImage>
#include <QString>

#include "core/result.h"
#include "gui/figures/style.h"
#include "report/figure.h"

namespace sriov::gui {

/// Draws `data` in the size of `style` and writes it as SVG (text stays text), PDF or PNG (600 dots per inch), by the
/// ending of `path`. The word EMULATED and the caption's note are in the SVG's title and description.
[[nodiscard]] Result<void> export_figure(const FigureData& data, const FigureStyle& style, const QString& path);

/// The figure as a picture of FigureStyle::dpi, on its paper.
[[nodiscard]] QImage figure_image(const FigureData& data, const FigureStyle& style);

}  // namespace sriov::gui

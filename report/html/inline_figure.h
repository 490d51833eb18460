// Figures inside a page.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sriov::html {

/// One figure as the drawing program wrote it.
struct InlineFigure {
  std::string title;  ///< What the figure is, plain text.
  std::string note;   ///< What its caption must say, plain text.
  std::string svg;    ///< `<svg>…</svg>`, without namespaces, its ink being the page's.
};

/// Takes an SVG file apart. nullopt for what is no SVG drawing, or one that would load or run anything.
[[nodiscard]] std::optional<InlineFigure> inline_figure(std::string_view file);
/// `<figure>` elements with captions.
[[nodiscard]] std::string figures_markup(const std::vector<InlineFigure>& figures);

}  // namespace sriov::html

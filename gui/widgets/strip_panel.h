// One strip of a StripView: a title, axes, curves, and a legend that tells what the pointer reads.
#pragma once

#include <QFont>
#include <QString>
#include <optional>
#include <utility>
#include <vector>

#include "gui/figures/style.h"
#include "gui/models/strip_curves.h"
#include "gui/widgets/time_mark.h"

class QCPAbstractItem;
class QCPAxis;
class QCPAxisRect;
class QCPItemPosition;
class QCPItemStraightLine;
class QCPItemText;
class QCPLayoutGrid;
class QCPLegend;
class QCPMarginGroup;
class QCPTextElement;
class QCustomPlot;

namespace sriov::gui {

class StripPlottable;

/// What all panels of a view have in common.
struct StripScene {
  QCustomPlot* plot = nullptr;
  FigureStyle style;
  QFont font;
  std::int64_t origin_ns = 0;
  Span range{0, 1};                                                 ///< That is shown, in seconds since the origin.
  std::optional<double> read_at_s;                                  ///< Where the pointer is.
  std::vector<TimeMark> marks;                                      ///< By time.
  std::optional<std::pair<std::int64_t, std::int64_t>> counted_ns;  ///< The counted window.

  [[nodiscard]] std::int64_t to_ns(double time_s) const;
  [[nodiscard]] double to_s(std::int64_t ns) const;
};

/// Has elements of the plot between build() and forget(), while it can be seen.
class StripPanel {
 public:
  explicit StripPanel(const StripCurves* strip) : strip_(strip) {}

  [[nodiscard]] const StripCurves& strip() const { return *strip_; }
  /// That it needs, in pixels.
  [[nodiscard]] int height(const QFont& font) const;
  [[nodiscard]] bool is_built() const { return rect_ != nullptr; }
  [[nodiscard]] QCPAxisRect* rect() const { return rect_; }
  [[nodiscard]] QCPAxis* time_axis() const;

  /// Adds the elements as row `row` of the plot. `time_label`: below its axis, for the last one.
  void build(const StripScene& scene, int row, QCPMarginGroup* margins, const QString& time_label);
  /// The plot has taken the elements away.
  void forget();
  /// Of a strip that has more curves than before; whether it had.
  bool add_new_curves(const StripScene& scene);
  void colour(const StripScene& scene);
  /// The range of the scene, with the curves in it.
  void fill(const StripScene& scene);
  /// fill() when the panel's width is another by now.
  void refit(const StripScene& scene);
  void draw_marks(const StripScene& scene, bool with_texts);
  /// The whole text of the mark at this place; "" where there is none.
  [[nodiscard]] QString mark_at(const StripScene& scene, QPoint place) const;
  /// What the pointer reads, and where it is.
  void read(const StripScene& scene);
  [[nodiscard]] QString legend_text(const StripScene& scene, std::size_t curve) const;

 private:
  void add_axes(const StripScene& scene, int row, QCPMarginGroup* margins, const QString& time_label);
  void add_legend(const StripScene& scene);
  [[nodiscard]] std::size_t columns() const;
  /// At a time, and a part of the panel's height from its top.
  void place(QCPItemPosition* position, double at_s, double part) const;
  void place_mark_texts(const StripScene& scene);

  const StripCurves* strip_;
  QCPLayoutGrid* box_ = nullptr;
  QCPAxisRect* rect_ = nullptr;
  QCPLegend* legend_ = nullptr;
  QCPTextElement* title_ = nullptr;
  QCPItemStraightLine* pointer_ = nullptr;
  std::size_t filled_columns_ = 0;
  std::vector<StripPlottable*> curves_;
  std::vector<QCPAbstractItem*> mark_lines_;
  std::vector<QCPItemText*> mark_texts_;  ///< Of each mark, or none.
};

}  // namespace sriov::gui

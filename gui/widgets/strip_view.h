// Strips below each other on one time axis: zoom, pan, and all curves read at one instant.
#pragma once

#include <QWidget>
#include <cstdint>
#include <optional>
#include <vector>

#include "gui/models/strip_curves.h"
#include "gui/widgets/strip_panel.h"
#include "report/figure.h"

class QCustomPlot;
class QScrollArea;

namespace sriov::gui {

/// Draws StripCurves with QCustomPlot, and scrolls where they need more room than there is. Only the panels that can be
/// seen have elements in the plot, and the plot is as high as these: a hundred strips cost what a screen of them costs.
/// The figures for papers are Qt Charts' all the same.
class StripView : public QWidget {
  Q_OBJECT

 public:
  explicit StripView(QWidget* parent = nullptr);
  ~StripView() override;

  /// Below the last strip.
  void set_time_label(const QString& text) { time_label_ = text; }
  /// In place of strips while there are none: what to do.
  void set_empty_text(const QString& text);
  /// What is drawn: owned by the caller, who calls this again, or strips_grew(), after every change.
  void set_strips(const std::vector<const StripCurves*>& strips, std::int64_t origin_ns);
  /// The same strips have more steps now; `time_s`: and another part of them is to be seen.
  void strips_grew(std::optional<Span> time_s = std::nullopt);
  void set_marks(std::vector<TimeMark> marks, std::optional<std::pair<std::int64_t, std::int64_t>> counted_ns);
  /// In seconds since the origin.
  void set_range(Span time_s);
  [[nodiscard]] Span range() const { return scene_.range; }
  /// From the first step to the last of any strip; nullopt without any.
  [[nodiscard]] std::optional<Span> whole_range() const;
  /// The strip that was pointed at last, as a figure of the time that is shown; nullopt without strips.
  [[nodiscard]] std::optional<FigureData> current_figure(bool is_emulated) const;
  [[nodiscard]] const StripCurves* current_strip() const;
  /// Reads all curves at this time since the origin, as the pointer does; nullopt: none.
  void read_at(std::optional<double> time_s);
  /// What a curve's legend says now.
  [[nodiscard]] QString legend_text(std::size_t strip, std::size_t curve) const;
  /// How many strips are drawn: those that can be seen.
  [[nodiscard]] std::size_t built() const { return last_ - first_; }

 signals:
  /// The user zoomed or moved.
  void range_wanted(sriov::gui::Span time_s);
  void current_changed();

 protected:
  void changeEvent(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void rebuild();
  void arrange();
  void build(std::size_t first, std::size_t last);
  void say_empty();
  void colour();
  void fill_soon();
  void fill();
  void refit();
  void draw_marks();
  void follow_pointer(QMouseEvent* event);

  QScrollArea* area_;
  QWidget* canvas_;
  QCustomPlot* plot_;
  StripScene scene_;
  std::vector<StripPanel> panels_;
  std::size_t first_ = 0;  ///< Panels first … last-1 are built.
  std::size_t last_ = 0;
  QString time_label_;
  QString empty_text_;
  std::size_t current_ = 0;
  bool is_setting_range_ = false;
  bool is_stale_ = false;  ///< The curves are not those of the scene.
};

}  // namespace sriov::gui

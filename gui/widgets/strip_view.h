// Strips below each other on one time axis: zoom, pan, and all curves read at one instant.
#pragma once

#include <QHash>
#include <QWidget>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "gui/figures/style.h"
#include "gui/models/strip_curves.h"
#include "report/figure.h"

class QCustomPlot;

namespace sriov::gui {

/// Something that happened, as a line across all strips.
struct TimeMark {
  std::int64_t at_ns = 0;
  QString text;
};

/// Draws StripCurves with QCustomPlot, which draws dense curves several times faster than Qt Charts (the figures for
/// papers are Qt Charts' all the same). At most two points a column of pixels are drawn of a curve.
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
  [[nodiscard]] Span range() const { return range_; }
  /// From the first step to the last of any strip; nullopt without any.
  [[nodiscard]] std::optional<Span> whole_range() const;
  /// The strip that was pointed at last, as a figure of the time that is shown; nullopt without strips.
  [[nodiscard]] std::optional<FigureData> current_figure(bool is_emulated) const;
  [[nodiscard]] const StripCurves* current_strip() const;
  /// Reads all curves at this time since the origin, as the pointer does; nullopt: none.
  void read_at(std::optional<double> time_s);
  /// What a curve's legend says now.
  [[nodiscard]] QString legend_text(std::size_t strip, std::size_t curve) const;

 signals:
  /// The user zoomed or moved.
  void range_wanted(sriov::gui::Span time_s);
  void current_changed();

 protected:
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  struct Panel;

  void rebuild();
  void add_panel(const StripCurves& strip, bool is_last);
  void add_curves(Panel& panel);
  void colour();
  void fill();
  void fill(Panel& panel);
  void draw_marks();
  void follow_pointer(QMouseEvent* event);
  void write_legend(Panel& panel);
  [[nodiscard]] std::int64_t to_ns(double time_s) const;
  [[nodiscard]] double to_s(std::int64_t ns) const;

  QCustomPlot* plot_;
  std::vector<std::unique_ptr<Panel>> panels_;
  QString time_label_;
  QString empty_text_;
  std::int64_t origin_ns_ = 0;
  Span range_{0, 1};
  std::vector<TimeMark> marks_;
  std::optional<std::pair<std::int64_t, std::int64_t>> counted_ns_;
  std::optional<double> read_at_s_;
  std::size_t current_ = 0;
  bool is_setting_range_ = false;
};

}  // namespace sriov::gui

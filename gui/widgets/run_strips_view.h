// The strips of a run while its trials run: a follower of one run directory at a time.
#pragma once

#include <QStringList>
#include <QWidget>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "gui/models/background_job.h"
#include "gui/models/run_strips.h"
#include "gui/models/strip_curves.h"
#include "gui/models/strip_table.h"
#include "gui/widgets/strip_chooser.h"
#include "gui/widgets/strip_view.h"

class QLabel;
class QPushButton;

namespace sriov::gui {

class RunStripsView : public QWidget {
  Q_OBJECT

 public:
  explicit RunStripsView(QWidget* parent = nullptr);

  /// Shows this run's trials from now on and forgets those of the run before. Nothing is read until look().
  void follow(const QString& run_directory);
  /// Reads what has come since the last look, beside the window.
  void look();
  /// What is known of the run: `planned` trials (0: not known), and whether it is over.
  void set_state(int planned, bool is_over);

  [[nodiscard]] const std::vector<StripCurves>& strips() const { return all_; }
  [[nodiscard]] const std::vector<BegunTrial>& trials() const { return trials_; }
  /// What is seen now; nullopt and nullptr while there is nothing.
  [[nodiscard]] std::optional<FigureData> current_figure() const { return strips_->current_figure(is_emulated_); }
  [[nodiscard]] const QAbstractItemModel* current_table() const;
  /// Titles that the user hid, for the settings.
  [[nodiscard]] QStringList hidden() const { return chooser_->hidden(); }
  void hide_strips(const QStringList& titles) { chooser_->hide(titles); }

 signals:
  void exports_changed();

 private:
  void take(const RunStripsPart& part);
  void draw();
  void show_now();
  void mark_trials();
  void write_words();
  [[nodiscard]] QString what_is_shown() const;
  [[nodiscard]] QString why_nothing_is_shown() const;

  BackgroundJob reading_;
  std::shared_ptr<RunStrips> source_;  ///< Used by one job at a time.
  bool look_again_ = false;            ///< Asked for while a job was under way.
  std::vector<StripCurves> all_;
  std::vector<BegunTrial> trials_;
  std::int64_t origin_ns_ = 0;  ///< The begin of the first trial that was seen.
  int planned_ = 0;
  bool is_over_ = false;
  bool is_there_ = false;
  bool was_cut_off_ = false;
  bool is_emulated_ = false;
  QString problem_;
  QLabel* title_;
  QPushButton* newest_;
  QPushButton* whole_;
  StripChooser* chooser_;
  StripView* strips_;
  StripTable* table_;
};

}  // namespace sriov::gui

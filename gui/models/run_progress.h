// How far a run has come, read from its directory while another process writes it.
#pragma once

#include <QAbstractTableModel>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "store/store.h"

namespace sriov::gui {

struct RunProgress {
  RunInfo info;
  std::vector<TrialSummary> trials;  ///< Last attempt of each that has ended, by planned index.
  int planned = 0;

  [[nodiscard]] int done() const { return static_cast<int>(trials.size()); }
  [[nodiscard]] int valid() const;
  [[nodiscard]] bool is_finished() const { return info.finished_unix_ns != 0; }
  /// Time that is left at the pace of the trials so far; nullopt before the first has ended and after the last.
  [[nodiscard]] std::optional<double> remaining_s(std::int64_t now_unix_ns) const;
};
[[nodiscard]] Result<RunProgress> read_progress(const std::string& directory);

/// A row a trial that has ended: its number, its levels, how it went, how long it took.
class ProgressModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Columns { kNumber, kLevels, kRepetition, kStatus, kDuration, kColumns };

  explicit ProgressModel(QObject* parent = nullptr) : QAbstractTableModel(parent) {}
  /// Rows are only added while it is the same run.
  void set_progress(RunProgress progress);
  [[nodiscard]] const RunProgress& progress() const { return progress_; }

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  RunProgress progress_;
};

}  // namespace sriov::gui

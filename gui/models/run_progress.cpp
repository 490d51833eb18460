#include "gui/models/run_progress.h"

#include <algorithm>

#include "core/time.h"

namespace sriov::gui {
namespace {

QString levels_of(const Cell& cell) {
  QStringList words;
  for (const auto& [factor, level] : cell)
    words.append(QStringLiteral("%1=%2").arg(QString::fromStdString(factor), QString::fromStdString(level)));
  return words.join(' ');
}

}  // namespace

int RunProgress::valid() const {
  return static_cast<int>(
      std::ranges::count_if(trials, [](const auto& trial) { return trial.record.status == TrialStatus::ok; }));
}

std::optional<double> RunProgress::remaining_s(std::int64_t now_unix_ns) const {
  if (is_finished() || trials.empty() || planned <= done()) return std::nullopt;
  std::int64_t first_ns = now_unix_ns;
  for (const TrialSummary& trial : trials) first_ns = std::min(first_ns, trial.record.started_unix_ns);
  const double each_s = static_cast<double>(now_unix_ns - first_ns) / kNsPerSecond / done();
  return each_s * (planned - done());
}

Result<RunProgress> read_progress(const std::string& directory) {
  SRIOV_ASSIGN(const Store store, Store::open(directory));
  RunProgress progress;
  SRIOV_ASSIGN(progress.info, store.info());
  SRIOV_ASSIGN(auto trials, store.trials());
  progress.trials = latest_attempts(std::move(trials));
  progress.planned = std::max(progress.info.planned_trials, progress.done());
  return progress;
}

void ProgressModel::set_progress(RunProgress progress) {
  const int before = progress_.done();
  const bool goes_on = progress.info.started_unix_ns == progress_.info.started_unix_ns && progress.done() >= before;
  if (!goes_on) {
    beginResetModel();
    progress_ = std::move(progress);
    endResetModel();
    return;
  }
  if (progress.done() > before) beginInsertRows({}, before, progress.done() - 1);
  const bool has_rows = progress.done() > before;
  progress_ = std::move(progress);
  if (has_rows) endInsertRows();
  if (before > 0) emit dataChanged(index(0, 0), index(before - 1, kColumns - 1));
}

int ProgressModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : progress_.done(); }

int ProgressModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant ProgressModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const TrialRecord& trial = progress_.trials[static_cast<std::size_t>(index.row())].record;
  if (role == Qt::ToolTipRole) return QString::fromStdString(trial.reason);
  if (role == Qt::TextAlignmentRole && index.column() != kLevels && index.column() != kStatus)
    return int(Qt::AlignRight | Qt::AlignVCenter);
  if (role != Qt::DisplayRole) return {};
  switch (index.column()) {
    case kNumber:
      return trial.planned.index + 1;
    case kLevels:
      return levels_of(trial.planned.cell);
    case kRepetition:
      return trial.planned.repetition + 1;
    case kStatus: {
      const auto word = to_string(trial.status);
      const QString status = QString::fromUtf8(word.data(), static_cast<qsizetype>(word.size()));
      return trial.reason.empty() ? status : status + ": " + QString::fromStdString(trial.reason);
    }
    default:
      return QStringLiteral("%1 s").arg(static_cast<double>(trial.end_ns - trial.begin_ns) / kNsPerSecond, 0, 'f', 1);
  }
}

QVariant ProgressModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (role != Qt::DisplayRole || orientation != Qt::Horizontal) return {};
  switch (section) {
    case kNumber:
      return tr("Trial");
    case kLevels:
      return tr("Levels");
    case kRepetition:
      return tr("Repetition");
    case kStatus:
      return tr("How it went");
    case kDuration:
      return tr("Took");
    default:
      return {};
  }
}

}  // namespace sriov::gui

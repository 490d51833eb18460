#include "gui/models/runs_model.h"

#include <QDateTime>
#include <QDir>
#include <QLocale>
#include <algorithm>
#include <utility>

#include "core/text.h"
#include "core/time.h"

namespace sriov::gui {
namespace {

QString text_of(const std::string& text) { return QString::fromStdString(text); }

QString hardware(const RunInfo& info) {
  if (!info.emulated) return RunsModel::tr("real");
  return info.accelerator.empty() ? RunsModel::tr("emulated")
                                  : RunsModel::tr("emulated (%1)").arg(text_of(info.accelerator));
}

QString state_text(RunState state) {
  switch (state) {
    case RunState::finished:
      return RunsModel::tr("finished");
    case RunState::running:
      return RunsModel::tr("running");
    case RunState::cut_off:
      return RunsModel::tr("cut off");
    case RunState::unreadable:
      return RunsModel::tr("unreadable");
  }
  return {};
}

}  // namespace

void RunsModel::set_entries(const QString& folder, std::vector<CatalogEntry> entries) {
  beginResetModel();
  folder_ = folder;
  entries_ = std::move(entries);
  endResetModel();
}

void RunsModel::update_entry(CatalogEntry entry) {
  const auto found = std::ranges::find(entries_, entry.directory, &CatalogEntry::directory);
  if (found == entries_.end()) return;
  const auto row = static_cast<int>(found - entries_.begin());
  if (found->valid_trials != entry.valid_trials || found->state != entry.state)
    verdicts_.remove(text_of(entry.directory));
  *found = std::move(entry);
  emit dataChanged(index(row, 0), index(row, kColumns - 1));
}

void RunsModel::set_verdicts(const QString& directory, const QStringList& sentences) {
  verdicts_[directory] = sentences;
  const auto found = std::ranges::find(entries_, directory.toStdString(), &CatalogEntry::directory);
  if (found == entries_.end()) return;
  const QModelIndex at = index(static_cast<int>(found - entries_.begin()), kVerdict);
  emit dataChanged(at, at);
}

QString RunsModel::without_verdict() const {
  for (const CatalogEntry& entry : entries_)
    if (entry.state != RunState::unreadable && !verdicts_.contains(text_of(entry.directory)))
      return text_of(entry.directory);
  return {};
}

int RunsModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(entries_.size());
}

int RunsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QString RunsModel::text(const CatalogEntry& entry, int column) const {
  const QString directory = text_of(entry.directory);
  if (column == kRun) {
    const QString name = QDir(folder_).relativeFilePath(directory);
    return name == QStringLiteral(".") ? QDir(directory).dirName() : name;
  }
  if (column == kState) return state_text(entry.state);
  if (column == kTags) return text_of(join(entry.annotations.tags, ", "));
  if (column == kNote) return text_of(entry.annotations.note);
  if (entry.state == RunState::unreadable) return column == kVerdict ? text_of(entry.problem) : QString();
  switch (column) {
    case kExperiment:
      return text_of(entry.info.name);
    case kTestbed:
      return entry.info.is_recording() ? tr("recording") : text_of(entry.info.testbed);
    case kDate:
      return QDateTime::fromMSecsSinceEpoch(entry.info.started_unix_ns / kNsPerMs).toString(u"yyyy-MM-dd HH:mm");
    case kHost:
      return text_of(entry.host);
    case kHardware:
      return hardware(entry.info);
    case kTrials:
      return tr("%1 of %2").arg(entry.valid_trials).arg(entry.info.planned_trials);
    case kVerdict:
      return verdicts_.contains(directory) ? verdicts_[directory].value(0) : QStringLiteral("…");
    default:
      return {};
  }
}

QString RunsModel::tool_tip(const CatalogEntry& entry, int column) const {
  if (entry.state == RunState::unreadable) return text_of(entry.problem);
  switch (column) {
    case kRun:
      return text_of(entry.directory);
    case kExperiment:
      return text_of(entry.info.description);
    case kTrials:
      return tr("%1 valid, %2 invalid or failed, %3 planned")
          .arg(entry.valid_trials)
          .arg(entry.left_out_trials)
          .arg(entry.info.planned_trials);
    case kState:
      return entry.state == RunState::cut_off ? tr("It did not end: sriov-bench run --resume goes on with it.")
                                              : QString();
    case kVerdict:
      return verdicts_.value(text_of(entry.directory)).join(QLatin1Char('\n'));
    case kTags:
    case kNote:
      return entry.annotations_problem.empty() ? tr("Double-click to edit") : text_of(entry.annotations_problem);
    default:
      return {};
  }
}

QVariant RunsModel::sort_key(const CatalogEntry& entry, int column) const {
  if (column == kDate) return QVariant::fromValue<qint64>(entry.info.started_unix_ns);
  if (column == kTrials) return entry.valid_trials;
  return text(entry, column);
}

QVariant RunsModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount() || index.column() >= kColumns) return {};
  const CatalogEntry& entry = entries_[static_cast<std::size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
      return text(entry, index.column());
    case Qt::ToolTipRole:
      return tool_tip(entry, index.column());
    case kSortRole:
      return sort_key(entry, index.column());
    case kDirectoryRole:
      return text_of(entry.directory);
    default:
      return {};
  }
}

QVariant RunsModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (role != Qt::DisplayRole || orientation != Qt::Horizontal) return {};
  const QStringList names{tr("Run"),       tr("Experiment"), tr("Testbed"), tr("Date"), tr("Host"), tr("Hardware"),
                          tr("Trials ok"), tr("State"),      tr("Verdict"), tr("Tags"), tr("Note")};
  return names.value(section);
}

Qt::ItemFlags RunsModel::flags(const QModelIndex& index) const {
  Qt::ItemFlags flags = QAbstractTableModel::flags(index);
  if (!index.isValid() || (index.column() != kTags && index.column() != kNote)) return flags;
  // A file that could not be read is not written over.
  const bool is_known = entries_[static_cast<std::size_t>(index.row())].annotations_problem.empty();
  return is_known ? flags | Qt::ItemIsEditable : flags;
}

bool RunsModel::setData(const QModelIndex& index, const QVariant& value, int role) {
  if (role != Qt::EditRole || !(flags(index) & Qt::ItemIsEditable)) return false;
  CatalogEntry& entry = entries_[static_cast<std::size_t>(index.row())];
  Annotations next = entry.annotations;
  const std::string written = value.toString().toStdString();
  if (index.column() == kTags)
    next.tags = parse_tags(written);
  else
    next.note = std::string(trim(written));
  if (next == entry.annotations) return true;
  if (const auto done = write_annotations(entry.directory, next); !done) {
    emit failed(text_of(done.error().text()));
    return false;
  }
  entry.annotations = std::move(next);
  emit dataChanged(index, index);
  return true;
}

}  // namespace sriov::gui

#include "gui/models/comparison_model.h"

#include <utility>

#include "report/text/comparison_text.h"

namespace sriov::gui {
namespace {

constexpr int kColumnsAfterLevels = 2;  // The difference and the verdict.

}  // namespace

ComparisonModel::ComparisonModel(QObject* parent) : QAbstractTableModel(parent) {}

void ComparisonModel::set_table(ComparisonTable table) {
  beginResetModel();
  table_ = std::move(table);
  endResetModel();
}

int ComparisonModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(table_.rows.size());
}

int ComparisonModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kFirstLevelColumn + static_cast<int>(table_.levels.size()) + kColumnsAfterLevels;
}

QVariant ComparisonModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount() || index.column() >= columnCount()) return {};
  const ComparisonRow& row = table_.rows[static_cast<std::size_t>(index.row())];
  const int level = index.column() - kFirstLevelColumn;
  const bool is_level = level >= 0 && level < static_cast<int>(row.cells.size());
  if (role == Qt::TextAlignmentRole && index.column() != kMetricColumn && index.column() < columnCount() - 1)
    return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
  if (role == Qt::ToolTipRole && is_level)
    return QString::fromStdString(row.cells[static_cast<std::size_t>(level)].why);
  if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};  // A column may be too narrow for its text.
  if (index.column() == kMetricColumn) {
    const QString label = QString::fromStdString(row.label);
    return row.unit.empty() ? label : label + QStringLiteral(" [%1]").arg(QString::fromStdString(unit_of(row).text));
  }
  if (level > static_cast<int>(table_.levels.size())) return QString::fromStdString(verdict_text(row));
  return QString::fromStdString(is_level ? cell_text(row.cells[static_cast<std::size_t>(level)], unit_of(row))
                                         : difference_text(row, unit_of(row)));
}

QVariant ComparisonModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if ((role != Qt::DisplayRole && role != Qt::ToolTipRole) || orientation != Qt::Horizontal) return {};
  if (section == kMetricColumn) return tr("Metric");
  const int level = section - kFirstLevelColumn;
  if (level < static_cast<int>(table_.levels.size()))
    return QString::fromStdString(table_.levels[static_cast<std::size_t>(level)]);
  if (section == columnCount() - 1) return tr("Verdict");
  if (table_.compared.empty()) return {};
  return QString::fromStdString(table_.compared + " vs " + table_.baseline + " [95 %]");
}

}  // namespace sriov::gui

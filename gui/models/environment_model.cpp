#include "gui/models/environment_model.h"

#include <utility>

namespace sriov::gui {

void EnvironmentModel::set_changes(const QString& left, const QString& right, std::vector<EnvironmentChange> changes) {
  beginResetModel();
  left_ = left;
  right_ = right;
  changes_ = std::move(changes);
  endResetModel();
}

int EnvironmentModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(changes_.size());
}

int EnvironmentModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant EnvironmentModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount() || index.column() >= kColumns) return {};
  if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};
  const EnvironmentChange& change = changes_[static_cast<std::size_t>(index.row())];
  if (index.column() == kFact) return QString::fromStdString(change.fact);
  const std::string& value = index.column() == kLeft ? change.begin : change.end;
  return value.empty() ? tr("absent") : QString::fromStdString(value);
}

QVariant EnvironmentModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (role != Qt::DisplayRole || orientation != Qt::Horizontal) return {};
  if (section == kFact) return tr("Fact");
  return section == kLeft ? left_ : right_;
}

}  // namespace sriov::gui

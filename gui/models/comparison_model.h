// A ComparisonTable as a Qt table: a row per metric, a column per level, then the difference and the verdict.
#pragma once

#include <QAbstractTableModel>

#include "analyzers/comparison/comparison_table.h"

namespace sriov::gui {

class ComparisonModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Columns { kMetricColumn, kFirstLevelColumn };

  explicit ComparisonModel(QObject* parent = nullptr);

  void set_table(ComparisonTable table);
  [[nodiscard]] const ComparisonTable& table() const { return table_; }

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  ComparisonTable table_;
};

}  // namespace sriov::gui

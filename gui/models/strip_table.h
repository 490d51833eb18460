// The steps of one strip as a table: what its export writes.
#pragma once

#include <QAbstractTableModel>
#include <cstdint>

#include "gui/models/strip_curves.h"

namespace sriov::gui {

/// A row a step within a range of time, then a column a curve. The strip is the caller's and must stay.
class StripTable : public QAbstractTableModel {
  Q_OBJECT

 public:
  explicit StripTable(QObject* parent = nullptr) : QAbstractTableModel(parent) {}

  /// `strip`: nullptr for none.
  void show(const StripCurves* strip, std::int64_t origin_ns, std::int64_t from_ns, std::int64_t to_ns);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  const StripCurves* strip_ = nullptr;
  std::int64_t origin_ns_ = 0;
  std::size_t first_ = 0;
  std::size_t last_ = 0;
};

}  // namespace sriov::gui

// What differs between the machines of two runs, as a Qt table: the fact, and its value in either.
#pragma once

#include <QAbstractTableModel>
#include <vector>

#include "analyzers/trial/environment_changes.h"

namespace sriov::gui {

class EnvironmentModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Columns { kFact, kLeft, kRight, kColumns };

  explicit EnvironmentModel(QObject* parent = nullptr) : QAbstractTableModel(parent) {}

  /// Headings name the two sides.
  void set_changes(const QString& left, const QString& right, std::vector<EnvironmentChange> changes);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  QString left_;
  QString right_;
  std::vector<EnvironmentChange> changes_;
};

}  // namespace sriov::gui

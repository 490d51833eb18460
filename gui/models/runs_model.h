// The runs found below a folder as a Qt table; tags and note can be edited in place.
#pragma once

#include <QAbstractTableModel>
#include <QHash>
#include <vector>

#include "report/run_catalog.h"

namespace sriov::gui {

class RunsModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Columns {
    kRun,
    kExperiment,
    kTestbed,
    kDate,
    kHost,
    kHardware,
    kTrials,
    kState,
    kVerdict,
    kTags,
    kNote,
    kColumns,
  };
  enum Roles { kSortRole = Qt::UserRole, kDirectoryRole };

  explicit RunsModel(QObject* parent = nullptr) : QAbstractTableModel(parent) {}

  /// `folder` is what names are told from. Verdicts that are known of entries of the same directory stay.
  void set_entries(const QString& folder, std::vector<CatalogEntry> entries);
  [[nodiscard]] const std::vector<CatalogEntry>& entries() const { return entries_; }
  /// One run as it is now, when it is among the entries.
  void update_entry(CatalogEntry entry);
  void set_verdicts(const QString& directory, const QStringList& sentences);
  /// The first readable one whose verdict is not known yet; "" when there is none.
  [[nodiscard]] QString without_verdict() const;

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
  /// Writes the tags ("a, b") or the note beside the run; false, with failed(), when that does not work.
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;

 signals:
  void failed(const QString& message);

 private:
  [[nodiscard]] QString text(const CatalogEntry& entry, int column) const;
  [[nodiscard]] QString tool_tip(const CatalogEntry& entry, int column) const;
  [[nodiscard]] QVariant sort_key(const CatalogEntry& entry, int column) const;

  QString folder_;
  std::vector<CatalogEntry> entries_;
  QHash<QString, QStringList> verdicts_;
};

}  // namespace sriov::gui
